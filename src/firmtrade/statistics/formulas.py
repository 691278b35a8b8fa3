"""The formulas of the definitions, on exact totals: division and roots happen last.

Totals are whole numbers or decimals with a fixed scale, so every quotient below is one division of integers,
correctly rounded, and equal to the bit from run to run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction

from firmtrade.query.cells import Formula

Number = Decimal | int
Result = tuple[float | None, Number | None, Number | None]
"""Value (None where undefined), numerator, denominator."""

THOUSAND = 1000


def evaluate(formula: Formula, numbers: Mapping[str, Number], years: int) -> Result:
    """The value of a formula over its terms, in the order in which the formula names them."""
    return _FORMULAS[formula](list(numbers.values()), years)


def count(firms: Number) -> float:
    return float(firms)


def share(firms: Number, base: Number) -> float | None:
    """Percent; undefined for an empty group, and for a total that corrections leave at or below zero."""
    return None if base <= 0 else _percent(Fraction(firms) / Fraction(base))


def amount(value: Number) -> float:
    """Thousands of currency units."""
    return float(Fraction(value) / THOUSAND)


def level(value_added: Number, employment: Number) -> float | None:
    """Thousands of currency units per unit of employment; undefined without employment."""
    if not employment:
        return None
    return float(Fraction(value_added) / Fraction(employment) / THOUSAND)


def level_change(
    value_added_start: Number, value_added_end: Number, start: Number, end: Number
) -> float | None:
    """Percent between two levels; undefined from a level that is not positive."""
    if not start or not end:
        return None
    before, after = Fraction(value_added_start) / Fraction(start), Fraction(value_added_end) / Fraction(end)
    return None if before <= 0 else _percent(after / before - 1)


def cagr(start: Number, end: Number, years: int) -> float | None:
    """Compound annual growth in percent of a total over ``years``; undefined from <= 0 or to < 0."""
    if start <= 0 or end < 0:
        return None
    ratio = float(Fraction(end) / Fraction(start))
    return 100 * (float(ratio ** (1 / years)) - 1)


def productivity_cagr(
    value_added_start: Number, value_added_end: Number, start: Number, end: Number, years: int
) -> float | None:
    """(1 + value-added growth) / (1 + employment growth) - 1, in percent a year."""
    value_added, employment = cagr(value_added_start, value_added_end, years), cagr(start, end, years)
    if value_added is None or employment is None or employment == -100:
        return None
    return 100 * ((1 + value_added / 100) / (1 + employment / 100) - 1)


def _percent(ratio: Fraction) -> float:
    return float(100 * ratio)


_FORMULAS: dict[Formula, Callable[[list[Number], int], Result]] = {
    Formula.COUNT: lambda n, _: (count(n[0]), n[0], None),
    Formula.SHARE: lambda n, _: (share(n[0], n[1]), n[0], n[1]),
    Formula.AMOUNT: lambda n, _: (amount(n[0]), n[0], None),
    Formula.LEVEL: lambda n, _: (level(n[0], n[1]), n[0], n[1]),
    Formula.LEVEL_CHANGE: lambda n, _: (level_change(n[0], n[1], n[2], n[3]), None, None),
    Formula.CAGR: lambda n, years: (cagr(n[0], n[1], years), n[1], n[0]),
    Formula.PRODUCTIVITY_CAGR: lambda n, years: (
        productivity_cagr(n[0], n[1], n[2], n[3], years),
        None,
        None,
    ),
}
