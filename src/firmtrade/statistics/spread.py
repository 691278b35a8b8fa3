"""How a number is spread over firms: mean, deviation, quartiles, and how much the largest hold.

Sums are exact; a quotient or root comes last. Values stand in ascending order, so results are equal to the bit from
run to run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import cast

import numpy as np
import polars as pl

from firmtrade.query.statistic import Statistic

Number = Decimal | int
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Spread:
    """The numbers of some firms, ascending and all known, with their exact total."""

    values: pl.Series
    total: Number
    units: pl.Series | None = None
    """The unit of each firm, in the same order: a number without meaning. None where the numbers are of classes."""

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True)
class Side:
    """The firms on one side of a quartile: how many, of how many units, and the two units with the most of them."""

    n_firms: int
    n_units: int
    largest: int
    second_largest: int


def spread(values: pl.Series, units: pl.Series | None = None) -> Spread:
    """Put the numbers of firms in order, and their units with them."""
    order = values.arg_sort()
    ordered = values.gather(order)
    total = cast(Number, ordered.sum())
    return Spread(ordered, total, None if units is None else units.gather(order))


def evaluate(statistic: Statistic, numbers: Spread, scale: int = 1) -> float | None:
    """A statistic in units of ``scale`` (shares have no unit); None where it is undefined.

    >>> numbers = spread(pl.Series([1, 2, 3, 10]))
    >>> evaluate(Statistic.MEDIAN, numbers), evaluate(Statistic.HERFINDAHL, numbers)
    (2.5, 0.4453125)
    """
    return _STATISTICS[statistic](numbers, scale)


def mean(numbers: Spread, scale: int) -> float | None:
    """Arithmetic mean; undefined for no firms."""
    return float(Fraction(numbers.total) / len(numbers) / scale) if len(numbers) else None


def standard_deviation(numbers: Spread, scale: int) -> float | None:
    """Sample standard deviation; undefined for fewer than two firms."""
    if len(numbers) < 2:
        return None
    amounts = numbers.values.cast(pl.Float64).to_numpy()
    return float(np.sqrt(np.sum((amounts - mean(numbers, 1)) ** 2) / (len(numbers) - 1))) / scale


def quartile(numbers: Spread, part: int, scale: int) -> float | None:
    """The value that ``part`` quarters of the firms do not exceed; the mean of two where it lies between them.

    Definition 2 of R. J. Hyndman and Y. Fan (1996), Sample quantiles in statistical packages, The American
    Statistician 50(4): what Stata's ``summarize, detail`` prints. Undefined for no firms.
    """
    if not len(numbers):
        return None
    low, high = _around(numbers, part)
    return float((Fraction(low) + Fraction(high)) / 2 / scale)


def _around(numbers: Spread, part: int) -> tuple[Number, Number]:
    """The number of the firm at a quartile, twice; or those of the two firms that it lies between."""
    place, rest = divmod(part * len(numbers), 4)
    return numbers.values[place - (not rest)], numbers.values[place]


def sides(numbers: Spread, part: int) -> tuple[Side, Side]:
    """The firms whose number is at most the quartile ``part`` (1, 2 or 3), and those whose number is at least it.

    What disclosure rules ask of an order statistic: a quartile with few units on one side bounds the numbers of these.
    """
    if not len(numbers):
        return Side(0, 0, 0, 0), Side(0, 0, 0, 0)
    low, high = _around(numbers, part)
    below, above = int((numbers.values <= low).sum()), int((numbers.values < high).sum())
    return _side(numbers, slice(0, below)), _side(numbers, slice(above, None))


def whole(numbers: Spread) -> Side:
    """All the firms."""
    return _side(numbers, slice(None))


def _side(numbers: Spread, place: slice) -> Side:
    assert numbers.units is not None  # the numbers are of firms
    units = numbers.units[place]
    firms = sorted(units.value_counts().get_column("count").top_k(2).to_list(), reverse=True)
    return Side(len(units), units.n_unique(), *[*firms, 0, 0][:2])


def herfindahl(numbers: Spread) -> float | None:
    """Sum of squared shares; undefined where the total is not positive."""
    if numbers.total <= 0:
        return None
    shares = numbers.values.cast(pl.Float64).to_numpy() / float(numbers.total)
    return float(np.sum(shares**2))


def held_by_largest(numbers: Spread, firms: int) -> float | None:
    """Percent of the total that so many largest firms hold; undefined for fewer firms, or a total not positive."""
    if numbers.total <= 0 or len(numbers) < firms:
        return None
    return float(HUNDRED * Fraction(numbers.values.tail(firms).sum()) / Fraction(numbers.total))


def held_by_top_percent(numbers: Spread, percent: int) -> float | None:
    """Percent of the total that the largest ``percent`` of firms hold (a part of a firm counts as one).

    Undefined where that would be less than one firm.
    """
    if len(numbers) * percent < HUNDRED:
        return None
    return held_by_largest(numbers, -(-len(numbers) * percent // HUNDRED))


def _largest(firms: int) -> Callable[[Spread, int], float | None]:
    return lambda numbers, _: held_by_largest(numbers, firms)


def _top(percent: int) -> Callable[[Spread, int], float | None]:
    return lambda numbers, _: held_by_top_percent(numbers, percent)


def _quartile(part: int) -> Callable[[Spread, int], float | None]:
    return lambda numbers, scale: quartile(numbers, part, scale)


QUARTILES = {Statistic.FIRST_QUARTILE: 1, Statistic.MEDIAN: 2, Statistic.THIRD_QUARTILE: 3}
"""The quartile that a statistic is."""

_STATISTICS: Mapping[Statistic, Callable[[Spread, int], float | None]] = {
    Statistic.NUMBER: lambda numbers, _: float(len(numbers)),
    Statistic.MEAN: mean,
    Statistic.STANDARD_DEVIATION: standard_deviation,
    **{statistic: _quartile(part) for statistic, part in QUARTILES.items()},
    Statistic.HERFINDAHL: lambda numbers, _: herfindahl(numbers),
    Statistic.TOP_1_PERCENT: _top(1),
    Statistic.TOP_5_PERCENT: _top(5),
    Statistic.TOP_25_PERCENT: _top(25),
    Statistic.TOP_5: _largest(5),
    Statistic.TOP_10: _largest(10),
    Statistic.TOP_20: _largest(20),
    Statistic.TOP_50: _largest(50),
    Statistic.TOP_100: _largest(100),
}
