"""Calibration: weights that make the sample reproduce what the register knows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from firmtrade.errors import UsageError, suggest
from firmtrade.messages import Count, Firms, Listing, Message, message
from firmtrade.surveys.faults import ImpossibleError

Array = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Margin:
    """Population counts of one attribute: ``codes`` (n,) index ``totals`` (levels,)."""

    name: str
    codes: Codes
    totals: Array


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Calibrated weights (n,), their ratio to the starting ones, and how the search ended.

    ``auxiliary`` (n, k) are the variables whose totals now hold; linearized variances need them.
    """

    weights: Array
    ratio: Array
    auxiliary: Array
    base: Array
    converged: bool
    iterations: int
    method: str
    problems: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class WeightDiagnostics:
    """What unequal weights cost: Kish's design effect and effective sample size (Kish 1965)."""

    design_effect: float
    effective_n: float
    smallest: float
    largest: float
    ratio: float


def weight_diagnostics(weights: Array) -> WeightDiagnostics:
    """Kish's design effect of weighting: n times the sum of squares over the square of the sum.

    >>> weight_diagnostics(np.array([1.0, 1.0, 1.0])).design_effect
    1.0
    """
    effect = len(weights) * float((weights**2).sum()) / float(weights.sum()) ** 2
    low, high = float(weights.min()), float(weights.max())
    return WeightDiagnostics(
        effect, len(weights) / effect, low, high, high / low if low > 0 else float("inf")
    )


def indicator_matrix(margins: list[Margin]) -> tuple[Array, Array]:
    """Auxiliary variables (n, k) and totals (k,): an intercept, then all levels but the first of each margin.

    Raises
    ------
    DataError
        The margins speak of populations of different size, or a level of the population has nobody in the
        sample.
    """
    sizes = [float(margin.totals.sum()) for margin in margins]
    if max(sizes) - min(sizes) > 1e-6 * max(sizes):
        names = Listing(tuple(margin.name for margin in margins), "comma")
        raise ImpossibleError("different_populations", names=names)
    columns, totals = [np.ones(len(margins[0].codes))], [sizes[0]]
    for margin in margins:
        counts = np.bincount(margin.codes, minlength=len(margin.totals))
        empty = np.flatnonzero((counts == 0) & (margin.totals > 0))
        if empty.size:
            raise ImpossibleError("empty_levels", n=Count(int(empty.size)), name=margin.name)
        for level in range(1, len(margin.totals)):
            columns.append((margin.codes == level).astype(float))
            totals.append(float(margin.totals[level]))
    return np.stack(columns, axis=1), np.array(totals)


def collapse(margin: Margin, minimum: int = 5) -> tuple[Margin, tuple[tuple[int, ...], ...]]:
    """Merge levels with fewer than ``minimum`` answers into the level that follows (the last into the one
    before); returns the new margin and which old levels each new level holds.

    >>> merged, groups = collapse(Margin("size", np.array([0, 0, 1, 2, 2]), np.array([5.0, 1, 4])), 2)
    >>> groups
    ((0,), (1, 2))
    """
    counts = np.bincount(margin.codes, minlength=len(margin.totals))
    groups: list[list[int]] = []
    held = 0
    for level in range(len(margin.totals)):
        if groups and held < minimum:
            groups[-1].append(level)
            held += int(counts[level])
        else:
            groups.append([level])
            held = int(counts[level])
    if len(groups) > 1 and held < minimum:
        groups[-2].extend(groups.pop())
    where = np.empty(len(margin.totals), dtype=np.intp)
    for place, group in enumerate(groups):
        where[group] = place
    totals = np.array([margin.totals[group].sum() for group in groups])
    return Margin(margin.name, where[margin.codes], totals), tuple(tuple(group) for group in groups)


def rake(
    base: Array, margins: list[Margin], *, tolerance: float = 1e-10, max_iterations: int = 1000
) -> Calibrated:
    """Iterative proportional fitting to several margins (Deming and Stephan 1940, Annals of Mathematical
    Statistics 11, 427-444).

    Parameters
    ----------
    base
        Starting weights (n,), positive.
    margins
        Population counts per attribute.

    Raises
    ------
    DataError
        As :func:`indicator_matrix`.
    """
    auxiliary, _ = indicator_matrix(margins)
    weights = base.astype(float).copy()
    converged, iterations = False, 0
    while iterations < max_iterations and not converged:
        iterations += 1
        worst = 0.0
        for margin in margins:
            current = np.bincount(margin.codes, weights=weights, minlength=len(margin.totals))
            factor = np.divide(margin.totals, current, out=np.ones_like(margin.totals), where=current > 0)
            worst = max(worst, float(np.abs(factor - 1).max()))
            weights *= factor[margin.codes]
        converged = worst < tolerance
    problems = () if converged else (_not_converged("raking"),)
    return Calibrated(weights, weights / base, auxiliary, base, converged, iterations, "raking", problems)


