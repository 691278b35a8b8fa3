"""What a population looks like where nobody has published anything: the starting point of the fit."""

from __future__ import annotations

import numpy as np

from firmtrade.linked.population.base import PATTERNS, Base, WholeInterval

FIRMS = 5_000
"""Firms of a population whose number is not published."""
SIZE_TAIL = 1.1
"""Pareto exponent of headcounts (firm sizes are close to Zipf: Axtell 2001, Science 293)."""
MEAN_AGE = 15.0
"""Years; founding years thin out exponentially backwards."""
TRADERS = 0.25
"""Share of firms with any flow."""
BY_SIZE = 0.45
"""Log odds of a flow gained per size class: larger firms trade more (Bernard and others 2007, JEP 21)."""
BY_AGE = 0.10
"""Log odds of a flow gained per class of age."""
UNPLACED = 1e-3
"""Weight of a firm that no class can be given to; it counts only where published totals ask for it."""
HALF_PLACED = 1e-8
"""Weight of a firm that only one of activity and headcount is known of: registers know both or neither."""


def prior(base: Base) -> np.ndarray:
    """Weights of all base cells, of the shape of the base, with the sum ``FIRMS``."""
    weights = [_activity(base), _size(base), _birth(base), _seat(base)]
    tilt = BY_SIZE * np.minimum(np.arange(len(base.sizes)), len(base.sizes) - 2.0)[:, None]
    tilt = tilt + BY_AGE * np.arange(len(base.births), 0, -1.0)[None, :]
    tilt -= (weights[1][:, None] * weights[2][None, :] * tilt).sum()
    flows = np.array([sum(pattern) for pattern in PATTERNS])
    trading = np.where(flows > 0, TRADERS / (len(PATTERNS) - 1), 1 - TRADERS)
    table = np.einsum("p,a,s,b,r->pasbr", trading, *weights)
    table *= np.exp(np.minimum(flows, 2)[:, None, None] * 0.5 * tilt)[:, None, :, :, None]
    table[:, base.divisions :, -1] *= UNPLACED / HALF_PLACED**2
    if base.study.head.employment == "employees":
        table[:, :, -1] = 0.0  # without a headcount a firm has no employment, and is in no population
    scaled: np.ndarray = table * (FIRMS / table.sum())
    return scaled


def class_weights(intervals: tuple[WholeInterval, ...], weight_of_years: bool) -> np.ndarray:
    """Weights of intervals of headcounts, or of founding years, that add up to one; the last is unknown."""
    last = max(interval.high or 0 for interval in intervals)
    weights = []
    for interval in intervals:
        if interval.low is None or interval.high is None:
            weights.append(HALF_PLACED)
        elif weight_of_years:
            weights.append(
                np.exp((interval.high + 1 - last) / MEAN_AGE) - np.exp((interval.low - last) / MEAN_AGE)
            )
        else:
            weights.append(float(interval.low) ** -SIZE_TAIL - (interval.high + 1.0) ** -SIZE_TAIL)
    return np.array(weights) / sum(weights)


def _activity(base: Base) -> np.ndarray:
    weights = np.full(len(base.activities), HALF_PLACED)
    weights[: base.divisions] = 1.0
    return np.asarray(weights / weights.sum())


def _size(base: Base) -> np.ndarray:
    return class_weights(base.sizes, weight_of_years=False)


def _birth(base: Base) -> np.ndarray:
    return class_weights(base.births, weight_of_years=True)


def _seat(base: Base) -> np.ndarray:
    weights = np.ones(len(base.seats))
    if len(weights) > 1:
        weights[-1] = HALF_PLACED
    return np.asarray(weights / weights.sum())
