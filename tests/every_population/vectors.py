"""Every vector of whole numbers of firms."""

from __future__ import annotations

from functools import cache
from math import comb

import numpy as np

from every_population.world import Numbers

MOST = 250_000
"""Populations that are written down at a time."""


def writable(kinds: int, firms: int) -> bool:
    """Whether all populations of so many firms, or of one more, can be written down."""
    return comb(firms + 1 + kinds, kinds) <= MOST


@cache
def every_vector(length: int, most: int) -> Numbers:
    """Every vector of whole numbers that are not negative and add up to at most ``most``."""
    if length == 0:
        return np.zeros((1, 0), dtype=np.int64)
    shorter = every_vector(length - 1, most)
    room = most - shorter.sum(axis=1)
    repeated = np.repeat(np.arange(len(shorter)), room + 1)
    last = np.concatenate([np.arange(one + 1) for one in room.tolist()])
    return np.column_stack([shorter[repeated], last])
