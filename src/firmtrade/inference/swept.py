"""Linear models with fixed effects swept out exactly, many of them on the same rows.

The rows are read a stretch of clusters at a time, so that what is worked on stays in the caches of the processor and no
column is copied. Three readings suffice whatever the number of models: the first gives the fixed effects of every
column, by its means or, for two sets of fixed effects, by the normal equations of one set after centring on the other
(Frisch-Waugh-Lovell), so nothing iterates and nothing is approximate; the second the cross-products of the columns
without them, from which every model is solved; the third the sums of its scores by cluster, for the clustered errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
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

_STRETCH = 16_384
"""Rows read at once, up to the end of the last cluster among them."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Some rows: their columns (k, m), groups (m,), and the first row of each cluster."""

    values: Floats
    group: Integers
    first: Integers

    @property
    def sizes(self) -> Integers:
        """Rows of each cluster."""
        return np.diff(self.first, append=len(self.group))

    def by_cluster(self, values: Floats) -> Floats:
        """Sums (k, clusters) of columns (k, m)."""
        return np.asarray(np.add.reduceat(values, self.first, axis=1))

    def centred(self) -> Floats:
        """The columns without the means of the clusters."""
        means = self.by_cluster(self.values) / self.sizes
        return np.asarray(self.values - np.repeat(means, self.sizes, axis=1))


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows in the order of their clusters: columns, and arrays (n,) of cluster, group and whether the row is used."""

    frame: pl.DataFrame
    cluster: Integers
    group: Integers
    used: Flags

    def stretches(self) -> Iterator[_Stretch]:
        n = len(self.cluster)
        first = _first_of_each(self.cluster)
        cuts = first[np.searchsorted(first, np.arange(0, n, _STRETCH), side="right") - 1]
        columns = self.frame.get_columns()
        for start, stop in pairwise([*np.unique(cuts).tolist(), n]):
            used = np.flatnonzero(self.used[start:stop])
            if len(used):
                values = np.empty((len(columns), stop - start))
                for place, column in enumerate(columns):
                    values[place] = column.slice(start, stop - start).cast(pl.Float64).to_numpy()
                whole = len(used) == stop - start
                yield _Stretch(
                    values if whole else values[:, used],
                    self.group[start:stop][used],
                    _first_of_each(self.cluster[start:stop][used]),
                )


def _first_of_each(labels: Integers) -> Integers:
    """The first row of each run of one label."""
    return np.flatnonzero(np.diff(labels, prepend=-1))


@dataclass(frozen=True, slots=True)
class Swept:
    """The cross-products (k, k) of columns without their fixed effects, and the rows to read them from again.

    ``effects`` (groups, k) is what a row's group adds to its columns, beside the mean of its cluster where
    ``within_clusters``. ``absorbed`` counts the fixed effects that cost degrees of freedom: all of the groups, none of
    the clusters (the convention of `fixest` for fixed effects nested in clusters); ``singletons`` are the rows that
    were alone in a fixed effect, ``scale`` holds the sums of squares of the columns as they came.
    """

    names: tuple[str, ...]
    rows: _Rows
    effects: Floats
    within_clusters: bool
    products: Floats
    scale: Floats
    n_obs: int
    n_clusters: int
    absorbed: int
    singletons: int

    def solve(self, models: Sequence[tuple[str, Sequence[str]]]) -> list[Fit | None]:
        """Least squares of an outcome on regressors with standard errors clustered (CR1), for each of the models.

        None where no regressor varies within the fixed effects, the outcome does not, or fewer than two clusters are
        left.
        """
        free = [self.independent(*model) for model in models]
        used = [np.array([self.names.index(name) for name in names], dtype=np.intp) for names in free]
        inverses = [inverse_of(self.products[np.ix_(columns, columns)]) for columns in used]
        residual = np.zeros((len(self.names), len(models)))
        for place, ((outcome, _), columns) in enumerate(zip(models, used, strict=True)):
            target = self.names.index(outcome)
            residual[target, place] = 1
            residual[columns, place] -= inverses[place] @ self.products[columns, target]
        meats = self._squared_scores(used, residual)
        fits: list[Fit | None] = []
        for place, ((_, regressors), names) in enumerate(zip(models, free, strict=True)):
            if not names:
                fits.append(None)
                continue
            small_sample = self.n_clusters / (self.n_clusters - 1) * (self.n_obs - 1)
            small_sample /= self.n_obs - len(names) - self.absorbed
            fits.append(
                Fit(
                    names=names,
                    coefficients=-residual[used[place], place],
                    covariance=small_sample * inverses[place] @ meats[place] @ inverses[place],
                    n_obs=self.n_obs,
                    n_clusters=self.n_clusters,
                    degrees_of_freedom=self.n_clusters - 1,
                    collinear=tuple(name for name in regressors if name not in names),
                    singletons=self.singletons,
                )
            )
        return fits

    def independent(self, outcome: str, regressors: Sequence[str]) -> tuple[str, ...]:
        """Those of ``regressors`` that vary within the fixed effects and repeat none before them.

        None at all where fewer than two clusters are left, no degree of freedom is, or the outcome does not vary.
        """
        if self.n_clusters < 2 or not self._free([outcome]).all():
            return ()
        keep = self._free(regressors)
        names = tuple(name for name, kept in zip(regressors, keep, strict=True) if kept)
        return names if len(names) + self.absorbed < self.n_obs else ()

    def _free(self, names: Sequence[str]) -> Flags:
        """Which of some columns (k,) vary within the fixed effects and repeat none before them."""
        places = [self.names.index(name) for name in names]
        return independent_columns(self.products[np.ix_(places, places)], self.scale[places])

    def _squared_scores(self, used: Sequence[Integers], residual: Floats) -> list[Floats]:
        """For each model the sum over clusters of the outer products (j, j) of its regressors times its residuals."""
        squared: list[Floats] = [np.zeros((len(columns), len(columns))) for columns in used]
        for values, stretch in _without_effects(self.rows, self.effects, self.within_clusters):
            left = residual.T @ values
            for place, columns in enumerate(used):
                scores = stretch.by_cluster(values[columns] * left[place])
                squared[place] += scores @ scores.T
        return squared


def sweep(
    frame: pl.DataFrame,
    clusters: Integers,
    groups: Integers,
    *,
    within_clusters: bool = False,
    used: Flags | None = None,
) -> Swept:
    """Take the fixed effects out of columns.

    Parameters
    ----------
    frame
        The k columns, outcomes and regressors alike: numbers or flags, of n rows.
    clusters, groups
        Arrays (n,) of labels: the units of the clustered errors (firms), and the fixed effects
        (division x year). Rows that come by cluster are not sorted again.
    within_clusters
        Whether the clusters are fixed effects too (firm effects).
    used
        Array (n,): the rows that count, in which no column is missing; all of them without one.

    Rows that are alone in a fixed effect say nothing about the coefficients; they are left out and counted.
    """
    wanted = np.ones(frame.height, dtype=np.bool_) if used is None else used
    if (np.diff(clusters) < 0).any():
        order = np.argsort(clusters, kind="stable")
        frame, clusters, groups, wanted = frame[order], clusters[order], groups[order], wanted[order]
    (cluster, n_clusters), (group, n_groups) = _small_codes(clusters), _small_codes(groups)
    left = in_company(cluster, group, wanted, within_clusters=within_clusters)
    rows = _Rows(frame, cluster, group, left)
    effects, scale = (_effects_beside_clusters if within_clusters else _means)(rows, n_groups)
    products = np.zeros((frame.width, frame.width))
    for values, _ in _without_effects(rows, effects, within_clusters):
        products += values @ values.T
    n_obs = int(np.count_nonzero(left))
    return Swept(
        tuple(frame.columns), rows, effects, within_clusters, products, scale, n_obs,
        n_clusters=_distinct(cluster[left], n_clusters), absorbed=_distinct(group[left], n_groups),
        singletons=int(np.count_nonzero(wanted)) - n_obs,
    )  # fmt: skip


def _small_codes(labels: Integers) -> tuple[Integers, int]:
    encoded, count = codes(labels)
    return encoded.astype(np.int32), count


def in_company(cluster: Integers, group: Integers, used: Flags, *, within_clusters: bool) -> Flags:
    """The rows in use that are left when those alone in a fixed effect are taken away, again and again."""
    labels = (group, cluster) if within_clusters else (group,)
    while True:
        left = used
        for label in labels:
            sizes = np.bincount(label[left], minlength=int(label.max(initial=0)) + 1)
            if (sizes == 1).any():
                left = left & (sizes != 1)[label]
        if left is used:
            return used
        used = left


def _distinct(labels: Integers, at_most: int) -> int:
    return int(np.count_nonzero(np.bincount(labels, minlength=at_most)))


def _without_effects(
    rows: _Rows, effects: Floats, within_clusters: bool
) -> Iterator[tuple[Floats, _Stretch]]:
    """The columns of each stretch without the effects of groups and, where asked, of clusters."""
    of_columns = np.ascontiguousarray(effects.T)
    for stretch in rows.stretches():
        values = stretch.values - of_columns[:, stretch.group]
        swept = _Stretch(values, stretch.group, stretch.first)
        yield (swept.centred() if within_clusters else values), swept


def _means(rows: _Rows, n_groups: int) -> tuple[Floats, Floats]:
    """The mean of every column in each group (groups, k), and its sum of squares (k,)."""
    totals = np.zeros((n_groups, rows.frame.width))
    scale = np.zeros(rows.frame.width)
    sizes = np.bincount(rows.group[rows.used], minlength=n_groups)
    for stretch in rows.stretches():
        totals += sums_by(stretch.group, n_groups, stretch.values.T)
        scale += np.einsum("ij,ij->i", stretch.values, stretch.values)
    return totals / np.maximum(sizes, 1)[:, None], scale


def _effects_beside_clusters(rows: _Rows, n_groups: int) -> tuple[Floats, Floats]:
    """What each group adds to every column (groups, k) beside the effects of clusters, and sums of squares (k,)."""
    right = np.zeros((n_groups, rows.frame.width))
    scale = np.zeros(rows.frame.width)
    normal = np.diag(np.bincount(rows.group[rows.used], minlength=n_groups).astype(np.float64))
    for stretch in rows.stretches():
        right += sums_by(stretch.group, n_groups, stretch.centred().T)
        scale += np.einsum("ij,ij->i", stretch.values, stretch.values)
        m = len(stretch.group)
        table = sparse.csr_array(
            (np.ones(m), stretch.group, np.append(stretch.first, m)), shape=(len(stretch.first), n_groups)
        )
        together = (table.T @ sparse.diags_array(1.0 / stretch.sizes) @ table).tocoo()
        np.subtract.at(normal, together.coords, together.data)
    eigenvalues, vectors = np.linalg.eigh(normal)
    spanned = eigenvalues > 1e-10 * eigenvalues.max(initial=1.0)
    inverse = (vectors[:, spanned] / eigenvalues[spanned]) @ vectors[:, spanned].T
    return inverse @ right, scale
