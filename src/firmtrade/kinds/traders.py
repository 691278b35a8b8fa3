"""What the kinds about one flow share: its traders in a year, by what they did before and do after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from firmtrade.kinds.keys import OfTraders
from firmtrade.kinds.layout import (
    Layout,
    drawn,
    every,
    figure_first,
    heading,
    of_sample,
    prices_of,
    traders_of,
)
from firmtrade.messages import Message, message
from firmtrade.outputs import CellKey
from firmtrade.query.cells import CellSpec, Formula, TableSpec, Term
from firmtrade.query.dimensions import reorganized, traded, traded_earlier
from firmtrade.query.measures import VALUE
from firmtrade.query.universes import Universe
from firmtrade.query.where import EVERYONE, AnyOf, Flag, Is, Where
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
    """Traders of a flow by their history, each a condition on firms in the year that it names. The year before is that
    of the wave before, ``step`` years ago: that of the study where none is given.

    ``entrants(t)`` and the like look at firms in year ``t``; ``exiters(t)`` at those of the year before. What a merger
    or split begins or ends is neither an entry nor an exit: ``started(t)`` and ``ended(t)`` are those firms. Of a
    sample, a firm that was not asked in a wave is no entrant of the wave after and no exiter of that wave:
    ``not_asked_before(t)`` and ``not_asked_again(t)`` are those firms, and no rate is of them.
    """

    def __init__(self, flow: str, study: Study, step: int | None = None) -> None:
        self._flow, self.step, self._sample = flow, step or study.head.step, study.is_sample

    def traders(self, year: int) -> Where:
        return in_year(year)

    def known_before(self, year: int) -> Where:
        """Traders of which it is known what they did in the year before."""
        return in_year(year) & self._known(-1, 0)

    def known_after(self, year: int) -> Where:
        """Traders of the year before of which it is known what they do now."""
        return in_year(year - self.step) & self._known(1, 1)

    def known_around(self, year: int) -> Where:
        """Traders of which it is known what they did in the year before and do in the next."""
        return self.known_before(year) & self._known(1, 1)

    def not_asked_before(self, year: int) -> Where:
        return in_year(year) & ~self._known(-1, 0)

    def not_asked_again(self, year: int) -> Where:
        return in_year(year - self.step) & ~self._known(1, 1)

    def entrants(self, year: int) -> Where:
        return self.known_before(year) & ~self._traded(-1) & ~self._reorganized(0)

    def started(self, year: int) -> Where:
        return in_year(year) & ~self._traded(-1) & self._reorganized(0)

    def incumbents(self, year: int) -> Where:
        return in_year(year) & self._traded(-1)

    def reentrants(self, year: int, first: int) -> Where:
        """Entrants that traded in a wave before the last, of those since the first year of the record."""
        if self.step == 1:
            return self.entrants(year) & Flag(traded_earlier(self._flow))
        waves = range(2, max(2, (year - first) // self.step) + 1)
        return self.entrants(year) & AnyOf(tuple(self._traded(-wave) for wave in waves))

    def one_year(self, year: int) -> Where:
        return self.entrants(year) & self._known(1, 1) & ~self._traded(1) & ~self._reorganized(1)

    def survivors(self, year: int, years: int) -> Where:
        """Entrants that trade in each of the following waves up to so many years, the last of which must be one."""
        found = self.entrants(year)
        for distance in self._waves(years):
            found &= self._traded_after(distance)
        return found

    def observed(self, year: int, years: int) -> Where:
        """Entrants that no merger or split ends within so many following years, and that are asked again in them."""
        found = self.entrants(year)
        for distance in self._waves(years):
            here = self._traded_after(distance) | ~self._reorganized_after(distance)
            found &= here & self._asked_after(distance)
        return found

    def exiters(self, year: int) -> Where:
        return self.known_after(year) & ~self._traded(1) & ~self._reorganized(1)

    def ended(self, year: int) -> Where:
        return in_year(year - self.step) & ~self._traded(1) & self._reorganized(1)

    def last_entrants(self, year: int) -> Where:
        """Traders that entered in the year before: those of its entrants that survived."""
        asked = self._asked_after(-2 * self.step)
        return in_year(year) & self._traded(-1) & asked & ~self._traded(-2) & ~self._reorganized(-1)

    def two_year_incumbents(self, year: int) -> Where:
        return self.incumbents(year) & self._traded(1)

    def _waves(self, years: int) -> tuple[int, ...]:
        """Distances of the waves within so many years, the last of which must be one: else nobody knows."""
        return tuple(dict.fromkeys((*range(self.step, years + 1, self.step), years)))

    def _known(self, waves: int, change: int) -> Where:
        """Firms that were asked so many waves later, or take part in a merger or split until the wave ``change``."""
        asked = self._asked_after(waves * self.step)
        return asked | self._reorganized(change) if self._sample else asked

    def _asked_after(self, years: int) -> Where:
        """Firms with a row so many years later: of a sample the others were not asked, of a register they are gone."""
        return Flag(traded("present", years)) if self._sample else EVERYONE

    def _traded(self, waves: int) -> Flag:
        return self._traded_after(waves * self.step)

    def _traded_after(self, years: int) -> Flag:
        return Flag(traded(self._flow, years))

    def _reorganized(self, waves: int) -> Where:
        return self._reorganized_after(waves * self.step)

    def _reorganized_after(self, years: int) -> Where:
        """Firms that take part in a merger or split since the wave before the one so many years later."""
        changes = [reorganized_at(years - distance) for distance in range(self.step)]
        return changes[0] if len(changes) == 1 else AnyOf(tuple(changes))


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


def flow_of(table: OfTraders) -> Iterator[Message]:
    """What an explanation says of every number about a flow."""
    yield message(f"report.explained.{table.flow}")


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
        about=(
            traders_of(table.flow),
            *every(study.head.step),
            *of_sample(study),
            *prices_of(table, study, spec),
        ),
        colors={row.key: table.flow for row in spec.rows},
    )
