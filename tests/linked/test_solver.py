"""The solver is limited by work, never by the clock."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from scipy.sparse import csr_array

from firmtrade.errors import DataError
from firmtrade.linked import solver as room
from firmtrade.linked.solver import Solver, SolverStatus

RANDOM = np.random.default_rng(3)
ROWS = csr_array(RANDOM.integers(0, 5, (12, 30)).astype(float))
TOTALS = ROWS @ RANDOM.integers(0, 9, 30).astype(float)
COST = RANDOM.random(30)


def _solver(*, whole: bool = False, nodes: int = room.MOST_NODES) -> Solver:
    mask = np.ones(30, dtype=bool) if whole else None
    return Solver(ROWS, TOTALS, TOTALS, np.zeros(30), np.full(30, inf), cost=COST, whole=mask, nodes=nodes)


def test_no_solve_has_a_limit_in_seconds() -> None:
    assert _solver()._highs.getOptionValue("time_limit")[1] == inf


def test_a_solve_that_meets_its_limit_of_iterations_is_not_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_ITERATIONS", 2)
    answer = _solver().solve()
    assert answer.outcome is SolverStatus.STOPPED
    with pytest.raises(DataError, match="not decided within the limit of work"):
        answer.decided()


def test_a_search_for_whole_numbers_stops_after_the_same_nodes_with_the_same_numbers() -> None:
    first, second = (_solver(whole=True, nodes=40).solve() for _ in range(2))
    assert first.outcome is second.outcome is SolverStatus.STOPPED
    assert first.objective == second.objective


def test_every_objective_has_the_whole_limit_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_ITERATIONS", 60)
    solver = _solver()
    for shift in range(8):
        solver.objective(np.roll(COST, shift))
        assert solver.solve().decided().outcome is SolverStatus.SOLVED
