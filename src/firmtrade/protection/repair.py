"""Repair: hide the cheapest further statements so that a target gets the interval it needs.

For a target and one end of its interval, look for atoms that put the target there and break as little as possible of
what is shown, each break weighed by the cost of the statement. The statements that are broken are hidden; the atoms
found prove that the end is possible then. This is the flow of Kelly, Golden and Assad (1992) and Robertson (1993), for
any system of linked tables and rounded statements instead of one table."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, eye_array, hstack, vstack

from firmtrade.linked.solver import Solver
from firmtrade.protection.audit import Bounds
from firmtrade.protection.problem import TOLERANCE, Facts, Mask, Problem, Target, Viewpoint
from firmtrade.protection.reader import WHOLE

LEAST_STEP = 0.01
"""By what share of its value a target is moved where its rule asks only that it is not exact."""

BROKEN = 1e-8
"""The share of the target's value from which on a statement counts as broken: above what the solver leaves."""

Hiding = tuple[float, Mask]
"""The cost of a repair and the statements that are hidden with it."""


def repair(problem: Problem, hidden: Mask, bounds: Bounds, viewpoint: Viewpoint | None = None) -> Mask | None:
    """The statements hidden after one target has what it needs; None where hiding all of them would not help."""
    target = problem.targets[bounds.target]
    slack = TOLERANCE * max(abs(target.value), 1.0)
    ends = []
    if target.below and bounds.low > target.value - target.below + slack:
        ends.append(("below", target.value - target.below))
    if target.above and bounds.high < target.value + target.above - slack:
        ends.append(("above", target.value + target.above))
    if ends:
        for side, end in ends:
            found = _move(problem, hidden, target, side, end, viewpoint)
            if found is None:
                return None
            hidden = found[1]
        return hidden
    step = 1.0 if target.whole else LEAST_STEP * max(abs(target.value), 1.0)
    low = np.ceil(bounds.low - WHOLE) if target.whole else bounds.low
    ways = [
        _move(problem, hidden, target, side, end, viewpoint)
        for side, end in (("below", low - step), ("above", low + step))
    ]
    able = [way for way in ways if way is not None]
    return min(able, key=lambda way: way[0])[1] if able else None


def _move(
    problem: Problem, hidden: Mask, target: Target, side: str, end: float, viewpoint: Viewpoint | None
) -> Hiding | None:
    """The cheapest way to make ``end`` (or a value beyond it) possible."""
    facts = problem.given if viewpoint is None else problem.given.and_also(viewpoint.knows)
    soft = _rows(problem, ~hidden & ~problem.fixed)
    firm = _rows(problem, ~hidden & problem.fixed)
    row = csr_array(problem.quantities[[target.quantity]], dtype=np.float64)
    reach = Facts.of(
        row,
        [end if side == "above" else -np.inf],
        [np.inf if side == "above" else end],
        csr_array((1, problem.atoms)),
    )
    rigid = facts.and_also(firm[0]).and_also(reach)
    loose, owner = soft
    one = eye_array(len(owner))
    matrix = vstack(
        [
            hstack([rigid.matrix, csr_array((len(rigid), 2 * len(owner)))]),
            hstack([loose.matrix, one, -one]),
        ]
    )
    costs = problem.cost[owner]
    solver = Solver(
        csr_array(matrix),
        np.concatenate([rigid.low, loose.low]),
        np.concatenate([rigid.high, loose.high]),
        np.concatenate([problem.low, np.zeros(2 * len(owner))]),
        np.concatenate([problem.high, np.full(2 * len(owner), np.inf)]),
        cost=np.concatenate([np.zeros(problem.atoms), costs, costs]),
    )
    answer = solver.solve()
    if answer.values is None:
        return None
    breaks = answer.values[problem.atoms :].reshape(2, -1).sum(axis=0)
    broken = np.unique(owner[breaks > BROKEN * max(abs(target.value), 1.0)])
    result = hidden.copy()
    result[broken] = True
    return float(problem.cost[broken].sum()), result


def _rows(problem: Problem, which: Mask) -> tuple[Facts, NDArray[np.int64]]:
    """The rows of some statements, and to which statement each belongs."""
    said, rows = problem.statements, problem.statements.rows(which)
    count = int(rows.sum())
    nothing = csr_array((count, problem.atoms))
    return Facts.of(said.matrix[rows], said.low[rows], said.high[rows], nothing), said.owner[rows]
