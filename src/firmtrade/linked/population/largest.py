"""Planned largest firms: in some small groups one firm stands out, so that dominance rules bite."""

from __future__ import annotations

import numpy as np

from firmtrade.linked.population.base import MODES
from firmtrade.linked.population.firms import FirmArrays
from firmtrade.linked.population.history import Accounts

SMALL = range(3, 61)
"""Firms of a class of the panel in which one may stand out."""
CHOSEN = 0.3
"""Share of these classes in which one does."""
SHARE = (0.4, 0.75)
"""Its part of the class's value added, drawn between these."""
FACTOR = 8.0
"""Most by which its value added is raised: more would be no longer a firm of its size."""


def classes(firms: FirmArrays) -> np.ndarray:
    """The class of the panel that each firm is in: birth, mode in the reference and in the first year."""
    number: np.ndarray = (firms.birth * len(MODES) + firms.mode) * len(MODES) + firms.first
    return number


def plan_largest(firms: FirmArrays, accounts: Accounts, random: np.random.Generator) -> None:
    """Raise the value added, in all years, of the largest firm of some small classes of the panel."""
    members = np.flatnonzero(firms.panel)
    of = classes(firms)[members] + firms.population[members] * (classes(firms).max(initial=0) + 1)
    _, of = np.unique(of, return_inverse=True)
    number = np.bincount(of)
    size = np.nan_to_num(accounts.value_added[members]).sum(axis=1)
    order = np.lexsort((-size, of))
    largest = order[np.concatenate([[0], np.cumsum(number)[:-1]])] if len(members) else order
    rest = np.bincount(of, size)[: len(number)] - size[largest]
    share = random.uniform(*SHARE, len(number))
    factor = np.clip(share / (1 - share) * rest / np.maximum(size[largest], 1.0), 1.0, FACTOR)
    chosen = (number >= SMALL.start) & (number < SMALL.stop) & (random.random(len(number)) < CHOSEN)
    factor = np.where(chosen, factor, 1.0)
    accounts.value_added[members[largest]] = np.round(
        accounts.value_added[members[largest]] * factor[:, None], 2
    )
