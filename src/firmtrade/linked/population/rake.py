"""Maximum entropy under intervals: the table nearest to a prior whose totals and shares are right.

Each condition is one Bregman projection with memory (Dykstra): an interval that holds without help leaves no
trace, so that the result is the entropy solution and not just some feasible table. Shares with a free
denominator are projected in closed form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

TINY = 1e-300


@dataclass(frozen=True, slots=True)
class SummedCells:
    """The cells ``inside`` (indices, ascending) sum to a number in ``[low, high]``."""

    inside: np.ndarray
    low: float
    high: float

    @property
    def cells(self) -> tuple[np.ndarray]:
        return (self.inside,)


@dataclass(frozen=True, slots=True)
class Share:
    """Of the cells ``having`` and ``lacking``, those ``having`` make a fraction in ``[low, high]``."""

    having: np.ndarray
    lacking: np.ndarray
    low: float
    high: float

    @property
    def cells(self) -> tuple[np.ndarray, np.ndarray]:
        return self.having, self.lacking


Condition = SummedCells | Share


@dataclass(frozen=True, slots=True)
class _Runs:
    """Cells in ascending order, as runs of one length: those of a class lie side by side, and are copied at once."""

    length: int
    at: np.ndarray
    """Which of the runs that the table is cut into."""

    @classmethod
    def of(cls, cells: np.ndarray, table: np.ndarray) -> _Runs:
        begins = np.flatnonzero(np.diff(cells, prepend=-2) != 1)
        edges = (len(table), *cells[begins], *np.diff(begins, append=len(cells)))
        length = int(np.gcd.reduce(edges))
        return cls(length, cells[::length] // length)

    def taken(self, table: np.ndarray) -> np.ndarray:
        return table.reshape(-1, self.length).take(self.at, axis=0).ravel()

    def put(self, table: np.ndarray, values: np.ndarray) -> None:
        table.reshape(-1, self.length)[self.at] = values.reshape(-1, self.length)


def rake(
    prior: np.ndarray, conditions: Sequence[Condition], *, sweeps: int = 60, tolerance: float = 1e-4
) -> np.ndarray:
    """Project a non-negative table on all conditions.

    Parameters
    ----------
    prior
        One-dimensional, at least 0; a zero stays zero.
    conditions
        Later ones are met more closely where not all can hold, since each sweep ends with them.
    sweeps, tolerance
        Stops when no condition moved by more than ``tolerance`` in logs, or after so many sweeps.

    Source: Csiszar (1975), I-divergence geometry of probability distributions; Boyle and Dykstra (1986).

    >>> half = Share(np.array([0]), np.array([1, 2, 3]), 0.5, 0.6)
    >>> rake(np.ones(4), [SummedCells(np.arange(4), 8, 8), half]).round(2)
    array([4.  , 1.33, 1.33, 1.33])
    """
    table = np.asarray(prior, float).copy()
    memory = np.zeros((len(conditions), 2))
    runs = [[_Runs.of(cells, table) for cells in condition.cells] for condition in conditions]
    for _ in range(sweeps):
        moved = 0.0
        for condition, inside, remembered in zip(conditions, runs, memory, strict=True):
            project = _total if isinstance(condition, SummedCells) else _share
            moved = max(moved, project(table, inside, condition, remembered))
        if moved < tolerance:
            break
    return table


def _total(table: np.ndarray, runs: Sequence[_Runs], condition: Condition, memory: np.ndarray) -> float:
    (inside,) = runs
    cells = inside.taken(table)
    now = cells.sum()
    if now <= TINY:
        return 0.0
    bare = now / np.exp(memory[0])
    wanted = np.log(max(np.clip(bare, condition.low, condition.high), 1e-9) / bare)
    step = wanted - memory[0]
    if step:
        inside.put(table, cells * np.exp(step))
        memory[0] = wanted
    return float(abs(step))


def _share(table: np.ndarray, runs: Sequence[_Runs], condition: Condition, memory: np.ndarray) -> float:
    having, lacking = runs
    flagged, others = having.taken(table), lacking.taken(table)
    with_flag, without = flagged.sum(), others.sum()
    moved, changed = 0.0, False
    for side, (share, sign) in enumerate(((condition.low, 1.0), (condition.high, -1.0))):
        if not 0.0 < share < 1.0 or with_flag <= TINY or without <= TINY:
            continue
        gap = np.log(share * without / ((1.0 - share) * with_flag))
        wanted = max(0.0, memory[side] + sign * gap)
        step = sign * (wanted - memory[side])
        if step:
            flagged *= np.exp(step * (1.0 - share))
            others *= np.exp(-step * share)
            with_flag, without = flagged.sum(), others.sum()
            memory[side], changed = wanted, True
        moved = max(moved, abs(step))
    if changed:
        having.put(table, flagged)
        lacking.put(table, others)
    return moved
