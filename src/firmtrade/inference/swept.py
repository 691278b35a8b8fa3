"""Linear models with fixed effects swept out exactly, many of them on the same rows.

The columns are centred once: one set of fixed effects (division x year, say) by its means; a second one (the firm) by
solving the normal equations of the first after centring on the second (Frisch-Waugh-Lovell), so nothing iterates and
nothing is approximate. Every model on some of the columns is then solved from one matrix of cross-products, and its
clustered errors from one pass over its residuals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from firmtrade.inference.arrays import (
    Flags,
    Floats,
    Integers,
    codes,
    independent_columns,
    inverse_of,
    sums_by,
)
from firmtrade.inference.fits import Fit


@dataclass(frozen=True, slots=True)
class Swept:
    """Columns (n, k) without their fixed effects, and their cross-products (k, k).

    ``cluster`` (n,) says which rows are of one unit. ``absorbed`` counts the fixed effects that cost degrees of
    freedom: all of the groups, none of the clusters (the convention of `fixest` for fixed effects nested in clusters);
    ``scale`` holds the sums of squares of the columns as they came.
    """

    names: tuple[str, ...]
    columns: Floats
    products: Floats
    cluster: Integers
    n_clusters: int
    absorbed: int
    singletons: int
    scale: Floats

    @property
    def n_obs(self) -> int:
        """Rows used."""
        return len(self.columns)

    def solve(self, outcome: str, regressors: Sequence[str]) -> Fit | None:
        """Least squares of ``outcome`` on ``regressors`` with standard errors clustered (CR1).

        None where no regressor varies within the fixed effects, or fewer than two clusters are left.
        """
        names = self.independent(regressors)
        if not names:
            return None
        used = [self.names.index(name) for name in names]
        target = self.names.index(outcome)
        inverse = inverse_of(self.products[np.ix_(used, used)])
        coefficients = inverse @ self.products[used, target]
        scores = self._scores(used, target, coefficients)
        k = len(used) + self.absorbed
        small_sample = self.n_clusters / (self.n_clusters - 1) * (self.n_obs - 1) / (self.n_obs - k)
        covariance = small_sample * inverse @ (scores.T @ scores) @ inverse
        return Fit(
            names=names,
            coefficients=coefficients,
            covariance=covariance,
            n_obs=self.n_obs,
            n_clusters=self.n_clusters,
            degrees_of_freedom=self.n_clusters - 1,
            collinear=tuple(name for name in regressors if name not in names),
            singletons=self.singletons,
        )

    def independent(self, regressors: Sequence[str]) -> tuple[str, ...]:
        """Those of ``regressors`` that vary within the fixed effects and repeat none before them.

        None at all where fewer than two clusters are left, or no degree of freedom is.
        """
        if self.n_clusters < 2:
            return ()
        candidates = [self.names.index(name) for name in regressors]
        keep = independent_columns(self.products[np.ix_(candidates, candidates)], self.scale[candidates])
        names = tuple(name for name, kept in zip(regressors, keep, strict=True) if kept)
        return names if len(names) + self.absorbed < self.n_obs else ()

    def _scores(self, used: list[int], target: int, coefficients: Floats) -> Floats:
        """Sums within clusters of each regressor times the residual (G, j)."""
        residual = self.columns[:, target].copy()
        product = np.empty(len(residual))
        for column, coefficient in zip(used, coefficients, strict=True):
            np.multiply(self.columns[:, column], coefficient, out=product)
            residual -= product
        scores = np.empty((self.n_clusters, len(used)), order="F")
        for place, column in enumerate(used):
            np.multiply(self.columns[:, column], residual, out=product)
            scores[:, place] = np.bincount(self.cluster, weights=product, minlength=self.n_clusters)
        return scores


def sweep(
    columns: Floats,
    names: Sequence[str],
    clusters: Integers,
    groups: Integers,
    *,
    within_clusters: bool = False,
) -> Swept:
    """Take the fixed effects out of columns.

    Parameters
    ----------
    columns
        Array (n, k): outcomes and regressors alike, without missing values; best in column order. It is used up: the
        caller must not read it again.
    names
        Their k names.
    clusters, groups
        Arrays (n,) of labels: the units of the clustered errors (firms), and the fixed effects
        (division x year).
    within_clusters
        Whether the clusters are fixed effects too (firm effects).

    Rows that are alone in a fixed effect say nothing about the coefficients; they are left out and counted.
    """
    kept = rows_in_company(clusters, groups, within_clusters)
    n = len(columns)
    if len(kept) < n:
        columns, clusters, groups = columns[kept], clusters[kept], groups[kept]
    cluster, n_clusters = codes(clusters)
    group, n_groups = codes(groups)
    values = np.asarray(columns, dtype=np.float64, order="F")
    scale = np.einsum("ij,ij->j", values, values)
    if within_clusters:
        _sweep_both(values, cluster, n_clusters, group, n_groups)
    else:
        _centre(values, group, np.bincount(group, minlength=n_groups))
    products = values.T @ values
    return Swept(tuple(names), values, products, cluster, n_clusters, n_groups, n - len(values), scale)


def rows_in_company(clusters: Integers, groups: Integers, within_clusters: bool) -> Integers:
    """Rows left when those alone in a fixed effect are taken away, again and again until none is."""
    rows = np.arange(len(groups))
    while True:
        keep = _has_company(groups[rows])
        if within_clusters:
            keep &= _has_company(clusters[rows])
        if keep.all():
            return rows
        rows = rows[keep]


def _has_company(labels: Integers) -> Flags:
    encoded, n_labels = codes(labels)
    return np.asarray(np.bincount(encoded, minlength=n_labels)[encoded] > 1)


def _centre(values: Floats, label: Integers, size: Integers) -> None:
    """Take the mean of each label out of every column in place."""
    for column in values.T:
        column -= (np.bincount(label, weights=column, minlength=len(size)) / size)[label]


def _sweep_both(values: Floats, cluster: Integers, n_clusters: int, group: Integers, n_groups: int) -> None:
    """Take cluster and group effects out of ``values`` in place."""
    ones = np.ones(len(values))
    size = np.bincount(cluster, minlength=n_clusters)
    table = sparse.csr_matrix((ones, (cluster, group)), shape=(n_clusters, n_groups))
    centre = sparse.diags(1.0 / size)
    normal = np.diag(np.bincount(group, minlength=n_groups).astype(np.float64))
    normal -= (table.T @ centre @ table).toarray()
    means = sums_by(cluster, n_clusters, values) / size[:, None]
    right = sums_by(group, n_groups, values) - table.T @ means
    eigenvalues, vectors = np.linalg.eigh(normal)
    spanned = eigenvalues > 1e-10 * eigenvalues.max(initial=1.0)
    inverse = (vectors[:, spanned] / eigenvalues[spanned]) @ vectors[:, spanned].T
    effects = inverse @ right
    for column, effect in zip(values.T, effects.T, strict=True):
        column -= effect[group]
    _centre(values, cluster, size)
