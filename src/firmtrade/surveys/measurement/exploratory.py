"""Exploratory factor analysis: extraction, rotation, fit and scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from firmtrade.errors import UsageError, suggest
from firmtrade.messages import Count, Listing, Message, message
from firmtrade.surveys.faults import ImpossibleError
from firmtrade.surveys.measurement.rotation import ROTATIONS, ordered

Array = NDArray[np.float64]

SMALLEST_UNIQUENESS = 0.005
"""Bound that keeps a unique variance positive; a solution that rests on it is a Heywood case."""


@dataclass(frozen=True, slots=True)
class Exploratory:
    """A factor solution.

    ``loadings`` is the pattern matrix (p, k); ``correlations`` the factor correlations (k, k) in the same
    order; ``structure`` their product; ``explained`` the variance of each factor as a share of p.
    """

    loadings: Array
    correlations: Array
    communalities: Array
    uniquenesses: Array
    complexity: Array
    explained: Array
    objective: float
    chi_square: float
    degrees: int
    p_value: float
    rmsea: float
    tli: float
    rms_residual: float
    method: str
    rotation: str
    n: int
    problems: tuple[Message, ...]

    @property
    def structure(self) -> Array:
        """Correlations of items with factors, shape (p, k)."""
        return self.loadings @ self.correlations

    def score_weights(self, correlation: Array, kind: str = "regression") -> Array:
        """Weights (p, k) that turn standardized answers into factor scores.

        ``regression`` (Thurstone 1935) or ``bartlett`` (Bartlett 1937, unbiased given the factors).
        """
        if kind == "regression":
            return np.asarray(np.linalg.solve(correlation, self.structure))
        scaled = self.loadings / self.uniquenesses[:, None]
        return np.asarray(scaled @ np.linalg.inv(self.loadings.T @ scaled))


def _leading(matrix: Array, k: int) -> tuple[Array, Array, Array, Array]:
    values, vectors = np.linalg.eigh(matrix)
    return values[::-1][:k], vectors[:, ::-1][:, :k], values[::-1][k:], vectors[:, ::-1][:, k:]


def _minres(correlation: Array, k: int, uniqueness: Array) -> tuple[float, Array]:
    """Half the squared residual eigenvalues, and its gradient (Harman and Jones 1966; Joreskog 1977)."""
    _, _, rest, vectors = _leading(correlation - np.diag(uniqueness), k)
    return float((rest**2).sum() / 2), np.asarray(-(vectors**2) @ rest)


def _likelihood(correlation: Array, k: int, uniqueness: Array) -> tuple[float, Array]:
    """The maximum-likelihood discrepancy concentrated on the unique variances (Joreskog 1967)."""
    scale = 1 / np.sqrt(uniqueness)
    top, vectors, rest, _ = _leading(correlation * np.outer(scale, scale), k)
    value = float((rest - np.log(rest) - 1).sum())
    loadings = vectors * np.sqrt(np.maximum(top - 1, 0)) / scale[:, None]
    residual = (loadings**2).sum(axis=1) + uniqueness - np.diag(correlation)
    return value, np.asarray(residual / uniqueness**2)


def _loadings(correlation: Array, k: int, uniqueness: Array, method: str) -> Array:
    if method == "minres":
        top, vectors, _, _ = _leading(correlation - np.diag(uniqueness), k)
        return np.asarray(vectors * np.sqrt(np.maximum(top, 0)))
    scale = 1 / np.sqrt(uniqueness)
    top, vectors, _, _ = _leading(correlation * np.outer(scale, scale), k)
    return np.asarray(vectors * np.sqrt(np.maximum(top - 1, 0)) / scale[:, None])


def exploratory(
    correlation: Array, n: int, factors: int, *, method: str = "minres", rotation: str = "oblimin"
) -> Exploratory:
    """Extract ``factors`` factors and rotate them.

    Parameters
    ----------
    correlation
        Correlations of the items, shape (p, p), positive definite.
    n
        Number of answers behind them (for the chi-square and RMSEA).
    method
        ``minres`` (unweighted least squares) or ``ml``.
    rotation
        ``oblimin``, ``promax``, ``varimax`` or ``none``.

    Raises
    ------
    UsageError
        An unknown method or rotation, or more factors than the items can carry.
    """
    discrepancies = {"minres": _minres, "ml": _likelihood}
    if method not in discrepancies:
        raise UsageError(f"No extraction method is called `{method}`.", fix=suggest(method, discrepancies))
    if rotation not in ROTATIONS:
        raise UsageError(f"No rotation is called `{rotation}`.", fix=suggest(rotation, ROTATIONS))
    p = len(correlation)
    degrees = ((p - factors) ** 2 - (p + factors)) // 2
    if factors < 1 or degrees < 0:
        raise ImpossibleError("cannot_carry", items=Count(p), factors=Count(factors))
    discrepancy = discrepancies[method]
    start = np.clip(1 / np.diag(np.linalg.inv(correlation)), SMALLEST_UNIQUENESS, 1.0)
    found = optimize.minimize(
        lambda uniqueness: discrepancy(correlation, factors, uniqueness),
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(SMALLEST_UNIQUENESS, 1.0)] * p,
        options={"maxiter": 2000, "ftol": 1e-15, "gtol": 1e-9},
    )
    uniqueness = np.asarray(found.x)
    raw = _loadings(correlation, factors, uniqueness, method)
    turned = ordered(ROTATIONS[rotation](raw) if factors > 1 else ROTATIONS["none"](raw))
    communality = (raw**2).sum(axis=1)
    problems = _problems(uniqueness, turned.converged, bool(found.success or found.status == 2))
    fit = _fit(correlation, raw @ raw.T, n, factors, degrees)
    loadings, phi = turned.loadings, turned.correlations
    return Exploratory(
        loadings=loadings,
        correlations=phi,
        communalities=communality,
        uniquenesses=1 - communality,
        complexity=np.asarray((loadings**2).sum(axis=1) ** 2 / (loadings**4).sum(axis=1)),
        explained=np.asarray(np.diag(phi @ loadings.T @ loadings) / p),
        degrees=degrees,
        method=method,
        rotation=rotation,
        n=n,
        problems=problems,
        **fit,
    )


def _problems(uniqueness: Array, rotated: bool, extracted: bool) -> tuple[Message, ...]:
    problems = []
    heywood = np.flatnonzero(uniqueness <= SMALLEST_UNIQUENESS * 1.001) + 1
    if heywood.size:
        positions = Listing(tuple(Count(int(place)) for place in heywood), "comma")
        problems.append(message("problems.heywood_items", positions=positions))
    if not extracted:
        problems.append(message("problems.extraction"))
    if not rotated:
        problems.append(message("problems.rotation"))
    return tuple(problems)


def _fit(correlation: Array, common: Array, n: int, k: int, degrees: int) -> dict[str, float]:
    """Chi-square with Bartlett's correction, RMSEA and Tucker-Lewis index (Tucker and Lewis 1973)."""
    p = len(correlation)
    residual = correlation - common
    np.fill_diagonal(residual, 0.0)
    model = common.copy()
    np.fill_diagonal(model, 1.0)
    log_determinant = float(np.linalg.slogdet(correlation)[1])
    objective = float(
        np.linalg.slogdet(model)[1] - log_determinant + np.trace(np.linalg.solve(model, correlation)) - p
    )
    factor = n - 1 - (2 * p + 5) / 6 - 2 * k / 3
    chi_square = max(objective * factor, 0.0)
    null = -log_determinant * 2 / (p * (p - 1))
    nan = float("nan")
    return {
        "objective": objective,
        "chi_square": chi_square,
        "p_value": float(stats.chi2.sf(chi_square, degrees)) if degrees else nan,
        "rmsea": float(np.sqrt(max(chi_square / (degrees * n) - 1 / (n - 1), 0))) if degrees else nan,
        "tli": (null - objective / degrees) / (null - 1 / factor) if degrees else nan,
        "rms_residual": float(np.sqrt((residual**2).sum() / (p * (p - 1)))),
    }
