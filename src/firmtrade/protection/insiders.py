"""Readers who stand in the data themselves: a unit knows what it contributed, and where it stands alone it knows the
whole cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy.sparse import csr_array

from firmtrade.protection.problem import Facts, Problem, Viewpoint


def unit_viewpoints(
    problem: Problem, contributions: Mapping[int, Mapping[int, float]], atoms: Sequence[float]
) -> tuple[Viewpoint, ...]:
    """What each unit knows, from its contributions by atom and the true totals ``atoms``.

    An atom that is all its own it knows; of another it knows that the total is no less than its part. It may know the
    targets that are its own from end to end."""
    found = []
    for unit in sorted(contributions):
        own = contributions[unit]
        places = sorted(own)
        parts = np.array([own[at] for at in places], dtype=np.float64)
        totals = np.array([atoms[at] for at in places], dtype=np.float64)
        alone = np.isclose(parts, totals)
        rows = csr_array(
            (np.ones(len(places)), (np.arange(len(places)), places)), shape=(len(places), problem.atoms)
        )
        exact = csr_array(
            (alone.astype(np.int64), (np.arange(len(places)), places)), shape=(len(places), problem.atoms)
        )
        blind = frozenset(
            _own_targets(problem, {at for at, all_own in zip(places, alone, strict=True) if all_own})
        )
        high = np.where(alone, parts, np.inf)
        found.append(Viewpoint(f"unit {unit}", Facts.of(rows, parts, high, exact), blind))
    return tuple(found)


def lone_viewpoints(problem: Problem) -> tuple[Viewpoint, ...]:
    """What each unit knows that stands alone behind targets: those targets and nothing else."""
    units = sorted({target.alone for target in problem.targets if target.alone >= 0})
    found = []
    for unit in units:
        own = [at for at, target in enumerate(problem.targets) if target.alone == unit]
        rows = problem.quantities[[problem.targets[at].quantity for at in own]]
        values = [problem.targets[at].value for at in own]
        found.append(Viewpoint(f"unit {unit}", Facts.of(rows, values, values, rows), frozenset(own)))
    return tuple(found)


def _own_targets(problem: Problem, own: set[int]) -> Iterable[int]:
    for at, target in enumerate(problem.targets):
        if set(problem.quantities[[target.quantity]].indices.tolist()) <= own:
            yield at
