"""Exact division: quotients of whole numbers and of cents, equal to the bit on every engine."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from firmtrade.observatory.canonical import QUANTITY

RATE = "decimal(38, 6)"
"""Rates of single firms are rounded to six decimals, half away from zero, so that their sums are exact."""


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
