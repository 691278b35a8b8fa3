"""Evidence and surveys in a release: every section, every number with its words, nothing lost between formats."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from firmtrade.evidence.result import Chart, key_of
from firmtrade.evidence.result import Section as Block
from firmtrade.messages import language_of
from firmtrade.outputs import ESTIMATE_COLUMNS, Cell, Confidentiality, Estimate
from firmtrade.outputs.manifest import Contents, DataFacts, RoomManifest, StudyFacts
from firmtrade.outputs.models import STATED
from firmtrade.report import Figure, Section, Table, models
from firmtrade.report.charts import chart
from firmtrade.report.from_evidence import evidence_sections
from firmtrade.report.from_survey import survey_sections
from firmtrade.report.html import pages
from firmtrade.report.model import ChartKind, Document
from firmtrade.report.model_charts import answer_colors
from firmtrade.report.paper import paper
from firmtrade.report.pictures import draw, svg
from firmtrade.report.tidy import table_file
from firmtrade.report.words import cell_text
from firmtrade.report.workbook import workbook
from firmtrade.survey.room.sections import ChartSpec, TableSpec
from firmtrade.survey.room.sections import Section as Said
from report.sample import document

MODES = ("none", "export")
FLOW = tuple(
    Estimate("survival", "transitions", "mode", f"{origin} -> {target}", share, estimator="share")
    for origin, shares in (("none", (91.5, 8.5)), ("export", (20.0, 80.0)))
    for target, share in zip(MODES, shares, strict=True)
)
FLOWS = Block(
    "survival", "Survival", (), (),
    (Chart("flow", "Modes", "From year to year.", "mode in a year", "mode in the next year",
           tuple(map(key_of, FLOW))),),
)  # fmt: skip

ANSWERS = ("Disagree", "Neither", "Agree")
SAID = (
    Said(
        "answers", "Answers", ("Everybody was asked.",),
        (
            TableSpec("likert_place", "Place", ("item", "text", *ANSWERS, "n"),
                      (("p1", "We use networks", 20.0, 30.0, 50.0, 120),
                       ("p2", "We sell there", None, None, None, 0)), 1),
            TableSpec("hypotheses", "Hypotheses",
                      ("", "hypothesis", "source", "expected", "estimate", "low", "verdict"),
                      (("H1", "Use helps.", "Author 2020", "+", 0.25, 0.125, "supported"),
                       ("H2", "Age hurts.", "", "-", None, None, "not tested")), 3, ("Two-sided.",)),
            TableSpec("empty", "Empty", ("a",), ()),
        ),
        (
            ChartSpec("likert_place", "likert", "Place", "Place. 2 items.",
                      pl.DataFrame({"item": ["We use networks"]}), {"y": "item", "x": "share"}),
            ChartSpec("coefficients_m", "coefficients", "Model", "Model.",
                      pl.DataFrame({"term": ["age", "age"], "weighting": ["unweighted", "weighted"],
                                    "estimate": [0.1, 0.2], "low": [0.0, 0.1], "high": [0.2, 0.3]}),
                      {"y": "term", "x": "estimate", "x_low": "low", "x_high": "high", "color": "weighting"}),
            ChartSpec("specification_curve", "specification_curve", "Every analysis", "Three analyses.",
                      pl.DataFrame({"rank": [1, 2, 3], "estimate": [-0.1, 0.2, 0.3], "low": [-0.2, 0.1, 0.2],
                                    "high": [0.0, 0.3, 0.4], "sample": ["all", "all", "exporters"],
                                    "weighted": [True, False, True]}),
                      {"x": "rank", "y": "estimate", "y_low": "low", "y_high": "high", "choices": "sample,weighted"}),
            ChartSpec("eigenvalues", "eigenvalues", "Parallel analysis", "Parallel analysis: 1",
                      pl.DataFrame({"component": [1, 2, 1, 2],
                                    "series": ["observed", "observed", "reference", "reference"],
                                    "eigenvalue": [2.0, 0.5, 1.1, 0.9]}),
                      {"x": "component", "y": "eigenvalue", "color": "series"}),
        ),
    ),
)  # fmt: skip
ABOUT = RoomManifest(
    contents=Contents.SURVEY,
    study=StudyFacts(name="networks", title="Networks", sha256="", source="The tests"),
    data=DataFacts(kind="synthetic", title="Drawn answers", source="", fingerprint="0123"),
    versions={},
    switched_off=(),
)


def surveyed(lang: str = "en") -> tuple[Section, ...]:
    return survey_sections(SAID, ABOUT, lang=lang, confidentiality=Confidentiality.FREE)


def items() -> list[Table | Figure]:
    return [item for section in surveyed() for item in section.items]


def figures() -> list[Figure]:
    flows = evidence_sections((FLOWS,), FLOW, (), period="1996-2003")[0].items
    return [item for item in (*items(), *flows) if isinstance(item, Figure)]


def published() -> Document:
    return replace(document(rows=3), sections=surveyed(), findings=(), explanations={}, estimates=FLOW)


def test_a_survey_stands_under_its_own_name_and_says_what_its_answers_are() -> None:
    head, answers = surveyed()
    assert (head.title, head.level, answers.level) == ("Networks", 1, 2)
    assert "Drawn answers" in " ".join(head.paragraphs)
    assert "no number describes a real firm" in " ".join(head.paragraphs)
    assert answers.paragraphs == ("Everybody was asked.",)


def test_tables_and_figures_of_a_survey_are_numbered_and_an_empty_table_is_left_out() -> None:
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
        assert (answer_colors(count)[0], answer_colors(count)[-1]) == ("#7f3205", "#0f3a5f")


def test_every_estimate_stands_in_one_file_with_its_description() -> None:
    made = models.files(published())
    rows = list(csv.DictReader(io.StringIO(made["estimates.csv"].decode())))
    assert tuple(rows[0]) == (*ESTIMATE_COLUMNS, *STATED)
    assert [row["term"] for row in rows] == sorted(one.term for one in FLOW)
    described = json.loads(made["estimates.csv-metadata.json"])
    assert [column["name"] for column in described["tableSchema"]["columns"]] == [*ESTIMATE_COLUMNS, *STATED]
    assert described["rdfs:comment"] == document().banner
    assert "curves.csv" not in made


@pytest.mark.parametrize("lang", ["en", "fr", "nl", "de"])
def test_a_survey_prints_in_every_language(lang: str) -> None:
    made = replace(published(), sections=surveyed(lang), language=lang)
    pictures = {figure.table.id: draw(figure, language_of(lang)) for figure in made.figures()}
    assert paper(made, pictures).startswith(b"%PDF")
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
    rows = tuple((name, value, value) for name, value in (("a", 0.00002), ("b", 0.0009), ("c", 0.001)))
    said = Said("tests", "Tests", (), (TableSpec("tests", "Tests", ("", "p", "effect"), rows, 3, (), (1,)),))
    sections = survey_sections((said,), ABOUT, lang=lang)
    table = sections[1].items[0]
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
