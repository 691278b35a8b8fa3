"""Allocation of a sample to strata."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from firmtrade.errors import DataError, UsageError, suggest

Array = NDArray[np.float64]
Counts = NDArray[np.int64]

METHODS = ("proportional", "neyman", "power")


def allocate(
    population: Counts,
    size: int,
    method: str = "proportional",
    *,
    spread: Array | None = None,
    power: float = 0.5,
    minimum: int = 0,
) -> Counts:
    """Firms to draw from each stratum.

    Parameters
    ----------
    population
        Firms per stratum, shape (strata,).
    size
        Firms to draw in all.
    method
        ``proportional`` to the firms; ``neyman``, proportional to firms times ``spread`` (Neyman 1934,
        Journal of the Royal Statistical Society 97, 558-625); ``power``, proportional to firms to a power
        (Bankier 1988, The American Statistician 42, 174-177): 1 is proportional, 0 is equal.
    spread
        Standard deviation of the variable of interest per stratum, for ``neyman``.
    minimum
        Least firms per stratum (all of them where the stratum is smaller).

    Raises
    ------
    DataError
        More firms are asked for than there are, or the minimum asks for more than ``size``.

    >>> allocate(np.array([600, 300, 100]), 50)
    array([30, 15,  5])
    """
    if method not in METHODS:
        raise UsageError(f"No allocation is called `{method}`.", fix=suggest(method, METHODS))
    if size > population.sum():
        raise DataError(
            f"The sample of {size} firms is larger than the frame of {int(population.sum())}.",
            fix="Ask for a smaller sample, or for a census with the size of the frame.",
        )
    floor = np.minimum(population, minimum)
    if floor.sum() > size:
        raise DataError(
            f"A minimum of {minimum} firms in {len(population)} strata is more than the {size} to draw.",
            fix="Lower the minimum, merge strata, or draw more firms.",
        )
    if method == "neyman":
        if spread is None:
            raise UsageError("Neyman allocation needs the spread within each stratum.", fix="Pass `spread`.")
        weight = population * spread
    else:
        weight = population.astype(float) ** (1.0 if method == "proportional" else power)
    return _fill(np.asarray(weight, dtype=float), floor, population, size)


def _fill(weight: Array, floor: Counts, ceiling: Counts, size: int) -> Counts:
    """Proportional to ``weight`` between a floor and a ceiling, in whole firms that add up to ``size``.

    Strata that would leave their bounds are fixed there and the rest is shared out again; fractions go to the
    largest remainders, ties to the first stratum.
    """
    lower, upper = 0.0, float(size) / max(float(weight[weight > 0].min(initial=1.0)), 1e-300) + 1
    for _ in range(200):
        middle = (lower + upper) / 2
        if np.clip(middle * weight, floor, ceiling).sum() < size:
            lower = middle
        else:
            upper = middle
    exact = np.clip(upper * weight, floor, ceiling)
    whole = np.floor(exact + 1e-9).astype(np.int64)
    remainder = np.where(whole < ceiling, exact - whole, -1.0)
    left = size - int(whole.sum())
    for stratum in np.argsort(-remainder, kind="stable")[: max(left, 0)]:
        whole[stratum] += 1
    return whole
