"""``median``: the quartiles of a number of single firms, by group.

An order statistic prints the number of one firm, or the mean of two. What a disclosure rule asks of it is how many
units stand on either side: they are the contributions of its cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Literal

from firmtrade.kinds.base import Identity, Kind, column_line, count_spec, parts_of, sums
from firmtrade.kinds.finding import ReadTable, TableFinding, finding_of, says_all
from firmtrade.kinds.firms import TOTAL, ByFirms, groups_by, overlap, unit_of_number
from firmtrade.kinds.layout import Layout, drawn, figure_first, heading, prices_of
from firmtrade.messages import Message, message
from firmtrade.messages import unit as unit_of
from firmtrade.outputs import Cell, CellKey
from firmtrade.query.cells import CellSpec, Formula, Line, TableSpec, Term
from firmtrade.query.conditions import restriction
from firmtrade.query.dimensions import known
from firmtrade.query.groups import Group
from firmtrade.query.registry import numbers_of_firms
from firmtrade.query.statistic import Statistic
from firmtrade.query.universes import Universe
from firmtrade.query.where import Flag
from firmtrade.study import Study
from firmtrade.study.tables import Choices

N = "n"
QUARTILES = (Statistic.FIRST_QUARTILE, Statistic.MEDIAN, Statistic.THIRD_QUARTILE)


class MedianTable(ByFirms):
    """Rows are groups of firms in the reference year; without any, one row of all firms."""

    kind: Literal["median"]
    measure: str
    """`measure = "turnover"` or another: the number of a firm whose quartiles are shown."""

    @classmethod
    def choices(cls, groups: Iterable[str]) -> Choices:
        return {**super().choices(groups), "measure": frozenset(numbers_of_firms())}

    @property
    def measures(self) -> frozenset[str]:
        return frozenset({self.measure})


def specify(table: MedianTable, study: Study) -> TableSpec:
    """The number of firms whose number is known, and their quartiles."""
    unit, _ = unit_of_number(table.measure, study)
    cells: list[CellSpec] = []
    heads: list[Line] = []
    for population in table.populations:
        for group in groups_by(table, study, population):
            heads.append(replace(group.line, population=population))
            cells += _cells(table, study, population, group)
    columns = (column_line(N, "count"), *(column_line(statistic, unit) for statistic in QUARTILES))
    return TableSpec(table.id, tuple(heads), columns, tuple(cells))


def _cells(table: MedianTable, study: Study, population: str, group: Group) -> Iterator[CellSpec]:
    universe, year = Universe(population, "reference"), str(study.reference_year)
    where = restriction(table.where) & group.where & Flag(known(table.measure))
    firms, numbers = Term(universe, where), Term(universe, where, table.measure)
    unit, scale = unit_of_number(table.measure, study)

    def key(column: str) -> CellKey:
        return CellKey(table.id, population, group.line.key, column)

    yield count_spec(key(N), firms, year, optional=group.optional)
    for statistic in QUARTILES:
        yield CellSpec(
            key(statistic), Formula.QUARTILE, unit, year, table.decimals,
            optional=group.optional, group=firms, statistic=statistic, spread=numbers, scale=scale,
        )  # fmt: skip


def identities(spec: TableSpec, cells: Mapping[CellKey, Cell]) -> Iterator[Identity]:
    """Quartiles are in order; groups that do not overlap add up to the total."""
    for row in spec.rows:
        keys = [CellKey(spec.id, row.population, row.key, column) for column in QUARTILES]
        values = [cells[key].value for key in keys if key in cells]
        numbers = [value for value in values if value is not None]
        if len(numbers) == len(QUARTILES):
            yield Identity("quartiles are in order", tuple(keys), numbers == sorted(numbers))
    if overlap(spec.rows):
        return
    for population in dict.fromkeys(row.population for row in spec.rows):
        parts = [CellKey(spec.id, population, row, N) for row in parts_of(spec.rows)]
        yield from sums(
            "the groups add up to the total", cells, CellKey(spec.id, population, TOTAL, N), parts
        )


def layout(table: MedianTable, study: Study, spec: TableSpec) -> Layout:
    """Groups down, in a section of their own; a figure draws the quartiles."""
    columns = drawn(table, spec.columns, QUARTILES)
    stub = None if table.rows is None else heading(study, table.rows)
    about = prices_of(table, study, spec)
    return Layout("median", spec.rows, columns, figure_first(table), stub, about=about)


def findings(table: MedianTable, study: Study, printed: ReadTable) -> Iterator[TableFinding]:
    """The median of all firms and the middle half; a total that leaves out some firms says nothing of all."""
    everyone = says_all(printed)
    median = printed.cell(TOTAL, Statistic.MEDIAN)
    if median is None or not everyone or table.is_figure or table.where:
        return
    cells = {
        "median": median,
        "first": printed.cell(TOTAL, Statistic.FIRST_QUARTILE),
        "third": printed.cell(TOTAL, Statistic.THIRD_QUARTILE),
    }
    yield from finding_of(
        "median",
        cells,
        measure=message(f"report.measures.{table.measure}"),
        unit=unit_of(median.unit) or median.unit,
    )


def remarks(table: MedianTable) -> Iterator[Message]:
    """The measure."""
    yield message("report.explained.measure", measure=message(f"report.measured.{table.measure}"))


def rests_on(table: MedianTable, cell: CellSpec) -> Iterator[CellKey]:
    """A quartile on the number of firms."""
    if cell.key.column != N:
        yield cell.key._replace(column=N)


KIND = Kind(
    MedianTable,
    specify,
    identities,
    layout,
    findings,
    remarks=remarks,
    rests_on=rests_on,
    example={"measure": "labor_productivity", "rows": "size_class"},
)
