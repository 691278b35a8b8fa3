"""A table laid out for reading: header rows with spans, groups of rows, printed cells.

HTML and PDF both draw this grid, so a table reads the same in each.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby

from firmtrade.messages import Language
from firmtrade.outputs import Cell, CellKey, ObsStatus
from firmtrade.report.model import Column, Table
from firmtrade.report.words import MARKS, cell_text, short_unit, unit_name, why_missing


@dataclass(frozen=True, slots=True)
class Head:
    """A header over one or more columns."""

    label: str
    span: int = 1
    unit: str = ""
    spanner: bool = False
    words: bool = False
    """True over a column of words."""
    width: float = 1.0
    """Room that the column asks for, in widths of a column of numbers."""


@dataclass(frozen=True, slots=True)
class GridEntry:
    """One printed cell."""

    text: str
    key: CellKey | None = None
    status: ObsStatus | None = None
    reason: str = ""
    short: bool = False
    words: bool = False
    """True for words, which stand at the left of their column."""


@dataclass(frozen=True, slots=True)
class GridLine:
    """One row: its label, and its cells."""

    key: str
    label: str
    entries: tuple[GridEntry, ...]
    unit: str = ""
    emphasis: bool = False


@dataclass(frozen=True, slots=True)
class RowBlock:
    """Rows under one heading (empty where the table has no groups)."""

    heading: str
    lines: tuple[GridLine, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table ready to be drawn."""

    stub: str
    spanners: tuple[Head, ...]
    heads: tuple[Head, ...]
    blocks: tuple[RowBlock, ...]
    unit: str
    legend: tuple[tuple[str, str], ...]
    """The marks used, each with its meaning."""

    def between(self, first: int, last: int) -> Grid:
        """The grid with the columns from ``first`` up to and without ``last`` alone."""
        spanners: list[Head] = []
        start = 0
        for head in self.spanners:
            span = min(start + head.span, last) - max(start, first)
            spanners += [replace(head, span=span)] if span > 0 else []
            start += head.span
        blocks = tuple(
            replace(
                block, lines=tuple(replace(line, entries=line.entries[first:last]) for line in block.lines)
            )
            for block in self.blocks
        )
        return replace(self, spanners=tuple(spanners), heads=self.heads[first:last], blocks=blocks)

    @property
    def width(self) -> int:
        """Number of columns, the stub included."""
        return len(self.heads) + 1

    @property
    def under_spanners(self) -> tuple[Head, ...]:
        """The heads of the second header row: those that stand under a spanner."""
        found: list[Head] = []
        start = 0
        for head in self.spanners:
            found += self.heads[start : start + head.span] if head.spanner else ()
            start += head.span
        return tuple(found)


def grid(table: Table, words: Language) -> Grid:
    """``table`` laid out in the language of ``words``."""
    _, by_column, by_row = place_units(table)
    numbers: dict[str, list[str]] = {column.key: [] for column in table.columns}
    for _, column, cell in table.ordered_cells():
        numbers[column.key].append(cell_text(cell, words, signed=column.signed))
    heads = tuple(
        Head(
            column.label,
            unit=_beside(f"{column.spanner} {column.label}", by_column.get(column.key, ""), words),
            words=bool(texts := [text for (_, key), text in table.texts.items() if key == column.key]),
            width=max(
                1.0,
                max(map(len, column.label.split()), default=0) / 7,
                min(max(map(len, texts), default=0) / 9, 4.0),
                max((len(text) for text in numbers[column.key]), default=0) / 7,
            ),
        )
        for column in table.columns
    )
    blocks = tuple(
        RowBlock(
            heading,
            tuple(
                GridLine(
                    row.key,
                    row.label,
                    tuple(
                        GridEntry(table.texts[row.key, column.key], words=True)
                        if (row.key, column.key) in table.texts
                        else _entry(table.cell(row, column), words, column.signed)
                        for column in table.columns
                    ),
                    unit=_beside(f"{heading} {row.label}", by_row.get(row.key, ""), words),
                    emphasis=row.emphasis,
                )
                for row in members
            ),
        )
        for heading, members in (
            (name, tuple(rows)) for name, rows in groupby(table.rows, lambda row: row.group)
        )
    )
    return Grid(table.stub, _spanners(table), heads, blocks, unit_of(table, words), _legend(table, words))


