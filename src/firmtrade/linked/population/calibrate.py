"""From totals to firms: scale each class of the panel and share its totals out, exact to the cent."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from firmtrade.linked.population.base import Base
from firmtrade.linked.population.firms import FirmArrays
from firmtrade.linked.population.history import Accounts, least_employment
from firmtrade.linked.population.largest import classes
from firmtrade.linked.population.target import CellTarget
from firmtrade.linked.population.totals import MEASURES, fit_totals, ratios_of
from firmtrade.study import Study

UNIT = 100
"""Employment and value added are shared out in hundredths."""


def calibrate(
    firms: FirmArrays, accounts: Accounts, bases: Sequence[Base], targets: Sequence[CellTarget], study: Study
) -> None:
    """Change the accounts of panel firms so that the levels and growth rates of ``targets`` come out."""
    first, last = (list(accounts.years).index(year) for year in study.head.window)
    for at, base in enumerate(bases):
        members = np.flatnonzero(firms.panel & (firms.population == at))
        whole = ~np.isnan(accounts.value_added[members][:, [first, last]]).any(axis=1)
        members = members[whole]
        ratios = ratios_of(targets, base)
        if not len(members) or not ratios:
            continue
        of = classes(firms)[members]
        number = base.panel_cells.height
        columns = [
            accounts.fte[:, first],
            accounts.fte[:, last],
            accounts.value_added[:, first],
            accounts.value_added[:, last],
        ]
        drawn = np.stack([np.bincount(of, column[members], number) for column in columns])
        wanted = fit_totals(drawn, np.bincount(of, minlength=number), ratios)
        factors = np.divide(wanted, drawn, out=np.ones_like(drawn), where=drawn > 0)[:, of]
        _follow(accounts, members, factors, study)
        for date, employment, value_added in ((first, wanted[0], wanted[2]), (last, wanted[1], wanted[3])):
            before = accounts.fte[members, date]
            kept = above(least_employment(study), employment, before, of)
            accounts.fte[members, date] = share_out(employment, kept, of)
            worth = accounts.value_added[members, date] * accounts.fte[members, date] / before
            accounts.value_added[members, date] = share_out(value_added, worth, of)


def _follow(accounts: Accounts, members: np.ndarray, factors: np.ndarray, study: Study) -> None:
    """Scale whole paths: full factors at both ends of the window; employment of the reference year stays."""
    first, last = study.head.window
    reference = study.reference_year
    with_end = np.clip((accounts.years - first) / (last - first), 0.0, 1.0)
    back = np.clip((reference - accounts.years) / max(reference - first, 1), 0.0, 1.0)
    ahead = np.clip((accounts.years - reference) / max(last - reference, 1), 0.0, 1.0)
    log = np.log(factors)[:, :, None]
    assert log.shape[0] == len(MEASURES)
    accounts.fte[members] *= np.exp(log[0] * back + log[1] * ahead)
    accounts.value_added[members] *= np.exp(log[2] * (1 - with_end) + log[3] * with_end)
    accounts.fte[members] = np.maximum(np.round(accounts.fte[members], 2), 0.01)
    accounts.value_added[members] = np.round(accounts.value_added[members], 2)


def above(least: float, totals: np.ndarray, weights: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Weights that give each member at least so much of its class's total, where the total is enough for all.

    >>> above(1.0, np.array([6.0]), np.array([1.0, 1.0, 6.0]), np.zeros(3, int)).round(2).tolist()
    [1.01, 1.01, 3.98]
    """
    floor = least + 1 / UNIT  # what whole hundredths take away
    number = np.bincount(of, minlength=len(totals))
    enough = (totals > floor * number)[of]
    low, share = np.zeros(len(of), bool), weights
    while True:
        rest = np.bincount(of, np.where(low, 0.0, weights), len(totals))
        left = totals - floor * np.bincount(of, low, len(totals))
        share = np.where(
            low, floor, weights * np.divide(left, rest, out=np.zeros_like(rest), where=rest > 0)[of]
        )
        more = enough & ~low & (share < floor)
        if not more.any():
            return np.asarray(share)
        low |= more


def share_out(totals: np.ndarray, weights: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Share totals out in proportion to positive weights, in hundredths, by largest remainders.

    Parameters
    ----------
    totals
        One total per class.
    weights
        One weight per member.
    of
        The class of each member.

    >>> share_out(np.array([1.0]), np.array([1.0, 1.0, 1.0]), np.zeros(3, int)).tolist()
    [0.34, 0.33, 0.33]
    """
    units = np.rint(totals * UNIT)
    exact = units[of] * weights / np.bincount(of, weights, len(totals))[of]
    whole = np.maximum(np.floor(exact), 1.0)
    missing = np.rint(units - np.bincount(of, whole, len(totals))).astype(np.int64)
    order = np.lexsort((-(exact - whole), of))
    rank = np.empty(len(of), np.int64)
    starts = np.concatenate([[0], np.cumsum(np.bincount(of, minlength=len(totals)))[:-1]])
    rank[order] = np.arange(len(of)) - starts[of[order]]
    return np.asarray((whole + (rank < missing[of])) / UNIT)
