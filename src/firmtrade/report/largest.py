"""A long list as pages print it: its largest rows alone. The workbook, CSV files and explanations hold all of it."""

from __future__ import annotations

from dataclasses import replace

from firmtrade.messages import Language
from firmtrade.report.model import HIDDEN, Document, Figure, Row, Table

MOST = 10
"""Rows that a page prints of a list."""
FEW = 12
"""Rows up to which a list is printed whole."""


def shortened(table: Table, words: Language) -> Table:
    """The table as a page prints it; the table itself where it is printed whole.

    The rows of the largest numbers come first, then those that sum up others, and a note says where every row is.
    What is hidden has no size: it is not among the largest, and the note says that there is some.
    """
    parts = [row for row in table.rows if not row.sums]
    if not table.ranked_by or len(parts) <= FEW:
        return table
    size = {row.key: number for row in parts if (number := _printed(table, row)) is not None}
    ranked = sorted((row for row in parts if row.key in size), key=lambda row: -size[row.key])[:MOST]
    rows = (*ranked, *(row for row in table.rows if row.sums))
    if not rows:
        return table
    keys = {row.key for row in rows}
    cells = {where: cell for where, cell in table.cells.items() if where[0] in keys}
    every = words.number(len(parts), 0)
    if len(size) == len(parts):
        note = words.say("report.words.largest", shown=words.number(len(ranked), 0), all=every)
    else:
        note = words.say(f"report.words.{'largest_printed' if ranked else 'none_printed'}", all=every)
    return replace(table, rows=rows, cells=cells, notes=(*table.notes, note))


def _printed(table: Table, row: Row) -> float | None:
    """The number that a row is ranked by, or None where it has none to print."""
    cell = table.cell(row, table.ranked_by)
    return None if cell is None or cell.status in HIDDEN else cell.value


def whole(document: Document) -> Document:
    """The document with every row on its pages, for a release without a file that holds them all."""

    def printed(item: Table | Figure) -> Table | Figure:
        return item if isinstance(item, Figure) else replace(item, ranked_by="")

    sections = tuple(
        replace(section, items=tuple(map(printed, section.items))) for section in document.sections
    )
    return replace(document, sections=sections)
