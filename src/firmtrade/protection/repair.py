"""Repair: hide the cheapest further statements so that targets get the intervals they need.

For the ends that targets must be able to reach, look for atoms that reach them and break as little as possible of what
is shown, each break weighed by the cost of the statement. The statements that are broken are hidden; the atoms found
prove that the ends are possible then. This is the flow of Kelly, Golden and Assad (1992) and Robertson (1993), for any
system of linked tables and rounded statements instead of one table, and for several targets at once: where one goes up
a neighbour goes down. What ends lack has a price too, so that those that no atoms reach together show; they are asked
for one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array

from firmtrade.protection.audit import DeducedBounds
from firmtrade.protection.elastic import Elastic, End
from firmtrade.protection.problem import TOLERANCE, Mask, Problem, Viewpoint
from firmtrade.protection.reader import WHOLE

LEAST_STEP = 0.01
"""By what share of its value a target is moved where its rule asks only that it is not exact."""

LACKING = 8.0
"""What a unit that an end lacks costs, in costs of the dearest statement: enough to reach every end that goes with
the others."""

TOGETHER = 4
"""How many ends are asked for at once: of more at once the pattern gets dearer, with fewer the work longer."""


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
    elastic = Elastic(problem, hidden, [each.target for each in narrow], viewpoint)
    upward = _directions(elastic, needed)
    either = [end for end in needed if end.other is not None]
    first = [end for end in needed if end.other is None and end.upward == upward[end.target]]
    second = [end for end in needed if end.other is None and end.upward != upward[end.target]]
    first += [end if end.upward == upward[end.target] else end.turned() for end in either]
    left = _reach(elastic, second + _reach(elastic, first))
    return SuppressionRepair(
        elastic.hidden, frozenset(end.target for end in left if not _reach_alone(elastic, end))
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


def _directions(elastic: Elastic, ends: Sequence[End]) -> dict[int, bool]:
    """For each target whether it goes up first: so that what goes up and what goes down in a shown number comes to
    little. Targets over the same atoms go the same way."""
    need = {end.target: abs(end.value - elastic.value(end)) for end in ends}
    rows = csr_array(elastic.asked[[elastic.places[target] for target in need]])
    names = [rows.indices[start:stop].tobytes() for start, stop in pairwise(rows.indptr.tolist())]
    needs = np.array(list(need.values()))
    share = needs / np.maximum(np.diff(rows.indptr), 1)
    touched = csr_array(rows @ (elastic.shown.matrix != 0).astype(np.float64).T)
    balance = np.zeros(len(elastic.owner))
    chosen: dict[bytes, bool] = {}
    for at in np.lexsort((np.arange(len(needs)), -needs)).tolist():
        start, stop = touched.indptr[at], touched.indptr[at + 1]
        columns, weights = touched.indices[start:stop], touched.data[start:stop] * share[at]
        if names[at] not in chosen:
            up = chosen[names[at]] = float(balance[columns] @ weights) <= 0
            balance[columns] += weights if up else -weights
    return {target: chosen[name] for target, name in zip(need, names, strict=True)}


def _reach(elastic: Elastic, ends: Sequence[End]) -> list[End]:
    """Hide what must be hidden for the ends that go together, some at a time; returns those that do not."""
    left = []
    for start in range(0, len(ends), TOGETHER):
        some = [end for end in ends[start : start + TOGETHER] if not elastic.reached(end)]
        if some:
            elastic.together(some, LACKING * float(elastic.problem.cost.max(initial=1.0)))
        left += [end for end in some if not elastic.reached(end)]
    return left


def _reach_alone(elastic: Elastic, end: End) -> bool:
    """Hide what must be hidden for one end, or the one that will do instead; returns whether that is possible."""
    return (
        elastic.reached(end)
        or elastic.together([end], None)
        or (end.other is not None and elastic.together([end.turned()], None))
    )
