"""A table as JSON-stat 2.0 (https://json-stat.org/full): printed numbers, and a status where there is none."""

from __future__ import annotations

from typing import Any

from firmtrade.outputs import Cell, ObsStatus
from firmtrade.outputs.mark import MARK, mark_of
from firmtrade.report.grid import headings, place_units
from firmtrade.report.model import Table
from firmtrade.report.names import label
from firmtrade.report.tidy import value_of
from firmtrade.report.words import cell_text, unit_name, why_missing
from firmtrade.web.published import Published

ROW, COLUMN = "row", "column"


def json_stat(release: Published, table: Table) -> dict[str, Any]:
    """The dataset of a table: its rows by its columns.

    ``value`` and ``status`` are by position, row by row. A position that is empty by design has neither; a number that
    is hidden, undefined or not computed has a status (``OBS_STATUS``), and ``extension`` says why. Units stand with the
    columns where each has one, else with the positions in ``extension``.
    """
    language, document = release.language, release.document
    overall, by_column, _ = place_units(table)
    width = len(table.columns)
    cells = {
        at * width + place: cell
        for at, row in enumerate(table.rows)
        for place, column in enumerate(table.columns)
        if (cell := table.cell(row, column)) is not None
    }
    units = {column.key: by_column.get(column.key, overall) for column in table.columns}
    marks = {mark_of(cell).value for cell in cells.values()}
    return {
        "version": "2.0",
        "class": "dataset",
        "label": f"{label(table, language)}{language.say('report.words.colon')}{table.title}",
        "source": table.source,
        "note": [*([document.banner] if document.banner else []), *table.notes],
        "id": [ROW, COLUMN],
        "size": [len(table.rows), width],
        "role": {"metric": [COLUMN]},
        "dimension": {
            ROW: _dimension(
                table.stub or language.say("report.words.row"), [(row.key, row.label) for row in table.rows]
            ),
            COLUMN: _dimension(
                language.say("report.words.column"),
                list(headings(table, language).items()),
                {key: {"label": unit_name(unit, language)} for key, unit in units.items() if unit},
            ),
        },
        "value": {str(at): number(cell) for at, cell in cells.items() if value_of(cell)},
        "status": {
            str(at): cell.status.value for at, cell in cells.items() if cell.status is not ObsStatus.NORMAL
        },
        "extension": {
            MARK: next(iter(marks)) if len(marks) == 1 else sorted(marks),
            "release": release.name,
            "language": document.language,
            "population": table.population,
            "period": table.period,
            "cells": {str(at): _beside(cell, release) for at, cell in cells.items()},
        },
    }


def number(cell: Cell) -> int | float | None:
    """The number that is printed, None where there is none."""
    text = value_of(cell)
    if not text:
        return None
    return float(text) if "." in text else int(text)


def _beside(cell: Cell, release: Published) -> dict[str, Any]:
    """What a position of the dataset says beside its number."""
    said = {
        "key": str(cell.key),
        "unit": cell.unit,
        "year": cell.year,
        "decimals": cell.decimals,
        "confidentiality": cell.confidentiality.value,
    }
    if not value_of(cell):
        said |= {"mark": cell_text(cell, release.language), "reason": why_missing(cell, release.language)}
    return {name: value for name, value in said.items() if value != ""}


def _dimension(name: str, keys: list[tuple[str, str]], units: dict[str, Any] | None = None) -> dict[str, Any]:
    category: dict[str, Any] = {"index": [key for key, _ in keys], "label": dict(keys)}
    return {"label": name, "category": category | ({"unit": units} if units else {})}
