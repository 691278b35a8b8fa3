"""Repair: hide the cheapest further statements so that targets get the intervals they need.

For the ends that targets must be able to reach, look for atoms that reach them and break as little as possible of what
is shown, each break weighed by the cost of the statement. The statements that are broken are hidden; the atoms found
prove that the ends are possible then. This is the flow of Kelly, Golden and Assad (1992) and Robertson (1993), for any
system of linked tables and rounded statements instead of one table, and for several targets at once: where one goes up
a neighbour goes down. What ends lack has a price too, so that those that no atoms reach together show; they are asked
for one by one. One program answers all questions, each from the solution of the one before.

What is broken much in one place costs less than what is broken a little in many, because a statement is hidden or not:
so every break is weighed anew by its size, after Candès, Wakin and Boyd (2008), "Enhancing sparsity by reweighted l1
minimization"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array, eye_array, hstack, vstack

from firmtrade.linked.solver import Solver
from firmtrade.protection.audit import DeducedBounds, Seen
from firmtrade.protection.problem import TOLERANCE, Mask, Problem, Vector, Viewpoint
from firmtrade.protection.reader import WHOLE
from firmtrade.protection.reduction import Reduced, reduced

LEAST_STEP = 0.01
"""By what share of its value a target is moved where its rule asks only that it is not exact."""

BROKEN = 1e-7
"""From here on a statement counts as broken: above what the solver leaves."""

LACKING = 8.0
"""What a unit that an end lacks costs, in costs of the dearest statement: enough to reach every end that goes with
the others."""

TOGETHER = 4
"""How many ends are asked for at once: of more at once the pattern gets dearer, with fewer the work longer."""

WEIGHINGS = 2
"""How often breaks are weighed anew."""


@dataclass(frozen=True, slots=True)
class End:
    """A value that a target (by position) must be able to have, or one beyond it: upward or downward. ``other`` is
    the end that will do instead, where either does."""

    target: int
    value: float
    upward: bool
    other: float | None = None

    def turned(self) -> End:
        """The end that will do instead."""
        assert self.other is not None
        return End(self.target, self.other, not self.upward, self.value)


@dataclass(frozen=True)
class SuppressionRepair:
    """The statements hidden after a repair, and the targets, by position, that hiding all of them would not help."""

    hidden: Mask
    stuck: frozenset[int]


def repair(
    problem: Problem, hidden: Mask, narrow: Sequence[DeducedBounds], viewpoint: Viewpoint | None = None
) -> SuppressionRepair:
    """Hide statements until the targets whose bounds are too narrow for one reader have what they need."""
    needed = [end for each in narrow for end in _ends(problem, each)]
    if not needed:
        return SuppressionRepair(hidden, frozenset())
    elastic = _Elastic(problem, hidden, [each.target for each in narrow], viewpoint)
    upward = elastic.directions(needed)
    either = [end for end in needed if end.other is not None]
    first = [end for end in needed if end.other is None and end.upward == upward[end.target]]
    second = [end for end in needed if end.other is None and end.upward != upward[end.target]]
    first += [end if end.upward == upward[end.target] else end.turned() for end in either]
    left = elastic.reach(second + elastic.reach(first))
    return SuppressionRepair(
        elastic.hidden, frozenset(end.target for end in left if not elastic.reach_alone(end))
    )


def _ends(problem: Problem, bounds: DeducedBounds) -> list[End]:
    """The ends that a target lacks."""
    target = problem.targets[bounds.target]
    slack = TOLERANCE * max(abs(target.value), 1.0)
    ends = []
    if target.below and bounds.low > target.value - target.below + slack:
        ends.append(End(bounds.target, target.value - target.below, upward=False))
    if target.above and bounds.high < target.value + target.above - slack:
        ends.append(End(bounds.target, target.value + target.above, upward=True))
    if ends:
        return ends
    step = 1.0 if target.whole else LEAST_STEP * max(abs(target.value), 1.0)
    low = float(np.ceil(bounds.low - WHOLE)) if target.whole else bounds.low
    return [End(bounds.target, low + step, upward=True, other=low - step)]


class _Elastic:
    """What is shown to one reader, with a price on every break. What is hidden costs nothing to break."""

    def __init__(
        self, problem: Problem, hidden: Mask, targets: Sequence[int], viewpoint: Viewpoint | None
    ) -> None:
        self.problem, self.hidden = problem, hidden.copy()
        facts = problem.given if viewpoint is None else problem.given.and_also(viewpoint.knows)
        statements = problem.statements
        firm = statements.rows(~hidden & problem.fixed)
        rigid = reduced(
            csr_array(vstack([facts.matrix, statements.matrix[firm]])),
            np.concatenate([facts.low, statements.low[firm]]),
            np.concatenate([facts.high, statements.high[firm]]),
            problem.low,
            problem.high,
        )
        self.system, self.open = rigid, np.flatnonzero(~rigid.fixed)
        soft = statements.rows(~hidden & ~problem.fixed)
        loose = statements.matrix[soft]
        known = loose @ rigid.value
        loose = csr_array(loose.tocsc()[:, self.open])
        speaks = np.diff(loose.indptr) > 0
        loose, known = csr_array(loose[speaks]), known[speaks]
        self.owner = statements.owner[soft][speaks]
        self.soft = rigid.matrix.shape[0] + np.arange(len(self.owner))
        self.places = {target: at for at, target in enumerate(targets)}
        self.rows = csr_array(
            problem.quantities[[problem.targets[at].quantity for at in targets]], dtype=np.float64
        )
        self.known = self.rows @ rigid.value
        asked = csr_array(self.rows.tocsc()[:, self.open])
        self.first_asked = len(self.soft) + rigid.matrix.shape[0]
        self.loose, self.asked = loose, asked
        self.costs = np.tile(problem.cost[self.owner], 2)
        self.solver = self._solver(
            rigid, loose, asked, statements.low[soft][speaks] - known, statements.high[soft][speaks] - known
        )
        self.seen: Seen | None = None

    def _solver(
        self, rigid: Reduced, loose: csr_array, asked: csr_array, low: Vector, high: Vector
    ) -> Solver:
        """Rows: what holds, what is shown with its breaks, what is asked with what it lacks. Columns: the open atoms,
        breaks downward and upward, lacks downward and upward."""
        breaks, lacks = len(self.owner), asked.shape[0]
        one, other = eye_array(breaks), eye_array(lacks)
        wide = csr_array((rigid.matrix.shape[0], 2 * breaks + 2 * lacks))
        free = np.full(lacks, np.inf)
        matrix = vstack(
            [
                hstack([rigid.matrix.tocsc()[:, self.open], wide]),
                hstack([loose, one, -one, csr_array((breaks, 2 * lacks))]),
                hstack([asked, csr_array((lacks, 2 * breaks)), other, -other]),
            ]
        )
        more = 2 * (breaks + lacks)
        return Solver(
            csr_array(matrix),
            np.concatenate([rigid.low, low, -free]),
            np.concatenate([rigid.high, high, free]),
            np.concatenate([rigid.least[self.open], np.zeros(more)]),
            np.concatenate([rigid.most[self.open], np.full(more, np.inf)]),
        )

    def directions(self, ends: Sequence[End]) -> dict[int, bool]:
        """For each target whether it goes up first: so that what goes up and what goes down in a shown number comes to
        little. Targets over the same atoms go the same way."""
        need = {end.target: abs(end.value - self._value(end)) for end in ends}
        places = np.array([self.places[target] for target in need])
        rows = csr_array(self.asked[places])
        names = [rows.indices[start:stop].tobytes() for start, stop in pairwise(rows.indptr.tolist())]
        needs = np.array(list(need.values()))
        share = needs / np.maximum(np.diff(rows.indptr), 1)
        touched = csr_array(rows @ (self.loose != 0).astype(np.float64).T)
        balance = np.zeros(len(self.owner))
        chosen: dict[bytes, bool] = {}
        for at in np.lexsort((np.arange(len(needs)), -needs)).tolist():
            start, stop = touched.indptr[at], touched.indptr[at + 1]
            columns, weights = touched.indices[start:stop], touched.data[start:stop] * share[at]
            if names[at] not in chosen:
                up = chosen[names[at]] = float(balance[columns] @ weights) <= 0
                balance[columns] += weights if up else -weights
        return {target: chosen[name] for target, name in zip(need, names, strict=True)}

    def reach(self, ends: Sequence[End]) -> list[End]:
        """Hide what must be hidden for the ends that go together, some at a time; returns those that do not."""
        left = []
        for start in range(0, len(ends), TOGETHER):
            some = [end for end in ends[start : start + TOGETHER] if not self._reached(end)]
            if some:
                self._together(some, LACKING * float(self.problem.cost.max(initial=1.0)))
            left += [end for end in some if not self._reached(end)]
        return left

    def reach_alone(self, end: End) -> bool:
        """Hide what must be hidden for one end, or the one that will do instead; returns whether that is possible."""
        return (
            self._reached(end)
            or self._together([end], None)
            or (end.other is not None and self._together([end.turned()], None))
        )

    def _together(self, ends: Sequence[End], lacking: float | None) -> bool:
        """Reach ends at least cost and hide what that breaks; ``lacking`` is the price of a unit that an end lacks,
        None where it may lack nothing. Whether anything was found."""
        places = np.array([self.places[end.target] for end in ends])
        values = np.array([end.value for end in ends]) - self.known[places]
        upward = np.array([end.upward for end in ends])
        at = self.first_asked + places
        lacks = np.full(2 * len(self.places), 0.0 if lacking is None else np.inf)
        self.solver.limit(
            len(self.open) + 2 * len(self.owner) + np.arange(len(lacks)), np.zeros(len(lacks)), lacks
        )
        least = min(abs(end.value - self._value(end)) for end in ends)
        costs, best, price = self.costs, None, np.inf
        for turn in range(1 + WEIGHINGS):
            self.solver.objective(
                np.concatenate([np.zeros(len(self.open)), costs, np.full(len(lacks), lacking or 0.0)])
            )
            if not turn:
                self.solver.bound(at, np.where(upward, values, -np.inf), np.where(upward, np.inf, values))
            answer = self.solver.solve()
            if answer.values is None:
                break
            breaks = answer.values[len(self.open) : len(self.open) + len(costs)].reshape(2, -1).sum(axis=0)
            broken = np.setdiff1d(self.owner[breaks > BROKEN], np.flatnonzero(self.hidden))
            total = float(self.problem.cost[broken].sum())
            total += (lacking or 0.0) * float(answer.values[len(self.open) + len(costs) :].sum())
            if total < price:
                best, price = (answer.values[: len(self.open)], broken), total
            costs = self.costs / (1 + np.tile(breaks, 2) / max(least, BROKEN))
        self.solver.bound(at, np.full(len(at), -np.inf), np.full(len(at), np.inf))
        if best is None:
            return False
        atoms = self.system.value.copy()
        atoms[self.open] = best[0]
        self.hidden[best[1]] = True
        self.costs[np.tile(self.hidden[self.owner], 2)] = 0.0
        self._witness(atoms)
        return True

    def _value(self, end: End) -> float:
        return self.problem.targets[end.target].value

    def _reached(self, end: End) -> bool:
        if self.seen is None:
            return False
        at = self.places[end.target]
        slack = TOLERANCE * max(abs(self._value(end)), 1.0)
        low, high = self.seen.low[at], self.seen.high[at]
        up, down = (end.value, end.other) if end.upward else (end.other, end.value)
        return bool((up is not None and high >= up - slack) or (down is not None and low <= down + slack))

    def _witness(self, atoms: Vector) -> None:
        if self.seen is None:
            self.seen = Seen(self.rows, atoms)
        self.seen.take(self.rows @ atoms)
