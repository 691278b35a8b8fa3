"""The error of a difference within cells that rests on few clusters, which differ in weight.

A sum of squared cluster totals is too small where clusters are few, and smaller the more unequal they are. Every
cluster's residuals are raised by the inverse root of their own covariance, and the reference is a t distribution whose
degrees of freedom are those of the variance itself, all errors being alike (Bell & McCaffrey 2002, *Survey Methodology*
28; Imbens & Kolesár 2016, *Review of Economics and Statistics* 98; Pustejovsky & Tipton 2018, *Journal of Business &
Economic Statistics* 36).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from firmtrade.inference.arrays import Flags, Floats, Integers, codes


@dataclass(frozen=True, slots=True)
class ClusterError:
    """The standard error of a difference and the degrees of freedom of its t distribution."""

    std_error: float
    degrees_of_freedom: float


def error_of_clusters(
    outcome: Floats, treated: Flags, cells: Integers, clusters: Integers
) -> ClusterError | None:
    """The error of :func:`~firmtrade.inference.cell_difference.cell_difference` by clusters that cut across the cells.

    Parameters
    ----------
    outcome, treated, cells, clusters
        Arrays (n,) of rows in cells with both treated and comparison rows.

    None where fewer than two clusters hold treated rows, or comparison rows: their error cannot be told from what they
    are.

    Rows of one cell, cluster and kind have one weight, so they enter as one block: its sum over the root of its size.
    """
    cell, n_cells = codes(cells)
    cluster, n_clusters = codes(clusters)
    if min(len(np.unique(cluster[treated])), len(np.unique(cluster[~treated]))) < 2:
        return None
    block, n_blocks = codes((cell * n_clusters + cluster) * 2 + treated)
    _, first = np.unique(block, return_index=True)
    size = np.bincount(block, minlength=n_blocks).astype(np.float64)
    root = np.sqrt(size)
    values = np.bincount(block, weights=outcome, minlength=n_blocks) / root
    of_cell, of_cluster, on = cell[first], cluster[first], treated[first]
    in_cell = np.bincount(of_cell, weights=size * on, minlength=n_cells)
    others = np.bincount(of_cell, weights=size * ~on, minlength=n_cells)
    weight = np.where(on, 1.0, (in_cell / others)[of_cell])
    combination = root * np.where(on, 1.0, -weight) / float(size[on].sum())
    # Residuals of the regression on cells and the treatment: what both leave, the treatment in one direction.
    dummies = sparse.csr_array((root, (np.arange(n_blocks), of_cell)), shape=(n_blocks, n_cells))
    means = dummies @ sparse.diags_array(1 / (2 * in_cell)) @ dummies.T @ sparse.diags_array(weight)
    left = (sparse.eye_array(n_blocks) - means).tocsr()
    within = root * np.where(on, 0.5, -0.5)
    residuals = left @ values - within * float(combination @ values)
    apart, length = left @ combination, float(combination @ combination)
    variance, raised = 0.0, np.zeros(n_blocks)
    for place in range(n_clusters):
        rows = np.flatnonzero(of_cluster == place)
        cross = np.outer(apart[rows], within[rows])
        covariance = (left[rows] @ left[rows].T).toarray() - cross - cross.T
        covariance += length * np.outer(within[rows], within[rows])
        raised[rows] = _inverse_root(covariance) @ combination[rows]
        variance += float(raised[rows] @ residuals[rows]) ** 2
    own = sparse.csr_array((raised, (of_cluster, np.arange(n_blocks))), shape=(n_clusters, n_blocks))
    along, toward = own @ apart, own @ within
    shared = (own @ left @ left.T @ own.T).toarray() - np.outer(along, toward) - np.outer(toward, along)
    shared += length * np.outer(toward, toward)
    freedom = float(np.trace(shared)) ** 2 / float(np.sum(shared**2))
    return ClusterError(float(np.sqrt(variance)), freedom)


def _inverse_root(covariance: Floats) -> Floats:
    """The symmetric inverse root of a covariance (k, k) in the directions that it spans."""
    eigenvalues, vectors = np.linalg.eigh(covariance)
    spanned = eigenvalues > 1e-9 * max(float(eigenvalues.max(initial=0.0)), 1e-300)
    found: Floats = (vectors[:, spanned] / np.sqrt(eigenvalues[spanned])) @ vectors[:, spanned].T
    return found
