"""Whole firms: what follows for numbers of firms from the fact that none is a half.

Linear programs hold a half of a firm possible, so they miss what everybody works out by hand: half of the firms of a
class export, hence their number is even. Numbers of firms are looked at here as they stand in the tables, by the lines
that add up, the shares that are shown and the flags of those that are hidden; what is known of them falls into small
groups, and in each a search over whole numbers tells whether a number may be another one. A search that comes to no
end says nothing: only what is proved to be one number counts as known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_array, vstack

from firmtrade.linked.solver import Solver, SolverStatus
from firmtrade.protection.problem import Mask, Problem, Vector
from firmtrade.protection.reader import WHOLE, regions
from firmtrade.protection.reduction import reduced

NODES = 500
"""Nodes of one search."""


class WholeFirms:
    """One reader who knows what is shown, and counts in whole firms.

    Raises
    ------
    DataError
        No whole firms fit what is shown.
    """

    def __init__(self, problem: Problem, hidden: Mask) -> None:
        numbers, shown = problem.numbers, problem.statements.rows(~hidden)
        if numbers is None:
            self.width = 0
            return
        rows = csr_array(vstack([numbers.sure.matrix, numbers.said[shown]]))
        low = np.concatenate([numbers.sure.low, problem.statements.low[shown]])
        high = np.concatenate([numbers.sure.high, problem.statements.high[shown]])
        self.width = rows.shape[1]
        amounts = abs(problem.quantities[: self.width]) @ (~problem.whole).astype(np.float64) > 0
        firms = np.asarray(abs(rows) @ amounts.astype(np.float64) == 0)
        rows, low, high = csr_array(rows[firms]), low[firms], high[firms]
        least, most = np.zeros(self.width), np.full(self.width, np.inf)
        while True:
            self.system = reduced(rows, low, high, least, most)
            inner = np.ceil(self.system.least - WHOLE), np.floor(self.system.most + WHOLE)
            if (inner[0] <= least).all() and (inner[1] >= most).all():
                break
            least, most = np.maximum(least, inner[0]), np.minimum(most, inner[1])
        self.label_of_number, self.label_of_row = regions(self.system.matrix)
        self._searches: dict[int, _Search] = {}

    def known(self, quantity: int) -> bool:
        """Whether a number of firms can be no other."""
        if quantity >= self.width:
            return False
        if self.system.fixed[quantity]:
            return True
        return not self._search(int(self.label_of_number[quantity])).varies(quantity)

    def _search(self, label: int) -> _Search:
        if label not in self._searches:
            system = self.system
            numbers = np.flatnonzero((self.label_of_number == label) & ~system.fixed)
            rows = np.flatnonzero(self.label_of_row == label)
            solver = Solver(
                csr_array(system.matrix[rows].tocsc()[:, numbers]),
                system.low[rows],
                system.high[rows],
                system.least[numbers],
                system.most[numbers],
                whole=np.ones(len(numbers), dtype=bool),
                nodes=NODES,
            )
            self._searches[label] = _Search(numbers, solver)
        return self._searches[label]


class _Search:
    """Numbers that hang together, and the solver of whole numbers."""

    def __init__(self, numbers: np.ndarray[tuple[int], np.dtype[np.int64]], solver: Solver) -> None:
        self.numbers, self.solver = numbers, solver
        self.found: list[Vector] = []
        # Most numbers already differ between the two populations with most and with fewest firms.
        for maximize in (True, False):
            self._find(np.ones(len(numbers)), maximize=maximize)

    def _find(self, costs: Vector, *, maximize: bool) -> bool:
        """Look for whole numbers at one end of a sum; whether the search came to an end."""
        self.solver.objective(costs, maximize=maximize)
        answer = self.solver.solve()
        if answer.values is not None:
            self.found.append(answer.values)
        return answer.outcome is SolverStatus.SOLVED

    def varies(self, quantity: int) -> bool:
        """Whether a number is not proved to be one and the same."""
        at = int(np.searchsorted(self.numbers, quantity))
        costs = np.zeros(len(self.numbers))
        costs[at] = 1.0
        for maximize in (True, False):
            if self._differs(at) or not self._find(costs, maximize=maximize):
                return True
        return self._differs(at)

    def _differs(self, at: int) -> bool:
        values = [each[at] for each in self.found]
        return max(values, default=0.0) - min(values, default=0.0) > 0.5


def freed(problem: Problem, hidden: Mask, quantity: int) -> Mask | None:
    """The statements to hide so that a number of firms no longer follows: of those near it, the cheapest first, as many
    as it takes; those that turn out not to be needed are shown again. None where hiding all of them is not enough."""
    found = hidden.copy()
    fresh: list[int] = []
    for ring in _rings(problem, hidden, quantity):
        for statement in sorted(ring, key=lambda at: (problem.cost[at], at)):
            found[statement] = True
            fresh.append(statement)
            if not WholeFirms(problem, found).known(quantity):
                return _needed(problem, found, fresh, quantity)
    return None


def _needed(problem: Problem, hidden: Mask, fresh: list[int], quantity: int) -> Mask:
    """The pattern without what is not needed, the dearest shown first; the last one was."""
    for statement in sorted(fresh[:-1], key=lambda at: (-problem.cost[at], at)):
        trial = hidden.copy()
        trial[statement] = False
        if not WholeFirms(problem, trial).known(quantity):
            hidden = trial
    return hidden


def _rings(problem: Problem, hidden: Mask, quantity: int) -> Iterator[set[int]]:
    """The shown statements around a number of firms: those of the lines and shares that it stands in, then those of the
    lines and shares of these, and so on."""
    numbers = problem.numbers
    assert numbers is not None
    owner = problem.statements.owner
    may_go = ~hidden & ~problem.fixed
    rows = csr_array(vstack([numbers.sure.matrix, numbers.said]) != 0)
    said = numbers.sure.matrix.shape[0] + np.arange(len(owner))
    reached = np.zeros(rows.shape[1], dtype=bool)
    reached[quantity] = True
    given: set[int] = set()
    while True:
        touched = np.asarray(rows @ reached)
        inside = np.asarray(rows[touched].sum(axis=0)).ravel() > 0
        ring = {int(at) for at in owner[np.asarray(rows @ inside)[said]] if may_go[at]} - given
        if ring:
            yield ring
        given |= ring
        if not (inside & ~reached).any():
            return
        reached |= inside
