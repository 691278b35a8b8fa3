"""Exact division: quotients of whole numbers and of cents, equal to the bit on every engine."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from firmtrade.observatory.canonical import MONEY, QUANTITY

RATE = "decimal(38, 6)"
"""Rates of single firms are rounded to six decimals, half away from zero, so that their sums are exact."""
BILLION = 1_000_000_000
CENTS, LARGEST_CENTS = "decimal(21, 2)", 10**18 - 1


def times_ratio(
    amount: ir.NumericValue, numerator: ir.IntegerValue | int, denominator: ir.IntegerValue | int
) -> ir.DecimalValue:
    """An amount of money times a ratio of small whole numbers, exact to the cent, half away from zero.

    Numerator and denominator are positive and at most ``study.LARGEST_OF_RATIO``. Null where the product is too large
    to be an amount. Integer arithmetic on cents keeps the result equal to the bit on every engine. Amounts are taken
    apart at a thousand millions of cents, so that no quotient has more digits than a floating-point number holds.
    """
    all_cents = (amount.abs().cast("decimal(38, 2)") * 100).cast("int64")
    low = all_cents % BILLION
    high, over = divided(divided(all_cents, BILLION)[0] * numerator, denominator)
    rounded, _ = divided(2 * (over * BILLION + low * numerator) + denominator, 2 * denominator)
    whole = high * BILLION + rounded
    cents = (amount < 0).ifelse(-whole, whole)
    # A product of decimals is wider than its parts; the cast brings it back.
    product = (cents.cast(CENTS) * ibis.literal("0.01").cast(CENTS)).cast("decimal(38, 2)")
    return (whole <= LARGEST_CENTS).ifelse(product, ibis.null()).cast(MONEY)


def percent_of(part: ir.NumericValue, whole: ir.NumericValue) -> ir.DecimalValue:
    """Percent of a positive number (or amount), to six decimals, half away from zero.

    A long division of whole numbers (of cents): a quotient of floating-point numbers may fall on the wrong side of
    a half.
    """
    base = _whole(whole)
    ones, rest = divided(_whole(part.abs()), base)
    wide = base.cast("decimal(38, 0)")
    millionths, rest = divided(rest.cast("decimal(38, 0)") * 100_000_000, wide)
    millionths += (rest * 2 >= wide).cast("int64")
    small = millionths.cast(QUANTITY) * ibis.literal("0.000001").cast(QUANTITY)
    rate = (ones * 100).cast(RATE) + small.cast(RATE)
    return (part < 0).ifelse(-rate, rate).cast(RATE)


def _whole(number: ir.NumericValue) -> ir.IntegerValue:
    """A count as it is, an amount in cents."""
    cents = number if number.type().is_integer() else number.cast("decimal(38, 2)") * 100
    return cents.cast("int64")


def divided(number: ir.NumericValue, base: ir.NumericValue | int) -> tuple[ir.IntegerValue, ir.NumericValue]:
    """Quotient and rest of whole numbers that are not negative.

    What is left without the rest divides evenly, so the quotient is exact.
    """
    rest = number % base
    return ((number - rest) / base).round().cast("int64"), rest
