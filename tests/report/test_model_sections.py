"""Evidence and surveys in a release: every section, every number with its words, nothing lost between formats."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from firmtrade.evidence.layout import evidence_layouts
from firmtrade.evidence.phrases import phrase
from firmtrade.evidence.result import EvidenceChart, key_of
from firmtrade.evidence.result import EvidenceSection as Block
from firmtrade.messages import Statement as Reference
from firmtrade.messages import language_of, message
from firmtrade.outputs import (
    ESTIMATE_COLUMNS,
    Cell,
    CellKey,
    Curve,
    CurvePoint,
    Estimate,
    ObsStatus,
    Statements,
)
from firmtrade.outputs.layout import (
    ChartLayout,
    ColumnLayout,
    DecidedWords,
    RowLayout,
    SectionLayout,
    TableLayout,
)
from firmtrade.outputs.models import STATED as LAST
from firmtrade.outputs.parts import place
from firmtrade.report import Figure, Section, Table, models
from firmtrade.report.charts import chart
from firmtrade.report.from_sections import sections_from
from firmtrade.report.html import pages
from firmtrade.report.model import ChartKind, Document
from firmtrade.report.model_charts import answer_colors
from firmtrade.report.paper import paper
from firmtrade.report.pictures import drawing, svg
from firmtrade.report.tidy import table_file
from firmtrade.report.words import cell_text
from firmtrade.report.workbook import workbook
from firmtrade.surveys.room.tables import laid
from report.sample import document

MODES = ("none", "export")
FLOW = tuple(
    Estimate("survival", "transitions", "mode", f"{origin} -> {target}", share, estimator="share")
    for origin, shares in (("none", (91.5, 8.5)), ("export", (20.0, 80.0)))
    for target, share in zip(MODES, shares, strict=True)
)
FLOWS = Block(
    "survival", phrase("survival.title"), (), (),
    (EvidenceChart("flow", phrase("transitions.title"), phrase("transitions.drawn"), phrase("axes.mode_now"),
           phrase("axes.mode_next"), tuple(map(key_of, FLOW))),),
)  # fmt: skip

ANSWERS = ("Disagree", "Neither", "Agree")
SHARES = {"p1": (20.0, 30.0, 50.0, 120.0), "p2": (None, None, None, 0.0)}
STATED = Statements(
    tuple(
        Cell(CellKey("answers", "all", item, f"{column}"), value, "count" if column == 3 else "percent", "2024",
             0 if column == 3 else 1, ObsStatus.UNDEFINED if value is None else ObsStatus.NORMAL)
        for item, values in SHARES.items()
        for column, value in enumerate(values)
    ),
    (
        Estimate("hypotheses", "H1", "m", "use", 0.25, conf_low=0.125),
        *(Estimate("models", weighting, "m", "age", value, conf_low=value - 0.1, conf_high=value + 0.1)
          for weighting, value in (("unweighted", 0.1), ("weighted", 0.2))),
    ),
    (
        Curve("multiverse", "H1", "effect", "all", tuple(
            CurvePoint(float(rank), value, value - 0.1, value + 0.1)
            for rank, value in ((1, -0.1), (2, 0.2), (3, 0.3)))),
        *(Curve("factors", "parallel", "eigenvalue", series, (CurvePoint(1.0, first), CurvePoint(2.0, second)))
          for series, first, second in (("observed", 2.0, 0.5), ("reference", 1.1, 0.9))),
    ),
).stamped(synthetic=True)  # fmt: skip
INTERVAL = tuple(ColumnLayout(part, message(f"report.estimates.{part}"))
                 for part in ("estimate", "conf_low", "conf_high"))  # fmt: skip

CHOSEN = (*INTERVAL, ColumnLayout("sample", "sample"), ColumnLayout("weighted", "weighted"))
SERIES = ("observed", "reference")


def _answers(item: str) -> tuple[Reference, ...]:
    return tuple(Reference(("answers", "all", item, f"{column}")) for column in range(4))


def _at(rank: int) -> tuple[Reference, ...]:
    key = ("multiverse", "H1", "effect", "all")
    return tuple(Reference(key, place(part, rank)) for part in ("y", "conf_low", "conf_high"))


H1, H2 = CellKey("hypotheses", "H1", "m", "use"), CellKey("hypotheses", "H2", "m", "age")
LAID = (
    SectionLayout(
        "answers", "Answers", ("Everybody was asked.",),
        (
            laid("networks", "hypotheses", "Hypotheses",
                 ("", "hypothesis", "source", "expected", "estimate", "low", "verdict"),
                 (("H1", "Use helps.", "Author 2020", "+", Reference(H1, "estimate"), Reference(H1, "conf_low"),
                   DecidedWords("supported", (H1,))),
                  ("H2", "Age hurts.", "", "-", None, None, "not tested")), ("Two-sided.",)),
            ChartLayout("likert", laid("networks", "likert_place", "Place", ("item", "text", *ANSWERS, "n"),
                                       (("p1", "We use networks", *_answers("p1")),
                                        ("p2", "We sell there", *_answers("p2"))))),
            ChartLayout("intervals", TableLayout(
                "coefficients_m", "Model", INTERVAL,
                tuple(RowLayout(f"m_{weighting}", "age", tuple(
                    Reference(("models", weighting, "m", "age"), part.key) for part in INTERVAL), weighting)
                    for weighting in ("unweighted", "weighted")), "networks")),
            ChartLayout("specifications", TableLayout(
                "curve", "Every analysis", CHOSEN,
                tuple(RowLayout(f"{rank}", f"{rank}", (*_at(rank), sample, weighted)) for rank, sample, weighted in (
                    (1, "all", "weighted"), (2, "all", "not weighted"), (3, "exporters", "weighted"))),
                "networks", stub="rank")),
            ChartLayout("curves", TableLayout(
                "eigenvalues", "Parallel analysis", tuple(ColumnLayout(f"{one}/y", one) for one in SERIES),
                tuple(RowLayout(f"{x}", f"{x}", tuple(
                    Reference(("factors", "parallel", "eigenvalue", one), place("y", x)) for one in SERIES))
                    for x in (1, 2)), "networks"), "component", "eigenvalue"),
        ), level=2,
    ),
)  # fmt: skip


def surveyed(
    lang: str = "en", statements: Statements = STATED, layouts: tuple[SectionLayout, ...] = LAID
) -> tuple[Section, ...]:
    return sections_from(layouts, statements, lang=lang, prefix="networks", mark="S")


def items() -> list[Table | Figure]:
    return [item for section in surveyed() for item in section.items]


def figures() -> list[Figure]:
    stated = Statements((), FLOW)
    layouts = evidence_layouts((FLOWS,), stated, "1996-2003")
    flows = sections_from(layouts, stated, prefix="evidence", mark="E")[0].items
    return [item for item in (*items(), *flows) if isinstance(item, Figure)]


def published() -> Document:
    return replace(document(rows=3), sections=surveyed(), findings=(), explanations={}, estimates=FLOW)


def test_tables_and_figures_of_a_survey_are_numbered_in_print_order() -> None:
    ids = [item.table.id if isinstance(item, Figure) else item.id for item in items()]
    assert ids == ["S1", "figS1", "figS2", "figS3", "figS4"]
    numbers = [item.table.number if isinstance(item, Figure) else item.number for item in items()]
    assert numbers == ["S1", "S1", "S2", "S3", "S4"]


def test_words_stay_words_and_numbers_become_cells() -> None:
    table = items()[0]
    assert isinstance(table, Table)
    assert [row.group for row in table.rows] == ["H1 Use helps.", "H2 Age hurts."]
    assert [row.label for row in table.rows] == ["+", "-"]
    assert [column.label for column in table.columns] == ["estimate", "low", "verdict"]
    assert [cell.value for *_, cell in table.ordered_cells()] == [0.25, 0.125]
    assert list(table.texts.values()) == ["supported", "not tested"]
    assert table.notes == ("Two-sided.", "H1: Author 2020")


def test_words_of_a_table_stand_in_every_format() -> None:
    made = published()
    table = items()[0]
    assert isinstance(table, Table)
    rows = list(csv.DictReader(io.StringIO(table_file(table, language_of("en")).decode())))
    assert [row["mark"] for row in rows if not row["value"]] == ["supported", "not tested"]
    assert '<td class="words"><span>supported</span>' in pages(made, {})["index.html"].decode()
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(made)))["Table S1"]
    assert "supported" in [cell.value for row in sheet for cell in row]


def test_the_forms_of_the_charts_are_those_of_the_survey() -> None:
    kinds = [figure.kind for figure in figures()]
    assert kinds == [
        ChartKind.LIKERT, ChartKind.INTERVALS, ChartKind.SPECIFICATIONS, ChartKind.CURVES, ChartKind.FLOW,
    ]  # fmt: skip


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("figure", figures(), ids=lambda figure: str(figure.kind))
def test_a_chart_draws_with_text_and_without_a_missing_number(figure: Figure, narrow: bool) -> None:
    drawn = svg(chart(figure, language_of("en"), narrow=narrow))
    assert "<text" in drawn
    assert "NaN" not in drawn
    assert figure.alternative
    assert figure.table.title in figure.alternative
    assert figure.table.computed


def test_the_bars_of_an_item_add_up_and_count_no_firms_among_the_answers() -> None:
    figure = figures()[0]
    values = chart(figure, language_of("en"))["data"]["values"]
    first = [value for value in values if value["item"] == "We use networks"]
    assert [value["part"] for value in first] == list(ANSWERS)
    assert math.isclose(first[-1]["end"], 100)
    assert first[1]["start"] == first[0]["end"]


def test_a_specification_curve_shows_the_choices_behind_each_estimate() -> None:
    upper, lower = chart(figures()[2], language_of("en"))["vconcat"]
    assert len(upper["data"]["values"]) == 3
    made = {(mark["rank"], mark["choice"]) for mark in lower["data"]["values"]}
    assert (2, "weighted: not weighted") in made
    assert (3, "sample: exporters") in made
    assert '"datum": 0' in json.dumps(upper)


def test_a_flow_has_a_field_per_pair_of_modes() -> None:
    figure = figures()[-1]
    assert [row.key for row in figure.table.rows] == list(MODES)
    assert {place: cell.value for place, cell in figure.table.cells.items()} == {
        ("none", "none"): 91.5, ("none", "export"): 8.5, ("export", "none"): 20.0, ("export", "export"): 80.0,
    }  # fmt: skip
    assert "8.5" in figure.alternative


def test_names_below_a_flow_are_turned_where_its_fields_are_too_narrow_for_them() -> None:
    figure = figures()[-1]
    axis = chart(figure, language_of("en"))["layer"][0]["encoding"]["x"]["axis"]
    assert axis["labelAngle"] == 0
    table = figure.table
    long = tuple(replace(column, label="internationalisation " * 3) for column in table.columns)
    figure = replace(figure, table=replace(table, columns=long * 3))
    axis = chart(figure, language_of("fr"), narrow=True)["layer"][0]["encoding"]["x"]["axis"]
    assert axis["labelAngle"] == -40


def test_answers_run_from_one_end_of_the_colours_to_the_other() -> None:
    for count in range(2, 8):
        assert len(set(answer_colors(count))) == count
        assert (answer_colors(count)[0], answer_colors(count)[-1]) == ("#5e2a6b", "#12512d")


def test_every_estimate_stands_in_one_file_with_its_description() -> None:
    made = models.files(published())
    rows = list(csv.DictReader(io.StringIO(made["estimates.csv"].decode())))
    assert tuple(rows[0]) == (*ESTIMATE_COLUMNS, *LAST)
    assert [row["term"] for row in rows] == sorted(one.term for one in FLOW)
    described = json.loads(made["estimates.csv-metadata.json"])
    assert [column["name"] for column in described["tableSchema"]["columns"]] == [*ESTIMATE_COLUMNS, *LAST]
    assert described["rdfs:comment"] == document().banner
    assert "curves.csv" not in made


@pytest.mark.parametrize("lang", ["en", "fr", "nl", "de"])
def test_a_survey_prints_in_every_language(lang: str) -> None:
    made = replace(published(), sections=surveyed(lang), language=lang)
    drawings = {figure.table.id: drawing(figure, language_of(lang)) for figure in made.figures()}
    assert paper(made, drawings).startswith(b"%PDF")
    assert all(figure.alternative for figure in made.figures())


def test_the_release_of_the_sample_has_no_models(release: Path) -> None:
    assert not (release / "estimates.csv").exists()


@pytest.mark.parametrize(
    ("lang", "below"), [("en", "<0.001"), ("fr", "<0,001"), ("nl", "<0,001"), ("de", "<0,001")]
)
def test_a_p_value_too_small_to_print_is_below_the_smallest_number_and_not_zero(
    lang: str, below: str
) -> None:
    """Of the three p-values 0.00002, 0.0009 and 0.001 the last alone can be printed with three decimals."""
    stated = Statements(
        estimates=tuple(
            Estimate("tests", name, "effect", "all", value, p_value=value)
            for name, value in (("a", 0.00002), ("b", 0.0009), ("c", 0.001))
        )
    )
    rows = tuple((one.specification, Reference(one.key, "p_value"), Reference(one.key, "estimate"))
                 for one in stated.estimates)  # fmt: skip
    table_layout = laid("networks", "tests", "Tests", ("", "p", "effect"), rows)
    sections = surveyed(lang, stated, (SectionLayout("tests", "Tests", (), (table_layout,)),))
    table = sections[0].items[0]
    assert isinstance(table, Table)
    shown = [[cell_text(cell, language_of(lang)) for cell in row] for row in _rows(table)]
    least = below.removeprefix("<")
    assert shown == [[below, least.replace("1", "0")], [below, least], [least, least]]
    plain = replace(document(rows=3), language=lang, sections=sections, findings=(), explanations={})
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(plain)))[
        f"{language_of(lang).say('report.words.table')} S1"
    ]
    cells = [row[1] for row in sheet.iter_rows() if row[0].value in {"a", "b", "c"}]
    assert [(cell.value, cell.number_format) for cell in cells] == [
        (value, '[<0.001]"<0.001";#,##0.000') for value in (0, 0, 0.001)
    ]


def _rows(table: Table) -> list[list[Cell]]:
    return [[table.cells[row.key, column.key] for column in table.columns] for row in table.rows]
