"""From totals to firms: scale each class of the panel and share its totals out, exact to the cent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from firmtrade.linked.population.base import Base
from firmtrade.linked.population.firms import FirmArrays
from firmtrade.linked.population.history import Accounts, least_employment
from firmtrade.linked.population.largest import classes
from firmtrade.linked.population.target import CellTarget
from firmtrade.linked.population.totals import MEASURES, TotalsRatio, fit_totals, ratios_of
from firmtrade.outputs import CellKey
from firmtrade.study import Study
from firmtrade.workers import Workers

UNIT = 100
"""Employment and value added are shared out in hundredths."""


@dataclass(frozen=True)
class _Panel:
    """The firms of one population's panel that are complete, and the ratios that their totals should have."""

    members: np.ndarray
    of: np.ndarray
    """The class of each member."""
    drawn: np.ndarray
    """Totals of shape (measures, classes)."""
    ratios: Sequence[TotalsRatio]

    def fitted(self, out_of_reach: Collection[CellKey]) -> np.ndarray:
        """The totals that keep the ratios, of the shape of those drawn."""
        firms = np.bincount(self.of, minlength=self.drawn.shape[1])
        return fit_totals(self.drawn, firms, self.ratios, out_of_reach)


def calibrate(
    firms: FirmArrays,
    accounts: Accounts,
    bases: Sequence[Base],
    targets: Sequence[CellTarget],
    study: Study,
    out_of_reach: Collection[CellKey],
) -> None:
    """Change the accounts of panel firms so that the levels and growth rates of ``targets`` come out, but for those
    that are known to be ``out_of_reach`` beside the others."""
    first, last = (list(accounts.years).index(year) for year in study.head.window)
    panels = [
        panel
        for at, base in enumerate(bases)
        if (panel := _panel(at, base, firms, accounts, targets, (first, last))) is not None
    ]
    with Workers() as workers:
        totals = list(workers.map(lambda panel: panel.fitted(out_of_reach), panels))
    for panel, wanted in zip(panels, totals, strict=True):
        members, of = panel.members, panel.of
        factors = np.divide(wanted, panel.drawn, out=np.ones_like(wanted), where=panel.drawn > 0)[:, of]
        _follow(accounts, members, factors, study)
        for date, employment, value_added in ((first, wanted[0], wanted[2]), (last, wanted[1], wanted[3])):
            before = accounts.fte[members, date]
            kept = above(least_employment(study), employment, before, of)
            accounts.fte[members, date] = share_out(employment, kept, of)
            worth = accounts.value_added[members, date] * accounts.fte[members, date] / before
            accounts.value_added[members, date] = share_out(value_added, worth, of)


def _panel(
    at: int,
    base: Base,
    firms: FirmArrays,
    accounts: Accounts,
    targets: Sequence[CellTarget],
    ends: tuple[int, int],
) -> _Panel | None:
    """The panel of a population as drawn; None where it has no firms, or nothing is printed of their totals."""
    members = np.flatnonzero(firms.panel & (firms.population == at))
    members = members[~np.isnan(accounts.value_added[members][:, ends]).any(axis=1)]
    ratios = ratios_of(targets, base)
    if not len(members) or not ratios:
        return None
    of = classes(firms)[members]
    columns = [amount[members, end] for amount in (accounts.fte, accounts.value_added) for end in ends]
    drawn = np.stack([np.bincount(of, column, base.panel_cells.height) for column in columns])
    return _Panel(members, of, drawn, ratios)


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
