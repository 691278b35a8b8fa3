"""What an additional exporter costs: what was granted to the firms compared, over the exporters that they are more."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
import polars as pl

from firmtrade.evidence.impact.difference import Found
from firmtrade.evidence.samples import owners_of
from firmtrade.inference.arrays import Integers
from firmtrade.inference.cell_difference import cell_difference
from firmtrade.inference.fits import Effect
from firmtrade.outputs import Contribution


@dataclass(frozen=True, slots=True)
class CostFound:
    """Firms compared, what they were granted with the overhead, and how many exporters they are more.

    ``unknown`` counts firms with support of unknown amount. ``per_exporter`` has no upper end where there are such
    firms, or where the interval of the additional exporters reaches down to none, and is no number where there are
    none.
    """

    n_firms: int
    unknown: int
    granted: float
    additional: Effect
    per_exporter: Effect
    contributions: tuple[Contribution, ...]


def cost(found: Found, panel_rows: pl.DataFrame, overhead_percent: float, level: float) -> CostFound | None:
    """The cost of an additional exporter, of a path of first exports; None where no amount is known.

    Amounts count from the year of the first support to the end of the horizon, of the programmes evaluated; what was
    paid back, a negative amount, is taken off.
    """
    firm, year = _compared(found)
    grid, events = found.comparison.grid, found.comparison.events
    first = pl.DataFrame({"firm": firm, "since": year + grid.first_year})
    rows = events.taken.join(first, on="firm")
    rows = rows.filter(pl.col("year").is_between("since", pl.col("since") + events.design.design.horizon))
    paid = rows.drop_nulls("amount")
    if paid.is_empty():
        return None
    unknown = rows.filter(pl.col("amount").is_null())["firm"].n_unique()
    effect, n = found.effect(level), len(firm)
    additional = _times(effect, n / 100)
    by_firm = paid.group_by("firm").agg(turnover=pl.col("amount").sum()).sort("firm")
    units = panel_rows.select("firm", "unit_code").unique("firm", keep="last", maintain_order=True)
    owners = owners_of(by_firm.join(units, on="firm", maintain_order="left"))
    granted = float(by_firm["turnover"].to_numpy().sum()) * (1 + overhead_percent / 100)
    return CostFound(
        n,
        unknown,
        granted,
        additional,
        _per(granted, additional, at_least=unknown > 0),
        (owners.contribution(np.arange(by_firm.height), "granted"),),
    )


def _compared(found: Found) -> tuple[Integers, Integers]:
    """The supported firms that the end of the horizon is about, and the columns of their first support."""
    comparison = found.comparison
    distance = found.path.points[found.headline[-1]].distance
    treated, compared = comparison.flags(distance)
    change = comparison.change(distance)
    firm, year = np.nonzero((treated | compared) & np.isfinite(change))
    is_treated = treated[firm, year]
    used = cell_difference(change[firm, year], is_treated, comparison.base_cells[firm, year], firm).used
    return firm[used & is_treated], year[used & is_treated]


def _times(effect: Effect, factor: float) -> Effect:
    return Effect(
        factor * effect.estimate, factor * effect.std_error, factor * effect.conf_low, factor * effect.conf_high,
        effect.p_value,
    )  # fmt: skip


def _per(granted: float, additional: Effect, *, at_least: bool) -> Effect:
    """Cost over a number with an interval: the ends of the interval change places."""

    def over(number: float) -> float:
        return granted / number if number > 0 else inf

    return Effect(
        over(additional.estimate),
        inf,
        over(additional.conf_high),
        inf if at_least else over(additional.conf_low),
        additional.p_value,
    )
