"""One table of several releases: side by side, and as a table and a chart along the years where these differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

from firmtrade.messages import Language
from firmtrade.outputs import Cell, CellKey
from firmtrade.report.alternatives import alternative
from firmtrade.report.grid import headings
from firmtrade.report.meanings import with_meanings
from firmtrade.report.model import ChartKind, Column, Figure, Row, Section, Table
from firmtrade.report.words import short_unit
from firmtrade.web.published import Published

BETWEEN = "\x1f"
"""Stands between two keys that are joined to one."""
FEWEST_YEARS, MOST_LINES = 3, 6
"""Between two years a line says no more than the table; more lines have no colours to tell them apart."""
COUNT = "count"


@dataclass(frozen=True, slots=True, eq=False)
class ReleasedTable:
    """A table in one release: what its numbers are called beside others, and the years that they are of."""

    release: Published
    table: Table
    name: str
    years: str


def editions(releases: Sequence[Published], name: str) -> tuple[ReleasedTable, ...]:
    """The table of a name in each release, in order of their years.

    An edition is called by its years where they tell all apart, else by its study, and with the fingerprint of its
    data where the study does not suffice.
    """
    tables = [release.tables[name] for release in releases]
    years = [" · ".join(dict.fromkeys(cell.year for cell in table.cells.values())) for table in tables]
    studies = [release.document.provenance.study or release.document.title for release in releases]
    names = years if all(years) and len(set(years)) == len(years) else studies
    if len(set(names)) < len(names):
        names = [release.name for release in releases]
    made = [ReleasedTable(*each) for each in zip(releases, tables, names, years, strict=True)]
    return tuple(sorted(made, key=lambda each: each.years))


def side_by_side(held: Sequence[ReleasedTable]) -> Table:
    """One table: below each column, a column of each edition. Rows and columns are those of any edition, in order."""
    first = held[0].table
    heads = _headings(held)
    order = _in_order([[column.key for column in each.table.columns] for each in held])
    signed = {column.key: column.signed for each in held for column in each.table.columns}
    columns = tuple(
        Column(_joined(key, each.release.name), each.name, spanner=heads[key], signed=signed[key])
        for key, each in product(order, held)
        if any(column.key == key for column in each.table.columns)
    )
    cells = {
        (row, _joined(column, each.release.name)): _of(each, cell)
        for each in held
        for (row, column), cell in each.table.cells.items()
    }
    return replace(first, rows=_rows(held), columns=columns, cells=cells, texts={}, notes=(), ranked_by="")


def over_time(held: Sequence[ReleasedTable]) -> Table | None:
    """One table with a column for each edition, and below each column's name its rows.

    None where no two editions are of different years, or two are of the same.
    """
    years = [each.years for each in held]
    if len(held) < 2 or not all(years) or len(set(years)) < len(years):
        return None
    columns = tuple(Column(each.release.name, each.name) for each in held)
    rows, cells = [], dict[tuple[str, str], Cell]()
    heads = _headings(held)
    for column in _in_order([[column.key for column in each.table.columns] for each in held]):
        for row in _rows(held):
            found = {each: each.table.cells.get((row.key, column)) for each in held}
            place = {each.release.name: _of(each, cell) for each, cell in found.items() if cell}
            if place:
                key = _joined(column, row.key)
                rows.append(replace(row, key=key, group=heads[column]))
                cells |= {(key, name): cell for name, cell in place.items()}
    return replace(
        held[0].table,
        rows=tuple(rows),
        columns=columns,
        cells=cells,
        texts={},
        notes=(),
        ranked_by="",
        unit="",
    )


def charted(along: Table, language: Language) -> Figure | None:
    """A line along the years for each row of a column and a unit: of the first whose lines can be told apart.

    Numbers of firms are drawn where there is nothing else. None where there are fewer than three years.
    """
    if len(along.columns) < FEWEST_YEARS:
        return None
    lines: dict[tuple[bool, str, str], list[Row]] = {}
    units = {row: cell.unit for (row, _), cell in along.cells.items()}
    for row in along.rows:
        lines.setdefault((units[row.key] == COUNT, row.group, units[row.key]), []).append(row)
    for (_, group, unit), rows in sorted(lines.items(), key=lambda each: each[0][0]):
        keys = {row.key for row in rows}
        cells = {place: cell for place, cell in along.cells.items() if place[0] in keys}
        named = tuple(replace(row, group="") for row in rows)
        table = replace(along, title=group or along.title, rows=named, cells=cells)
        bare = Figure(table, ChartKind.LINES, "", y_label=short_unit(unit, language))
        if len(rows) <= MOST_LINES and bare.drawn:
            ((drawn,),) = (section.items for section in with_meanings([Section("", "", items=(bare,))]))
            assert isinstance(drawn, Figure)
            return replace(drawn, alternative=alternative(drawn, language))
    return None


def _headings(held: Sequence[ReleasedTable]) -> dict[str, str]:
    """What the columns of all editions are called: as the first that has one calls it."""
    return {
        key: text
        for each in reversed(held)
        for key, text in headings(each.table, each.release.language).items()
    }


def _rows(held: Sequence[ReleasedTable]) -> tuple[Row, ...]:
    rows = {row.key: row for each in reversed(held) for row in each.table.rows}
    return tuple(rows[key] for key in _in_order([[row.key for row in each.table.rows] for each in held]))


def _in_order(lists: Sequence[Sequence[str]]) -> list[str]:
    """Every key of any list once: a key that the first lack stands behind the one that it follows in its own."""
    order: list[str] = []
    for keys in lists:
        for at, key in enumerate(keys):
            if key not in order:
                before = keys[at - 1] if at else None
                order.insert(order.index(before) + 1 if before is not None else 0, key)
    return order


def _of(held: ReleasedTable, cell: Cell) -> Cell:
    """The cell with a key that no other release has."""
    return replace(cell, key=cell.key._replace(table=_joined(held.release.name, cell.key.table)))


def parted(key: CellKey) -> tuple[str, CellKey]:
    """The release of a cell of a comparison by its name, and the key that the cell has there."""
    release, table = key.table.split(BETWEEN)
    return release, key._replace(table=table)


def _joined(first: str, second: str) -> str:
    return f"{first}{BETWEEN}{second}"