def unit_of(table: Table, words: Language) -> str:
    """The unit of all numbers of a table; empty where it has several, or none."""
    overall, _, _ = place_units(table)
    return table.unit or (unit_name(overall, words) if overall else "")


def _legend(table: Table, words: Language) -> tuple[tuple[str, str], ...]:
    """The marks that the table uses, each with its meaning; what was not computed says what it needs."""
    missing = [cell for *_, cell in table.ordered_cells() if cell.value is None or cell.status in MARKS]
    used = {cell.status for cell in missing}
    found = {status: words.say(f"marks.{status.name.lower()}") for status in MARKS if status in used}
    reasons = dict.fromkeys(
        words.render(cell.reason) for cell in missing if cell.status is ObsStatus.NOT_COMPUTED and cell.reason
    )
    if reasons:
        found[ObsStatus.NOT_COMPUTED] = words.say(
            "marks.not_computed_because", needs=words.listing([*reasons], "semicolon")
        )
    return tuple((mark, found[status]) for status, mark in MARKS.items() if status in found)


def place_units(table: Table) -> tuple[str, dict[str, str], dict[str, str]]:
    """Where the units of a table are said: once, else per column, else per row.

    Returns the unit of the whole table (empty where there are several), units by column, units by row.
    """
    cells = [(row, column, cell) for row, column, cell in table.ordered_cells() if cell.unit != "code"]
    overall = {cell.unit for *_, cell in cells}
    if len(overall) <= 1:
        return next(iter(overall), ""), {}, {}
    columns = _one_unit_each((column.key, cell.unit) for _, column, cell in cells)
    if columns is not None:
        return "", columns, {}
    return "", {}, _one_unit_each((row.key, cell.unit) for row, _, cell in cells) or {}


def _one_unit_each(pairs: object) -> dict[str, str] | None:
    units: dict[str, str] = {}
    for key, unit in pairs:  # type: ignore[attr-defined]
        if units.setdefault(key, unit) != unit:
            return None
    return units


def _beside(label: str, unit: str, words: Language) -> str:
    """The short name of a unit, to print beside a label; empty where the label already says it."""
    if not unit or _alike(unit_name(unit, words)) in _alike(label):
        return ""
    short = short_unit(unit, words)
    return "" if short in label else short


def _alike(text: str) -> str:
    return text.casefold().replace("’", "'")


def _spanners(table: Table) -> tuple[Head, ...]:
    if not any(column.spanner for column in table.columns):
        return ()
    groups = groupby(table.columns, lambda column: column.spanner)
    return tuple(Head(name, len(list(members)), spanner=bool(name)) for name, members in groups)


def _entry(cell: Cell | None, words: Language, signed: bool) -> GridEntry:
    if cell is None:
        return GridEntry("")
    missing = cell.value is None or cell.status in MARKS
    return GridEntry(
        cell_text(cell, words, signed=signed),
        cell.key,
        cell.status,
        why_missing(cell, words) if missing else "",
        short=missing,
    )


def headings(table: Table, words: Language) -> dict[str, str]:
    """By column, what it is called where it stands alone: its spanner, too, where there are several."""
    several = len({column.spanner for column in table.columns}) > 1
    return {column.key: whole_heading(column, words) if several else column.label for column in table.columns}


def whole_heading(column: Column, words: Language) -> str:
    """The label of a column behind its spanner, if it has one."""
    return (
        f"{column.spanner}{words.say('report.words.colon')}{column.label}" if column.spanner else column.label
    )
