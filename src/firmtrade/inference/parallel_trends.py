"""How much a difference-in-differences owes to the assumption that trends were parallel.

A test of the years before that does not reject shows little: it may have had no power. :func:`detectable_slope` is the
steady trend that it would have found (Roth 2022, American Economic Review: Insights 4, 305-322). :func:`breakdown` is
how far the trend may bend from one year to the next before a difference is no longer told from zero (Rambachan & Roth
2023, Review of Economic Studies 90, 2555-2591: smoothness restrictions, fixed-length confidence intervals; a bend of
zero is the extrapolation of a straight line).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erf, exp, pi, sqrt
from statistics import NormalDist

import numpy as np
from scipy import special, stats
from scipy.optimize import brentq, minimize, minimize_scalar

from firmtrade.inference.arrays import Floats, Integers


@dataclass(frozen=True, slots=True)
class EventPath:
    """Differences (k,) at distances (k,) from the event, relative to distance -1, and their covariance (k, k)."""

    distances: Integers
    estimates: Floats
    covariance: Floats
    degrees_of_freedom: float = np.inf

    @property
    def measured(self) -> bool:
        """Whether every combination of the differences has an error."""
        errors = np.sqrt(np.diag(self.covariance))
        if not (errors > 0).all():
            return False
        return bool(np.linalg.cond(self.covariance / np.outer(errors, errors)) < 1e12)

    @property
    def before(self) -> Floats:
        """Flags of the years before the event."""
        return np.asarray(self.distances < -1)


@dataclass(frozen=True, slots=True)
class RobustInterval:
    """An estimate that a bent trend can bias by no more than ``bias``, and its interval."""

    estimate: float
    conf_low: float
    conf_high: float
    bias: float


def detectable_slope(path: EventPath, level: float = 0.95, power: float = 0.8) -> float:
    """The steady trend, per year, against which the joint test of the years before has this power."""
    before = path.before
    drift = (path.distances[before] + 1).astype(np.float64)
    precision = float(drift @ np.linalg.solve(path.covariance[np.ix_(before, before)], drift))
    k = int(before.sum())
    freedom = path.degrees_of_freedom - k + 1
    if np.isfinite(freedom) and freedom >= 1:
        critical = float(stats.f.ppf(level, k, freedom))

        def short(size: float) -> float:
            return float(stats.ncf.cdf(critical, k, freedom, size)) - (1 - power)
    else:
        critical = float(stats.chi2.ppf(level, k))

        def short(size: float) -> float:
            return float(stats.ncx2.cdf(critical, k, size)) - (1 - power)

    top = 10.0
    while short(top) > 0:
        top *= 2
    return float(np.sqrt(brentq(short, 1e-9, top) / precision))


def robust_interval(path: EventPath, weights: Floats, bend: float, level: float = 0.95) -> RobustInterval:
    """The shortest interval of fixed length for a mean after the event, the trend bending by no more than ``bend``.

    Parameters
    ----------
    weights
        Array (k,): of the differences after the event, zero before.
    bend
        Largest change of the slope of the trend from one year to the next, in the unit of the outcome.
    """
    before = path.before
    kinks = np.arange(path.distances.min() + 1, path.distances.max())
    shape = _bent(path.distances, kinks)
    drift = (path.distances + 1).astype(np.float64)
    target, free = weights @ drift, drift[before]
    base = -target * free / float(free @ free)
    _, _, vectors = np.linalg.svd(free[None, :])
    null = vectors[1:]
    reach = 0.5 + level / 2
    correction = float(special.stdtrit(path.degrees_of_freedom, reach) / special.ndtri(reach))

    def of(moves: Floats) -> Floats:
        all_weights = weights.astype(np.float64).copy()
        all_weights[before] = base + moves @ null
        return all_weights

    def parts(all_weights: Floats) -> tuple[float, float]:
        error = float(np.sqrt(all_weights @ path.covariance @ all_weights)) * correction
        return error, bend * float(np.abs(all_weights @ shape).sum())

    def half(moves: Floats) -> float:
        error, bias = parts(of(moves))
        return _critical(bias / error, level) * error

    moves = _least_variance(path.covariance, of(np.zeros(len(null))), before, null)
    if len(moves) == 1 and bend > 0:
        moves = np.array([minimize_scalar(lambda move: half(np.array([move]))).x])
    elif len(moves) and bend > 0:
        moves = minimize(
            half, moves, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000}
        ).x
    chosen = of(moves)
    estimate, length = float(chosen @ path.estimates), half(moves)
    return RobustInterval(estimate, estimate - length, estimate + length, parts(chosen)[1])


def breakdown(path: EventPath, weights: Floats, level: float = 0.95) -> float:
    """The largest bend at which the robust interval of a mean after the event leaves out zero; 0 where none does."""

    def room(bend: float) -> float:
        """How far zero lies outside the interval."""
        interval = robust_interval(path, weights, bend, level)
        return max(interval.conf_low, -interval.conf_high)

    if room(0.0) <= 0:
        return 0.0
    top = float(np.sqrt(weights @ path.covariance @ weights))
    while room(top) > 0:
        top *= 2
    return float(brentq(room, 0.0, top, xtol=1e-9 * top))


def _bent(distances: Integers, kinks: Integers) -> Floats:
    """A trend that bends once by one, at each kink, and is zero at -1: array (distances, kinks)."""
    away = distances[:, None] - kinks[None, :]
    bent: Floats = np.where(kinks >= -1, np.maximum(away, 0), np.maximum(-away, 0)).astype(np.float64)
    return bent


def _least_variance(covariance: Floats, start: Floats, before: Floats, null: Floats) -> Floats:
    """Moves along the null space that make the variance of the weighted estimates least."""
    if not len(null):
        return np.zeros(0)
    inside = null @ covariance[np.ix_(before, before)] @ null.T
    right = null @ (covariance @ start)[before]
    moves: Floats = -np.linalg.solve(inside, right)
    return moves


def _critical(ratio: float, level: float) -> float:
    """The quantile of the absolute value of a normal variable with this mean and variance one.

    Newton's method from the left, where the distribution function is concave: every step stays left of the end.

    >>> round(_critical(0.0, 0.95), 6), round(_critical(40.0, 0.95), 6)
    (1.959964, 41.644854)
    """
    found = ratio + _NORMAL.inv_cdf(level)
    for _ in range(100):
        near, far = found - ratio, found + ratio
        short = level - 0.5 * (erf(near / _ROOT) + erf(far / _ROOT))
        step = short * sqrt(2 * pi) / (exp(-near * near / 2) + exp(-far * far / 2))
        found += step
        if abs(step) < 1e-14 * found:
            break
    return found


_NORMAL, _ROOT = NormalDist(), sqrt(2)
