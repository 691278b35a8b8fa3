"""``concentration``: how much of a flow's value the largest traders hold.

The Herfindahl index and the top 1, 5 and 25 percent of the Exporter Dynamics Database; the top enterprises of
Eurostat's trade by enterprise characteristics.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Literal

from firmtrade.kinds.base import Identity, Kind, column_line, count_spec
from firmtrade.kinds.finding import ReadTable, TableFinding, finding_of, says_all
from firmtrade.kinds.keys import Grouped, OfTraders
from firmtrade.kinds.layout import Chart, Head, Layout
from firmtrade.kinds.traders import (
    N,
    amount_spec,
    first_page,
    flow_of,
    in_year,
    traders_layout,
    universes,
    value_of,
)
from firmtrade.messages import message
from firmtrade.outputs import Cell, CellKey
from firmtrade.query.cells import CellSpec, Formula, Line, TableSpec, Term
from firmtrade.query.conditions import restriction
from firmtrade.query.groups import Group, groups_of
from firmtrade.query.statistic import CONCENTRATION, Statistic
from firmtrade.query.universes import Universe
from firmtrade.study import Study
from firmtrade.study.tables import Choices

TOTAL_VALUE = "value"
INDEX_DECIMALS = 4
LADDERS = (
    (Statistic.TOP_1_PERCENT, Statistic.TOP_5_PERCENT, Statistic.TOP_25_PERCENT),
    (Statistic.TOP_5, Statistic.TOP_10, Statistic.TOP_20, Statistic.TOP_50, Statistic.TOP_100),
)


class ConcentrationTable(OfTraders, Grouped):
    """Rows are groups of traders in the reference year."""

    kind: Literal["concentration"]
    rows: str
    """An attribute or `division`."""

    @classmethod
    def choices(cls, groups: Iterable[str]) -> Choices:
        return {"rows": frozenset(groups)}


def specify(table: ConcentrationTable, study: Study) -> TableSpec:
    """Number of traders, their value and who holds it, by group; in the reference year."""
    cells: list[CellSpec] = []
    heads: list[Line] = []
    for population, universe in universes(table):
        for group in groups_of(
            study, table.totals, table.rows, population, of_known=table.totals_of == "known"
        ):
            heads.append(replace(group.line, population=population))
            cells += _cells(table, study, universe, group)
    columns = (
        column_line(N, "count"),
        column_line(TOTAL_VALUE, study.value_unit),
        *(column_line(one, _print(one, table)[0]) for one in CONCENTRATION),
    )
    return TableSpec(table.id, tuple(heads), columns, tuple(cells))


def _print(statistic: Statistic, table: ConcentrationTable) -> tuple[str, int]:
    """Unit and printed decimals."""
    return ("ratio", INDEX_DECIMALS) if statistic is Statistic.HERFINDAHL else ("percent", table.decimals)


def _cells(table: ConcentrationTable, study: Study, universe: Universe, group: Group) -> Iterator[CellSpec]:
    year = str(study.reference_year)
    firms = Term(universe, in_year(study.reference_year) & restriction(table.where) & group.where)

    def key(column: str) -> CellKey:
        return CellKey(table.id, universe.population, group.line.key, column)

    yield count_spec(key(N), firms, year, optional=group.optional)
    yield amount_spec(key(TOTAL_VALUE), value_of(firms), study, year, optional=group.optional, group=firms)
    for statistic in CONCENTRATION:
        unit, decimals = _print(statistic, table)
        yield CellSpec(
            key(statistic), Formula.DISTRIBUTION, unit, year, decimals, {"value": value_of(firms)},
            optional=group.optional, group=firms, statistic=statistic, spread=value_of(firms),
        )  # fmt: skip


def identities(spec: TableSpec, cells: Mapping[CellKey, Cell]) -> Iterator[Identity]:
    """More firms hold no less; no index of n firms is below 1/n."""
    for row in spec.rows:
        keys = {column.key: CellKey(spec.id, row.population, row.key, column.key) for column in spec.columns}
        for ladder in LADDERS:
            values = {keys[one]: cells[keys[one]].value for one in ladder if keys[one] in cells}
            held = {key: value for key, value in values.items() if value is not None}
            if len(held) > 1:
                rising = all(a <= b + 1e-9 for a, b in pairwise(held.values()))
                yield Identity("more firms hold no less", tuple(held), rising)
        index, n = cells.get(keys[Statistic.HERFINDAHL]), cells.get(keys[N])
        if index is not None and index.value is not None and n is not None and n.value:
            holds = index.value >= 1 / n.value - 1e-9
            yield Identity("no index of n firms is below 1/n", (index.key, n.key), holds)


def layout(table: ConcentrationTable, study: Study, spec: TableSpec) -> Layout:
    """Groups down; a figure draws the shares of the largest percentages of firms, in a panel for each group."""
    held: dict[str, Head] = {one: message("report.stubs.held") for ladder in LADDERS for one in ladder}
    layout = traders_layout("concentration", table, study, spec, table.rows, LADDERS[0])
    return replace(layout, spanners=held, chart=Chart.SMALL_MULTIPLES)


def findings(table: ConcentrationTable, study: Study, printed: ReadTable) -> Iterator[TableFinding]:
    """What the largest traders hold of the value of all; a total that leaves out some firms says nothing of all."""
    if first_page(table) and says_all(printed):
        columns = {"percent": Statistic.TOP_5_PERCENT, "ten": Statistic.TOP_10}
        cells = {slot: printed.cell("total", column) for slot, column in columns.items()}
        yield from finding_of(f"{table.flow}_concentration", cells, once=True)


def rests_on(table: ConcentrationTable, cell: CellSpec) -> Iterator[CellKey]:
    """The index on the number of firms and their value."""
    if cell.key.column == Statistic.HERFINDAHL:
        yield cell.key._replace(column=N)
        yield cell.key._replace(column=TOTAL_VALUE)


KIND = Kind(
    ConcentrationTable,
    specify,
    identities,
    layout,
    findings,
    remarks=flow_of,
    rests_on=rests_on,
    binds=frozenset({Formula.COUNT, Formula.AMOUNT}),
)
