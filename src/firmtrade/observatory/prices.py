"""Amounts at the prices of a study's base year."""

from __future__ import annotations

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir

from firmtrade.classifications import activity
from firmtrade.messages import Message, Year, message
from firmtrade.observatory.rates import times_ratio
from firmtrade.study import Study


def at_base_prices(
    amount: ir.NumericValue, year: ir.IntegerValue | int, division: ir.StringValue, study: Study
) -> ir.NumericValue:
    """An amount of a year at the prices of the base year, to the cent; as it is without a deflator.

    Null in a year without a price level, and where it is too large to be an amount.
    """
    deflator = study.deflator
    if deflator is None:
        return amount
    at = ibis.literal(year, "int32") if isinstance(year, int) else year
    scheme = activity(study.head.activity)
    ratios = [
        ((at == each) & division.isin(list(scheme.divisions_in(branch.activity))), ratio)
        for branch in deflator.branches
        for each, ratio in deflator.ratios(branch.index).items()
    ]
    ratios += [(at == each, ratio) for each, ratio in deflator.ratios(deflator.index).items()]
    above, below = (
        ibis.cases(*((where, ibis.literal(ratio[part], "int64")) for where, ratio in ratios), else_=None)
        for part in range(2)
    )
    return times_ratio(amount, above, below)


def price_notes(study: Study) -> Iterator[Message]:
    """At which prices amounts of several years are compared, where a table compares any."""
    if not any(table.compares_money for table in study.outputs):
        return
    if study.deflator is None:
        yield message("notes.current_prices")
    else:
        yield message("notes.constant_prices", year=Year(study.deflator.base))
