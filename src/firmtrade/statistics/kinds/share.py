"""``share``: the share of firms with a flag, by group (Tables 3, 4, 19, 20; Figures 15, 18-22, 25, 26).

One side of the table names groups (an attribute), the other a set of flags. The share is always of the group.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from firmtrade.outputs import Cell, CellKey
from firmtrade.query.cells import CellSpec, Formula, Line, TableSpec, Term
from firmtrade.query.conditions import BASES, FLAGS, restriction
from firmtrade.query.groups import Group, groups_of
from firmtrade.query.universes import Universe
from firmtrade.statistics.kinds.base import (
    EVERYONE,
    Identity,
    Kind,
    column_line,
    count_spec,
    flag_lines,
    parts_of,
    share_spec,
    sums,
)
from firmtrade.study import Study, TableDeclaration

N = "n"
CODE = "nace_code"


def specify(table: TableDeclaration, study: Study) -> TableSpec:
    """Shares of each group's firms, with their number and code where the declaration asks for them."""
    assert table.rows is not None  # a study without them does not load
    assert table.columns is not None
    groups_are_rows = table.columns in FLAGS
    attribute, flags = (table.rows, table.columns) if groups_are_rows else (table.columns, table.rows)
    cells: list[CellSpec] = []
    heads: list[Line] = []
    for population in table.populations:
        groups = groups_of(study, table, attribute, population)
        cells += [
            cell
            for group in groups
            for cell in _cells(table, study, population, group, flags, groups_are_rows)
        ]
        heads += [replace(g.line, unit="percent", population=population) for g in groups]
    shares = flag_lines(flags)
    extra = [column_line(CODE, "code")] * table.codes + [column_line(N, "count")] * table.n
    if groups_are_rows:
        return TableSpec(table.id, tuple(heads), (*extra, *shares), tuple(cells))
    return TableSpec(table.id, (*shares, *extra), tuple(dict.fromkeys(heads)), tuple(cells))


def _cells(
    table: TableDeclaration, study: Study, population: str, group: Group, flags: str, groups_are_rows: bool
) -> Iterator[CellSpec]:
    def key(other: str) -> CellKey:
        row, column = (group.line.key, other) if groups_are_rows else (other, group.line.key)
        return CellKey(table.id, population, row, column)

    universe, year = Universe(population, "reference"), str(study.reference_year)
    base = restriction(table.where) & group.where & BASES.get(flags, EVERYONE)
    everyone = Term(universe, base)
    if table.codes and group.code:
        yield CellSpec(
            key(CODE), Formula.CODE, "code", year, 0, optional=True, group=everyone, code=group.code
        )
    if table.n:
        yield count_spec(key(N), everyone, year, optional=group.optional)
    for flag, has_flag in FLAGS[flags].items():
        yield share_spec(
            key(flag), universe, has_flag, base, year=year, decimals=table.decimals, optional=group.optional
        )


def identities(spec: TableSpec, cells: Mapping[CellKey, Cell]) -> Iterator[Identity]:
    """The groups add up to the total; ventures are international or domestic."""
    populations = dict.fromkeys(cell.key.population for cell in spec.cells)
    rows, columns = [row.key for row in spec.rows], [column.key for column in spec.columns]
    parts = parts_of(spec)
    for population in populations:
        if "total" in rows:
            for column in columns:
                if column != CODE:
                    yield from sums(
                        "the groups add up to the total",
                        cells,
                        CellKey(spec.id, population, "total", column),
                        [CellKey(spec.id, population, row, column) for row in parts],
                    )
        if set(rows) == {"inv", "dnv"}:
            for column in columns:
                keys = tuple(CellKey(spec.id, population, row, column) for row in ("inv", "dnv"))
                both = [cells[key] for key in keys if key in cells]
                numbers = [cell.numerator for cell in both if cell.numerator is not None]
                if len(numbers) == len(keys):
                    holds = {cell.denominator for cell in both} == {sum(numbers)}
                    yield Identity("a venture is international or domestic", keys, holds)


KIND = Kind(specify, identities)
