"""Controlled rounding: every count becomes a multiple of a base, sums stay sums, and as little as possible is changed.

Multiples of the base stay as they are, every other count goes to the multiple below or above it; where no such table is
additive, to one further away (Handbook on Statistical Disclosure Control, chapter 5.5; Salazar-González, Lowthian,
Young, Merola, Bond and Brown 2004, "Getting the best results in controlled rounding with the least effort"). Counts may
stand in any number of linked tables: they are sums over atoms, and the rounded counts are sums over other atoms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, eye_array, hstack, vstack

from firmtrade.errors import DataError
from firmtrade.linked.solver import Solver

Counts = NDArray[np.int64]
MOST_STEPS = 3
"""How many multiples further away a count may go where nearer ones are not additive."""


@dataclass(frozen=True)
class Rounded:
    """Rounded counts, by how much they differ in all, and how many steps further than the next multiple some may be."""

    counts: Counts
    changed: int
    steps: int


def controlled_rounding(cells: csr_array, counts: Counts, base: int) -> Rounded:
    """Counts (one per row of ``cells``, which is over atoms) as multiples of ``base`` that are sums of atoms as well.

    Raises
    ------
    DataError
        No additive table is near enough.
    """
    below = counts // base
    for steps in range(MOST_STEPS + 1):
        low = np.maximum(below - steps, 0)
        high = np.where((counts % base == 0) & (steps == 0), below, below + 1 + steps)
        found = _solved(cells, counts, base, low, high)
        if found is not None:
            return Rounded(found, int(np.abs(found - counts).sum()), steps)
    raise DataError(
        "no additive table of rounded counts is near enough to the true one",
        fix="Choose a smaller base, or protect by suppression.",
    )


def _solved(cells: csr_array, counts: Counts, base: int, low: Counts, high: Counts) -> Counts | None:
    """Multiples between ``low`` and ``high`` that are sums of atoms, nearest in all; None where there are none.

    Columns are the atoms, the multiples, and how much each count is raised and lowered."""
    height, width = cells.shape
    one, nothing = eye_array(height), csr_array((height, width))
    zero = csr_array((height, height))
    sums = hstack([cells.astype(np.float64), -base * one, zero, zero])
    changes = hstack([nothing, base * one, -one, one])
    matrix = csr_array(vstack([sums, changes]))
    fixed = np.concatenate([np.zeros(height), counts.astype(np.float64)])
    far = np.full(2 * height, np.inf)
    solver = Solver(
        matrix,
        fixed,
        fixed,
        np.concatenate([np.zeros(width), low, np.zeros(2 * height)]),
        np.concatenate([np.full(width, np.inf), high, far]),
        cost=np.concatenate([np.zeros(width + height), np.ones(2 * height)]),
        whole=np.concatenate([np.zeros(width), np.ones(height), np.zeros(2 * height)]).astype(bool),
    )
    answer = solver.solve()
    return (
        None
        if answer.values is None
        else base * np.rint(answer.values[width : width + height]).astype(np.int64)
    )


def possible_before_rounding(rounded: Counts, base: int, steps: int) -> tuple[Counts, Counts]:
    """The counts that a rounded one may have been, as every reader knows who knows base and steps."""
    reach = base * (1 + steps) - 1
    return np.maximum(rounded - reach, 0), rounded + reach
