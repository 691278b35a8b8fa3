"""Reliability of a scale: alpha, omega, composite reliability and average variance extracted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from firmtrade.messages import Message
from firmtrade.surveys.faults import ImpossibleError
from firmtrade.surveys.measurement.correlations import covariance, pearson
from firmtrade.surveys.measurement.exploratory import exploratory

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Alpha:
    """Cronbach's alpha with Feldt's interval, the standardized one, and what each item does to it (p,)."""

    raw: float
    standardized: float
    low: float
    high: float
    if_deleted: Array
    item_rest: Array
    n: int


@dataclass(frozen=True, slots=True)
class Omega:
    """Omega: share of the variance of the sum that all common factors (total) or the general one carries."""

    total: float
    hierarchical: float
    general_loadings: Array
    problems: tuple[Message, ...]


def _raw(matrix: Array) -> float:
    p = len(matrix)
    return float(p / (p - 1) * (1 - np.trace(matrix) / matrix.sum()))


def alpha(data: Array, *, level: float = 0.95) -> Alpha:
    """Cronbach's alpha (1951, Psychometrika 16, 297-334) of complete answers, shape (n, p), p at least 2.

    Interval of Feldt, Woodruff and Salih (1987, Applied Psychological Measurement 11, 93-103).

    >>> answers = np.array([[1, 2, 1], [2, 2, 3], [4, 3, 4], [5, 5, 4]], dtype=float)
    >>> round(alpha(answers).raw, 4)
    0.931
    """
    n, p = data.shape
    if p < 2:
        raise ImpossibleError("one_item")
    matrix = covariance(data)
    correlation = pearson(data)
    raw = _raw(matrix)
    tail = (1 - level) / 2
    degrees = n - 1, (n - 1) * (p - 1)
    total = data.sum(axis=1)
    rest = np.array([np.corrcoef(data[:, item], total - data[:, item])[0, 1] for item in range(p)])
    deleted = np.full(p, np.nan)
    if p > 2:
        for item in range(p):
            kept = np.delete(np.arange(p), item)
            deleted[item] = _raw(matrix[np.ix_(kept, kept)])
    return Alpha(
        raw=raw,
        standardized=_raw(correlation),
        low=float(1 - (1 - raw) * stats.f.ppf(1 - tail, *degrees)),
        high=float(1 - (1 - raw) * stats.f.ppf(tail, *degrees)),
        if_deleted=deleted,
        item_rest=rest,
        n=n,
    )


def omega(correlation: Array, n: int, factors: int = 3) -> Omega:
    """Omega total and hierarchical from a Schmid-Leiman transformation (Zinbarg, Revelle, Yovel and Li 2005,
    Psychometrika 70, 123-133; Schmid and Leiman 1957, Psychometrika 22, 53-61).

    With one factor both are McDonald's omega. Two factors share their general variance equally.
    """
    solution = exploratory(correlation, n, factors)
    total = float(correlation.sum())
    if factors == 1:
        general = solution.loadings[:, 0]
    else:
        general = solution.loadings @ _second_order(solution.correlations, n)
    return Omega(
        total=1 - float(solution.uniquenesses.sum()) / total,
        hierarchical=float(general.sum() ** 2) / total,
        general_loadings=np.asarray(general),
        problems=solution.problems,
    )


def _second_order(correlations: Array, n: int) -> Array:
    if len(correlations) == 2:
        sign = -1.0 if correlations[0, 1] < 0 else 1.0
        return np.asarray(np.sqrt(abs(correlations[0, 1])) * np.array([1.0, sign]))
    loadings: Array = exploratory(correlations, n, 1).loadings
    return np.asarray(loadings[:, 0])


def composite_reliability(standardized: Array) -> float:
    """Composite reliability of standardized loadings, shape (p,) (Joreskog 1971, Psychometrika 36, 109-133).

    >>> round(composite_reliability(np.array([0.8, 0.8, 0.8])), 4)
    0.8421
    """
    common = float(np.sum(standardized)) ** 2
    return common / (common + float(np.sum(1 - standardized**2)))


def average_variance_extracted(standardized: Array) -> float:
    """Average variance extracted (Fornell and Larcker 1981, Journal of Marketing Research 18, 39-50).

    >>> round(average_variance_extracted(np.array([0.8, 0.6])), 4)
    0.5
    """
    return float(np.mean(standardized**2))
