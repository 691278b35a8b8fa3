"""Rows and columns that a reader chooses of a table."""

from __future__ import annotations

from dataclasses import dataclass, replace

from firmtrade.messages import Language
from firmtrade.report.grid import headings
from firmtrade.report.model import Table
from firmtrade.web.answer import Query

ROW, COLUMN = "row", "column"


@dataclass(frozen=True, slots=True)
class ChoiceBox:
    """One box of a form: the key that it sends, what stands beside it, and whether it is ticked."""

    key: str
    label: str
    ticked: bool


def chosen(table: Table, query: Query) -> Table:
    """The table with the rows and columns that are asked for; all of a side of which none is there."""
    rows = tuple(row for row in table.rows if row.key in query.get(ROW, ())) or table.rows
    columns = tuple(each for each in table.columns if each.key in query.get(COLUMN, ())) or table.columns
    kept = {(row.key, column.key) for row in rows for column in columns}
    cells = {place: cell for place, cell in table.cells.items() if place in kept}
    texts = {place: text for place, text in table.texts.items() if place in kept}
    return replace(table, rows=rows, columns=columns, cells=cells, texts=texts)


def choices(table: Table, shown: Table, language: Language) -> dict[str, tuple[ChoiceBox, ...]]:
    """The boxes for the rows and the columns of a table, those ticked that are shown; no side of one alone."""
    rows, columns = {row.key for row in shown.rows}, {column.key for column in shown.columns}
    sides = {
        ROW: tuple(
            ChoiceBox(
                row.key,
                language.say("report.words.colon").join(filter(None, (row.group, row.label))),
                row.key in rows,
            )
            for row in table.rows
        ),
        COLUMN: tuple(
            ChoiceBox(key, text, key in columns) for key, text in headings(table, language).items()
        ),
    }
    return {side: boxes for side, boxes in sides.items() if len(boxes) > 1}
