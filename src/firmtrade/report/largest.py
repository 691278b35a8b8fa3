"""A long list as pages print it: its largest rows alone. The workbook, CSV files and explanations hold all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from firmtrade.messages import Language
from firmtrade.outputs import Cell
from firmtrade.report.model import HIDDEN, Document, Figure, Row, Table

MOST = 10
"""Rows that a page prints of a list."""
FEW = 12
"""Rows up to which a list is printed whole."""


def largest(rows: Sequence[Row], cells: Mapping[tuple[str, str], Cell], column: str) -> tuple[str, ...]:
    """The keys of the rows that a page prints, in print order: those of the largest printed number, then those
    that sum up others.

    Nothing where the list is short. What is hidden has no size, and is not among the largest.
    """
    parts = [row for row in rows if not row.sums]
    if len(parts) <= FEW:
        return ()
    size = {
        row.key: cell.value
        for row in parts
        if (cell := cells.get((row.key, column))) is not None
        and cell.value is not None
        and cell.status not in HIDDEN
    }
    ranked = sorted(size, key=lambda key: -size[key])[:MOST]
    return (*ranked, *(row.key for row in rows if row.sums))


def shortened(table: Table, words: Language) -> Table:
    """The table as a page prints it, with a note on where every row is; the table itself where it is printed whole."""
    if not table.shown:
        return table
    place = {key: at for at, key in enumerate(table.shown)}
    rows = tuple(sorted((row for row in table.rows if row.key in place), key=lambda row: place[row.key]))
    cells = {where: cell for where, cell in table.cells.items() if where[0] in place}
    note = words.say(
        "report.words.largest",
        shown=words.number(sum(not row.sums for row in rows), 0),
        all=words.number(sum(not row.sums for row in table.rows), 0),
    )
    return replace(table, rows=rows, cells=cells, notes=(*table.notes, note))


def whole(document: Document) -> Document:
    """The document with every row on its pages, for a release without a file that holds them all."""

    def printed(item: Table | Figure) -> Table | Figure:
        return item if isinstance(item, Figure) else replace(item, shown=())

    sections = tuple(
        replace(section, items=tuple(map(printed, section.items))) for section in document.sections
    )
    return replace(document, sections=sections)
