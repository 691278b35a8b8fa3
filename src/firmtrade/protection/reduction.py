"""What follows at once from a linear system, before any program is solved: atoms that a row leaves no room, and rows
that say no more after that.

A published base cell fixes its atom; a published total of nothing fixes all of its parts. What is left is much smaller,
and falls into regions that have nothing to do with each other."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array

from firmtrade.errors import DataError
from firmtrade.protection.problem import Mask, Vector

CLOSE = 1e-9
"""The share of a bound by which two bounds may differ and still be one."""
APART = 1e-6
"""The share of a bound by which bounds that cross contradict each other."""


@dataclass(frozen=True)
class Reduced:
    """``low <= matrix @ atoms <= high`` over the atoms that are not ``fixed``; those that are have their ``value``.
    ``least`` and ``most`` bound every atom."""

    matrix: csr_array
    low: Vector
    high: Vector
    least: Vector
    most: Vector
    fixed: Mask
    value: Vector


def reduced(matrix: csr_array, low: Vector, high: Vector, least: Vector, most: Vector) -> Reduced:
    """A system without fixed atoms, and without rows that bound a single atom or repeat another.

    Raises
    ------
    DataError
        The rows contradict each other.
    """
    rows = csr_array(matrix, dtype=np.float64, copy=True)
    least, most = least.copy(), most.copy()
    fixed, value = np.zeros(len(least), dtype=bool), np.zeros(len(least))
    while True:
        single = np.diff(rows.indptr) == 1
        _bound_single(rows, low, high, np.flatnonzero(single), least, most)
        _force(rows, low, high, least, most)
        fresh = ~fixed & np.isfinite(least) & (most - least <= CLOSE * np.maximum(np.abs(least), 1.0))
        if not fresh.any():
            return Reduced(*_distinct(rows, low, high, ~single), least, most, fixed, value)
        _compatible(least[fresh], most[fresh])
        value[fresh] = (least[fresh] + most[fresh]) / 2
        fixed |= fresh
        known = rows @ np.where(fresh, value, 0.0)
        low, high = low - known, high - known
        rows.data[fresh[rows.indices]] = 0.0
        rows.eliminate_zeros()
        empty = np.diff(rows.indptr) == 0
        scale = np.abs(known[empty])
        _compatible(low[empty] - APART * scale, np.zeros(int(empty.sum())))
        _compatible(np.zeros(int(empty.sum())), high[empty] + APART * scale)
        left = ~empty & ~single
        rows, low, high = csr_array(rows[left]), low[left], high[left]


def _bound_single(
    rows: csr_array, low: Vector, high: Vector, at: np.ndarray, least: Vector, most: Vector
) -> None:
    """Let rows over one atom bound it."""
    place = rows.indptr[at]
    atoms, weights = rows.indices[place], rows.data[place]
    one, other = low[at] / weights, high[at] / weights
    np.maximum.at(least, atoms, np.where(weights > 0, one, other))
    np.minimum.at(most, atoms, np.where(weights > 0, other, one))


def _force(rows: csr_array, low: Vector, high: Vector, least: Vector, most: Vector) -> None:
    """Fix the atoms of rows that hold only with each atom at one of its ends."""
    up, down = rows.maximum(0), -rows.minimum(0)
    with np.errstate(invalid="ignore"):
        smallest = _times(up, least) - _times(down, most)
        largest = _times(up, most) - _times(down, least)
        room = CLOSE * np.maximum(np.abs(low), 1.0), CLOSE * np.maximum(np.abs(high), 1.0)
        at_least = np.isfinite(smallest) & (smallest >= high - room[1])
        at_most = np.isfinite(largest) & (largest <= low + room[0])
    for which, rising in ((at_least, True), (at_most, False)):
        part = csr_array(rows[which])
        for weights, to_least in ((part.data > 0, rising), (part.data < 0, not rising)):
            atoms = np.unique(part.indices[weights])
            if to_least:
                most[atoms] = least[atoms]
            else:
                least[atoms] = most[atoms]


def _times(rows: csr_array, bounds: Vector) -> Vector:
    """Rows times bounds of which some are infinite: a row with such an atom is infinite."""
    infinite = ~np.isfinite(bounds)
    finite = rows @ np.where(infinite, 0.0, bounds)
    return np.where(rows @ infinite.astype(np.float64) != 0, np.nan, finite)


def _distinct(rows: csr_array, low: Vector, high: Vector, kept: Mask) -> tuple[csr_array, Vector, Vector]:
    """The rows that are ``kept``, those over the same atoms with the same weights made one."""
    rows.sort_indices()
    first: dict[bytes, int] = {}
    into = np.full(len(low), -1, dtype=np.int64)
    bounds = list(pairwise(rows.indptr.tolist()))
    for at in np.flatnonzero(kept).tolist():
        start, stop = bounds[at]
        name = rows.indices[start:stop].tobytes() + rows.data[start:stop].tobytes()
        into[at] = first.setdefault(name, at)
    low, high = low.copy(), high.copy()
    some = np.flatnonzero(into >= 0)
    np.maximum.at(low, into[some], low[some])
    np.minimum.at(high, into[some], high[some])
    left = np.array(sorted(first.values()), dtype=np.int64)
    _compatible(low[left], high[left])
    return csr_array(rows[left]), np.minimum(low[left], high[left]), np.maximum(low[left], high[left])


def _compatible(low: Vector, high: Vector) -> None:
    scale = np.maximum(np.maximum(np.abs(low), np.abs(high)), 1.0)
    finite = np.isfinite(low) & np.isfinite(high)
    if (low[finite] - high[finite] > APART * scale[finite]).any():
        raise contradiction()


def contradiction() -> DataError:
    """What is said where no firms could stand behind what is shown."""
    return DataError(
        "the statements of the release contradict each other: no firms could stand behind them",
        fix="Compute the rooms again from one folder of data, and release them together.",
    )
