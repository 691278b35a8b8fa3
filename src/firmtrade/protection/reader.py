"""What a reader can hold possible: the interval of a quantity given all statements that are shown, by linear
programming, and as whole numbers where a quantity is a count in a narrow interval."""

from __future__ import annotations

from math import ceil, floor, inf

import numpy as np
from scipy.sparse import csr_array

from firmtrade.errors import DataError
from firmtrade.linked.solver import Outcome, Solver
from firmtrade.protection.problem import Facts, Mask, Problem, Vector

WHOLE = 1e-6
"""How far from a whole number the solver may put one."""


class Reader:
    """One reader: knows what is given, what is shown, and what ``knows`` adds.

    The statements may change between questions; the solver goes on from its last answer."""

    def __init__(self, problem: Problem, hidden: Mask, knows: Facts | None = None) -> None:
        self.problem = problem
        facts = problem.given if knows is None else problem.given.and_also(knows)
        self.always = len(facts)
        every = facts.and_also(problem.statements)
        self.solver = Solver(every.matrix, every.low, every.high, problem.low, problem.high)
        self.hidden = hidden
        self._switch(hidden)

    def _switch(self, hidden: Mask) -> None:
        self.hidden = hidden
        self.solver.switch(np.concatenate([np.ones(self.always, dtype=bool), ~hidden]))

    def interval(self, quantity: int) -> tuple[float, float, list[Vector]]:
        """The least and the greatest value of a quantity, and the atoms that reach them."""
        row = self.problem.quantities[[quantity]].toarray()[0].astype(np.float64)
        low, first = self.extreme(row, maximize=False)
        high, second = self.extreme(row, maximize=True)
        return low, high, [each for each in (first, second) if each is not None]

    def extreme(self, row: Vector, *, maximize: bool) -> tuple[float, Vector | None]:
        """The greatest (least) value of ``row @ atoms``; infinite where nothing bounds it.

        Raises
        ------
        DataError
            No atoms fit what is shown: the statements contradict each other.
        """
        self.solver.objective(row, maximize=maximize)
        answer = self.solver.solve()
        if answer.outcome is Outcome.UNBOUNDED:
            return (inf if maximize else -inf), None
        if answer.values is None:
            raise DataError(
                "the statements of the release contradict each other: no firms could stand behind them",
                fix="Compute the rooms again from one folder of data, and release them together.",
            )
        return float(row @ answer.values), answer.values

    def whole_interval(self, quantity: int) -> tuple[float, float]:
        """The interval of a count where every number of firms is whole."""
        problem, facts = self.problem, self.problem.statements
        keep = np.concatenate([np.ones(len(problem.given), dtype=bool), ~self.hidden])
        every = problem.given.and_also(facts)
        row = problem.quantities[[quantity]].toarray()[0].astype(np.float64)
        ends = []
        for sign in (1.0, -1.0):
            solver = Solver(
                csr_array(every.matrix[keep]),
                every.low[keep],
                every.high[keep],
                problem.low,
                problem.high,
                cost=sign * row,
                whole=problem.whole,
            )
            answer = solver.solve()
            if answer.outcome is Outcome.UNBOUNDED:
                ends.append(-sign * inf)
            elif answer.values is None:
                raise DataError("no whole numbers of firms fit what is shown", fix="Compute the rooms again.")
            else:
                ends.append(float(np.rint(row @ answer.values)))
        return ends[0], ends[1]


def whole_numbers(low: float, high: float) -> float:
    """How many whole numbers lie in an interval."""
    if not np.isfinite(high - low):
        return inf
    return max(floor(high + WHOLE) - ceil(low - WHOLE) + 1, 0)
