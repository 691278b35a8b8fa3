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
        Array (n,): which rows are of one unit, for the degrees of freedom; without it every row is one.

    >>> outcome = np.array([3.0, 1.0, 2.0, 5.0, 4.0, 4.0])
    >>> treated = np.array([True, False, False, True, False, False])
    >>> cell_difference(outcome, treated, np.array([0, 0, 0, 1, 1, 1])).estimate
    1.25
    """
    cell, n_cells = codes(cells)
    n_treated_in = np.bincount(cell, weights=treated, minlength=n_cells)
    n_comparison_in: Floats = np.bincount(cell, weights=~treated, minlength=n_cells).astype(np.float64)
    both = (n_treated_in > 0) & (n_comparison_in >= COMPARISONS)
    used = both[cell]
    unmatched = int((treated & ~used).sum())
    n_treated = int((treated & used).sum())
    nothing = np.empty(0, dtype=np.int64)
    if not n_treated:
        zero = np.zeros(len(outcome))
        return CellDifference(float("nan"), zero, 0, 0, unmatched, used, float("nan"), nothing, 0.0)
    comparison_sum = np.bincount(cell, weights=np.where(treated, 0.0, outcome), minlength=n_cells)
    comparison_mean = np.divide(comparison_sum, n_comparison_in, out=np.zeros(n_cells), where=both)
    excess = outcome - comparison_mean[cell]
    estimate = float(excess[treated & used].mean())
    share = np.divide(n_treated_in, n_comparison_in, out=np.zeros(n_cells), where=both)[cell]
    behind = np.where(both, n_comparison_in, COMPARISONS)[cell]
    influence = np.where(
        treated,
        (excess - estimate) * np.sqrt(behind / (behind + 1)),
        -share * excess * np.sqrt(behind / (behind - 1)),
    )
    in_cell = n_treated_in + n_comparison_in
    mean = np.divide(
        np.bincount(cell, weights=outcome, minlength=n_cells), in_cell, where=both, out=np.zeros(n_cells)
    )
    squares = np.bincount(cell, weights=(outcome - mean[cell]) ** 2, minlength=n_cells)
    of_treated = float(np.sum((n_treated_in * squares)[both] / (in_cell[both] - 1)))
    shortfall = (of_treated - float(np.sum(influence[treated & used] ** 2))) / n_treated**2
    unit = np.arange(len(outcome)) if clusters is None else codes(clusters)[0]
    weight = np.where(used, np.where(treated, 1.0, share), 0.0) / n_treated
    return CellDifference(
        estimate,
        np.where(used, influence, 0.0) / n_treated,
        n_treated,
        int((~treated & used).sum()),
        unmatched,
        used,
        _degrees_of_freedom(weight, treated, n_treated_in[both] / n_treated, n_comparison_in[both], unit),
        n_comparison_in[cell[treated & used]].astype(np.int64),
        max(shortfall, 0.0),
    )


def _degrees_of_freedom(
    weight: Floats, treated: Flags, part: Floats, comparisons: Floats, unit: Integers
) -> float:
    """Those of the variance of a difference, all errors being alike.

    ``part`` and ``comparisons`` are the share of the treated and the comparison units of each cell. A unit that is
    compared in many cells counts once.
    """
    n_units = int(unit.max()) + 1
    pieces = [(float(np.sum(weight[treated] ** 2)), _units(weight * treated, unit, n_units) - 1)]
    of_cells = part**2 / comparisons
    variance = float(of_cells.sum())
    within = variance**2 / float(np.sum(of_cells**2 / (comparisons - 1)))
    pieces.append((variance, min(within, _units(weight * ~treated, unit, n_units) - 1)))
    total = sum(value for value, _ in pieces)
    return max(1.0, total**2 / sum(value**2 / max(degrees, 1.0) for value, degrees in pieces))


def _units(weight: Floats, unit: Integers, n_units: int) -> float:
    """How many units of equal weight would vary as much."""
    squares = np.bincount(unit, weights=weight, minlength=n_units) ** 2
    return float(squares.sum() ** 2 / np.sum(squares**2))


def covariance_of(totals: Floats) -> Floats:
    """Covariance (k, k) of estimates from the sums of influences of independent clusters (G, k).

    With the factor G / (G - 1) for the G clusters that contribute.
    """
    contributing = int((np.abs(totals) > 0).any(axis=1).sum())
    covariance: Floats = totals.T @ totals * (contributing / max(contributing - 1, 1))
    return covariance
