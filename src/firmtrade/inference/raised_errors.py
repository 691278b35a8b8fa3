"""The error of one coefficient beside fixed effects, each cluster's residuals raised to their own spread.

A sum of squared scores is too small where a coefficient rests on few clusters, a handful of starters among thousands
of other firms say, and the number of all clusters hides it. Residuals are raised cluster by cluster by the inverse
root of their own covariance, and the reference is a t distribution whose degrees of freedom are those of the variance
itself, all errors being alike (Bell & McCaffrey 2002, *Survey Methodology* 28; Imbens & Kolesár 2016, *Review of
Economics and Statistics* 98; Pustejovsky & Tipton 2018, *Journal of Business & Economic Statistics* 36).
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from firmtrade.inference.arrays import Floats, Integers, codes, inverse_of, sums_by
from firmtrade.inference.few_clusters import ClusterError

_NEAR = 0.02
"""Covariances of residuals that differ from the identity by less: their inverse root is taken to first order, which is
off by less than a five-thousandth."""


def raised_error(
    outcome: Floats, regressors: Floats, groups: Integers, clusters: Integers
) -> ClusterError | None:
    """The error of the first of some regressors in least squares with the fixed effects ``groups``.

    Parameters
    ----------
    outcome
        Array (n,).
    regressors
        Array (n, k), independent beside the fixed effects.
    groups, clusters
        Arrays (n,) of labels.

    None where nothing is left to vary.
    """
    order = np.argsort(clusters, kind="stable")
    (group, n_groups), (cluster, n_clusters) = codes(groups[order]), codes(clusters[order])
    members = np.bincount(group, minlength=n_groups).astype(np.float64)
    values = np.column_stack([outcome, regressors])[order]
    values = values - (sums_by(group, n_groups, values) / members[:, None])[group]
    target, x = values[:, 0], values[:, 1:]
    inverse = inverse_of(x.T @ x)
    residual = target - x @ (inverse @ (x.T @ target))
    weight = x @ inverse[:, 0]
    root = x @ np.linalg.cholesky(inverse)
    raised = _raised(weight, root, group, members, cluster)
    variance = float(np.sum(np.bincount(cluster, weights=raised * residual, minlength=n_clusters) ** 2))
    own = np.bincount(cluster, weights=raised**2, minlength=n_clusters)
    shared = sparse.csr_array(
        (raised / np.sqrt(members)[group], (cluster, group)), shape=(n_clusters, n_groups)
    )
    both = sparse.hstack([shared, sparse.csr_array(sums_by(cluster, n_clusters, root * raised[:, None]))])
    length = np.asarray(both.multiply(both).sum(axis=1)).ravel()
    crossed = float((both.T @ both).power(2).sum())
    squares = float(np.sum(own**2 - 2 * own * length)) + crossed
    total = float(np.sum(own - length))
    if not (variance > 0 and squares > 0):
        return None
    return ClusterError(float(np.sqrt(variance)), total**2 / squares)


def _raised(weight: Floats, root: Floats, group: Integers, members: Floats, cluster: Integers) -> Floats:
    """The weights (n,) of a coefficient times the inverse root of the covariance of each cluster's residuals.

    Rows come by cluster. ``root`` (n, k) times its transpose is what the regressors take of the residuals.
    """
    first = np.flatnonzero(np.diff(cluster, prepend=-1))
    sizes = np.diff(first, append=len(cluster))
    found = np.empty(len(weight))
    for size in np.unique(sizes):
        rows = first[sizes == size][:, None] + np.arange(size)
        alike = group[rows][:, :, None] == group[rows][:, None, :]
        taken = alike / members[group[rows]][:, :, None] + root[rows] @ root[rows].transpose(0, 2, 1)
        mine = weight[rows]
        result = mine + 0.5 * np.einsum("gij,gj->gi", taken, mine)
        far = np.sqrt(np.sum(taken**2, axis=(1, 2))) > _NEAR
        result[far] = _by_inverse_root(np.eye(size) - taken[far], mine[far])
        found[rows] = result
    return found


def _by_inverse_root(covariances: Floats, vectors: Floats) -> Floats:
    """Vectors (g, m) times the inverse roots of covariances (g, m, m), in the directions that these span."""
    eigenvalues, axes = np.linalg.eigh(covariances)
    inverse = np.where(eigenvalues > 1e-9, 1 / np.sqrt(np.maximum(eigenvalues, 1e-9)), 0.0)
    along = np.einsum("gij,gi->gj", axes, vectors) * inverse
    return np.asarray(np.einsum("gij,gj->gi", axes, along))
