"""``distribution``: how value, growth, partners, products and their churn are spread over the traders of a flow.

Mean, standard deviation and quartiles, as in the World Bank's Exporter Dynamics Database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Literal

from firmtrade.kinds.base import Identity, Kind, column_line, count_spec
from firmtrade.kinds.keys import Grouped, OfTraders, Years, span
from firmtrade.kinds.layout import Layout
from firmtrade.kinds.traders import THOUSAND, N, Traders, flow_of, traders_layout, universes
from firmtrade.messages import Message, message
from firmtrade.outputs import Cell, CellKey
from firmtrade.query.cells import CellSpec, Formula, Line, TableSpec, Term
from firmtrade.query.conditions import restriction
from firmtrade.query.dimensions import known
from firmtrade.query.groups import Group, groups_of
from firmtrade.query.measures import VALUE
from firmtrade.query.registry import numbers_of_traders
from firmtrade.query.statistic import DISTRIBUTION, Statistic
from firmtrade.query.universes import Universe
from firmtrade.query.where import Flag, Where
from firmtrade.study import Study, VocabularyEntry, vocabulary
from firmtrade.study.tables import DETAILS, Choices

TRADER_TYPE = "trader_type"
COUNTED = ("partners", "products")
PER_LEVEL = {"traders_per_partner": ("partner", "partners"), "traders_per_product": ("product", "products")}
"""Measures that are spread over partners or products, not over firms: what they count, and the firms' side of it."""


def trader_types(measure: str, who: Traders, year: int) -> dict[str, Where]:
    """The types of trader that a measure is shown for, each looked at in the year that the measure belongs to.

    What compares a year with the one before has no sense in the year of entry: it is shown for the entrants of the
    year in the year after, the first in which it says something.
    """
    if measure == VALUE or measure in COUNTED:
        return {
            "all": who.traders(year),
            "entrants": who.entrants(year),
            "exiters": who.exiters(year),
            "surviving_entrants": who.survivors(year, who.step),
            "incumbents": who.incumbents(year),
        }
    if measure in PER_LEVEL:
        return {"all": who.traders(year)}
    if measure.endswith("_survival"):
        return {"two_year_incumbents": who.two_year_incumbents(year)}
    if measure.startswith("dropped_"):
        return {"incumbents": who.incumbents(year)}
    return {"surviving_entrants": who.last_entrants(year + who.step), "incumbents": who.incumbents(year)}


class DistributionTable(OfTraders, Grouped):
    """Rows are types of trader, or groups of all traders that the measure speaks of."""

    kind: Literal["distribution"]
    rows: str
    """`trader_type`, an attribute or `division`."""
    measure: str
    """`measure = "value"` or another: what is distributed over the traders."""
    years: Years | None = None
    """First and last year of the record that it rests on."""

    @classmethod
    def choices(cls, groups: Iterable[str]) -> Choices:
        return {"measure": frozenset(numbers_of_traders()), "rows": frozenset({*groups, TRADER_TYPE})}

    @property
    def years_asked(self) -> range:
        return span(self.years) if self.years else range(0)

    @property
    def compares_money(self) -> bool:
        return self.measure == "value_growth"

    @property
    def details(self) -> frozenset[str]:
        return frozenset(name for name in DETAILS if name in self.measure)


def specify(table: DistributionTable, study: Study) -> TableSpec:
    """By type of trader, or by group of all traders that the measure speaks of; in the reference year."""
    statistic_unit, scale = unit_of(table.measure, study)
    cells: list[CellSpec] = []
    heads: list[Line] = []
    for population, universe in universes(table):
        for row in _rows(table, study, population):
            heads.append(row.line)
            cells += _cells(table, study, universe, row, statistic_unit, scale)
    number = [column_line(Statistic.NUMBER, "number")] if table.measure in PER_LEVEL else []
    columns = (
        column_line(N, "count"),
        *number,
        *(column_line(statistic, statistic_unit) for statistic in DISTRIBUTION),
    )
    return TableSpec(table.id, tuple(heads), columns, tuple(cells))


