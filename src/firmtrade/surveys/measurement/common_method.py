"""Do the answers agree because they came from one person in one sitting? Checks of common method variance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from firmtrade.surveys.measurement.exploratory import exploratory

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Harman:
    """Share of variance of one component and one factor, in percent. Printed for tradition: the test hardly
    reacts to method variance."""

    component: float
    factor: float


@dataclass(frozen=True, slots=True)
class MarkerAdjustment:
    """Correlations of scales before and after a marker is taken out; p-values of the adjusted ones."""

    method_correlation: float
    before: Array
    after: Array
    p_values: Array


@dataclass(frozen=True, slots=True)
class FullCollinearity:
    """Variance inflation of every scale given all others; above 3.3 speaks for method variance."""

    inflation: Array
    limit: float
    passed: bool


def harman(correlation: Array, n: int) -> Harman:
    """Harman's single-factor test: the first component, and one minres factor, of all items."""
    first = float(np.linalg.eigvalsh(correlation)[-1]) / len(correlation)
    single = exploratory(correlation, n, 1)
    return Harman(100 * first, 100 * float(single.communalities.mean()))


def marker_adjustment(correlations: Array, with_marker: Array, n: int) -> MarkerAdjustment:
    """Take out what the scales share with a marker that theory says they do not (Lindell and Whitney 2001,
    Journal of Applied Psychology 86, 114-121).

    Parameters
    ----------
    correlations
        Correlations of the scales, shape (k, k).
    with_marker
        Correlation of each scale with the marker, shape (k,). The smallest in absolute value is the method
        correlation.

    >>> adjusted = marker_adjustment(np.array([[1.0, 0.4], [0.4, 1.0]]), np.array([0.1, 0.2]), 359)
    >>> round(float(adjusted.after[0, 1]), 4)
    0.3333
    """
    method = float(np.min(np.abs(with_marker)))
    after = (correlations - method) / (1 - method)
    np.fill_diagonal(after, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = after * np.sqrt((n - 3) / (1 - after**2))
    p_values = 2 * stats.t.sf(np.abs(t), n - 3)
    np.fill_diagonal(p_values, np.nan)
    return MarkerAdjustment(method, correlations, after, np.asarray(p_values))


def full_collinearity(correlations: Array, limit: float = 3.3) -> FullCollinearity:
    """Full collinearity test (Kock and Lynn 2012, Journal of the Association for Information Systems 13(7)).

    >>> full_collinearity(np.eye(3)).passed
    True
    """
    inflation = np.diag(np.linalg.inv(correlations))
    return FullCollinearity(np.asarray(inflation), limit, bool(np.all(inflation < limit)))
