"""Facts on earlier years: bring the share of firms with a flow near what the text says of a year.

Years that tables ask about, the first of the window and the reference year, are left alone; between a fact
and the first year the share moves on a straight line.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from firmtrade.linked.population.base import FLOWS
from firmtrade.linked.population.firms import INSIDE, FirmArrays
from firmtrade.linked.population.history import exists, trade_years
from firmtrade.linked.population.target import CellTarget
from firmtrade.study import Study

YEAR = "year"


def approach_series(
    flags: np.ndarray, firms: FirmArrays, facts: Sequence[CellTarget], roots: Sequence[str], study: Study,
    random: np.random.Generator,
) -> None:  # fmt: skip
    """Switch flows of firms on or off in the years before the window, in place.

    First of firms that trade with the other zone, so that the number of traders moves no more than it must; then of
    firms that trade no more in the first year of the window, so that as many begin by then as before; and of those of
    firms that are so in the year after.

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
        told_of = fact.spec.terms["base"].where.expression()
        printed = (
            pl.DataFrame({YEAR: [str(year) for year in years]})
            .select(told_of.alias("told"))["told"]
            .to_numpy()
        )
        inside = (firms.kind == INSIDE) & (firms.population == roots.index(universe.population))
        first = int(np.flatnonzero(years == study.first_year)[0])
        other_zone = at ^ 1
        at_first = flags[:, first, [at, other_zone]].any(axis=1)
        for start in np.flatnonzero(printed & (years < study.first_year)):
            share = (fact.low + fact.high) / 200
            later = flags[inside & alive[:, first], first, at].mean()
            for column in range(first - 1, start - 1, -1):
                wanted = share + (later - share) * (column - start) / (first - start)
                among = inside & alive[:, column]
                trades, after = flags[:, column, other_zone], flags[:, column + 1, at]
                starts, stops = 4 * ~trades + 2 * at_first + ~after, 2 * ~trades + after
                _reach(flags[:, column, at], among, wanted, (stops, starts), random)


def _reach(
    flag: np.ndarray, among: np.ndarray, wanted: float, last: tuple[np.ndarray, np.ndarray],
    random: np.random.Generator,
) -> None:  # fmt: skip
    """Switch as many firms off or on as it takes, those first that are lowest in the order of ``last``."""
    missing = round(wanted * among.sum()) - int(flag[among].sum())
    able = random.permutation(np.flatnonzero(among & (flag != (missing > 0))))
    able = able[np.argsort(last[int(missing > 0)][able], kind="stable")]
    flag[able[: abs(missing)]] = missing > 0
