"""Exporter dynamics, year by year: entry, exit, survival of entrants, re-entry. Importers alike.

The indicators of the World Bank's Exporter Dynamics Database (Fernandes, Freund & Pierola 2016), whose
definitions are concepts (``edd_entry_rate`` and so on). Every rate states its denominator, because papers
differ: the exit rate of year t is taken over the exporters of t-1. A firm that is gone does not trade; a
year that the trade files do not cover is unknown, and so is every rate that needs it. Who traded before is asked of the
same number of years in every year: asked of all years there are, re-entry would rise with the length of the panel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firmtrade.evidence.grid import PanelGrid, grid_of
from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import Panel
from firmtrade.evidence.phrases import commas, named, phrase
from firmtrade.evidence.samples import DIRECTIONS, note
from firmtrade.evidence.statements import estimate_of, lacking, not_computed, too_few
from firmtrade.inference.arrays import Flags, Floats
from firmtrade.inference.proportions import in_percent, share_effect
from firmtrade.messages import Count, Message, Year
from firmtrade.outputs import Curve, CurvePoint, Estimate

BLOCK = "survival"
SURVIVAL_YEARS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class _Rate:
    """A share of firms of one year: those of ``base`` for which ``member`` holds, with its definition.

    ``base`` and ``member`` are flags (firms,); ``at`` is the column of the year in which the base is in the
    population and has its row.
    """

    indicator: str
    year: int
    base: Flags
    member: Flags
    at: int
    definition: Message


def dynamics(panel: Panel, options: EvidenceOptions) -> tuple[list[Estimate], list[Curve], list[Message]]:
    """Rates of entry, exit, survival and re-entry by year, percent of firms of the population.

    Specifications are ``export_dynamics`` and ``import_dynamics``, outcomes ``entry_rate``, ``exit_rate``,
    ``entrant_survival_1`` to ``_3`` and ``reentrant_share``, terms the years.
    """
    estimates: list[Estimate] = []
    curves: list[Curve] = []
    off: list[Message] = []
    grid = grid_of(panel)
    for direction, flag in DIRECTIONS.items():
        missing = panel.lacks(flag)
        if missing:
            off.append(lacking(phrase(f"dynamics.{direction}.what"), missing))
            continue
        rates = _rates(grid, flag, options.look_back)
        if not rates:
            off.append(not_computed(phrase(f"dynamics.{direction}.what"), phrase("reasons.no_two_years")))
        small: dict[str, list[Year]] = {}
        for rate in rates:
            if rate.base.sum() < options.minimum_firms:
                small.setdefault(rate.indicator, []).append(Year(rate.year))
            else:
                estimates.append(_stated(grid, rate, direction, options))
        for indicator, years in small.items():
            what = phrase(f"dynamics.{direction}.rate", rate=named(indicator), years=commas(*years))
            off.append(too_few(what, phrase("groups.denominator"), options.minimum_firms))
    for specification in dict.fromkeys(estimate.specification for estimate in estimates):
        for outcome in dict.fromkeys(e.outcome for e in estimates if e.specification == specification):
            own = [e for e in estimates if (e.specification, e.outcome) == (specification, outcome)]
            curves.append(_curve(own))
    return estimates, curves, off


def _rates(grid: PanelGrid, flag: str, look_back: int) -> list[_Rate]:
    trades = _trading(grid, flag)
    member = grid.values("in_population") == 1
    direction = "export" if flag == "exporter" else "import"
    rates = []
    known = np.isfinite(trades)
    covered: Flags = np.asarray(known.any(axis=0))
    for t in range(1, grid.n_years):
        year = int(grid.years[t])
        if not covered[t - 1 : t + 1].all():
            continue
        now, before = (trades[:, t] == 1) & member[:, t] & known[:, t - 1], trades[:, t - 1] == 1
        entrants = now & ~before
        rates.append(_Rate("entry_rate", year, now, ~before, t, _definition("entry_rate", direction)))
        left = before & member[:, t - 1] & known[:, t]
        gone = trades[:, t] == 0
        rates.append(_Rate("exit_rate", year, left, gone, t - 1, _definition("exit_rate", direction)))
        back = trades[:, max(t - 1 - look_back, 0) : t - 1]
        if back.shape[1] == look_back and covered[t - 1 - look_back : t - 1].all():
            earlier = (back == 1).any(axis=1)
            told = entrants & np.isfinite(back).all(axis=1)
            reentry = phrase("definitions.reentrant_share", years=Count(look_back * grid.step))
            rates.append(_Rate("reentrant_share", year, told, earlier, t, reentry))
        for k in SURVIVAL_YEARS:
            waves, between = divmod(k, grid.step)
            following = slice(t + 1, t + 1 + waves)
            if not between and following.stop <= grid.n_years and covered[following].all():
                stays = (trades[:, following] == 1).all(axis=1)
                followed = entrants & known[:, following].all(axis=1)
                survives = f"entrant_survival_{k}"
                rates.append(_Rate(survives, year, followed, stays, t, _definition(survives, direction)))
    return rates


def _trading(grid: PanelGrid, flag: str) -> Floats:
    """1 where a firm trades, 0 where it does not or is not there, NaN in years that are not covered, or in which a firm
    of a sample was not asked."""
    status = grid.values(flag)
    if grid.sample:
        return status
    covered = np.isfinite(status).any(axis=0)
    return np.where(covered, np.nan_to_num(status, nan=0.0), np.nan)


def _definition(indicator: str, direction: str) -> Message:
    """The concept's definition; that of imports is worded alike."""
    return phrase(f"definitions.{indicator}.{direction}")


def _stated(grid: PanelGrid, rate: _Rate, direction: str, options: EvidenceOptions) -> Estimate:
    n = int(rate.base.sum())
    both = rate.base & rate.member
    share = float(both.sum()) / n
    effect = in_percent(share_effect(share, n, level=options.level))
    base, member = (
        grid.rows_of(firm, np.full(len(firm), rate.at)) for firm in map(np.flatnonzero, (rate.base, both))
    )
    behind = (grid.owners.contribution(base, "base"), grid.owners.contribution(member, "member"))
    return estimate_of(
        BLOCK,
        f"{direction}_dynamics",
        rate.indicator,
        str(rate.year),
        effect,
        n_obs=n,
        n_firms=n,
        estimator=phrase("estimators.share_of_firms"),
        note=note(phrase("dynamics.sample", definition=rate.definition), (), phrase("axes.percent")),
        contributions=behind,
    )


def _curve(estimates: list[Estimate]) -> Curve:
    first = estimates[0]
    points = (CurvePoint(float(e.term), e.estimate, e.conf_low, e.conf_high, e.n_obs) for e in estimates)
    return Curve(
        BLOCK,
        first.specification,
        first.outcome,
        "all",
        tuple(points),
        x_label="year",
        y_label="percent",
        n_firms=max(e.n_firms or 0 for e in estimates),
        estimator=first.estimator,
        note=first.note,
        contributions=first.contributions,
    )
