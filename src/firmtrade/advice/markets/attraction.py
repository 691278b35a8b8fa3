"""How strongly a market attracts by the gravity equation, and the places it may take where elasticities are in doubt.

The logarithm of expected trade is linear in the traits of a market. Each elasticity may be wrong by a factor, and a
trait may be unknown within bounds. Of two markets one surely stands before the other where their difference is
positive for every choice; the smallest difference is a sum of the smallest differences of the traits, so it is exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Ranked:
    """Scores at the stated elasticities, in logarithms, and the best and worst place (1 is first); shape (markets,)."""

    central: np.ndarray
    best: np.ndarray
    worst: np.ndarray


def ranked(low: np.ndarray, high: np.ndarray, elasticities: np.ndarray, doubt: float) -> Ranked:
    """Rank markets.

    Parameters
    ----------
    low, high
        Least and greatest value of each trait, shape (markets, traits); equal where it is known. A trait that keeps
        from a market stands with its sign turned, so that more attracts more.
    elasticities
        Shape (traits,), none negative.
    doubt
        The factor by which each elasticity may be larger or smaller.
    """
    count = len(low)
    before = np.zeros((count, count), dtype=bool)
    least = np.zeros((count, count))
    for trait, weight in enumerate(elasticities):
        difference = low[:, None, trait] - high[None, :, trait]
        least += np.where(difference > 0, weight / doubt, weight * doubt) * difference
    np.fill_diagonal(least, 0.0)
    before = least > 0
    central = ((low + high) / 2) @ elasticities
    return Ranked(central, 1 + before.sum(axis=0), count - before.sum(axis=1))
