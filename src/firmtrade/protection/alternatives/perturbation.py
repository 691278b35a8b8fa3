"""Cell-key perturbation: small noise on every count, the same for the same cell in every table and edition.

A key between 0 and 1 belongs to each cell; the count picks a row of a table of probabilities and the key a place in it
(Fraser and Wooton 2005; Handbook on Statistical Disclosure Control, chapter 5.4). The table has the noise of greatest
entropy whose mean is 0 and whose variance is given, without negative results (Giessing 2016, "Computational issues in
the design of transition probabilities and disclosure risk estimation for additive noise")."""

from __future__ import annotations

import hashlib
import hmac
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np

RESOLUTION = 2**48
"""In how many steps a key goes from 0 to 1."""


@dataclass(frozen=True, slots=True)
class NoiseRow:
    """Noise with its probabilities, in the order of the noise."""

    noise: tuple[int, ...]
    probability: tuple[float, ...]

    def at(self, key: float) -> int:
        """The noise for a key: that whose part of the line from 0 to 1, open on the left, the key is in; 0 is 1."""
        ends = list(accumulate(self.probability))
        place = bisect_left(ends, (key or 1.0) - 1e-12)
        return self.noise[min(place, len(self.noise) - 1)]


@dataclass(frozen=True)
class Noise:
    """The rows for counts 0, 1, 2 and so on; the last is for all larger ones."""

    rows: tuple[NoiseRow, ...]

    @cached_property
    def reach(self) -> int:
        """The largest noise in either direction."""
        return max(abs(noise) for row in self.rows for noise in row.noise)

    def perturbed(self, count: int, key: float) -> int:
        """A count with its noise; nobody stays nobody."""
        return count + self.rows[min(count, len(self.rows) - 1)].at(key)


def table_of(reach: int, variance: float) -> Noise:
    """The noise of greatest entropy up to ``reach`` with mean 0 and, where the count allows it, ``variance``."""
    rows = [NoiseRow((0,), (1.0,))]
    for count in range(1, reach + 1):
        noise = tuple(range(-min(count, reach), reach + 1))
        rows.append(NoiseRow(noise, _greatest_entropy(noise, variance)))
    return Noise(tuple(rows))


def _greatest_entropy(noise: Sequence[int], variance: float) -> tuple[float, ...]:
    """Probabilities proportional to ``exp(a v + b v^2)``: for each b the a whose mean is 0, then the b of the variance.
    Of noise that cannot have the variance the nearest is taken."""
    from scipy.optimize import brentq  # half a second that a release without noise need not take

    values = np.array(noise, dtype=np.float64)

    def weights(b: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        def mean(a: float) -> float:
            return float(_exponential(values, a, b) @ values)

        return _exponential(values, brentq(mean, -60.0, 60.0, xtol=1e-13), b)

    def missing(b: float) -> float:
        return float(weights(b) @ values**2) - variance

    low, high = -8.0, 4.0
    if missing(low) > 0:
        found = weights(low)
    elif missing(high) < 0:
        found = weights(high)
    else:
        found = weights(brentq(missing, low, high, xtol=1e-13))
    return tuple(float(each) for each in found)


def _exponential(
    values: np.ndarray[tuple[int], np.dtype[np.float64]], a: float, b: float
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    exponent = a * values + b * values**2
    weights = np.exp(exponent - exponent.max())
    return np.asarray(weights / weights.sum())


def cell_key(secret: str, cell: str) -> float:
    """The key of a cell, from what it counts: the same wherever it stands, and nobody can tell it without the
    secret."""
    found = hmac.new(secret.encode("utf-8"), cell.encode("utf-8"), hashlib.sha256).digest()
    return int.from_bytes(found[:6], "big") / RESOLUTION
