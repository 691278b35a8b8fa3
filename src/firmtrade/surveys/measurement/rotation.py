"""Rotation of factor loadings. Loadings, factor correlations and structure always move together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rotation:
    """Rotated loadings (p, k) and the correlations of the factors (k, k)."""

    loadings: Array
    correlations: Array
    converged: bool


def varimax(loadings: Array, *, tolerance: float = 1e-10, max_iterations: int = 2000) -> Rotation:
    """Orthogonal rotation with Kaiser's row normalization (Kaiser 1958, Psychometrika 23, 187-200)."""
    scale = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    target = loadings / scale
    p, k = target.shape
    turn = np.eye(k)
    before, converged = 0.0, False
    for _ in range(max_iterations):
        turned = target @ turn
        u, s, vt = np.linalg.svd(target.T @ (turned**3 - turned * ((turned**2).sum(axis=0) / p)))
        turn = u @ vt
        if s.sum() < before * (1 + tolerance):
            converged = True
            break
        before = s.sum()
    return Rotation(np.asarray(target @ turn * scale), np.eye(k), converged)


def promax(loadings: Array, power: float = 4) -> Rotation:
    """Oblique rotation towards a power of the varimax loadings (Hendrickson and White 1964, British
    Journal of Statistical Psychology 17, 65-70)."""
    start = varimax(loadings)
    turned = start.loadings
    target = turned * np.abs(turned) ** (power - 1)
    map_ = np.linalg.lstsq(turned, target, rcond=None)[0]
    scale = np.diag(np.linalg.inv(map_.T @ map_))
    map_ = map_ * np.sqrt(scale)
    inverse = np.linalg.inv(map_)
    return Rotation(np.asarray(turned @ map_), np.asarray(inverse @ inverse.T), start.converged)


def oblimin(
    loadings: Array, *, gamma: float = 0.0, tolerance: float = 1e-8, max_iterations: int = 5000
) -> Rotation:
    """Direct oblimin by gradient projection; ``gamma`` zero is quartimin.

    Jennrich and Sampson 1966, Psychometrika 31, 313-323; algorithm of Jennrich 2002, Psychometrika 67, 7-19.
    The start is the unrotated solution.
    """
    p, k = loadings.shape
    if k == 1:
        return Rotation(loadings.copy(), np.eye(1), True)
    others = 1 - np.eye(k)
    centre = np.eye(p) - gamma / p

    def criterion(turned: Array) -> tuple[float, Array]:
        spread = (centre @ turned**2 if gamma else turned**2) @ others
        return float((turned**2 * spread).sum() / 4), turned * spread

    turn = np.eye(k)
    turned = loadings @ np.linalg.inv(turn).T
    value, gradient = criterion(turned)
    slope = -(turned.T @ gradient @ np.linalg.inv(turn)).T
    step, converged = 1.0, False
    for _ in range(max_iterations):
        projected = slope - turn * (turn * slope).sum(axis=0)
        size = float(np.sqrt((projected**2).sum()))
        if size < tolerance:
            converged = True
            break
        step *= 2
        for _halving in range(60):
            moved = turn - step * projected
            moved = moved / np.sqrt((moved**2).sum(axis=0))
            candidate = loadings @ np.linalg.inv(moved).T
            new_value, new_gradient = criterion(candidate)
            if new_value < value - 0.5 * size**2 * step:
                break
            step /= 2
        else:
            converged = size < 1e-5
            break
        turn, turned, value = moved, candidate, new_value
        slope = -(turned.T @ new_gradient @ np.linalg.inv(turn)).T
    return Rotation(np.asarray(turned), np.asarray(turn.T @ turn), converged)


def unrotated(loadings: Array) -> Rotation:
    """The loadings as extracted, factors uncorrelated."""
    return Rotation(loadings.copy(), np.eye(loadings.shape[1]), True)


ROTATIONS: dict[str, Callable[[Array], Rotation]] = {
    "oblimin": oblimin,
    "promax": promax,
    "varimax": varimax,
    "none": unrotated,
}


def ordered(rotation: Rotation) -> Rotation:
    """Factors by explained variance, largest first, each with a positive sum of loadings.

    The same permutation and signs are applied to the loadings and to the correlations: a set of loadings in
    a new order with factor correlations in the old one belongs to nobody.
    """
    loadings, correlations = rotation.loadings, rotation.correlations
    explained = np.diag(correlations @ loadings.T @ loadings)
    order = np.argsort(-explained, kind="stable")
    loadings, correlations = loadings[:, order], correlations[np.ix_(order, order)]
    sign = np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    return Rotation(
        np.asarray(loadings * sign), np.asarray(correlations * np.outer(sign, sign)), rotation.converged
    )
