"""Fit of a covariance structure: the indices that papers print, each by its published formula."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FitIndices:
    """Indices of one model; scaled and robust ones need raw data (Satorra-Bentler), else None."""

    chi_square: float
    degrees: int
    p_value: float
    baseline_chi_square: float
    baseline_degrees: int
    cfi: float
    tli: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    p_close: float
    srmr: float
    gfi: float
    agfi: float
    log_likelihood: float
    aic: float
    bic: float
    scaling_factor: float | None = None
    scaled_chi_square: float | None = None
    scaled_p_value: float | None = None
    robust_cfi: float | None = None
    robust_tli: float | None = None
    robust_rmsea: float | None = None


def rmsea_interval(chi_square: float, degrees: int, n: int, level: float = 0.90) -> tuple[float, float]:
    """Interval of the RMSEA from the noncentral chi-square (Browne and Cudeck 1993).

    >>> low, high = rmsea_interval(85.3055218, 24, 301)
    >>> round(low, 5), round(high, 5)
    (0.07142, 0.11368)
    """

    def bound(tail: float) -> float:
        def gap(noncentrality: float) -> float:
            if noncentrality == 0:
                return float(stats.chi2.cdf(chi_square, degrees)) - tail
            return float(stats.ncx2.cdf(chi_square, degrees, noncentrality)) - tail

        if gap(0.0) < 0:
            return 0.0
        top = max(chi_square, 1.0)
        while gap(top) > 0:
            top *= 2
        return float(np.sqrt(optimize.brentq(gap, 0.0, top, xtol=1e-10) / (n * degrees)))

    outside = (1 - level) / 2
    return bound(1 - outside), bound(outside)


def p_close(chi_square: float, degrees: int, n: int, limit: float = 0.05) -> float:
    """Probability of a chi-square this large if the RMSEA is ``limit``: the test of close fit."""
    return float(stats.ncx2.sf(chi_square, degrees, n * degrees * limit**2))


def fit_indices(
    sample: Array,
    implied: Array,
    n: int,
    parameters: int,
    scaling: tuple[float, float] | None = None,
) -> FitIndices:
    """All indices from the sample covariance, the implied one, and their scaling factors.

    Parameters
    ----------
    sample, implied
        Covariances with divisor n, shape (p, p).
    parameters
        Free parameters of the model.
    scaling
        Satorra-Bentler factors of the model and of the baseline (independence) model.

    Notes
    -----
    CFI: Bentler 1990; TLI: Tucker and Lewis 1973; RMSEA: Steiger 1990, divided by n; SRMR: Bentler 1995;
    GFI: Joreskog and Sorbom 1986; robust CFI, TLI and RMSEA: Brosseau-Liard, Savalei and Li 2012, 2014.
    """
    p = len(sample)
    log_sample = float(np.linalg.slogdet(sample)[1])
    log_implied = float(np.linalg.slogdet(implied)[1])
    ratio = np.linalg.solve(implied, sample)
    trace = float(np.trace(ratio))
    chi_square = max(n * (log_implied + trace - log_sample - p), 0.0)
    degrees = p * (p + 1) // 2 - parameters
    base = n * (float(np.log(np.diag(sample)).sum()) - log_sample)
    base_degrees = p * (p - 1) // 2
    excess, base_excess = max(chi_square - degrees, 0.0), max(base - base_degrees, 0.0)
    nan = float("nan")
    low, high = rmsea_interval(chi_square, degrees, n) if degrees else (nan, nan)
    spread = np.sqrt(np.diag(sample))
    residual = ((sample - implied) / np.outer(spread, spread))[np.tril_indices(p)]
    gfi = 1 - float(np.trace((ratio - np.eye(p)) @ (ratio - np.eye(p))) / np.trace(ratio @ ratio))
    log_likelihood = float(-n / 2 * (p * np.log(2 * np.pi) + log_implied + trace))
    values: dict[str, Any] = {
        "chi_square": chi_square,
        "degrees": degrees,
        "p_value": float(stats.chi2.sf(chi_square, degrees)) if degrees else nan,
        "baseline_chi_square": base,
        "baseline_degrees": base_degrees,
        "cfi": 1 - excess / max(excess, base_excess) if max(excess, base_excess) > 0 else 1.0,
        "tli": _tucker_lewis(chi_square, degrees, base, base_degrees),
        "rmsea": float(np.sqrt(excess / (n * degrees))) if degrees else nan,
        "rmsea_low": low,
        "rmsea_high": high,
        "p_close": p_close(chi_square, degrees, n) if degrees else nan,
        "srmr": float(np.sqrt((residual**2).sum() / len(residual))),
        "gfi": gfi,
        "agfi": 1 - (p * (p + 1) / 2 / degrees) * (1 - gfi) if degrees else nan,
        "log_likelihood": log_likelihood,
        "aic": -2 * log_likelihood + 2 * parameters,
        "bic": -2 * log_likelihood + parameters * float(np.log(n)),
    }
    if scaling is None or not degrees:
        return FitIndices(**values)
    factor, base_factor = scaling
    scaled = chi_square / factor
    robust = max(chi_square - factor * degrees, 0.0)
    base_robust = max(base - base_factor * base_degrees, 0.0)
    ratio_robust = (
        (chi_square - factor * degrees)
        * base_degrees
        / max((base - base_factor * base_degrees) * degrees, 1e-300)
    )
    return FitIndices(
        **values,
        scaling_factor=factor,
        scaled_chi_square=scaled,
        scaled_p_value=float(stats.chi2.sf(scaled, degrees)),
        robust_cfi=1 - robust / max(robust, base_robust) if max(robust, base_robust) > 0 else 1.0,
        robust_tli=1 - ratio_robust,
        robust_rmsea=float(np.sqrt(robust / (n * degrees))),
    )


def _tucker_lewis(chi_square: float, degrees: int, base: float, base_degrees: int) -> float:
    if not degrees or base / base_degrees == 1:
        return 1.0
    return (base / base_degrees - chi_square / degrees) / (base / base_degrees - 1)