def _not_converged(method: str) -> Message:
    return message("problems.not_calibrated", method=message(f"survey.calibrations.{method}"))


def _distance(method: str, bounds: tuple[float, float], u: Array) -> tuple[Array, Array]:
    """The weight ratio as a function of the multiplier, and its slope (Deville and Sarndal 1992, Table 1)."""
    if method == "linear":
        return 1 + u, np.ones_like(u)
    if method == "raking":
        grown = np.exp(np.clip(u, -50, 50))
        return grown, grown
    low, high = bounds
    rate = (high - low) / ((1 - low) * (high - 1))
    grown = np.exp(np.clip(rate * u, -200, 200))
    bottom = (high - 1) + (1 - low) * grown
    ratio = (low * (high - 1) + high * (1 - low) * grown) / bottom
    slope = rate * grown * (high - low) * (1 - low) * (high - 1) / bottom**2
    return ratio, slope


def calibrate(
    base: Array,
    auxiliary: Array,
    totals: Array,
    *,
    method: str = "linear",
    bounds: tuple[float, float] = (0.2, 5.0),
    tolerance: float = 1e-10,
    max_iterations: int = 200,
) -> Calibrated:
    """Calibration estimation (Deville and Sarndal 1992, Journal of the American Statistical Association 87,
    376-382).

    Parameters
    ----------
    base
        Starting weights (n,).
    auxiliary, totals
        Variables known for the sample (n, k), and their population totals (k,).
    method
        ``linear`` (generalized regression, GREG), ``raking`` (exponential, weights stay positive) or
        ``logit`` (the ratio of new to old weight stays inside ``bounds``).

    Raises
    ------
    UsageError
        An unknown method, or bounds that do not enclose one.
    """
    methods = ("linear", "raking", "logit")
    if method not in methods:
        raise UsageError(f"No calibration is called `{method}`.", fix=suggest(method, methods))
    if method == "logit" and not bounds[0] < 1 < bounds[1]:
        raise ImpossibleError("bounds")
    multiplier = np.zeros(auxiliary.shape[1])
    scale = np.maximum(np.abs(totals), 1.0)
    converged, iterations = False, 0
    while iterations < max_iterations:
        iterations += 1
        ratio, slope = _distance(method, bounds, auxiliary @ multiplier)
        gap = totals - auxiliary.T @ (base * ratio)
        if float(np.max(np.abs(gap) / scale)) < tolerance:
            converged = True
            break
        hessian = (auxiliary * (base * slope)[:, None]).T @ auxiliary
        step = np.linalg.lstsq(hessian, gap, rcond=None)[0]
        size, before = 1.0, float(np.max(np.abs(gap) / scale))
        for _ in range(30):
            trial = _distance(method, bounds, auxiliary @ (multiplier + size * step))[0]
            if float(np.max(np.abs(totals - auxiliary.T @ (base * trial)) / scale)) < before:
                break
            size /= 2
        multiplier = multiplier + size * step
    ratio = _distance(method, bounds, auxiliary @ multiplier)[0]
    problems = [] if converged else [_not_converged(method)]
    negative = int((ratio <= 0).sum())
    if negative:
        problems.append(message("problems.not_positive", n=Firms(negative)))
    return Calibrated(base * ratio, ratio, auxiliary, base, converged, iterations, method, tuple(problems))


def trimmed(weights: Array, limit: float = 5.0) -> Array:
    """Weights above ``limit`` times their mean are cut to it, and the excess is spread over the others.

    >>> trimmed(np.array([1.0, 1.0, 1.0, 9.0]), 2.0)
    array([2., 2., 2., 6.])
    """
    ceiling = limit * float(weights.mean())
    result = np.minimum(weights, ceiling)
    free = weights < ceiling
    if free.any():
        result[free] += (weights.sum() - result.sum()) * result[free] / result[free].sum()
    return np.asarray(result)