def unit_of(measure: str, study: Study) -> tuple[str, int]:
    """Unit of a measure, and what a number is divided by to be printed in it."""
    if measure == VALUE:
        return study.value_unit, THOUSAND
    return ("number" if measure in COUNTED or measure in PER_LEVEL else "percent"), 1


def _rows(table: DistributionTable, study: Study, population: str) -> Iterator[Group]:
    types = trader_types(table.measure, Traders(table.flow, study), study.reference_year)
    if table.rows == TRADER_TYPE:
        for key, where in types.items():
            yield Group(Line(key, vocabulary().trader[key].called(table.flow), population=population), where)
        return
    everyone = list(types.values())[-1] if "all" not in types else types["all"]
    for group in groups_of(study, table.totals, table.rows, population, of_known=table.totals_of == "known"):
        yield Group(replace(group.line, population=population), everyone & group.where, group.optional)


def _cells(
    table: DistributionTable, study: Study, universe: Universe, row: Group, unit: str, scale: int
) -> Iterator[CellSpec]:
    where = restriction(table.where) & row.where
    level, measure = PER_LEVEL.get(table.measure, ("", table.measure))
    if measure != VALUE:  # everyone has a value
        where &= Flag(known(measure))
    firms, year = Term(universe, where), str(study.reference_year)

    def key(column: str) -> CellKey:
        return CellKey(table.id, universe.population, row.line.key, column)

    yield count_spec(key(N), firms, year, optional=row.optional)
    behind = Term(universe, where, measure)
    spread = Term(universe.by(level), where, by=level) if level else behind
    for statistic in (Statistic.NUMBER, *DISTRIBUTION) if level else DISTRIBUTION:
        decimals = 0 if statistic is Statistic.NUMBER else table.decimals
        yield CellSpec(
            key(statistic), Formula.DISTRIBUTION, unit, year, decimals, {"value": behind},
            optional=row.optional, group=firms, statistic=statistic, spread=spread, scale=scale,
        )  # fmt: skip


def identities(spec: TableSpec, cells: Mapping[CellKey, Cell]) -> Iterator[Identity]:
    """Quartiles are in order."""
    order = (Statistic.FIRST_QUARTILE, Statistic.MEDIAN, Statistic.THIRD_QUARTILE)
    for row in spec.rows:
        keys = [CellKey(spec.id, row.population, row.key, column) for column in order]
        values = [cells[key].value for key in keys if key in cells]
        numbers = [value for value in values if value is not None]
        if len(numbers) == len(order):
            yield Identity("quartiles are in order", tuple(keys), numbers == sorted(numbers))


def layout(table: DistributionTable, study: Study, spec: TableSpec) -> Layout:
    """Types of trader or groups down; a figure draws the quartiles."""
    quartiles = (Statistic.FIRST_QUARTILE, Statistic.MEDIAN, Statistic.THIRD_QUARTILE)
    return traders_layout("distribution", table, study, spec, table.rows, quartiles)


def remarks(table: DistributionTable) -> Iterator[Message]:
    """The flow and the measure."""
    yield from flow_of(table)
    yield message("report.explained.measure", measure=message(f"report.measured.{table.measure}"))


def defined(table: DistributionTable) -> Mapping[str, VocabularyEntry]:
    """Types of trader."""
    return vocabulary().trader if table.rows == TRADER_TYPE else {}


def rests_on(table: DistributionTable, cell: CellSpec) -> Iterator[CellKey]:
    """A mean on the number of firms."""
    if cell.key.column == Statistic.MEAN:
        yield cell.key._replace(column=N)


KIND = Kind(
    DistributionTable,
    specify,
    identities,
    layout,
    remarks=remarks,
    defined=defined,
    rests_on=rests_on,
    binds=frozenset({Formula.COUNT}),
)
