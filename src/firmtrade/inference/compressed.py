"""Linear models with fixed effects from sufficient statistics, exact and in one pass over the rows.

Clustered least squares needs no more of its rows than one cross-product matrix per cluster (Wong, Forsell,
Lewis, Mao & Wardrop 2021, *You Only Compress Once*). With k columns and G firms that is G x k(k+1)/2 numbers,
whatever the number of years; and every model on a subset of the columns is solved from the same matrices
without a second look at the rows. One set of fixed effects (division x year, say) is swept out by its means;
a second one (the firm) is taken out exactly by solving the normal equations of the first after centring on
the second (Frisch-Waugh-Lovell), so nothing iterates and nothing is approximate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from firmtrade.inference.arrays import Floats, Integers, codes, independent_columns, inverse_of, sums_by
from firmtrade.inference.fits import Fit


@dataclass(frozen=True, slots=True)
class Compressed:
    """Cross-products of columns within clusters, after the fixed effects are taken out.

    ``products`` is (G, k(k+1)/2), the upper triangle row by row; ``absorbed`` counts the fixed effects that
    cost degrees of freedom: all of the groups, none of the clusters (the convention of `fixest` for fixed
    effects nested in clusters); ``scale`` holds the sums of squares of the columns as they came.
    """

    names: tuple[str, ...]
    products: Floats
    n_obs: int
    n_clusters: int
    absorbed: int
    singletons: int
    scale: Floats

    def solve(self, outcome: str, regressors: Sequence[str]) -> Fit | None:
        """Least squares of ``outcome`` on ``regressors`` with standard errors clustered (CR1).

        None where no regressor varies within the fixed effects, or fewer than two clusters are left.
        """
        names = self.independent(regressors)
        if not names:
            return None
        used = [self.names.index(name) for name in names]
        target = self.names.index(outcome)
        total = self._matrix(self.products.sum(axis=0))
        inverse = inverse_of(total[np.ix_(used, used)])
        coefficients = inverse @ total[used, target]
        scores = np.column_stack([self._score(column, used, target, coefficients) for column in used])
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
        total = self._matrix(self.products.sum(axis=0))
        keep = independent_columns(total[np.ix_(candidates, candidates)], self.scale[candidates])
        names = tuple(name for name, kept in zip(regressors, keep, strict=True) if kept)
        return names if len(names) + self.absorbed < self.n_obs else ()

    def _column(self, i: int, j: int) -> Floats:
        i, j = min(i, j), max(i, j)
        k = len(self.names)
        products: Floats = self.products[:, i * k - i * (i - 1) // 2 + (j - i)]
        return products

    def _score(self, column: int, used: list[int], target: int, coefficients: Floats) -> Floats:
        score = self._column(column, target).copy()
        for other, coefficient in zip(used, coefficients, strict=True):
            score -= coefficient * self._column(column, other)
        return score

    def _matrix(self, triangle: Floats) -> Floats:
        k = len(self.names)
        matrix = np.zeros((k, k))
        matrix[np.triu_indices(k)] = triangle
        return matrix + np.triu(matrix, 1).T


def compress(
    columns: Floats,
    names: Sequence[str],
    clusters: Integers,
    groups: Integers,
    *,
    within_clusters: bool = False,
) -> Compressed:
    """Reduce rows to one cross-product matrix per cluster.

    Parameters
    ----------
    columns
        Array (n, k): outcomes and regressors alike, without missing values.
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
    cluster, n_clusters = codes(clusters[kept])
    group, n_groups = codes(groups[kept])
    values = np.array(columns[kept], dtype=np.float64, order="F")
    scale = np.sum(values**2, axis=0)
    if within_clusters:
        _sweep_both(values, cluster, n_clusters, group, n_groups)
    else:
        values -= (sums_by(group, n_groups, values) / np.bincount(group)[:, None])[group]
    k = values.shape[1]
    products = np.empty((n_clusters, k * (k + 1) // 2), order="F")
    place = 0
    for i in range(k):
        for j in range(i, k):
            products[:, place] = np.bincount(
                cluster, weights=values[:, i] * values[:, j], minlength=n_clusters
            )
            place += 1
    return Compressed(
        tuple(names), products, len(values), n_clusters, n_groups, len(columns) - len(values), scale
    )


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


def _has_company(labels: Integers) -> np.typing.NDArray[np.bool_]:
    encoded, n_labels = codes(labels)
    return np.asarray(np.bincount(encoded, minlength=n_labels)[encoded] > 1)


def _sweep_both(values: Floats, cluster: Integers, n_clusters: int, group: Integers, n_groups: int) -> None:
    """Take cluster and group effects out of ``values`` in place."""
    rows = np.arange(len(values))
    ones = np.ones(len(values))
    size = np.bincount(cluster, minlength=n_clusters)
    table = sparse.csr_matrix((ones, (cluster, group)), shape=(n_clusters, n_groups))
    centre = sparse.diags(1.0 / size)
    normal = np.diag(np.bincount(group, minlength=n_groups).astype(np.float64))
    normal -= (table.T @ centre @ table).toarray()
    dummies = sparse.csr_matrix((ones, (group, rows)), shape=(n_groups, len(values)))
    means = sums_by(cluster, n_clusters, values) / size[:, None]
    right = dummies @ values - table.T @ means
    eigenvalues, vectors = np.linalg.eigh(normal)
    spanned = eigenvalues > 1e-10 * eigenvalues.max(initial=1.0)
    inverse = (vectors[:, spanned] / eigenvalues[spanned]) @ vectors[:, spanned].T
    values -= (inverse @ right)[group]
    values -= (sums_by(cluster, n_clusters, values) / size[:, None])[cluster]
