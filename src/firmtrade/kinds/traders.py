"""What the kinds about one flow share: its traders in a year, by what they did before and do after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from firmtrade.kinds.keys import OfTraders
from firmtrade.kinds.layout import Layout, drawn, figure_first, heading, prices_of, traders_of
from firmtrade.outputs import CellKey
from firmtrade.query.cells import CellSpec, Formula, TableSpec, Term
from firmtrade.query.dimensions import reorganized, traded, traded_earlier
from firmtrade.query.measures import VALUE
from firmtrade.query.universes import Universe
from firmtrade.query.where import Flag, Is, Where
from firmtrade.study import Study, TableDeclaration

YEAR = "year"
N = "n"
THOUSAND = 1000


def in_year(year: int) -> Where:
    """Firms as they are in a year."""
    return Is(YEAR, (str(year),))


def reorganized_at(distance: int) -> Where:
    """Firms that take part in a merger or split in the year at a distance."""
    return Flag(reorganized(distance))


class Traders:
    """Traders of a flow by their history, each a condition on firms in the year that it names.

    ``entrants(t)`` and the like look at firms in year ``t``; ``exiters(t)`` at those of the year before. What a merger
    or split begins or ends is neither an entry nor an exit: ``started(t)`` and ``ended(t)`` are those firms.
    """

    def __init__(self, flow: str) -> None:
        self._flow = flow

    def traders(self, year: int) -> Where:
        return in_year(year)

    def entrants(self, year: int) -> Where:
        return in_year(year) & ~self._traded(-1) & ~reorganized_at(0)

    def started(self, year: int) -> Where:
        return in_year(year) & ~self._traded(-1) & reorganized_at(0)

    def incumbents(self, year: int) -> Where:
        return in_year(year) & self._traded(-1)

    def reentrants(self, year: int) -> Where:
        return self.entrants(year) & Flag(traded_earlier(self._flow))

    def one_year(self, year: int) -> Where:
        return self.entrants(year) & ~self._traded(1) & ~reorganized_at(1)

    def survivors(self, year: int, years: int) -> Where:
        """Entrants that trade in each of so many following years."""
        found = self.entrants(year)
        for distance in range(1, years + 1):
            found &= self._traded(distance)
        return found

    def observed(self, year: int, years: int) -> Where:
        """Entrants that no merger or split ends within so many following years."""
        found = self.entrants(year)
        for distance in range(1, years + 1):
            found &= self._traded(distance) | ~reorganized_at(distance)
        return found

    def exiters(self, year: int) -> Where:
        return in_year(year - 1) & ~self._traded(1) & ~reorganized_at(1)

    def ended(self, year: int) -> Where:
        return in_year(year - 1) & ~self._traded(1) & reorganized_at(1)

    def last_entrants(self, year: int) -> Where:
        """Traders that entered in the year before: those of its entrants that survived."""
        return in_year(year) & self._traded(-1) & ~self._traded(-2) & ~reorganized_at(-1)

    def two_year_incumbents(self, year: int) -> Where:
        return self.incumbents(year) & self._traded(1)

    def _traded(self, distance: int) -> Flag:
        return Flag(traded(self._flow, distance))


def universes(table: OfTraders) -> Iterator[tuple[str, Universe]]:
    """The populations of a table, each with the universe of its traders."""
    for population in table.populations:
        yield population, Universe(population, table.flow)


def amount_spec(
    key: CellKey, term: Term, study: Study, year: str, *, optional: bool, group: Term
) -> CellSpec:
    """A cell that prints a value in thousands of the currency."""
    return CellSpec(
        key,
        Formula.AMOUNT,
        study.value_unit,
        year,
        0,
        {"value": term},
        optional=optional,
        group=group,
    )


def value_of(term: Term) -> Term:
    """The value behind the firms of a term."""
    return Term(term.universe, term.where, VALUE)


def first_page(table: TableDeclaration) -> bool:
    """Whether a table about traders may say a sentence on the first page: one of all traders of one population."""
    return not (table.is_figure or table.where or len(table.populations) > 1)


def flow_of(table: OfTraders) -> Iterator[str]:
    """What an explanation says of every number about a flow."""
    yield f"Flow: {table.flow}"


def traders_layout(
    part: str, table: OfTraders, study: Study, spec: TableSpec, rows: str, shown: Sequence[str]
) -> Layout:
    """Groups of traders down, in the colour of their flow; of a figure the columns ``shown``."""
    return Layout(
        part,
        spec.rows,
        drawn(table, spec.columns, shown),
        figure_first(table),
        heading(study, rows),
        about=(traders_of(table.flow), *prices_of(table, study)),
        colors={row.key: table.flow for row in spec.rows},
    )
