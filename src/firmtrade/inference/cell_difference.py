"""Treated against comparison units within cells: the one step that the difference-in-differences share.

The average over the treated of their outcome less the mean of the comparison units of the same cell. It is
the weighted least-squares coefficient with cell effects that counts every treated unit once (reweighted form
of Dube, Girardi, Jordà & Taylor 2025), and the regression-adjusted ATT(g,t) of Callaway & Sant'Anna
(2021) with cells as covariates.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from firmtrade.inference.arrays import Flags, Floats, Integers, codes


@dataclass(frozen=True, slots=True)
class CellDifference:
    """The difference with what its uncertainty is made of.

    ``influence`` is (n,): what each row adds to the error of ``estimate`` (zero for rows in cells without
    both kinds). Sums of it over the rows of a firm, squared and added, estimate the variance; two differences
    have the covariance of their influences. ``unmatched`` counts treated rows in cells without comparison.
    """

    estimate: float
    influence: Floats
    n_treated: int
    n_comparison: int
    unmatched: int
    used: Flags


def cell_difference(outcome: Floats, treated: Flags, cells: Integers) -> CellDifference:
    """Mean of ``outcome`` over the treated, less the mean of comparison rows in their cells.

    Parameters
    ----------
    outcome, treated, cells
        Arrays (n,), no missing values.

    >>> outcome = np.array([3.0, 1.0, 5.0, 4.0])
    >>> cell_difference(outcome, np.array([True, False, True, False]), np.array([0, 0, 1, 1])).estimate
    1.5
    """
    cell, n_cells = codes(cells)
    n_treated_in = np.bincount(cell, weights=treated, minlength=n_cells)
    n_comparison_in = np.bincount(cell, weights=~treated, minlength=n_cells)
    both = (n_treated_in > 0) & (n_comparison_in > 0)
    used = both[cell]
    unmatched = int((treated & ~used).sum())
    n_treated = int((treated & used).sum())
    if not n_treated:
        return CellDifference(float("nan"), np.zeros(len(outcome)), 0, 0, unmatched, used)
    comparison_sum = np.bincount(cell, weights=np.where(treated, 0.0, outcome), minlength=n_cells)
    comparison_mean = np.divide(comparison_sum, n_comparison_in, out=np.zeros(n_cells), where=both)
    excess = outcome - comparison_mean[cell]
    estimate = float(excess[treated & used].mean())
    share = np.divide(n_treated_in, n_comparison_in, out=np.zeros(n_cells), where=both)[cell]
    influence = np.where(treated, excess - estimate, -share * excess)
    return CellDifference(
        estimate,
        np.where(used, influence, 0.0) / n_treated,
        n_treated,
        int((~treated & used).sum()),
        unmatched,
        used,
    )


def clustered_covariance(influence: Floats, clusters: Integers) -> Floats:
    """Covariance (k, k) of estimates from their influences (n, k), rows of a cluster being dependent.

    With the factor G / (G - 1) for the G clusters that contribute.
    """
    cluster, n_clusters = codes(clusters)
    totals = np.column_stack(
        [np.bincount(cluster, weights=column, minlength=n_clusters) for column in influence.T]
    )
    contributing = int((np.abs(totals) > 0).any(axis=1).sum())
    covariance: Floats = totals.T @ totals * (contributing / max(contributing - 1, 1))
    return covariance
