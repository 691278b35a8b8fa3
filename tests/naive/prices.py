"""Amounts at the prices of a study's base year once more, in plain Python."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor

from firmtrade.classifications import activity
from firmtrade.study import Study


def at_base_prices(study: Study, amount: Decimal | None, year: int, division: str) -> Decimal | None:
    """To the cent, half away from zero; by the index of the firm's branch where it has one of its own."""
    deflator = study.deflator
    if deflator is None or amount is None:
        return amount
    scheme = activity(study.head.activity)
    own = [one.index for one in deflator.branches if division in scheme.divisions_in(one.activity)]
    index = [*own, deflator.index][0]
    exact = Fraction(amount) * Fraction(str(index[deflator.base])) / Fraction(str(index[year]))
    cents = floor(abs(exact) * 100 + Fraction(1, 2))
    return Decimal(-cents if exact < 0 else cents) / 100
