"""Facts on earlier years: bring the share of firms with a flow near what the text says of a year.

Years that tables ask about, the first of the window and the reference year, are left alone; between a fact
and the first year the share moves on a straight line.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from firmtrade.linked.population.base import FLOWS
from firmtrade.linked.population.firms import INSIDE, Firms
from firmtrade.linked.population.history import exists, trade_years
from firmtrade.linked.population.target import Target
from firmtrade.study import Study

YEAR = "year"


def approach_series(
    flags: np.ndarray, firms: Firms, facts: Sequence[Target], roots: Sequence[str], study: Study,
    random: np.random.Generator,
) -> None:  # fmt: skip
    """Switch flows of firms on or off in the years before the window, in place.

    Parameters
    ----------
    flags
        Booleans of shape (firms, years of trade, flows), see ``history.trade_history``.
    facts
        Targets; those of the period ``years`` on a single flow and year are used.
    roots
        The populations, in the order of ``firms.population``.
    """
    years = trade_years(study)
    alive = exists(firms, years)
    for fact in facts:
        universe = fact.spec.terms["base"].universe
        flow = fact.spec.terms["count"].where.dimensions - {YEAR}
        if universe.period != "years" or universe.population not in roots or len(flow) != 1:
            continue
        at = FLOWS.index(next(iter(flow)))
        among = fact.spec.terms["base"].where.expression()
        told = (
            pl.DataFrame({YEAR: [str(year) for year in years]}).select(among.alias("told"))["told"].to_numpy()
        )
        inside = (firms.kind == INSIDE) & (firms.population == roots.index(universe.population))
        first = int(np.flatnonzero(years == study.first_year)[0])
        for start in np.flatnonzero(told & (years < study.first_year)):
            share = (fact.low + fact.high) / 200
            later = flags[inside & alive[:, first], first, at].mean()
            for column in range(start, first):
                wanted = share + (later - share) * (column - start) / (first - start)
                _reach(flags[:, column, at], inside & alive[:, column], wanted, random)


def _reach(flag: np.ndarray, among: np.ndarray, wanted: float, random: np.random.Generator) -> None:
    """Switch as many firms as it takes, chosen at random."""
    missing = round(wanted * among.sum()) - int(flag[among].sum())
    able = np.flatnonzero(among & (flag != (missing > 0)))
    flag[random.permutation(able)[: abs(missing)]] = missing > 0
