"""How numbers of single firms are spread: what is asked of an engine, and what it answers in their place."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from firmtrade.query.cells import Term
from firmtrade.query.measures import SAMPLED, STRATUM
from firmtrade.query.registry import measures
from firmtrade.query.statistic import LARGEST, PERCENTS
from firmtrade.query.universes import Universe

Number = Decimal | int
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class DistributionRequest:
    """The numbers that the firms of some terms have of one measure of a universe."""

    universe: Universe
    measure: str
    terms: tuple[Term, ...]
    sides: bool = False
    """Whether the firms on either side of a quartile are asked about."""
    beside: str = ""
    """Of a weighted measure: the one that stands under it in a ratio. Both are then summed by stratum of the sample."""

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Dimensions that the terms ask about, in name order."""
        return tuple(sorted(frozenset().union(*(term.dimensions for term in self.terms))))

    @property
    def values(self) -> tuple[str, ...]:
        """Measures of which the numbers of single firms are looked at."""
        return tuple(dict.fromkeys([self.measure, *([self.beside] if self.beside else [])]))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the answer takes beside the dimensions."""
        return (*self.values, *((STRATUM, SAMPLED) if self.beside else ()))

    @property
    def firms_repeat(self) -> bool:
        """Whether a firm may stand in several rows that one term adds up."""
        return any(not {*self.universe.repeats} <= term.fixed for term in self.terms)


@dataclass(frozen=True, slots=True)
class Side:
    """Some firms: how many, of how many units, and the two units with the most of them."""

    n_firms: int
    n_units: int
    largest: int
    second_largest: int


NOBODY = Side(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class StratumSums:
    """Sums over the firms of a term in one stratum of a sample.

    ``over`` and ``under`` are the sums of their weighted numbers and of those that stand under these in a ratio;
    ``over_squared``, ``product`` and ``under_squared`` those of their squares and products. ``sampled`` is the number
    of firms of the whole stratum in the sample, 0 where the stratum was taken whole.
    """

    sampled: int
    over: Fraction
    under: Fraction
    over_squared: Fraction
    product: Fraction
    under_squared: Fraction


@dataclass(frozen=True, slots=True)
class Spread:
    """What statistics ask of some numbers, exactly.

    ``total`` is None where numbers are quotients: these have no exact sum, and only their order is asked about.
    ``whole`` are all the firms; ``sides`` those whose number is at most a quartile (1, 2 or 3), and those whose number
    is at least it: what disclosure rules ask of an order statistic, as few units on one side bound their numbers.
    ``squares`` is the sum of their squares. ``places`` gives the number at a place in ascending order, from 0, for the
    places of :func:`places_asked`; ``held`` gives the sum of so many largest, for the counts of :func:`counts_asked`.
    """

    n: int
    total: Number | None
    squares: Fraction
    places: Mapping[int, Number | float]
    held: Mapping[int, Number]
    whole: Side = NOBODY
    strata: Mapping[str, StratumSums] = field(default_factory=dict)
    """Of weighted numbers: their sums by stratum."""
    sides: Mapping[int, tuple[Side, Side]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Distribution:
    """The numbers of a term, with the protected units behind them and the two largest amounts of these."""

    spread: Spread
    n_units: int
    largest: Number
    second_largest: Number


@dataclass(frozen=True, slots=True)
class Distributions:
    """The answer to a request: terms of which no firm has a number are there too. ``query`` writes that of the rows."""

    request: DistributionRequest
    found: Mapping[Term, Distribution]
    query: Callable[[], str] = str


QUARTERS = (1, 2, 3)


def quartile_places(part: int, n: int) -> tuple[int, ...]:
    """The places of the ``part``-th quartile of ``n`` numbers: one, or two where it lies between them.

    Definition 2 of R. J. Hyndman and Y. Fan (1996), Sample quantiles in statistical packages, The American
    Statistician 50(4).

    >>> quartile_places(2, 5), quartile_places(2, 4)
    ((2,), (1, 2))
    """
    place, rest = divmod(part * n, 4)
    return (place,) if rest else (place - 1, place)


def top_percent(percent: int, n: int) -> int:
    """How many of ``n`` firms ``percent`` percent are; a part of a firm counts as one."""
    return -(-n * percent // HUNDRED)


def places_asked(n: int) -> tuple[int, ...]:
    """Every place that a statistic of ``n`` numbers may ask about."""
    return tuple(sorted({place for part in QUARTERS for place in quartile_places(part, n)})) if n else ()


def counts_asked(n: int) -> tuple[int, ...]:
    """Every count of largest numbers whose sum a statistic of ``n`` numbers may ask about."""
    counts = {*LARGEST, *(top_percent(percent, n) for percent in PERCENTS)}
    return tuple(sorted(count for count in counts if 0 < count <= n))


def plan_distributions(
    terms: Iterable[Term], with_sides: Container[Term] = frozenset()
) -> list[DistributionRequest]:
    """One request for each measure of a universe."""
    wanted: dict[tuple[Universe, str], dict[Term, None]] = {}
    for term in terms:
        wanted.setdefault((term.universe, term.measure), {})[term] = None
    return [
        DistributionRequest(
            universe,
            measure,
            tuple(own),
            any(term in with_sides for term in own),
            measures()[measure].beside,
        )
        for (universe, measure), own in sorted(wanted.items(), key=lambda one: one[0])
    ]
