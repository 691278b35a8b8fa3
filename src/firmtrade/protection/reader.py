"""What a reader can hold possible: the interval of a quantity given all statements that are shown, by linear
programming, and as whole numbers where a quantity is a count in a narrow interval."""

from __future__ import annotations

from math import ceil, floor, inf

import numpy as np
from scipy.sparse import csr_array, vstack

from firmtrade.errors import DataError
from firmtrade.linked.solver import Outcome, Solver
from firmtrade.protection.problem import Facts, Mask, Problem, Vector

WHOLE = 1e-6
"""How far from a whole number the solver may put one."""


class Reader:
    """One reader: knows what is given, what is shown, and what ``knows`` adds. The solver goes on from its last
    answer."""

    def __init__(self, problem: Problem, hidden: Mask, knows: Facts | None = None) -> None:
        self.problem = problem
        facts = problem.given if knows is None else problem.given.and_also(knows)
        self.hidden = hidden
        shown = problem.statements.rows(~hidden)
        said = problem.statements
        self.solver = Solver(
            csr_array(vstack([facts.matrix, said.matrix[shown]])),
            np.concatenate([facts.low, said.low[shown]]),
            np.concatenate([facts.high, said.high[shown]]),
            problem.low,
            problem.high,
        )

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


def whole_numbers(low: float, high: float) -> float:
    """How many whole numbers lie in an interval."""
    if not np.isfinite(high - low):
        return inf
    return max(floor(high + WHOLE) - ceil(low - WHOLE) + 1, 0)
