"""``weighted``: what a sample of firms says of its population: numbers, shares, totals, means, with standard errors.

The records are a sample, and each firm stands for as many as its weight. What is printed is an estimate, no count of
the firms that stand behind it; their unweighted number stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from firmtrade.kinds.base import Identity, Kind, column_line, count_spec, parts_of, sums
from firmtrade.kinds.finding import ReadTable, TableFinding, finding_of, says_all
from firmtrade.kinds.firms import TOTAL, ByFirms, groups_by, overlap, unit_of_number
from firmtrade.kinds.keys import flag_sets
from firmtrade.kinds.layout import Layout, drawn, figure_first, heading, prices_of
from firmtrade.messages import Message, message
from firmtrade.outputs import Cell, CellKey
from firmtrade.query.cells import CellSpec, Formula, Line, TableSpec, Term
from firmtrade.query.conditions import FLAGS, restriction
from firmtrade.query.dimensions import known
from firmtrade.query.groups import Group
from firmtrade.query.measures import WEIGHT, weighted
from firmtrade.query.registry import numbers_of_firms
from firmtrade.query.statistic import Statistic
from firmtrade.query.universes import Universe
from firmtrade.query.where import EVERYONE, Flag, Where, either
from firmtrade.study import Study, VocabularyEntry, vocabulary
from firmtrade.study.tables import Choices, Problem

N, FIRMS, SUM, MEAN, PRODUCTIVITY = "n", "firms", "total", "mean", "labor_productivity"
ERROR = "_se"
"""The end of the key of a column of standard errors."""
ERRORS = {
    Statistic.WEIGHTED_TOTAL: Statistic.TOTAL_ERROR,
    Statistic.WEIGHTED_SHARE: Statistic.SHARE_ERROR,
    Statistic.WEIGHTED_RATIO: Statistic.RATIO_ERROR,
}


class WeightedTable(ByFirms):
    """Rows are groups of firms in the reference year; without any, one row of all firms."""

    kind: Literal["weighted"]
    columns: str | None = None
    """A set of flags, `trade_share` or another: the share of the firms that have each."""
    measure: str | None = None
    """`measure = "turnover"` or another: total and mean of a number of firms; of `labor_productivity` their ratio."""

    @classmethod
    def choices(cls, groups: Iterable[str]) -> Choices:
        more = {"columns": flag_sets(), "measure": frozenset(numbers_of_firms())}
        return {**super().choices(groups), **more}

    def problems(self, study: Study) -> Iterator[Problem]:
        yield from super().problems(study)
        if study.head.weight is None:
            yield (
                ("kind",),
                "the study names no weight of a sample",
                'Add `weight = "firms.weight"`, or the column that it is, to `[study]`.',
            )

    @property
    def measures(self) -> frozenset[str]:
        return frozenset() if self.measure is None else frozenset({self.measure})


@dataclass(frozen=True, slots=True)
class EstimateColumn:
    """A column of estimates: its head, its statistic, and for each term the measure and which firms of a group it is
    about."""

    line: Line
    statistic: Statistic
    terms: Mapping[str, tuple[str, Where]]
    decimals: int
    scale: int = 1


def specify(table: WeightedTable, study: Study) -> TableSpec:
    """The number of firms in the sample, estimates, and their standard errors."""
    estimates = _estimates(table, study)
    cells: list[CellSpec] = []
    heads: list[Line] = []
    for population in table.populations:
        for group in groups_by(table, study, population):
            heads.append(replace(group.line, population=population))
            cells += _cells(table, study, population, group, estimates)
    words = vocabulary().column
    columns = [Line(N, words["sample"].label, "count")]
    for one in estimates:
        error = Line(one.line.key + ERROR, words["standard_error"].label, one.line.unit)
        columns += [one.line, error]
    return TableSpec(table.id, tuple(heads), tuple(columns), tuple(cells))


def _estimates(table: WeightedTable, study: Study) -> list[EstimateColumn]:
    number = {"count": (WEIGHT, EVERYONE)}
    found = [EstimateColumn(column_line(FIRMS, "number"), Statistic.WEIGHTED_TOTAL, number, 0)]
    if table.columns is not None:
        labels = vocabulary().flags[table.columns]
        for key, flag in FLAGS[table.columns].items():
            terms = {"count": (WEIGHT, flag), "base": (WEIGHT, either(flag))}
            line = Line(key, labels[key].label, "percent")
            found.append(EstimateColumn(line, Statistic.WEIGHTED_SHARE, terms, table.decimals))
    if table.measure is None:
        return found
    name, (unit, scale) = weighted(table.measure), unit_of_number(table.measure, study)
    of_ratio = table.measure == PRODUCTIVITY
    total = {"total": (name, EVERYONE)}
    ratio = total | {"base": (weighted("employment") if of_ratio else WEIGHT, Flag(known(name)))}
    if not of_ratio:
        line = column_line(SUM, unit)
        found.append(EstimateColumn(line, Statistic.WEIGHTED_TOTAL, total, table.decimals, scale))
    line = column_line(PRODUCTIVITY if of_ratio else MEAN, unit)
    return [*found, EstimateColumn(line, Statistic.WEIGHTED_RATIO, ratio, table.decimals, scale)]


def _cells(
    table: WeightedTable, study: Study, population: str, group: Group, estimates: Iterable[EstimateColumn]
) -> Iterator[CellSpec]:
    universe, year = Universe(population, "reference"), str(study.reference_year)
    where = restriction(table.where) & group.where & Flag(known(WEIGHT))
    firms = Term(universe, where)

    def key(column: str) -> CellKey:
        return CellKey(table.id, population, group.line.key, column)

    yield count_spec(key(N), firms, year, optional=group.optional)
    for one in estimates:
        terms = {name: Term(universe, where & some, of) for name, (of, some) in one.terms.items()}
        for end, statistic in (("", one.statistic), (ERROR, ERRORS[one.statistic])):
            yield CellSpec(
                key(one.line.key + end), Formula.WEIGHTED, one.line.unit, year, one.decimals, terms,
                optional=group.optional, group=firms, statistic=statistic, scale=one.scale,
            )  # fmt: skip


def identities(spec: TableSpec, cells: Mapping[CellKey, Cell]) -> Iterator[Identity]:
    """Estimated numbers and totals of groups that do not overlap add up."""
    if overlap(spec.rows):
        return
    for population in dict.fromkeys(row.population for row in spec.rows):
        for column in (N, FIRMS, SUM):
            parts = [CellKey(spec.id, population, row, column) for row in parts_of(spec.rows)]
            whole = CellKey(spec.id, population, TOTAL, column)
            yield from sums("the groups add up to the total", cells, whole, parts)


def layout(table: WeightedTable, study: Study, spec: TableSpec) -> Layout:
    """Groups down, in a section of their own; a figure draws the shares, or the mean."""
    shown = FLAGS[table.columns] if table.columns else (MEAN, PRODUCTIVITY) if table.measure else (FIRMS,)
    columns = drawn(table, spec.columns, tuple(shown))
    over = {line.key + ERROR: line.label for line in spec.columns}
    spanners = {line.key: over[line.key] for line in columns if line.key in over}
    spanners |= {key.removesuffix(ERROR): label for key, label in spanners.items()}
    stub = None if table.rows is None else heading(study, table.rows)
    about = prices_of(table, study, spec)
    return Layout("weighted", spec.rows, columns, figure_first(table), stub, spanners, about=about)


def findings(table: WeightedTable, study: Study, printed: ReadTable) -> Iterator[TableFinding]:
    """How many firms the sample stands for, with the standard error."""
    if table.is_figure or table.where or not says_all(printed):
        return
    cells = {
        "sample": printed.cell(TOTAL, N),
        "firms": printed.cell(TOTAL, FIRMS),
        "error": printed.cell(TOTAL, FIRMS + ERROR),
    }
    yield from finding_of("weighted", cells, once=True)


def remarks(table: WeightedTable) -> Iterator[Message]:
    """What an estimate rests on, and the measure."""
    yield message("report.explained.sample")
    yield message("report.explained.standard_errors")
    if table.measure is not None:
        yield message("report.explained.measure", measure=message(f"report.measured.{table.measure}"))


def defined(table: WeightedTable) -> Mapping[str, VocabularyEntry]:
    """The number of firms is that of the sample; every estimate has a standard error."""
    words = vocabulary().column
    flags = FLAGS[table.columns] if table.columns else ()
    errors = (FIRMS, SUM, MEAN, PRODUCTIVITY, *flags)
    return {N: words["sample"]} | {key + ERROR: words["standard_error"] for key in errors}


def rests_on(table: WeightedTable, cell: CellSpec) -> Iterator[CellKey]:
    """An estimate on the number of firms in the sample, a standard error on its estimate too."""
    if cell.key.column != N:
        yield cell.key._replace(column=N)
    if cell.key.column.endswith(ERROR):
        yield cell.key._replace(column=cell.key.column.removesuffix(ERROR))


KIND = Kind(
    WeightedTable,
    specify,
    identities,
    layout,
    findings,
    remarks=remarks,
    defined=defined,
    rests_on=rests_on,
    example={"rows": "size_class", "columns": "trade_share", "measure": "turnover"},
)
