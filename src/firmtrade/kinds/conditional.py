"""``conditional``: the share of firms with one flow that also have another (Tables 2 and 18)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Literal

from firmtrade.kinds.base import Identity, Kind, count, flag_lines, share_spec
from firmtrade.kinds.keys import flag_sets
from firmtrade.kinds.layout import Layout, heading, of_flags
from firmtrade.outputs import Cell, CellKey
from firmtrade.query.cells import Formula, TableSpec
from firmtrade.query.conditions import FLAGS, restriction
from firmtrade.query.universes import Universe
from firmtrade.study import Study, TableDeclaration
from firmtrade.study.tables import Choices


class ConditionalTable(TableDeclaration):
    """Flags given flags."""

    kind: Literal["conditional"]
    rows: str
    """The set of flags that condition."""
    columns: str
    """The set of flags whose share is asked."""

    @classmethod
    def choices(cls, groups: Iterable[str]) -> Choices:
        return {"rows": flag_sets(), "columns": flag_sets()}


def specify(table: ConditionalTable, study: Study) -> TableSpec:
    """P(column flag given row flag), in percent of the row's firms."""
    among = restriction(table.where)
    cells = tuple(
        share_spec(
            CellKey(table.id, population, row, column),
            Universe(population, "reference"),
            has_column,
            among & has_row,
            year=str(study.reference_year),
            decimals=table.decimals,
        )
        for population in table.populations
        for row, has_row in FLAGS[table.rows].items()
        for column, has_column in FLAGS[table.columns].items()
    )
    return TableSpec(table.id, flag_lines(table.rows), flag_lines(table.columns), cells)


def identities(spec: TableSpec, cells: Mapping[CellKey, Cell]) -> Iterator[Identity]:
    """The diagonal is 100; firms with A and B are the firms with B and A."""
    populations = dict.fromkeys(cell.key.population for cell in spec.cells)
    same = [row.key for row in spec.rows if row.key in {column.key for column in spec.columns}]
    for population in populations:
        for flow in same:
            key = CellKey(spec.id, population, flow, flow)
            if key in cells and cells[key].value is not None:
                yield Identity("the diagonal is 100", (key,), cells[key].value == 100)
        for one, other in combinations(same, 2):
            there, back = CellKey(spec.id, population, one, other), CellKey(spec.id, population, other, one)
            if count(cells, there) is not None and count(cells, back) is not None:
                agree = count(cells, there) == count(cells, back)
                yield Identity("firms with both flows are the same from either side", (there, back), agree)


def layout(table: ConditionalTable, study: Study, spec: TableSpec) -> Layout:
    """Flags down and across, in the section of modes."""
    return Layout("mode", spec.rows, spec.columns, 2, heading(study, table.rows), chart=of_flags(table.rows))


KIND = Kind(ConditionalTable, specify, identities, layout, binds=frozenset({Formula.SHARE}))
