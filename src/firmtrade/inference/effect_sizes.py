"""Effect sizes with intervals: how much, not only whether."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EffectSize:
    """A size, its interval, and the word Cohen (1988) would use for it."""

    name: str
    value: float
    low: float
    high: float
    strength: str


LIMITS: dict[str, tuple[float, float, float]] = {
    "d": (0.2, 0.5, 0.8),
    "r": (0.1, 0.3, 0.5),
    "f2": (0.02, 0.15, 0.35),
    "v": (0.1, 0.3, 0.5),
}
"""Where small, medium and large begin (Cohen 1988, Statistical Power Analysis, 2nd ed.)."""


def strength(name: str, value: float) -> str:
    """Negligible, small, medium or large.

    >>> strength("d", -0.6)
    'medium'
    """
    small, medium, large = LIMITS[name]
    size = abs(value)
    if size < small:
        return "negligible"
    return "small" if size < medium else "medium" if size < large else "large"


def _noncentral_t_interval(t: float, degrees: float, level: float) -> tuple[float, float]:
    """Noncentralities whose tails cut off t (Steiger and Fouladi 1997)."""
    tail = (1 - level) / 2

    def solve(probability: float) -> float:
        def gap(noncentrality: float) -> float:
            return float(stats.nct.cdf(t, degrees, noncentrality)) - probability

        width = 5.0
        while gap(t - width) < 0 or gap(t + width) > 0:
            width *= 2
        return float(optimize.brentq(gap, t - width, t + width, xtol=1e-8))

    return solve(1 - tail), solve(tail)


def standardized_difference(one: Array, two: Array, *, level: float = 0.95) -> EffectSize:
    """Hedges' g of two independent groups: the difference of means over the pooled standard deviation,
    corrected for small samples (Hedges 1981, Journal of Educational Statistics 6, 107-128).

    >>> standardized_difference(np.array([1.0, 2, 3, 4]), np.array([2.0, 3, 4, 5])).strength
    'medium'
    """
    n, m = len(one), len(two)
    degrees = n + m - 2
    pooled = np.sqrt(((n - 1) * one.var(ddof=1) + (m - 1) * two.var(ddof=1)) / degrees)
    if pooled == 0:
        return EffectSize("d", 0.0, float("nan"), float("nan"), "negligible")
    scale = np.sqrt(1 / n + 1 / m)
    d = float((one.mean() - two.mean()) / pooled)
    correction = 1 - 3 / (4 * degrees - 1)
    low, high = _noncentral_t_interval(d / scale, degrees, level)
    value = d * correction
    return EffectSize("d", value, low * scale * correction, high * scale * correction, strength("d", value))


def correlation(r: float, n: int, *, controls: int = 0, level: float = 0.95) -> EffectSize:
    """A (partial) correlation with Fisher's interval.

    >>> size = correlation(0.3, 359)
    >>> round(size.low, 3), round(size.high, 3)
    (0.203, 0.391)
    """
    freedom = n - controls - 3
    z, reach = np.arctanh(np.clip(r, -0.999999, 0.999999)), float("nan")
    if freedom > 0:
        reach = float(stats.norm.ppf((1 + level) / 2) / np.sqrt(freedom))
    return EffectSize("r", r, float(np.tanh(z - reach)), float(np.tanh(z + reach)), strength("r", r))


def partial_correlation(t: float, degrees: int, *, level: float = 0.95) -> EffectSize:
    """The partial correlation behind the t statistic of one coefficient, with Fisher's interval.

    >>> round(partial_correlation(2.0, 100).value, 4)
    0.1961
    """
    r = t / np.sqrt(t**2 + degrees)
    return correlation(float(r), degrees + 2, level=level)


def cohen_f2(r_squared_full: float, r_squared_reduced: float) -> float:
    """Cohen's f2 of the terms that the reduced model lacks.

    >>> round(cohen_f2(0.3, 0.23), 3)
    0.1
    """
    return (r_squared_full - r_squared_reduced) / (1 - r_squared_full)


def cramers_v(table: Array, *, level: float = 0.95) -> EffectSize:
    """Cramer's V of a table of counts, corrected for bias (Bergsma 2013, Journal of the Korean Statistical
    Society 42, 323-328), with an interval from the noncentral chi-square.

    >>> round(cramers_v(np.array([[30.0, 10], [10, 30]])).value, 3)
    0.49
    """
    n = float(table.sum())
    rows, columns = table.shape
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    chi_square = float(((table - expected) ** 2 / np.where(expected > 0, expected, 1)).sum())
    degrees = (rows - 1) * (columns - 1)
    short_rows = rows - (rows - 1) ** 2 / (n - 1)
    short_columns = columns - (columns - 1) ** 2 / (n - 1)
    shrunk = max(chi_square / n - degrees / (n - 1), 0.0)
    span = min(short_rows, short_columns) - 1
    value = float(np.sqrt(shrunk / span)) if span > 0 else float("nan")
    width = min(rows, columns) - 1

    def bound(probability: float) -> float:
        if stats.chi2.cdf(chi_square, degrees) < probability:
            return 0.0
        top = max(chi_square, 1.0)
        while stats.ncx2.cdf(chi_square, degrees, top) > probability:
            top *= 2
        noncentral = optimize.brentq(
            lambda value: float(stats.ncx2.cdf(chi_square, degrees, max(value, 1e-12))) - probability,
            0.0,
            top,
        )
        return float(np.sqrt(noncentral / (n * width)))

    tail = (1 - level) / 2
    return EffectSize("v", value, bound(1 - tail), min(bound(tail), 1.0), strength("v", value))


def odds_ratio(coefficient: float, std_error: float, *, level: float = 0.95) -> tuple[float, float, float]:
    """The odds ratio of a logit coefficient and its interval.

    >>> tuple(round(value, 2) for value in odds_ratio(0.0, 0.1))
    (1.0, 0.82, 1.22)
    """
    reach = stats.norm.ppf((1 + level) / 2) * std_error
    return float(np.exp(coefficient)), float(np.exp(coefficient - reach)), float(np.exp(coefficient + reach))
