"""Trade of the population year by year: firms with their values, and their relations where declarations tell them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from firmtrade.evidence.panel import Panel
from firmtrade.evidence.samples import Owners, owners_of

VALUES = {"export": ("exporter", "export_value"), "import": ("importer", "import_value")}
"""Directions, and the columns of the panel that flag and value them."""


@dataclass(frozen=True, slots=True)
class YearPair:
    """Two neighbouring covered years of the firms that are in the population in either.

    ``firms`` has ``firm``, ``unit_code`` (that of the later year with a row), ``before`` and ``now``, the values of
    both years (0 where a firm does not trade). ``lines`` has the same per firm, country and product; None where the
    declarations do not tell them.
    """

    year: int
    firms: pl.DataFrame
    lines: pl.DataFrame | None


def traders_of(panel: Panel, direction: str) -> pl.DataFrame:
    """Firm-years of the population that trade, with ``firm``, ``unit_code``, ``year`` and ``value`` above zero."""
    flag, value = VALUES[direction]
    rows = panel.population.filter(pl.col(flag) & (pl.col(value) > 0))
    return rows.select("firm", "unit_code", "year", pl.col(value).alias("value"))


def lines_of(panel: Panel, direction: str) -> pl.DataFrame | None:
    """Relations (firm, country, product) of a direction by year with their value, at the prices of the panel.

    None where there are none, or neither a country nor a product is known of one.
    """
    if panel.lines is None:
        return None
    mine = panel.lines.filter((pl.col("flow") == direction) & (pl.col("value") > 0))
    known = mine.select(pl.any_horizontal(pl.col("country", "product").is_not_null()).any()).item()
    return mine.select("firm", "year", "country", "product", "value") if known else None


def covered_years(panel: Panel, direction: str) -> list[int]:
    """Years in which the trade files cover a direction."""
    flag = VALUES[direction][0]
    return sorted(panel.rows.filter(pl.col(flag).is_not_null())["year"].unique().to_list())


def year_pairs(panel: Panel, direction: str) -> Iterator[YearPair]:
    """Neighbouring years that are both covered."""
    flag, value = VALUES[direction]
    traded = pl.when(pl.col(flag)).then(pl.col(value)).otherwise(0.0).fill_null(0.0)
    rows = panel.rows.select("firm", "unit_code", "year", "in_population", traded.alias("value"))
    years, lines = covered_years(panel, direction), lines_of(panel, direction)
    for year in years:
        if year - 1 not in years:
            continue
        before = rows.filter(pl.col("year") == year - 1).drop("year")
        now = rows.filter(pl.col("year") == year).drop("year")
        both = before.join(now, on="firm", how="full", coalesce=True, suffix="_now").with_columns(
            unit_code=pl.coalesce("unit_code_now", "unit_code")
        )
        member = pl.any_horizontal(pl.col("in_population", "in_population_now").fill_null(value=False))
        firms = both.filter(member).select(
            "firm", "unit_code", before=pl.col("value").fill_null(0.0), now=pl.col("value_now").fill_null(0.0)
        )
        firms = firms.filter((pl.col("before") > 0) | (pl.col("now") > 0)).sort("firm")
        yield YearPair(year, firms, None if lines is None else _lines_between(lines, firms, year))


def _lines_between(lines: pl.DataFrame, firms: pl.DataFrame, year: int) -> pl.DataFrame:
    keys = ["firm", "country", "product"]
    before = lines.filter(pl.col("year") == year - 1).drop("year")
    now = lines.filter(pl.col("year") == year).drop("year")
    both = before.join(now, on=keys, how="full", coalesce=True, suffix="_now", nulls_equal=True)
    values = both.select(*keys, before=pl.col("value").fill_null(0.0), now=pl.col("value_now").fill_null(0.0))
    return values.join(firms.select("firm", "unit_code"), on="firm").sort(keys)


def owners_by(rows: pl.DataFrame, amount: pl.Expr, measure: str) -> Owners:
    """The owners of rows, measured by an amount of trade: who dominates a number about values of trade."""
    named = rows.select("firm", "unit_code", amount.alias("turnover"))
    found = owners_of(named)
    return Owners(found.firm, found.unit, found.cents, measure)
