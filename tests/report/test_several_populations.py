"""Populations side by side in one table: each has its own panel, findings and column heads."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

import pytest

from firmtrade.kinds import specify
from firmtrade.messages import language_of
from firmtrade.outputs import Cell, Confidentiality
from firmtrade.query.cells import TableSpec
from firmtrade.report import Document, Provenance
from firmtrade.report.charts import chart
from firmtrade.report.from_study import assemble
from firmtrade.statistics.tables import table_csv
from firmtrade.studies import load_study
from firmtrade.study import Study

SYNTHETIC = Provenance("belgium-2008", "synthetic", "0c6ab8f1d2e4", program_version="0.1.0")
BOTH = ("manufacturing", "services")
ENGLISH = language_of("en")


def doubled(name: str, populations: tuple[str, ...] = BOTH) -> Study:
    """A bundled study whose every table sets these populations side by side."""
    study = load_study(name)
    changed = {
        family: tuple(table.model_copy(update={"population": populations}) for table in tables)
        for family, tables in (("tables", study.tables), ("figures", study.figures))
    }
    return study.model_copy(update=changed)


CHAPTER = doubled("belgium-2008")


def cells(study: Study) -> tuple[Cell, ...]:
    """Shares that stay below 25 in manufacturing and between 30 and 55 in services."""
    specs = [cell for spec in specify(study) for cell in spec.cells if not cell.optional]
    return tuple(
        Cell(
            one.key,
            float(place % 25 + 30 * one.key.population.startswith("services")),
            one.unit,
            one.year,
            one.decimals,
            confidentiality=Confidentiality.FREE,
        )
        for place, one in enumerate(specs)
    )


@pytest.fixture(scope="module")
def document() -> Document:
    return assemble(CHAPTER, cells(CHAPTER), SYNTHETIC)


def layers(spec: Any) -> Iterator[Any]:
    if isinstance(spec, dict):
        if "layer" in spec:
            yield spec
        for child in spec.values():
            yield from layers(child)
    elif isinstance(spec, list):
        for child in spec:
            yield from layers(child)


@pytest.mark.parametrize("name", ["belgium-2008", "belgium-traders"])
def test_no_column_of_a_table_is_named_twice(name: str) -> None:
    study = doubled(name)
    of_table: dict[str, dict[Any, Cell]] = {}
    for cell in cells(study):
        of_table.setdefault(cell.key.table, {})[cell.key] = cell
    for spec in specify(study):
        heads = [column.key for column in spec.columns]
        assert len(heads) == len(set(heads)), spec.id
        if spec.id in of_table:
            written = next(csv.reader(table_csv(spec, of_table[spec.id], study).decode().splitlines()))
            assert len(written) == len(set(written)), spec.id


def test_every_row_of_the_file_has_the_numbers_of_its_own_population() -> None:
    spec: TableSpec = next(one for one in specify(CHAPTER) if one.id == "fig19")
    own = {cell.key: cell for cell in cells(CHAPTER) if cell.key.table == "fig19"}
    for row in csv.DictReader(table_csv(spec, own, CHAPTER).decode().splitlines()):
        values = [float(row[column.key]) for column in spec.columns if row.get(column.key)]
        assert values
        assert all((value >= 30) == (row["population"] == "services") for value in values)


@pytest.mark.parametrize("identifier", ["fig16", "fig17", "fig18", "fig19"])
@pytest.mark.parametrize("narrow", [False, True])
def test_a_figure_has_a_panel_for_each_population(document: Document, identifier: str, narrow: bool) -> None:
    figure = next(one for one in document.figures() if one.table.id == identifier)
    panels = chart(figure, ENGLISH, narrow=narrow)["vconcat"]
    assert [panel["title"]["text"] for panel in panels] == ["Manufacturing", "Services"]
    for panel, own in zip(panels, (range(25), range(30, 55)), strict=True):
        rows = [row for layer in layers(panel) for row in layer["data"]["values"]]
        said = {float(row["text"]) for row in rows if row["text"]}
        assert said
        assert said <= set(own), "no number of the other population"


def test_a_line_joins_years_of_one_population(document: Document) -> None:
    figure = next(one for one in document.figures() if one.table.id == "fig17")
    for panel in chart(figure, ENGLISH)["vconcat"]:
        rows = panel["data"]["values"]
        places = [(row["series"], row["category"]) for row in rows]
        assert len(places) == len(set(places))
        assert {row["category"] for row in rows} == {str(year) for year in range(1996, 2003)}


def test_panels_share_one_scale(document: Document) -> None:
    figure = next(one for one in document.figures() if one.table.id == "fig17")
    scales = {
        str(layer["encoding"]["y"]["scale"]["domain"])
        for panel in chart(figure, ENGLISH)["vconcat"]
        for layer in panel["layer"]
    }
    assert len(scales) == 1


def test_the_parts_of_a_whole_are_those_of_one_population() -> None:
    shares = [
        Cell(cell.key, 25.0, cell.unit, cell.year, cell.decimals, confidentiality=Confidentiality.FREE)
        for cell in cells(CHAPTER)
        if cell.key.table == "fig16"
    ]
    figure = next(one for one in assemble(CHAPTER, shares, SYNTHETIC).figures() if one.table.id == "fig16")
    for panel in chart(figure, ENGLISH)["vconcat"]:
        assert max(row["end"] for row in panel["data"]["values"]) == 100


def test_a_finding_quotes_one_population(document: Document) -> None:
    own = {"Manufacturing": "manufacturing", "Services": "services"}
    found = [one for one in document.findings if one.table in {"fig16", "fig17"}]
    assert len(found) == 4
    for one in found:
        whose = own[one.about.split(" · ")[0]]
        assert {key.population for key in one.cells} == {whose}


def test_table_and_page_name_every_population(document: Document) -> None:
    assert document.subtitle.startswith("Manufacturing · Services · ")
    for table in document.tables():
        assert table.population.startswith("Manufacturing · Services"), table.id
        named = {column.population for column in table.columns}
        assert not table.computed or named == {"Manufacturing", "Services"}, table.id


def test_totals_stand_below_the_rows_of_every_population() -> None:
    study = doubled("belgium-2008")
    every = [
        Cell(one.key, 1.0, one.unit, one.year, one.decimals, confidentiality=Confidentiality.FREE)
        for spec in specify(study)
        if spec.id == "3"
        for one in spec.cells
    ]
    table = next(one for one in assemble(study, every, SYNTHETIC).tables() if one.id == "3")
    keys = [row.key for row in table.rows]
    assert keys[-3:] == ["unknown", "total", "core_nace_15_37"]
    assert keys[:-3] == sorted(keys[:-3])
