"""May these items be factored at all? Sampling adequacy and sphericity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from firmtrade.surveys.faults import ImpossibleError

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Kmo:
    """Sampling adequacy: of the whole set, and of each item (shape (p,)); between 0 and 1."""

    overall: float
    items: Array


@dataclass(frozen=True, slots=True)
class Bartlett:
    """Test that all correlations are zero."""

    chi_square: float
    degrees: int
    p_value: float


def _inverse(correlation: Array) -> Array:
    values = np.linalg.eigvalsh(correlation)
    if values[0] < 1e-10:
        raise ImpossibleError("singular_correlation")
    return np.asarray(np.linalg.inv(correlation))


def kmo(correlation: Array) -> Kmo:
    """Kaiser-Meyer-Olkin measure: squared correlations against squared partial correlations.

    Kaiser and Rice 1974, Educational and Psychological Measurement 34, 111-117.

    Raises
    ------
    DataError
        The matrix is singular.

    >>> round(kmo(np.array([[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]])).overall, 4)
    0.6923
    """
    inverse = _inverse(correlation)
    spread = np.sqrt(np.diag(inverse))
    partial = (inverse / np.outer(spread, spread)) ** 2
    squared = correlation**2
    np.fill_diagonal(partial, 0.0)
    np.fill_diagonal(squared, 0.0)
    return Kmo(
        overall=float(squared.sum() / (squared.sum() + partial.sum())),
        items=np.asarray(squared.sum(axis=0) / (squared.sum(axis=0) + partial.sum(axis=0))),
    )


def bartlett(correlation: Array, n: int) -> Bartlett:
    """Bartlett's test of sphericity (Bartlett 1951, Biometrika 38, 337-344) of n complete answers."""
    _inverse(correlation)
    p = len(correlation)
    chi_square = -(n - 1 - (2 * p + 5) / 6) * float(np.linalg.slogdet(correlation)[1])
    degrees = p * (p - 1) // 2
    return Bartlett(chi_square, degrees, float(stats.chi2.sf(chi_square, degrees)))
