"""Treated against comparison units within cells: the one step that the difference-in-differences share.

The average over the treated of their outcome less the mean of the comparison units of the same cell. It is
the weighted least-squares coefficient with cell effects that counts every treated unit once (reweighted form
of Dube, Girardi, Jordà & Taylor 2025), and the regression-adjusted ATT(g,t) of Callaway & Sant'Anna
(2021) with cells as covariates.

A mean of few comparison units hugs them, so their residuals are too small: each is raised to its own error
(Bell & McCaffrey 2002, as HC2 does), and the reference is a t distribution whose degrees of freedom count what stands
behind the variance, few where few units carry it (Satterthwaite 1946; Imbens & Kolesár 2016).

A share has no spread where all treated units, or none, have the event, though chance made them alike. What their spread
falls short of the one of all units of their cells, which is theirs where nothing differs, is told beside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firmtrade.inference.arrays import Flags, Floats, Integers, codes

COMPARISONS = 2
"""Comparison units that a cell needs: one alone has no error that could be measured."""


@dataclass(frozen=True, slots=True)
class CellDifference:
    """The difference with what its uncertainty is made of.

    ``influence`` is (n,): what each row adds to the error of ``estimate`` (zero for rows in cells without
    both kinds). Sums of it over the rows of a firm, squared and added, estimate the variance; two differences
    have the covariance of their influences. ``unmatched`` counts treated rows in cells without comparison,
    ``comparisons`` holds the comparison rows in the cell of every treated row that is used. ``shortfall`` is by how
    much the variance that the treated bring stays below the one they would bring with the spread of their whole cells.
    """

    estimate: float
    influence: Floats
    n_treated: int
    n_comparison: int
    unmatched: int
    used: Flags
    degrees_of_freedom: float
    comparisons: Integers
    shortfall: float


def cell_difference(
    outcome: Floats, treated: Flags, cells: Integers, clusters: Integers | None = None
) -> CellDifference:
    """Mean of ``outcome`` over the treated, less the mean of comparison rows in their cells.

    Parameters
    ----------
    outcome, treated, cells
        Arrays (n,), no missing values.
    clusters
        Array (n,) of whole numbers, none below zero: which rows are of one unit, for the degrees of freedom; without
        it every row is one.

    >>> outcome = np.array([3.0, 1.0, 2.0, 5.0, 4.0, 4.0])
    >>> treated = np.array([True, False, False, True, False, False])
    >>> cell_difference(outcome, treated, np.array([0, 0, 0, 1, 1, 1])).estimate
    1.25
    """
    cell, n_cells = codes(cells)
    on, off = np.flatnonzero(treated), np.flatnonzero(~treated)
    cell_on, cell_off, y_on, y_off = cell[on], cell[off], outcome[on], outcome[off]
    n_on = np.bincount(cell_on, minlength=n_cells).astype(np.float64)
    n_off = np.bincount(cell_off, minlength=n_cells).astype(np.float64)
    both = (n_on > 0) & (n_off >= COMPARISONS)
    used_on = both[cell_on]
    n_treated = int(used_on.sum())
    unmatched = len(on) - n_treated
    used = both[cell]
    if not n_treated:
        nothing = np.empty(0, dtype=np.int64)
        zero = np.zeros(len(outcome))
        return CellDifference(float("nan"), zero, 0, 0, unmatched, used, float("nan"), nothing, 0.0)
    centre = np.divide(
        np.bincount(cell_off, weights=y_off, minlength=n_cells), n_off, out=np.zeros(n_cells), where=both
    )
    excess_on, excess_off = y_on - centre[cell_on], y_off - centre[cell_off]
    estimate = float(excess_on[used_on].mean())
    # What a row of a cell weighs in the estimate, and how far its residual is raised; nothing outside the cells used.
    weight = np.divide(n_on, n_off, out=np.zeros(n_cells), where=both) / n_treated
    raised_on = np.sqrt(n_off / (n_off + 1)) * both / n_treated
    raised_off = weight * np.sqrt(n_off / np.maximum(n_off - 1, 1))
    influence = np.empty(len(outcome))
    influence[on] = (excess_on - estimate) * raised_on[cell_on]
    influence[off] = -excess_off * raised_off[cell_off]
    unit = np.arange(len(outcome)) if clusters is None else clusters
    units = (
        _units(used_on / n_treated, unit[on]),
        _units(weight[cell_off], unit[off]),
    )
    return CellDifference(
        estimate,
        influence,
        n_treated,
        int(n_off[both].sum()),
        unmatched,
        used,
        _degrees_of_freedom(n_on[both] / n_treated, n_off[both], n_treated, units),
        n_off[cell_on[used_on]].astype(np.int64),
        _shortfall((excess_on, cell_on, n_on), (excess_off, cell_off, n_off), both, influence[on], n_treated),
    )


def _shortfall(
    treated: tuple[Floats, Integers, Floats],
    others: tuple[Floats, Integers, Floats],
    both: Flags,
    influence: Floats,
    n_treated: int,
) -> float:
    """By how much the variance of the treated stays below that with the spread of their whole cells.

    Of either kind the differences from the mean of the comparison units, the cells, and their numbers by cell.
    """
    (excess_on, cell_on, n_on), (excess_off, cell_off, n_off) = treated, others
    n_cells = len(both)
    in_cell = n_on + n_off
    squares = np.bincount(cell_off, weights=excess_off**2, minlength=n_cells)
    squares += np.bincount(cell_on, weights=excess_on**2, minlength=n_cells)
    apart = np.bincount(cell_on, weights=excess_on, minlength=n_cells)
    around = squares[both] - apart[both] ** 2 / in_cell[both]
    of_treated = float(np.sum(n_on[both] * around / (in_cell[both] - 1)))
    return max(of_treated / n_treated**2 - float(np.sum(influence**2)), 0.0)


def _degrees_of_freedom(
    part: Floats, comparisons: Floats, n_treated: int, units: tuple[float, float]
) -> float:
    """Those of the variance of a difference, all errors being alike.

    ``part`` and ``comparisons`` are the share of the treated and the comparison units of each cell; ``units`` how many
    units of equal weight the treated and the comparison rows are: one that is compared in many cells counts once.
    """
    of_cells = part**2 / comparisons
    variance = float(of_cells.sum())
    within = variance**2 / float(np.sum(of_cells**2 / (comparisons - 1)))
    pieces = ((1 / n_treated, units[0] - 1), (variance, min(within, units[1] - 1)))
    total = sum(value for value, _ in pieces)
    return max(1.0, total**2 / sum(value**2 / max(degrees, 1.0) for value, degrees in pieces))


def _units(weight: Floats, unit: Integers) -> float:
    """How many units of equal weight would vary as much."""
    of_units = np.bincount(unit, weights=weight)
    return float(of_units.sum() ** 2 / np.sum(of_units**2))


def covariance_of(totals: Floats) -> Floats:
    """Covariance (k, k) of estimates from the sums of influences of independent clusters (G, k).

    With the factor G / (G - 1) for the G clusters that contribute.
    """
    contributing = int((np.abs(totals) > 0).any(axis=1).sum())
    covariance: Floats = totals.T @ totals * (contributing / max(contributing - 1, 1))
    return covariance
