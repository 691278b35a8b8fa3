"""The cheapest pattern of a small system, by a mixed-integer program: one yes or no per statement, and for every end of
every target's interval one vector of atoms that reaches it and agrees with all statements that are shown.

The objective of the model of Fischetti and Salazar (2001), with the attackers written out instead of separated by cuts:
right for tens of statements, and the measure that elimination and repair are held against."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.sparse import block_diag, coo_array, csr_array, hstack, vstack

from firmtrade.linked.solver import Solver
from firmtrade.protection.problem import TOLERANCE, Mask, Problem, ProtectedQuantity, Vector, Viewpoint

LARGEST = 1_500
"""Statements times vectors of atoms up to which the program is small enough to be solved to the end."""

STEP = 0.01
"""By what share of its value a target must be able to move where its rule asks only that it is not exact."""

Need = tuple[Viewpoint | None, ProtectedQuantity, float, float]
"""A reader, a target, and how far below or above its value one vector of atoms must bring it; with both, either."""


def small_enough(problem: Problem) -> bool:
    """Whether the program can be solved to the end."""
    return len(problem.statements) * len(list(_needs(problem))) <= LARGEST


def optimal(problem: Problem) -> Mask | None:
    """The cheapest statements to hide, the primary among them; None where no pattern protects every target."""
    needs = list(_needs(problem))
    if not needs:
        return problem.primary.copy()
    count, atoms = len(problem.statements), problem.atoms
    reach = _reach(problem)
    parts, low, high, binaries = [], [], [], []
    for view, target, below, above in needs:
        block, block_low, block_high, switch = _attacker(problem, view, target, below, above, reach)
        parts.append(block)
        low += block_low
        high += block_high
        binaries.append(switch)
    width = [block[0].shape[1] for block in parts]
    matrix = hstack([block_diag([block[0] for block in parts]), vstack([block[1] for block in parts])])
    whole = np.concatenate([*(_last(size, atoms) for size in width), np.ones(count, dtype=bool)])
    own_low = [np.concatenate([problem.low, np.zeros(size - atoms)]) for size in width]
    own_high = [np.concatenate([problem.high, np.ones(size - atoms)]) for size in width]
    solver = Solver(
        csr_array(matrix),
        np.concatenate(low),
        np.concatenate(high),
        np.concatenate([*own_low, problem.primary.astype(np.float64)]),
        np.concatenate([*own_high, (~problem.fixed | problem.primary).astype(np.float64)]),
        cost=np.concatenate([np.zeros(sum(width)), problem.cost]),
        whole=whole,
    )
    answer = solver.solve()
    return None if answer.values is None else np.asarray(answer.values[sum(width) :] > 0.5)


def _needs(problem: Problem) -> Iterator[Need]:
    for view in (None, *problem.viewpoints):
        for at, target in enumerate(problem.targets):
            if view is not None and at in view.blind:
                continue
            if target.below:
                yield view, target, target.below, 0.0
            if target.above:
                yield view, target, 0.0, target.above
            if not target.below and not target.above:
                step = 1.0 if target.whole else STEP * max(abs(target.value), 1.0)
                yield view, target, step, step


def _attacker(
    problem: Problem,
    view: Viewpoint | None,
    target: ProtectedQuantity,
    below: float,
    above: float,
    reach: float,
) -> tuple[tuple[csr_array, csr_array], list[Vector], list[Vector], int]:
    """The rows of one vector of atoms: what it must keep, the end that it must reach, and how hidden statements free
    it. Columns are the atoms and, where either end will do, one binary; beside them the binaries of the statements."""
    facts = problem.given if view is None else problem.given.and_also(view.knows)
    either = int(bool(below and above))
    count = len(problem.statements)
    row = csr_array(problem.quantities[[target.quantity]], dtype=np.float64)
    statements = problem.statements
    n_statements = len(statements.owner)
    place = (np.arange(n_statements), statements.owner)
    free = csr_array(coo_array((np.full(n_statements, reach), place), shape=(n_statements, count)))
    inner = [_beside(rows, either) for rows in (facts.matrix, statements.matrix, statements.matrix)]
    outer = [csr_array((len(facts), count)), free, -free]
    low = [facts.low, statements.low, np.full(n_statements, -np.inf)]
    high = [facts.high, np.full(n_statements, np.inf), statements.high]
    ends = [(-np.inf, target.value - below)] if below else []
    ends += [(target.value + above - (reach if either else 0.0), np.inf)] if above else []
    for end in ends:
        inner.append(_beside(row, either, -reach))
        outer.append(csr_array((1, count)))
        low.append(np.array([end[0]]))
        high.append(np.array([end[1]]))
    return (csr_array(vstack(inner)), csr_array(vstack(outer))), low, high, either


def _beside(rows: csr_array, either: int, value: float = 0.0) -> csr_array:
    """Rows with the column of the binary that chooses an end, where there is one."""
    return csr_array(hstack([rows, csr_array(np.full((rows.shape[0], either), value))])) if either else rows


def _last(size: int, atoms: int) -> Mask:
    return np.arange(size) >= atoms


def _reach(problem: Problem) -> float:
    """More than any statement moves when others are hidden: the sum of what is published, and of what targets need."""
    ends = np.concatenate([problem.statements.low, problem.statements.high])
    published = float(np.abs(ends[np.isfinite(ends)]).max(initial=0.0))
    needed = max((max(t.below, t.above) + abs(t.value) for t in problem.targets), default=0.0)
    return 4 * (published + needed) * (1 + TOLERANCE) + 1
