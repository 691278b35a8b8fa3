"""What a fitted model says: coefficients, their covariance, and the sample they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import special

from firmtrade.inference.arrays import Floats


@dataclass(frozen=True, slots=True)
class Effect:
    """One number with its uncertainty; ``n_obs`` and ``n_clusters`` are the sample's."""

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model.

    Parameters
    ----------
    names
        The k coefficients, in order.
    coefficients, covariance
        Arrays (k,) and (k, k).
    n_obs, n_clusters
        Rows used, and independent units (the clusters of the covariance).
    degrees_of_freedom
        Of the t distribution of the coefficients; None for the normal distribution.
    collinear
        Regressors left out because the others determine them.
    singletons
        Rows left out because they are alone in a group of the fixed effects.
    separated
        Regressors without an estimate: the likelihood grows with them without limit. The others are estimated in
        that limit, from the rows that still say something.
    """

    names: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    n_obs: int
    n_clusters: int
    degrees_of_freedom: float | None = None
    collinear: tuple[str, ...] = ()
    singletons: int = 0
    log_likelihood: float | None = None
    separated: tuple[str, ...] = ()

    def effect(self, name: str, level: float = 0.95) -> Effect:
        """The coefficient ``name`` with its interval and the p-value of a two-sided test against zero."""
        return self.contrast({name: 1.0}, level)

    def contrast(self, weights: Mapping[str, float], level: float = 0.95) -> Effect:
        """A linear combination of coefficients, such as ``{"a": 1, "b": -1}``."""
        vector = np.array([weights.get(name, 0.0) for name in self.names])
        variance = float(vector @ self.covariance @ vector)
        return effect_of(
            float(vector @ self.coefficients), float(np.sqrt(variance)), self.degrees_of_freedom, level
        )

    def wald(self, names: tuple[str, ...]) -> tuple[float, int, float]:
        """Joint test that all of ``names`` are zero: statistic, degrees of freedom, p-value."""
        index = [self.names.index(name) for name in names]
        return wald_test(self.coefficients[index], self.covariance[np.ix_(index, index)])


def effect_of(
    estimate: float, std_error: float, degrees_of_freedom: float | None, level: float = 0.95
) -> Effect:
    """Interval and two-sided p-value of a number from its standard error, by the t or normal distribution."""
    freedom = np.inf if degrees_of_freedom is None else degrees_of_freedom
    reach = float(special.stdtrit(freedom, 0.5 + level / 2)) * std_error
    p_value = 2 * float(special.stdtr(freedom, -abs(estimate / std_error))) if std_error > 0 else float("nan")
    return Effect(estimate, std_error, estimate - reach, estimate + reach, p_value)


def wald_test(values: Floats, covariance: Floats, freedom: float = np.inf) -> tuple[float, int, float]:
    """Wald test that ``values`` (k,) are jointly zero: statistic, restrictions, p-value.

    The reference is the chi-squared distribution, or Hotelling's F where the covariance rests on ``freedom`` degrees of
    freedom and these are not fewer than the restrictions. A covariance that is not of full rank tests the directions it
    spans.
    """
    eigenvalues, vectors = np.linalg.eigh(covariance)
    spanned = eigenvalues > 1e-12 * max(float(eigenvalues.max(initial=0.0)), 1e-300)
    projected = vectors[:, spanned].T @ values
    statistic = float(np.sum(projected**2 / eigenvalues[spanned]))
    rank = int(spanned.sum())
    left = freedom - rank + 1
    if not rank:
        return statistic, rank, float("nan")
    if np.isfinite(freedom) and left >= 1:
        return statistic, rank, float(special.fdtrc(rank, left, statistic * left / (freedom * rank)))
    return statistic, rank, float(special.chdtrc(rank, statistic))
