"""How many factors? Parallel analysis and the minimum average partial."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from firmtrade.errors import UsageError, suggest
from firmtrade.surveys.measurement.correlations import pearson

Array = NDArray[np.float64]

KINDS = ("components", "factors", "squared_multiple")


@dataclass(frozen=True, slots=True)
class Parallel:
    """Eigenvalues of the data against those of data without structure, largest first, shape (p,)."""

    kind: str
    observed: Array
    reference: Array
    retained: int
    draws: int
    quantile: float


@dataclass(frozen=True, slots=True)
class MinimumAveragePartial:
    """Average squared (and fourth-power) partial correlations after 0, 1, ... components were removed."""

    squared: Array
    fourth: Array
    retained: int
    retained_revised: int


def _single_factor_communalities(correlation: Array) -> Array:
    """Communalities of one factor by least squares on the off-diagonal, without an eigenvalue per step."""
    off = correlation - np.diag(np.diag(correlation))

    def discrepancy(loadings: Array) -> tuple[float, Array]:
        residual = off - np.outer(loadings, loadings)
        np.fill_diagonal(residual, 0.0)
        return float((residual**2).sum() / 2), np.asarray(-2 * residual @ loadings)

    values, vectors = np.linalg.eigh(correlation)
    start = vectors[:, -1] * np.sqrt(max(values[-1] - 0.5, 0.1))
    found = optimize.minimize(
        discrepancy, start, jac=True, method="L-BFGS-B", bounds=[(-0.9975, 0.9975)] * len(off)
    )
    return np.asarray(found.x) ** 2


def _reduced(correlation: Array, kind: str) -> Array:
    """The matrix whose eigenvalues are compared: the diagonal says what counts as variance."""
    result = correlation.copy()
    if kind == "factors":
        np.fill_diagonal(result, _single_factor_communalities(correlation))
    elif kind == "squared_multiple":
        np.fill_diagonal(result, 1 - 1 / np.diag(np.linalg.inv(correlation)))
    return result


def _eigenvalues(correlation: Array, kind: str) -> Array:
    return np.asarray(np.linalg.eigvalsh(_reduced(correlation, kind))[::-1])


def parallel_analysis(
    data: Array,
    *,
    kind: str = "components",
    draws: int = 200,
    quantile: float = 0.95,
    seed: int = 0,
    correlation: Array | None = None,
) -> Parallel:
    """Retain the leading eigenvalues that beat a quantile of those of shuffled answers.

    Each column is permuted on its own, which keeps its distribution of answers and breaks every relation
    (Horn 1965, Psychometrika 30, 179-185; Buja and Eyuboglu 1992, Multivariate Behavioral Research 27,
    509-540).

    Parameters
    ----------
    data
        Complete answers, shape (n, p).
    kind
        What stands on the diagonal: ``components`` ones; ``factors`` the communalities of a single factor;
        ``squared_multiple`` the squared multiple correlations, which keeps too many factors in large samples.
    correlation
        The matrix to compare (a polychoric one, say); None for ordinary correlations of the data.
    """
    if kind not in KINDS:
        raise UsageError(f"No parallel analysis is called `{kind}`.", fix=suggest(kind, KINDS))
    generator = np.random.default_rng(seed)
    standard = (data - data.mean(axis=0)) / data.std(axis=0)
    observed = _eigenvalues(pearson(data) if correlation is None else correlation, kind)
    simulated = np.empty((draws, data.shape[1]))
    for draw in range(draws):
        shuffled = generator.permuted(standard, axis=0)
        simulated[draw] = _eigenvalues(shuffled.T @ shuffled / len(data), kind)
    reference = np.quantile(simulated, quantile, axis=0)
    beaten = observed > reference
    retained = int(beaten.size if beaten.all() else np.argmin(beaten))
    return Parallel(kind, observed, reference, retained, draws, quantile)


def map_test(correlation: Array) -> MinimumAveragePartial:
    """Velicer's minimum average partial (1976, Psychometrika 41, 321-327) and its revision with fourth powers
    (Velicer, Eaton and Fava 2000).

    >>> block = np.kron(np.eye(2), np.full((3, 3), 0.6)) + 0.4 * np.eye(6)
    >>> map_test(block).retained
    2
    """
    p = len(correlation)
    values, vectors = np.linalg.eigh(correlation)
    order = np.argsort(values)[::-1]
    loadings = vectors[:, order] * np.sqrt(np.maximum(values[order], 0))
    off = ~np.eye(p, dtype=bool)
    squared, fourth = [], []
    for removed in range(p - 1):
        partial_covariance = correlation - loadings[:, :removed] @ loadings[:, :removed].T
        spread = np.diag(partial_covariance)
        if spread.min() < 1e-12:
            break
        partial = (partial_covariance / np.sqrt(np.outer(spread, spread)))[off]
        squared.append(float(np.mean(partial**2)))
        fourth.append(float(np.mean(partial**4)))
    return MinimumAveragePartial(
        np.array(squared), np.array(fourth), int(np.argmin(squared)), int(np.argmin(fourth))
    )
