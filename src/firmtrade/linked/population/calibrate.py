"""From totals to firms: scale each class of the panel and share its totals out, exact to the cent."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from firmtrade.linked.population.base import Base
from firmtrade.linked.population.firms import FirmArrays
from firmtrade.linked.population.history import Accounts, least_employment
from firmtrade.linked.population.largest import classes
from firmtrade.linked.population.prepared import PanelTotals, Prepared
from firmtrade.linked.population.target import CellTarget
from firmtrade.linked.population.totals import MEASURES, TotalsRatio, fit_totals, ratios_of
from firmtrade.outputs import CellKey
from firmtrade.study import Study
from firmtrade.workers import Workers

UNIT = 100
"""Employment and value added are shared out in hundredths."""


@dataclass(frozen=True)
class PanelFirms:
    """The firms of one population's panel that are complete, and the ratios that their totals should have."""

    population: str
    members: np.ndarray
    of: np.ndarray
    """The class of each member."""
    drawn: np.ndarray
    """Totals of shape (measures, classes)."""
    ratios: Sequence[TotalsRatio]

    @property
    def firms(self) -> np.ndarray:
        """Members by class."""
        return np.bincount(self.of, minlength=self.drawn.shape[1])

    def fitted(self, out_of_reach: Collection[CellKey]) -> PanelTotals:
        """The totals that keep the ratios."""
        totals = fit_totals(self.drawn, self.firms, self.ratios, out_of_reach)
        return PanelTotals(self.fingerprint(out_of_reach), totals)

    def totals(self, prepared: Prepared | None) -> np.ndarray:
        """The totals that keep the ratios, of the shape of those drawn: those solved beforehand where they are of the
        same firms."""
        out_of_reach = prepared.out_of_reach if prepared else frozenset[CellKey]()
        known = prepared.panels.get(self.population) if prepared else None
        if known is not None and known.inputs == self.fingerprint(out_of_reach):
            return known.totals
        return self.fitted(out_of_reach).totals

    def fingerprint(self, out_of_reach: Collection[CellKey]) -> str:
        """SHA-256 of what fitted totals depend on: firms and totals drawn, and the ratios asked for."""
        drawn = np.rint(self.drawn * UNIT).astype(np.int64)
        parts = [str(sorted(out_of_reach)), str(self.firms.tolist()), str(drawn.tolist())]
        for ratio in self.ratios:
            inside, signs = np.flatnonzero(ratio.inside).tolist(), ratio.signs.tolist()
            parts.append(f"{ratio.key} {inside} {signs} {ratio.low:.9f} {ratio.high:.9f}")
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def calibrate(
    firms: FirmArrays,
    accounts: Accounts,
    bases: Sequence[Base],
    targets: Sequence[CellTarget],
    study: Study,
    prepared: Prepared | None,
) -> None:
    """Change the accounts of panel firms so that the levels and growth rates of ``targets`` come out, but for those
    that are known to be out of reach beside the others."""
    first, last = _ends(accounts, study)
    panels = panels_of(firms, accounts, bases, targets, study)
    with Workers() as workers:
        totals = list(workers.map(lambda panel: panel.totals(prepared), panels))
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


def panels_of(
    firms: FirmArrays,
    accounts: Accounts,
    bases: Sequence[Base],
    targets: Sequence[CellTarget],
    study: Study,
) -> list[PanelFirms]:
    """The panels as drawn, of the populations that have firms in theirs, and of whose totals something is printed."""
    ends = _ends(accounts, study)
    found = (_panel(at, base, firms, accounts, targets, ends) for at, base in enumerate(bases))
    return [panel for panel in found if panel is not None]


def _ends(accounts: Accounts, study: Study) -> tuple[int, int]:
    """The columns of the first and the last year of the window."""
    first, last = (list(accounts.years).index(year) for year in study.head.window)
    return first, last


def _panel(
    at: int,
    base: Base,
    firms: FirmArrays,
    accounts: Accounts,
    targets: Sequence[CellTarget],
    ends: tuple[int, int],
) -> PanelFirms | None:
    members = np.flatnonzero(firms.panel & (firms.population == at))
    members = members[~np.isnan(accounts.value_added[members][:, ends]).any(axis=1)]
    ratios = ratios_of(targets, base)
    if not len(members) or not ratios:
        return None
    of = classes(firms)[members]
    columns = [amount[members, end] for amount in (accounts.fte, accounts.value_added) for end in ends]
    drawn = np.stack([np.bincount(of, column, base.panel_cells.height) for column in columns])
    return PanelFirms(base.population, members, of, drawn, ratios)


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
