"""A table as people lay it out: rows and columns in print order."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from firmtrade.outputs import Cell, CellKey
from firmtrade.outputs.csv_file import csv_file
from firmtrade.outputs.mark import MARK, mark_of
from firmtrade.outputs.room import plain
from firmtrade.query.cells import TableSpec
from firmtrade.study import Study


def row_heads(spec: TableSpec, cells: Mapping[CellKey, Cell], study: Study) -> list[tuple[str, str]]:
    """Population key and row key of the rows that are printed, in print order."""
    printed = {(key.population, key.row) for key in cells if key.table == spec.id}
    table = study.output(spec.id)
    populations = [table.population_key(name) for name in table.populations]
    heads = [
        (population, row.key)
        for population in populations
        for row in spec.rows
        if not row.population or row.population == population
    ]
    return [head for head in dict.fromkeys(heads) if head in printed]


def frame(spec: TableSpec, cells: Mapping[CellKey, Cell], study: Study, language: str = "en") -> pl.DataFrame:
    """A table as a frame: ``rows`` (labels), then one column per printed column, unrounded; undefined is null.

    ``population`` stands before them where the table has several.
    """
    labels = {row.key: row.label.say(language) for row in spec.rows}
    heads = row_heads(spec, cells, study)
    several = len({population for population, _ in heads}) > 1
    columns: dict[str, list[object]] = {}
    if several:
        columns["population"] = [population for population, _ in heads]
    columns["rows"] = [labels[row] for _, row in heads]
    for column in spec.columns:
        keys = [CellKey(spec.id, population, row, column.key) for population, row in heads]
        if any(key in cells for key in keys):
            columns[column.key] = [cells[key].value if key in cells else None for key in keys]
    return pl.DataFrame(columns)


def long_frame(
    spec: TableSpec, cells: Mapping[CellKey, Cell], study: Study, language: str = "en"
) -> pl.DataFrame:
    """A table as a frame of one line per cell: ``population``, ``rows``, ``columns``, ``value``, ``unit``."""
    labels = {row.key: row.label.say(language) for row in spec.rows}
    found = [
        (population, labels[row], column.label.say(language), cells[key].value, cells[key].unit)
        for population, row in row_heads(spec, cells, study)
        for column in spec.columns
        if (key := CellKey(spec.id, population, row, column.key)) in cells
    ]
    schema = {
        "population": pl.String,
        "rows": pl.String,
        "columns": pl.String,
        "value": pl.Float64,
        "unit": pl.String,
    }
    return pl.DataFrame(found, schema, orient="row")


def table_csv(spec: TableSpec, cells: Mapping[CellKey, Cell], study: Study) -> bytes:
    """A table as CSV: population and row keys, one column per printed column, and the mark of the data."""
    heads = row_heads(spec, cells, study)
    columns = [column.key for column in spec.columns]
    columns = [name for name in columns if any(CellKey(spec.id, *head, name) in cells for head in heads)]
    rows = []
    for head in heads:
        values = [cells.get(CellKey(spec.id, *head, name)) for name in columns]
        mark = next((mark_of(cell) for cell in values if cell), "")
        rows.append([*head, *(plain(cell.value) if cell else "" for cell in values), mark])
    return csv_file(["population", "row", *columns, MARK], rows)
