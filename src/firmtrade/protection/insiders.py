"""Readers who stand in the data themselves: a unit knows what it contributed, and where it stands alone it knows the
whole cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array, vstack

from firmtrade.linked.solver import Solver
from firmtrade.protection.problem import KnownRows, Problem, Viewpoint

SOME = 1e-6
"""More than this is not nothing."""


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
        found.append(Viewpoint(f"unit {unit}", KnownRows.of(rows, parts, high, exact), blind))
    return tuple(found)


def recognized(problem: Problem) -> Problem:
    """The problem with one name for each unit that stands alone behind several targets: what lies inside a total that
    is all its own, be it nothing, is its own too."""
    targets = list(problem.targets)
    for unit in sorted({target.alone for target in targets if target.alone >= 0}):
        inside = _inside(problem, [at for at, target in enumerate(targets) if target.alone == unit])
        same = {targets[at].alone for at in inside} - {-1}
        for at, target in enumerate(targets):
            if at in inside or target.alone in same:
                targets[at] = replace(target, alone=unit)
    return replace(problem, targets=tuple(targets))


def lone_viewpoints(problem: Problem) -> tuple[Viewpoint, ...]:
    """What each unit knows that stands alone behind targets: those targets and what lies inside them."""
    units = sorted({target.alone for target in problem.targets if target.alone >= 0})
    found = []
    for unit in units:
        own = [at for at, target in enumerate(problem.targets) if target.alone == unit]
        rows = problem.quantities[[problem.targets[at].quantity for at in own]]
        values = [problem.targets[at].value for at in own]
        blind = frozenset(own) | _inside(problem, own)
        found.append(Viewpoint(f"unit {unit}", KnownRows.of(rows, values, values, rows), blind))
    return tuple(found)


def _inside(problem: Problem, own: Sequence[int]) -> frozenset[int]:
    """The targets that lie inside others, whatever the numbers are: where those are nothing, so are these.

    Amounts of both signs are taken as if they had one: where they lie does not depend on it."""
    rows = csr_array(problem.quantities[[target.quantity for target in problem.targets]], dtype=np.float64)
    given = problem.given
    always = (given.high == 0) & ((given.low == 0) | np.isneginf(given.low))
    nothing = csr_array(vstack([given.matrix[always], rows[list(own)]]))
    least = np.concatenate([given.low[always], np.zeros(len(own))])
    solver = Solver(nothing, least, np.zeros(len(least)), np.zeros(problem.atoms), np.ones(problem.atoms))
    left = np.ones(len(problem.targets), dtype=bool)
    while left.any():
        solver.objective(np.asarray(left.astype(np.float64) @ rows), maximize=True)
        atoms = solver.solve().values
        outside = left & (rows @ atoms > SOME) if atoms is not None else left
        if not outside.any():
            break
        left &= ~outside
    return frozenset(np.flatnonzero(left).tolist())


def _own_targets(problem: Problem, own: set[int]) -> Iterable[int]:
    for at, target in enumerate(problem.targets):
        if set(problem.quantities[[target.quantity]].indices.tolist()) <= own:
            yield at
