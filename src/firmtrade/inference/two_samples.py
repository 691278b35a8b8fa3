"""Two groups of firms compared: means, medians, and whether the difference could be chance."""

from __future__ import annotations

import numpy as np
from scipy import stats

from firmtrade.inference.arrays import Floats
from firmtrade.inference.fits import Effect, effect_of


def mean_effect(values: Floats, level: float = 0.95) -> Effect:
    """Mean of ``values`` (n,), n >= 2, with its t interval."""
    n = len(values)
    error = float(values.std(ddof=1) / np.sqrt(n))
    return effect_of(float(values.mean()), error, n - 1, level)


def welch(first: Floats, second: Floats, level: float = 0.95) -> Effect:
    """Difference of means, first less second, variances unequal (Welch 1947)."""
    a, b = first.var(ddof=1) / len(first), second.var(ddof=1) / len(second)
    error = float(np.sqrt(a + b))
    spread = a**2 / (len(first) - 1) + b**2 / (len(second) - 1)
    freedom = float((a + b) ** 2 / spread) if spread > 0 else 1.0
    return effect_of(float(first.mean() - second.mean()), error, freedom, level)


def median_interval(values: Floats, level: float = 0.95) -> tuple[float, float, float]:
    """Median of ``values`` (n,) with the interval of order statistics whose coverage is at least ``level``.

    Exact for any continuous distribution (Thompson 1936); where n is too small for the level, the interval is
    the whole range.
    """
    ordered = np.sort(values)
    n = len(ordered)
    below = int(stats.binom.ppf((1 - level) / 2, n, 0.5))
    low = max(below - 1, 0)
    return float(np.median(ordered)), float(ordered[low]), float(ordered[n - 1 - low])


def rank_sum(first: Floats, second: Floats) -> tuple[float, float]:
    """Wilcoxon-Mann-Whitney test that neither group tends to larger values.

    Returns the probability that a firm of the first group has the larger value (ties count half; 0.5 where
    the groups do not differ) and the two-sided p-value of the normal approximation with ties and continuity
    corrected, as `wilcox.test` of R.
    """
    result = stats.mannwhitneyu(
        first, second, alternative="two-sided", method="asymptotic", use_continuity=True
    )
    return float(result.statistic) / (len(first) * len(second)), float(result.pvalue)
