"""Binary regressions with absorbed categories: covariates as columns, each set of dummies as one column of codes.

The cross-products of dummies are counts, so a model with a hundred of them costs little more than its covariates:
nothing of size rows x dummies is ever made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, log_expit

from firmtrade.inference.arrays import (
    Flags,
    Floats,
    Integers,
    codes,
    independent_columns,
    inverse_of,
    sums_by,
)


@dataclass(frozen=True, slots=True)
class LinkTerms:
    """What a link makes of a linear predictor: log-likelihood, slope and expected curvature of every row (n,).

    ``bend`` is the derivative of the logarithm of the curvature, which Firth's score needs.
    """

    likelihood: Floats
    slope: Floats
    curvature: Floats
    bend: Floats


def cloglog_terms(outcome: Floats, linear: Floats) -> LinkTerms:
    """P(outcome) = 1 - exp(-exp(linear)); hazards beyond exp(-30) and exp(4) are as good as zero and one."""
    hazard = np.exp(np.clip(linear, -30.0, 4.0))
    survival = np.exp(-hazard)
    probability = -np.expm1(-hazard)
    odds = hazard * survival / probability
    likelihood = np.where(outcome > 0, np.log(probability), -hazard)
    slope = np.where(outcome > 0, odds, -hazard)
    return LinkTerms(likelihood, slope, hazard * odds, 2 - hazard - odds)


def logit_terms(outcome: Floats, linear: Floats) -> LinkTerms:
    """P(outcome) = 1 / (1 + exp(-linear))."""
    probability = expit(linear)
    likelihood = outcome * log_expit(linear) + (1 - outcome) * log_expit(-linear)
    return LinkTerms(likelihood, outcome - probability, probability * (1 - probability), 1 - 2 * probability)


@dataclass(frozen=True, slots=True)
class DesignColumns:
    """Columns (n, k) and sets of codes (n,), each from 0 to its number of levels less one."""

    columns: Floats
    codes: tuple[Integers, ...]
    levels: tuple[int, ...]

    @property
    def starts(self) -> tuple[int, ...]:
        """Where the coefficients of each set of codes begin."""
        k = self.columns.shape[1]
        return tuple(k + sum(self.levels[:place]) for place in range(len(self.levels)))

    @property
    def size(self) -> int:
        """How many coefficients there are."""
        return int(self.columns.shape[1]) + sum(self.levels)

    def linear(self, beta: Floats) -> Floats:
        """The linear predictor (n,) of coefficients (size,)."""
        found = self.columns @ beta[: self.columns.shape[1]]
        for code, start, levels in zip(self.codes, self.starts, self.levels, strict=True):
            found = found + beta[start : start + levels][code]
        return np.asarray(found)

    def gram(self, weight: Floats) -> Floats:
        """The weighted cross-products of all columns and dummies (size, size)."""
        k = self.columns.shape[1]
        found = np.zeros((self.size, self.size))
        weighted = self.columns * weight[:, None]
        found[:k, :k] = weighted.T @ self.columns
        sets = list(zip(self.codes, self.starts, self.levels, strict=True))
        for place, (code, start, levels) in enumerate(sets):
            mine = slice(start, start + levels)
            found[mine, :k] = sums_by(code, levels, weighted)
            found[:k, mine] = found[mine, :k].T
            found[mine, mine] = np.diag(np.bincount(code, weights=weight, minlength=levels))
            for other, begin, more in sets[place + 1 :]:
                cell = np.bincount(code * more + other, weights=weight, minlength=levels * more)
                found[mine, begin : begin + more] = cell.reshape(levels, more)
                found[begin : begin + more, mine] = found[mine, begin : begin + more].T
        return found

    def score(self, slope: Floats) -> Floats:
        """The sums of all columns and dummies, each row counted ``slope`` times (size,)."""
        dummies = (
            np.bincount(code, weights=slope, minlength=levels)
            for code, levels in zip(self.codes, self.levels, strict=True)
        )
        return np.concatenate([self.columns.T @ slope, *dummies])

    def leverage(self, matrix: Floats) -> Floats:
        """z' M z of every row z of columns and dummies (n,), for a symmetric matrix M (size, size)."""
        k = self.columns.shape[1]
        found = np.einsum("ij,jk,ik->i", self.columns, matrix[:k, :k], self.columns, optimize=True)
        sets = list(zip(self.codes, self.starts, strict=True))
        for place, (code, start) in enumerate(sets):
            at = start + code
            found = found + matrix[at, at]
            for column in range(k):
                found = found + 2 * self.columns[:, column] * matrix[column][at]
            for other, begin in sets[place + 1 :]:
                found = found + 2 * matrix[at, begin + other]
        return np.asarray(found)

    def cluster_scores(self, slope: Floats, cluster: Integers, n_clusters: int, matrix: Floats) -> Floats:
        """Sums within clusters of M z times the slope of each row (G, j), for a matrix M (size, j)."""
        k = self.columns.shape[1]
        moved = self.columns @ matrix[:k]
        for code, start in zip(self.codes, self.starts, strict=True):
            moved += matrix[start + code]
        return sums_by(cluster, n_clusters, moved * slope[:, None])

    def rows(self, kept: Flags) -> DesignColumns:
        """The design of some rows, levels without a row taken out."""
        codes_left, levels = [], []
        for code in self.codes:
            encoded, n_levels = codes(code[kept])
            codes_left.append(encoded)
            levels.append(n_levels)
        return DesignColumns(np.asfortranarray(self.columns[kept]), tuple(codes_left), tuple(levels))

    def dense(self) -> Floats:
        """All columns and dummies (n, size); large."""
        parts = [self.columns]
        parts += [
            (code[:, None] == np.arange(levels)).astype(np.float64)
            for code, levels in zip(self.codes, self.levels, strict=True)
        ]
        return np.column_stack(parts)

    def independent(self) -> Flags:
        """Which columns and dummies are not a combination of those before them, dummies ahead of columns."""
        gram = self.gram(np.ones(len(self.columns)))
        k = self.columns.shape[1]
        order = np.concatenate([np.arange(k, self.size), np.arange(k)])
        kept = independent_columns(gram[np.ix_(order, order)], np.diag(gram)[order])
        found = np.zeros(self.size, dtype=np.bool_)
        found[order[kept]] = True
        return found


def design_of(columns: Floats, factors: Sequence[Integers]) -> DesignColumns:
    """Columns (n, k) and sets of labels (n,) as a design."""
    encoded = [codes(factor) for factor in factors]
    return DesignColumns(
        np.asfortranarray(columns, dtype=np.float64),
        tuple(code for code, _ in encoded),
        tuple(n_levels for _, n_levels in encoded),
    )


def inverse_in(matrix: Floats, kept: Flags) -> Floats:
    """The inverse of the part of a matrix that is kept, zero elsewhere."""
    found = np.zeros(matrix.shape)
    found[np.ix_(kept, kept)] = inverse_of(matrix[np.ix_(kept, kept)])
    return found
