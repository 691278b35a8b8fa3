"""Means and shares of groups of a sample: the whole sample's design, the group's answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from firmtrade.surveys.weighting.estimation import SampleDesign, linearized_covariance

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class DomainMean:
    """Means of k variables over the answers of a group, with standard errors and 95% limits, each of shape (k,).

    ``n`` are the answers of the group, ``degrees`` those of the t distribution.
    """

    estimate: Array
    std_error: Array
    low: Array
    high: Array
    n: int
    degrees: int


def simple_design(n: int) -> SampleDesign:
    """A simple random sample of an unlimited population: what is left where nothing is known of the draw."""
    return SampleDesign(np.zeros(n, dtype=np.intp), np.ones(n))


def domain_mean(values: Array, inside: Flags, design: SampleDesign, *, shares: bool = False) -> DomainMean:
    """Means of the columns of ``values`` (n, k) over the answers ``inside`` (n,), linearized as ratios over the whole
    sample (Sarndal, Swensson and Wretman 1992, section 5.8), so that the size of the group counts as random.

    Parameters
    ----------
    values
        Variables, known for all answers inside.
    shares
        Whether they are zeros and ones. Limits are then those of the logit (Korn and Graubard 1998, Survey Methodology
        24, 193-201); of a share that is zero or one, those of Clopper and Pearson (1934, Biometrika 26, 404-413).

    >>> found = domain_mean(np.array([[1.0], [0], [1], [1]]), np.array([True] * 4), simple_design(4), shares=True)
    >>> found.estimate.tolist(), found.std_error.round(4).tolist()
    ([0.75], [0.25])
    """
    n, k = int(inside.sum()), values.shape[1]
    degrees = max(design.degrees, 1)
    weights = np.where(inside, design.weights, 0.0)
    total = float(weights.sum())
    if not n or total <= 0:
        nothing = np.full(k, np.nan)
        return DomainMean(nothing, nothing, nothing, nothing, n, degrees)
    known = np.where(inside[:, None], values, 0.0)
    mean = weights @ known / total
    contributions = (known - mean) * (weights / total)[:, None]
    variance = np.diag(linearized_covariance(contributions, design))
    error = np.sqrt(np.maximum(variance, 0.0)) if n > 1 else np.full(k, np.nan)
    reach = float(stats.t.ppf(0.975, degrees))
    if shares:
        low, high = _share_limits(mean, error, reach, n)
    else:
        low, high = mean - reach * error, mean + reach * error
    return DomainMean(np.asarray(mean), error, low, high, n, degrees)


def _share_limits(share: Array, error: Array, reach: float, n: int) -> tuple[Array, Array]:
    spread = share * (1 - share)
    inner = spread > 0
    line = np.log(np.where(inner, share, 0.5) / np.where(inner, 1 - share, 0.5))
    step = reach * np.divide(error, spread, out=np.zeros_like(share), where=inner)
    outer = 1 - 0.025 ** (1 / n)
    low = np.where(inner, 1 / (1 + np.exp(step - line)), np.where(share >= 1, 1 - outer, 0.0))
    high = np.where(inner, 1 / (1 + np.exp(-step - line)), np.where(share >= 1, 1.0, outer))
    return low, high
