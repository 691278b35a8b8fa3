"""Numbers for machines: one CSV per table with its metadata (CSVW), and one long file of every cell.

Values stand at printed precision with a point; a value that is not there is empty and its status says why.
"""

from __future__ import annotations

import json
from itertools import product
from typing import Any

from firmtrade.messages import Language, language_of, plain
from firmtrade.outputs import CELL_COLUMNS, Cell
from firmtrade.outputs.csv_file import csv_file
from firmtrade.outputs.formulas import NOTE
from firmtrade.outputs.mark import MARK, mark_of
from firmtrade.report.grid import whole_heading
from firmtrade.report.model import Document, Table
from firmtrade.report.names import label, stem
from firmtrade.report.provenance import produced
from firmtrade.report.words import MARKS, cell_text

TABLE_COLUMNS = (
    "row", "row_label", "column", "column_label", "population", "value", "unit", "year", "status",
    "confidentiality", "mark", MARK,
)  # fmt: skip

LONG_COLUMNS = (*CELL_COLUMNS, MARK)
DATATYPES = {"value": "decimal"}


def files(document: Document) -> dict[str, bytes]:
    """``cells.csv``, and for each computed table its CSV and CSVW metadata, by path."""
    language = language_of(document.language)
    made = {"cells.csv": long_file(document)}
    for table in document.tables():
        if table.computed:
            path = f"tables/{stem(table)}.csv"
            made[path] = table_file(table, language)
            made[f"{path}-metadata.json"] = _metadata(document, table, language)
    made["cells.csv-metadata.json"] = _long_metadata(document, language)
    return made


def value_of(cell: Cell) -> str:
    """The printed value for machines; empty where there is none or it is hidden.

    A code keeps the digits it is printed with.
    """
    if cell.value is None or cell.status in MARKS:
        return ""
    return plain(cell.value, cell.decimals)


def flags(cell: Cell) -> tuple[str, str]:
    """The observation status and the confidentiality status."""
    return cell.status.value, cell.confidentiality.value


def long_file(document: Document) -> bytes:
    """Every cell once, in print order, with the columns of a published edition and the two statuses."""
    rows = [
        (*cell.key, value_of(cell), cell.unit, cell.year, *flags(cell), mark_of(cell).value)
        for table in document.tables()
        for _, _, cell in table.ordered_cells()
    ]
    return csv_file(LONG_COLUMNS, rows)


def table_file(table: Table, language: Language) -> bytes:
    """One table, a line per cell, with keys and labels."""
    rows = []
    for row, column in product(table.rows, table.columns):
        cell = table.cell(row, column)
        heading = whole_heading(column, language)
        if cell is None:
            if text := table.texts.get((row.key, column.key)):
                empty = ("",) * 6
                rows.append((row.key, row.label, column.key, heading, *empty, text, ""))
            continue
        mark = cell_text(cell, language) if value_of(cell) == "" else ""
        place = (row.key, row.label, column.key, heading, cell.key.population)
        said_of = (value_of(cell), cell.unit, cell.year, *flags(cell), mark, mark_of(cell).value)
        rows.append((*place, *said_of))
    return csv_file(TABLE_COLUMNS, rows)


def _metadata(document: Document, table: Table, language: Language) -> bytes:
    facts: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": document.language}],
        "url": f"{stem(table)}.csv",
        "dc:title": label(table, language) + language.say("report.words.colon") + table.title,
        "dc:description": " ".join([*table.notes, produced(document.provenance, language)]),
        "notes": [NOTE],
        "dc:source": table.source,
        "dc:coverage": table.population,
        "dc:temporal": table.period,
        "dc:language": document.language,
    }
    if document.banner:
        facts["rdfs:comment"] = document.banner
    schema = {
        "columns": [_column(name, language) for name in TABLE_COLUMNS],
        "primaryKey": ["row", "column", "population"],
    }
    return dump({**{key: value for key, value in facts.items() if value}, "tableSchema": schema})


def _long_metadata(document: Document, language: Language) -> bytes:
    facts = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": document.language}],
        "url": "cells.csv",
        "dc:title": document.title,
        "dc:description": produced(document.provenance, language),
        "dc:language": document.language,
        **({"rdfs:comment": document.banner} if document.banner else {}),
        "tableSchema": {
            "columns": [_column(name, language) for name in LONG_COLUMNS],
            "primaryKey": ["table", "population", "row", "column"],
        },
    }
    return dump(facts)


def _column(name: str, language: Language) -> dict[str, Any]:
    return {
        "name": name,
        "titles": name,
        "datatype": DATATYPES.get(name, "string"),
        "dc:description": language.say(f"report.columns.{name}"),
        "null": "",
    }


def dump(value: object) -> bytes:
    """JSON for people and version control: stable, indented, UTF-8."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
