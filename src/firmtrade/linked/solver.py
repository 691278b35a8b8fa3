"""The solver behind the system: HiGHS, with rows that can be switched off and on again.

Everything the rest of the room knows of HiGHS is in this file. Runs are deterministic: one thread, a fixed
seed, and limits that count work (iterations, nodes) instead of seconds, so that a busy machine comes to the
same end as an idle one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import highspy
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from firmtrade.errors import DataError

Vector = NDArray[np.float64]

MOST_ITERATIONS = 1_000_000
"""Iterations of the simplex or interior-point method in one solve; the chapter of 2008 needs a few thousand."""
MOST_NODES = 20_000
"""Nodes of the search for whole numbers in one solve; the chapter of 2008 needs a few hundred."""


class SolverStatus(Enum):
    """How a solve ended."""

    SOLVED = "solved"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    STOPPED = "stopped at the limit of work"
    UNDECIDED = "no answer within the tolerances of the arithmetic"


@dataclass(frozen=True)
class Solution:
    """The end of a solve: values of the variables where there are some, the objective, for an infeasible system the
    weight of each row in the proof (None where the solver gave none), and at the best of an objective over numbers that
    need not be whole what each row costs it."""

    outcome: SolverStatus
    values: Vector | None = None
    objective: float | None = None
    proof: Vector | None = None
    duals: Vector | None = None

    @property
    def feasible(self) -> bool:
        return self.values is not None

    def decided(self) -> Solution:
        """This answer, if the solver came to an end. Raises DataError where it stopped at its limit of work, or where
        numbers of very different size left it without an answer within its tolerances."""
        if self.outcome is SolverStatus.UNDECIDED:
            raise DataError(
                "a question about the printed numbers has no answer within the tolerances of the arithmetic",
                fix="Ask with fewer tables at once; if that does not help, report the edition that causes it.",
            )
        if self.outcome is SolverStatus.STOPPED:
            raise DataError(
                "a question about the printed numbers was not decided within the limit of work "
                f"({MOST_ITERATIONS:,} iterations, {MOST_NODES:,} nodes)",
                fix="Ask with fewer tables at once.",
            )
        return self


_DUAL: Mapping[str, str | int] = {"solver": "simplex", "simplex_strategy": 1}
_PRIMAL: Mapping[str, str | int] = {"solver": "simplex", "simplex_strategy": 4}
_RETRIES: tuple[Mapping[str, str | int], ...] = (
    _DUAL,
    {"presolve": "on", **_DUAL},
    {"presolve": "on", "solver": "ipm"},
)
_LIMITS = (highspy.HighsModelStatus.kIterationLimit, highspy.HighsModelStatus.kSolutionLimit)
_ANSWERS = (
    highspy.HighsModelStatus.kOptimal,
    highspy.HighsModelStatus.kModelEmpty,
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnbounded,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
    *_LIMITS,
)


class Solver:
    """A linear system ``row_low <= A x <= row_high``, ``low <= x <= high``.

    Rows keep their bounds while they are switched off; the basis of the last solve starts the next, which
    makes a run of similar questions cheap."""

    def __init__(
        self,
        rows: csr_array,
        row_low: Vector,
        row_high: Vector,
        low: Vector,
        high: Vector,
        *,
        cost: ArrayLike | None = None,
        whole: NDArray[np.bool_] | None = None,
        gap: float = 0.0,
        nodes: int = MOST_NODES,
    ) -> None:
        """``gap`` is the relative distance from the best whole numbers at which they are good enough;
        ``nodes`` limits the search for them."""
        self._row_low, self._row_high = row_low, row_high
        self._width = len(low)
        self._on = np.ones(len(row_low), dtype=bool)
        # The class behind `Highs`, which prints a banner to standard output before it can be told not to.
        self._highs: Any = highspy._core._Highs()
        options = {
            "output_flag": False,
            "threads": 1,
            "random_seed": 0,
            "simplex_iteration_limit": MOST_ITERATIONS,
            "ipm_iteration_limit": MOST_ITERATIONS,
            "mip_max_nodes": nodes,
            "mip_rel_gap": gap,
        }
        for name, value in options.items():
            self._highs.setOptionValue(name, value)
        self._highs.passModel(_model(rows, row_low, row_high, low, high, cost, whole))
        self._whole = whole is not None and bool(whole.any())
        self._solved = False
        """Whether the next solve has a basis to start from, which presolve would throw away."""
        self._strategy = _DUAL

    def switch(self, on: NDArray[np.bool_]) -> None:
        """Keep the rows in the mask, free the others."""
        changed = np.flatnonzero(on != self._on).astype(np.int32)
        if len(changed):
            low = np.where(on[changed], self._row_low[changed], -highspy.kHighsInf)
            high = np.where(on[changed], self._row_high[changed], highspy.kHighsInf)
            self._highs.changeRowsBounds(len(changed), changed, low, high)
            self._on = on.copy()

    def objective(self, cost: ArrayLike, *, maximize: bool = False, primal: bool = True) -> None:
        """Replace the objective; without ``primal`` the dual simplex goes on, which is the shorter way where no cost is
        negative and few variables move."""
        costs = np.asarray(cost, dtype=np.float64)
        self._highs.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)
        sense = highspy.ObjSense.kMaximize if maximize else highspy.ObjSense.kMinimize
        self._highs.changeObjectiveSense(sense)
        # With another objective the last basis stays feasible, not optimal: primal simplex starts from it.
        self._strategy = _PRIMAL if primal else _DUAL

    def solve(self, *, prove: bool = False) -> Solution:
        """Solve; with ``prove``, an infeasible system comes with the weights of the rows that prove it."""
        # Presolve would find a contradiction without a proof, and throws away the basis to start from.
        direct = (prove or self._solved) and not self._whole
        self._set({"presolve": "off" if direct else "choose", **self._strategy})
        self._highs.run()
        for strategy in _RETRIES:
            if self._highs.getModelStatus() in _ANSWERS:
                break
            # A basis carried from question to question can become too ill-conditioned to go on from.
            self._highs.clearSolver()
            self._set(strategy)
            self._highs.run()
        self._solved = True
        return self._read(prove)

    def forget(self, *, direct: bool = False) -> None:
        """Start the next solve from nothing instead of the last basis; ``direct`` without presolve, from all variables
        at a bound."""
        self._highs.clearSolver()
        self._solved = direct

    def _set(self, options: Mapping[str, str | int]) -> None:
        for name, value in options.items():
            self._highs.setOptionValue(name, value)

    def _read(self, prove: bool) -> Solution:
        status = self._highs.getModelStatus()
        kinds = highspy.HighsModelStatus
        if status == kinds.kOptimal:
            best = self._highs.getSolution()
            values, duals = np.array(best.col_value), None if self._whole else np.array(best.row_dual)
            return Solution(SolverStatus.SOLVED, values, self._highs.getObjectiveValue(), duals=duals)
        if status == kinds.kModelEmpty:
            return Solution(SolverStatus.SOLVED, np.zeros(self._width), 0.0)
        if status == kinds.kInfeasible:
            _, known, ray = self._highs.getDualRay() if prove else (None, False, None)
            return Solution(SolverStatus.INFEASIBLE, proof=np.array(ray) if known else None)
        if status in (kinds.kUnbounded, kinds.kUnboundedOrInfeasible):
            return Solution(SolverStatus.UNBOUNDED)
        if status in _LIMITS:
            reached = self._highs.getInfo().primal_solution_status
            if reached != highspy.SolutionStatus.kSolutionStatusFeasible:
                return Solution(SolverStatus.STOPPED)
            found = np.array(self._highs.getSolution().col_value)
            return Solution(SolverStatus.STOPPED, found, self._highs.getObjectiveValue())
        return Solution(SolverStatus.UNDECIDED)


def _model(
    rows: csr_array,
    row_low: Vector,
    row_high: Vector,
    low: Vector,
    high: Vector,
    cost: ArrayLike | None,
    whole: NDArray[np.bool_] | None,
) -> Any:
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = rows.shape
    model.col_cost_ = np.zeros(rows.shape[1]) if cost is None else np.asarray(cost, dtype=np.float64)
    model.col_lower_, model.col_upper_ = low, high
    model.row_lower_, model.row_upper_ = row_low, row_high
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = rows.indptr.astype(np.int32)
    model.a_matrix_.index_ = rows.indices.astype(np.int32)
    model.a_matrix_.value_ = rows.data.astype(np.float64)
    if whole is not None:
        kinds = highspy.HighsVarType
        model.integrality_ = [kinds.kInteger if one else kinds.kContinuous for one in whole]
    return model
