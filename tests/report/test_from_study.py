"""The chapter of 2008 as a document: every table and figure, in every language, each number explained."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from firmtrade.errors import UsageError
from firmtrade.kinds import specify
from firmtrade.messages import Code, language_of, message
from firmtrade.outputs import Cell, CellKey, Confidentiality, ObsStatus
from firmtrade.report import LANGUAGES, Document, Provenance, Section, html, load_edition, publish, verify
from firmtrade.report.explanations import explain
from firmtrade.report.from_study import assemble
from firmtrade.report.model import ChartKind, Figure
from firmtrade.report.pictures import draw
from firmtrade.studies import load_study
from report.same_text import on_the_page
from report.test_same_text import published
from shared import shared

STUDY = load_study("belgium-2008")
SYNTHETIC = Provenance("belgium-2008", "synthetic", "0c6ab8f1d2e4", program_version="0.1.0")


@cache
def made_up() -> tuple[Cell, ...]:
    """A number for every cell that is always printed: whatever comes next of 1, 2, ... 97."""
    cells = [cell for spec in specify(STUDY) for cell in spec.cells if not cell.optional or cell.code]
    return tuple(
        Cell(
            cell.key,
            float(cell.code or place % 97 + 1),
            cell.unit,
            cell.year,
            cell.decimals,
            confidentiality=Confidentiality.FREE,
        )
        for place, cell in enumerate(cells)
    )


def chapter(lang: str = "en", change: Callable[[Cell], Cell] = lambda cell: cell) -> Document:
    return assemble(STUDY, map(change, made_up()), SYNTHETIC, lang=lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_table_and_figure_of_the_study_is_there_once(lang: str) -> None:
    made = chapter(lang)
    assert sorted(table.id for table in made.tables()) == sorted(table.id for table in STUDY.outputs)
    assert all(table.computed and table.title for table in made.tables())


def test_every_cell_finds_its_place() -> None:
    placed = [cell.key for table in chapter().tables() for *_, cell in table.ordered_cells()]
    assert sorted(placed) == sorted(cell.key for cell in made_up())


def test_every_number_has_an_explanation_with_query_and_inputs() -> None:
    explanations = chapter().explanations
    for cell in made_up():
        found = explanations[cell.key]
        assert found.definition
        assert found.inputs
        assert found.query or cell.unit == "code"


def test_an_explanation_points_only_to_numbers_that_are_published() -> None:
    present = {cell.key for cell in made_up()}
    explanations = chapter().explanations
    assert all(set(found.published) <= present for found in explanations.values())
    key = CellKey("6", "manufacturing", "export", "labor_productivity_cagr")
    assert {one.column for one in explanations[key].published} == {"value_added_cagr", "employment_cagr"}


def test_the_figures_have_the_forms_of_their_statistics() -> None:
    kinds = {figure.table.id: figure.kind for figure in chapter().figures()}
    assert kinds["fig15"] is kinds["fig20"] is ChartKind.GROUPED_BARS
    assert kinds["fig16"] is kinds["fig23"] is ChartKind.STACKED_BAR
    assert kinds["fig17"] is kinds["fig24"] is ChartKind.LINES
    assert {kinds[f"fig{number}"] for number in (18, 19, 25, 26)} == {ChartKind.SMALL_MULTIPLES}
    assert all(figure.alternative for figure in chapter().figures())


def test_the_regions_of_three_populations_become_three_columns() -> None:
    table = next(table for table in chapter().tables() if table.id == "fig15")
    assert [row.label for row in table.rows][:3] == ["Flanders", "Wallonia", "Brussels"]
    assert [column.label for column in table.columns] == [
        "Manufacturing", "Manufacturing without construction", "Services",
    ]  # fmt: skip


def test_growth_and_levels_speak_of_the_panel_and_say_so() -> None:
    by_id = {table.id: table for table in chapter().tables()}
    assert by_id["6"].population == "Manufacturing, firms with employment in 1998 and 2003"
    assert by_id["4"].population == "Manufacturing"
    panel = [finding for finding in chapter().findings if finding.table in {"5", "6", "21", "22"}]
    assert len(panel) == 4
    assert all("firms with employment in 1998 and 2003" in finding.about for finding in panel)


def test_each_finding_speaks_of_its_own_population() -> None:
    by_id = {table.id: table for table in chapter().tables()}
    for finding in chapter().findings:
        names = {key.population for key in finding.cells}
        assert len(names) == 1
        population = STUDY.populations[next(iter(names))].label.say("en")
        assert finding.about.startswith(population)
        assert all(key.table == finding.table and key.table in by_id for key in finding.cells)


def test_findings_print_numbers_of_their_own_cells_only() -> None:
    made = chapter()
    values = {cell.key: cell for cell in made_up()}
    for finding in made.findings:
        if finding.table in {"fig16", "fig23"}:
            numbers = {float(number) for number in re.findall(r"(\d+\.\d)%", finding.text)}
            assert numbers == {values[key].value for key in finding.cells}


def test_a_table_whose_input_is_missing_is_a_placeholder_that_says_what_it_needs() -> None:
    def without_value_added(cell: Cell) -> Cell:
        if cell.key.table != "5":
            return cell
        reason = message("reasons.column", column=Code("value_added"), table="accounts")
        return replace(cell, value=None, status=ObsStatus.NOT_COMPUTED, reason=reason)

    made = chapter(change=without_value_added)
    table = next(table for table in made.tables() if table.id == "5")
    assert not table.computed
    assert table.needs == "the column `value_added` of accounts"
    assert all(finding.table != "5" for finding in made.findings)


def test_a_figure_whose_data_is_switched_off_is_a_placeholder() -> None:
    cells = [cell for cell in made_up() if cell.key.table != "fig17"]
    figure = next(f for f in assemble(STUDY, cells, SYNTHETIC).figures() if f.table.id == "fig17")
    assert not figure.table.computed
    assert figure.table.needs


def test_synthetic_data_says_so_and_unprotected_real_data_is_not_for_release() -> None:
    real = replace(SYNTHETIC, data="real")
    assert chapter("fr").banner.startswith("SYNTHETIC DATA – DONNÉES SYNTHÉTIQUES")
    assert assemble(STUDY, made_up(), real, unreleased=True, lang="de").banner.startswith("NOT FOR RELEASE")
    assert assemble(STUDY, made_up(), real).banner == ""


def test_further_sections_follow_those_of_the_tables_before_the_methods() -> None:
    extra = Section("evidence", "Models")
    chapters = assemble(STUDY, made_up(), SYNTHETIC, sections=(extra,)).sections
    assert [section.id for section in chapters if section.level == 1][-2:] == ["evidence", "methods"]


def test_a_language_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UsageError, match="no report in the language `it`"):
        chapter("it")


def test_a_chapter_is_published_with_the_printed_edition_beside_it(tmp_path: Path) -> None:
    folder = shared()
    if folder is None:
        pytest.skip("the printed cells are not on this machine")
    path = folder / "published" / "published_cells.csv"
    with path.open(encoding="utf-8") as lines:
        published = {
            CellKey(r["table"], r["population"], r["row"], r["column"]): r for r in csv.DictReader(lines)
        }
    specs = [cell for spec in specify(STUDY) for cell in spec.cells if cell.key in published]
    cells = [
        Cell(cell.key, float(published[cell.key]["value"]), cell.unit, cell.year, cell.decimals)
        for cell in specs
    ]
    assert len(cells) == 614 + 47
    made = assemble(STUDY, cells, SYNTHETIC)
    out = publish(made, tmp_path / "out", formats=("html", "csv"), against=load_edition(path))
    assert verify(out) == []
    assert sum(row["unit"] != "code" for row in published.values()) == 614  # codes are not compared
    assert "614 of 614 compared numbers are equal; 0 are in only one" in (out / "review.html").read_text(
        "utf-8"
    )
    productivity = next(finding.text for finding in made.findings if finding.table == "5")
    assert "58.7 in the group “Exporters” and 52.2 in the group “Non-exporters”" in productivity
    assert "6.5 higher in the first" in productivity
    figures = [item for item in made.items() if isinstance(item, Figure)]
    assert all(not figure.table.computed for figure in figures)


def test_unknown_is_explained_by_what_is_not_known() -> None:
    """Of a size class it is the size, of a region the region, of a scope the zone of a flow."""
    every = {cell.key: cell for spec in specify(STUDY) for cell in spec.cells}
    said = explain(STUDY, specify(STUDY), every)
    size = said[CellKey("fig19", "manufacturing", "intra_eu_export", "unknown")].definition
    region = said[CellKey("fig15", "manufacturing", "unknown", "internationalized_share")].definition
    scope = said[CellKey("1", "manufacturing", "import_only", "unknown")].definition
    division = said[CellKey("3", "manufacturing", "unknown", "export_share")].definition
    assert "firms of the population whose group is not known (Size class)" in size
    assert "whose group is not known (Region)" in region
    assert "whose group is not known (Division)" in division
    assert "a flow of unknown zone leaves the scope open" in scope
    assert not any("unknown zone leaves" in one for one in (size, region, division))


def test_a_picture_whose_numbers_a_table_prints_has_no_table_of_its_own() -> None:
    made = published("belgium-2008", "en")
    told = {figure.table.id: figure.printed_by for figure in made.figures() if figure.printed_by}
    assert told == {"fig19": "4", "fig26": "20"}
    figure = next(one for one in made.figures() if one.table.id == "fig19")
    assert figure.table.notes[-1] == "Table 4 prints the numbers."
    pictures = {"fig19": draw(figure, language_of("en"))}
    page = html.index(made, pictures, ()).decode("utf-8")
    assert "figure-19" not in on_the_page(page)
    assert len(on_the_page(page)["figure-18"]) == 4
    assert "figure-19" in on_the_page(html.index(made, {}, ()).decode("utf-8"))  # without its picture
