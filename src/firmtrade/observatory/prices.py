"""Amounts at the prices of a study's base year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import ibis
import ibis.expr.types as ir
import polars as pl

from firmtrade.classifications import activity
from firmtrade.engines.protocol import Tables
from firmtrade.messages import Message, Year, message
from firmtrade.observatory.rates import times_ratio
from firmtrade.query.dimensions import UNKNOWN
from firmtrade.study import Study


def price_ratios(tables: Tables, study: Study) -> ir.Table | None:
    """What an amount of each year and division is multiplied by, ``above`` over ``below``; None without a deflator."""
    deflator = study.deflator
    if deflator is None:
        return None
    scheme = activity(study.head.activity)
    ratios = {
        (year, name): ratio
        for name in (*scheme.divisions, UNKNOWN)
        for year, ratio in deflator.ratios(deflator.index).items()
    }
    for branch in reversed(deflator.branches):
        own = deflator.ratios(branch.index).items()
        ratios |= {
            (year, name): ratio for name in scheme.divisions_in(branch.activity) for year, ratio in own
        }
    rows = [(year, name, *ratio) for (year, name), ratio in ratios.items()]
    schema = {"price_year": pl.Int32, "price_division": pl.String, "above": pl.Int64, "below": pl.Int64}
    return tables.register("prices", pl.DataFrame(rows, schema=schema, orient="row"))


def at_base_prices(
    rows: ir.Table, years: Mapping[str, ir.IntegerValue | int], prices: ir.Table | None
) -> ir.Table:
    """Rows with amounts at the prices of the base year, to the cent; as they are without a deflator.

    ``years`` gives for each column the year that its amounts are of. They are null in a year without a price level, and
    where they are too large to be an amount.
    """
    if prices is None:
        return rows
    for column, year in years.items():
        at = ibis.literal(year, "int32") if isinstance(year, int) else year.cast("int32")
        dated = rows.mutate(dated=at)
        levels = prices.view()
        joined = dated.left_join(
            levels, [dated.dated == levels.price_year, dated.division == levels.price_division]
        )
        amounts = {column: times_ratio(dated[column], levels.above, levels.below)}
        rows = joined.select(*(name for name in rows.columns if name != column), **amounts)
    return rows


def price_notes(study: Study) -> Iterator[Message]:
    """At which prices amounts of several years are compared, where a table compares any."""
    if not any(table.compares_money for table in study.outputs):
        return
    if study.deflator is None:
        yield message("notes.current_prices")
    else:
        yield message("notes.constant_prices", year=Year(study.deflator.base))
