"""How a printed number is to be read: which values may stand behind its digits."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from math import inf

from firmtrade.linked.interval import Interval
from firmtrade.sources.edition import CountRounding


class Reading(StrEnum):
    """What the printer did to the number."""

    ROUNDED = "rounded"
    """To the nearest last digit: 58.7 is [58.65, 58.75]. Both ends count, whichever way halves were
    rounded."""
    TRUNCATED = "truncated"
    """Digits cut off, towards zero: 58.7 is [58.7, 58.8]."""
    AT_LEAST = "at_least"
    """``at least 67%``, ``more than half``: the rounded number or anything above."""
    AT_MOST = "at_most"
    """``up to 67%``: the rounded number or anything below."""
    RANDOM = "random"
    """Up or down to a neighbouring multiple of a base, by chance: a count of 15 to the base 5 is 11 to 19. The same
    number may stand differently in two places."""
    EXACT = "exact"
    """The number itself, as for counts."""
    BETWEEN = "between"
    """One of two printed numbers or anything between, as in ``1-4``."""


OF_ONE_NUMBER = tuple(one for one in Reading if one is not Reading.BETWEEN)
"""The readings that a single number may have."""


def count_reading(rounding: CountRounding) -> Reading:
    """How a count is read that says nothing else of itself."""
    if not rounding.base:
        return Reading.EXACT
    return Reading.RANDOM if rounding.by_chance else Reading.ROUNDED


def half_unit(decimals: int) -> float:
    """Half of one in the last printed digit."""
    return 0.5 * 10.0**-decimals


def read(value: Decimal, decimals: int, reading: Reading) -> Interval:
    """The values that may stand behind a printed number.

    >>> read(Decimal("58.7"), 1, Reading.TRUNCATED)
    Interval(low=58.7, high=58.8)
    """
    unit = Decimal(1).scaleb(-decimals)
    half = unit / 2
    if reading is Reading.EXACT:
        return Interval.point(float(value))
    if reading is Reading.TRUNCATED:
        low = value - unit if value <= 0 else value
        high = value + unit if value >= 0 else value
        return Interval(float(low), float(high))
    rounded = Interval(float(value - half), float(value + half))
    if reading is Reading.AT_LEAST:
        return Interval(rounded.low, inf)
    if reading is Reading.AT_MOST:
        return Interval(-inf, rounded.high)
    return rounded
