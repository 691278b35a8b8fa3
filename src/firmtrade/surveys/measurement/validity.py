"""Discriminant validity: are two scales two things?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firmtrade.surveys.faults import ImpossibleError
from firmtrade.surveys.measurement.correlations import pearson

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Htmt:
    """Heterotrait-monotrait ratios of each pair of scales, with a bootstrap interval where asked for."""

    ratio: Array
    ratio2: Array
    low: Array | None = None
    high: Array | None = None


@dataclass(frozen=True, slots=True)
class FornellLarcker:
    """Square roots of the average variances extracted against the factor correlations."""

    roots: Array
    correlations: Array
    passed: bool


def _ratios(correlation: Array, blocks: list[list[int]]) -> tuple[Array, Array]:
    k = len(blocks)
    magnitude = np.abs(correlation)
    plain, geometric = np.eye(k), np.eye(k)
    within_mean, within_log = np.empty(k), np.empty(k)
    for place, block in enumerate(blocks):
        inner = magnitude[np.ix_(block, block)][np.triu_indices(len(block), 1)]
        within_mean[place] = inner.mean()
        within_log[place] = np.log(np.maximum(inner, 1e-12)).mean()
    for a in range(k):
        for b in range(a):
            between = magnitude[np.ix_(blocks[a], blocks[b])]
            plain[a, b] = plain[b, a] = between.mean() / np.sqrt(within_mean[a] * within_mean[b])
            log_between = np.log(np.maximum(between, 1e-12)).mean()
            geometric[a, b] = geometric[b, a] = np.exp(log_between - (within_log[a] + within_log[b]) / 2)
    return plain, geometric


def htmt(data: Array, blocks: list[list[int]], *, draws: int = 0, level: float = 0.95, seed: int = 0) -> Htmt:
    """Heterotrait-monotrait ratio of correlations, arithmetic (Henseler, Ringle and Sarstedt 2015, Journal of
    the Academy of Marketing Science 43, 115-135) and geometric (HTMT2, Roemer, Schuberth and Henseler 2021).

    Parameters
    ----------
    data
        Complete answers, shape (n, p).
    blocks
        Columns of each scale, at least two each.
    draws
        Bootstrap draws for a percentile interval of the arithmetic ratio; 0 for none.
    """
    if any(len(block) < 2 for block in blocks):
        raise ImpossibleError("single_items")
    plain, geometric = _ratios(pearson(data), blocks)
    if not draws:
        return Htmt(plain, geometric)
    generator = np.random.default_rng(seed)
    simulated = np.empty((draws, *plain.shape))
    for draw in range(draws):
        rows = generator.integers(0, len(data), len(data))
        with np.errstate(invalid="ignore", divide="ignore"):
            correlation: Array = np.nan_to_num(np.atleast_2d(np.corrcoef(data[rows], rowvar=False)))
        simulated[draw] = _ratios(correlation, blocks)[0]
    tail = (1 - level) / 2
    low, high = np.quantile(simulated, [tail, 1 - tail], axis=0)
    return Htmt(plain, geometric, low, high)


def fornell_larcker(standardized: Array, correlations: Array) -> FornellLarcker:
    """Does each factor share more with its items than with any other factor (Fornell and Larcker 1981)?

    Parameters
    ----------
    standardized
        Standardized loadings (p, k), zero where an item does not belong.
    correlations
        Factor correlations (k, k).
    """
    belongs = standardized != 0
    variance = (standardized**2).sum(axis=0) / belongs.sum(axis=0)
    roots = np.sqrt(variance)
    other = np.abs(correlations - np.diag(np.diag(correlations)))
    return FornellLarcker(np.asarray(roots), correlations, bool(np.all(other.max(axis=0) < roots)))
