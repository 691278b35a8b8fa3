"""How a number is spread over firms: mean, deviation, quartiles, and how much the largest hold.

Sums and sums of squares are exact; a quotient or root comes last, so results are equal to the bit from run to run
and on every engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import sqrt
from typing import cast

import numpy as np
import polars as pl

from firmtrade.query.distributions import (
    HUNDRED,
    Number,
    Spread,
    counts_asked,
    places_asked,
    quartile_places,
    top_percent,
)
from firmtrade.query.statistic import Statistic


def spread(values: pl.Series) -> Spread:
    """What statistics ask of known numbers at hand: whole numbers, or decimals."""
    scale = values.dtype.scale if isinstance(values.dtype, pl.Decimal) else 0
    ordered = values.sort()
    whole = np.array([int(Fraction(value) * 10**scale) for value in ordered], dtype=object)
    n = len(ordered)
    return Spread(
        n,
        cast(Number, ordered.sum()),
        Fraction(int(np.dot(whole, whole)), 10 ** (2 * scale)),
        {place: ordered[place] for place in places_asked(n)},
        {count: cast(Number, ordered.tail(count).sum()) for count in counts_asked(n)},
    )


def evaluate(statistic: Statistic, numbers: Spread, scale: int = 1) -> float | None:
    """A statistic in units of ``scale`` (shares have no unit); None where it is undefined.

    >>> numbers = spread(pl.Series([1, 2, 3, 10]))
    >>> evaluate(Statistic.MEDIAN, numbers), evaluate(Statistic.HERFINDAHL, numbers)
    (2.5, 0.4453125)
    """
    return _STATISTICS[statistic](numbers, scale)


def _total(numbers: Spread) -> Fraction:
    assert numbers.total is not None  # no kind sums up quotients
    return Fraction(numbers.total)


def mean(numbers: Spread, scale: int) -> float | None:
    """Arithmetic mean; undefined for no firms."""
    return float(_total(numbers) / numbers.n / scale) if numbers.n else None


def standard_deviation(numbers: Spread, scale: int) -> float | None:
    """Sample standard deviation; undefined for fewer than two firms."""
    if numbers.n < 2:
        return None
    deviations = numbers.squares - _total(numbers) ** 2 / numbers.n
    return sqrt(deviations / (numbers.n - 1)) / scale


def quartile(numbers: Spread, part: int, scale: int) -> float | None:
    """The value that ``part`` quarters of the firms do not exceed; the mean of two where it lies between them.

    What Stata's ``summarize, detail`` prints: see :func:`~firmtrade.query.distributions.quartile_places`. Undefined for
    no firms.
    """
    if not numbers.n:
        return None
    found = [Fraction(numbers.places[place]) for place in quartile_places(part, numbers.n)]
    return float(sum(found) / len(found) / scale)


def herfindahl(numbers: Spread) -> float | None:
    """Sum of squared shares; undefined where the total is not positive."""
    total = _total(numbers)
    return float(numbers.squares / total**2) if total > 0 else None


def held_by_largest(numbers: Spread, firms: int) -> float | None:
    """Percent of the total that so many largest firms hold; undefined for fewer firms, or a total not positive."""
    total = _total(numbers)
    if total <= 0 or numbers.n < firms:
        return None
    return float(HUNDRED * Fraction(numbers.held[firms]) / total)


def held_by_top_percent(numbers: Spread, percent: int) -> float | None:
    """Percent of the total that the largest ``percent`` of firms hold (a part of a firm counts as one).

    Undefined where that would be less than one firm.
    """
    if numbers.n * percent < HUNDRED:
        return None
    return held_by_largest(numbers, top_percent(percent, numbers.n))


def _largest(firms: int) -> Callable[[Spread, int], float | None]:
    return lambda numbers, _: held_by_largest(numbers, firms)


def _top(percent: int) -> Callable[[Spread, int], float | None]:
    return lambda numbers, _: held_by_top_percent(numbers, percent)


def _quartile(part: int) -> Callable[[Spread, int], float | None]:
    return lambda numbers, scale: quartile(numbers, part, scale)


QUARTILES = {Statistic.FIRST_QUARTILE: 1, Statistic.MEDIAN: 2, Statistic.THIRD_QUARTILE: 3}
"""The quartile that a statistic is."""

_STATISTICS: Mapping[Statistic, Callable[[Spread, int], float | None]] = {
    Statistic.NUMBER: lambda numbers, _: float(numbers.n),
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
