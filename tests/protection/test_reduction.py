"""What follows before any program is solved, and that the intervals of readers stay those of the whole system."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array

from firmtrade.errors import DataError
from firmtrade.protection.audit import audit, failing
from firmtrade.protection.elimination import eliminate
from firmtrade.protection.problem import Problem, ProtectedQuantity, additive
from firmtrade.protection.reader import Reader
from firmtrade.protection.reduction import reduced
from firmtrade.protection.repair import repair


def system(
    rows: list[list[float]], low: list[float], high: list[float]
) -> tuple[csr_array, np.ndarray, np.ndarray]:
    return csr_array(np.array(rows, dtype=float)), np.array(low, dtype=float), np.array(high, dtype=float)


def test_a_published_base_cell_and_a_total_of_nothing_fix_their_atoms() -> None:
    rows, low, high = system([[1, 0, 0, 0], [0, 1, 1, 0], [1, 1, 1, 1]], [5, 0, 12], [5, 0, 12])
    found = reduced(rows, low, high, np.zeros(4), np.full(4, np.inf))
    assert found.fixed.all()
    assert found.value.tolist() == [5, 0, 0, 7]
    assert found.matrix.shape[0] == 0


def test_a_row_that_only_bounds_one_atom_becomes_its_bound() -> None:
    rows, low, high = system([[2, 0], [-1, 0], [1, 1]], [2, -9, 3], [8, -2, 30])
    found = reduced(rows, low, high, np.full(2, -np.inf), np.full(2, np.inf))
    assert (found.least[0], found.most[0]) == (2, 4)
    assert found.matrix.toarray().tolist() == [[1, 1]]


def test_atoms_of_both_signs_are_not_fixed_by_a_total_of_nothing() -> None:
    rows, low, high = system([[1, 1]], [0], [0])
    assert not reduced(rows, low, high, np.full(2, -np.inf), np.full(2, np.inf)).fixed.any()


@pytest.mark.parametrize("total", [-1.0, 4.0])
def test_numbers_that_contradict_each_other_are_refused(total: float) -> None:
    rows, low, high = system([[1, 0], [0, 1], [1, 1]], [1, 2, total], [1, 2, total])
    with pytest.raises(DataError, match="contradict each other"):
        reduced(rows, low, high, np.zeros(2), np.full(2, np.inf))


def table(seed: int, size: int = 5) -> Problem:
    """A cross table of amounts, its small cells hidden, each of which asks for a fifth of its value on both sides."""
    random = np.random.default_rng(seed)
    inner = random.integers(0, 30, (size, size)) * (random.random((size, size)) < 0.8)
    names = [(r, c) for r in range(size + 1) for c in range(size + 1)]
    cells = np.array(
        [
            [int(r in (size, one // size) and c in (size, one % size)) for one in range(size * size)]
            for r, c in names
        ]
    )
    values = cells @ inner.ravel()
    small = np.flatnonzero((values > 0) & (values < 12)).tolist()
    targets = [ProtectedQuantity(at, float(values[at]), values[at] / 5, values[at] / 5) for at in small]
    return additive(cells, values, primary=small, targets=targets, kept=values == 0)


@pytest.mark.parametrize("seed", range(8))
def test_the_interval_of_every_hidden_cell_is_that_of_another_solver(seed: int) -> None:
    problem = table(seed)
    hidden = eliminate(problem).hidden
    reader = Reader(problem, hidden)
    shown = problem.statements.matrix[~hidden].toarray()
    for target in problem.targets:
        asked = problem.quantities[[target.quantity]].toarray()[0]
        ends = [
            sign * linprog(sign * asked, A_eq=shown, b_eq=problem.statements.low[~hidden]).fun
            for sign in (1, -1)
        ]
        assert reader.interval(target.quantity)[:2] == pytest.approx(ends, abs=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_one_repair_gives_all_targets_what_they_need(seed: int) -> None:
    problem = table(seed, size=8)
    narrow = failing(problem, audit(problem, problem.primary))
    found = repair(problem, problem.primary, narrow)
    assert not found.stuck
    assert (found.hidden >= problem.primary).all()
    assert not failing(problem, audit(problem, found.hidden))


def test_a_target_that_nothing_helps_is_named_and_the_others_are_repaired() -> None:
    """The first row is a total that must be shown and has one part; the second row can be repaired."""
    cells = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 1]])
    values = [4.0, 4.0, 5.0, 6.0, 11.0]
    kept = np.array([False, True, False, False, False])
    targets = [ProtectedQuantity(0, 4.0, 1.0, 1.0), ProtectedQuantity(2, 5.0, 1.0, 1.0)]
    problem = additive(cells, values, primary=[0, 2], targets=targets, kept=kept)
    found = repair(problem, problem.primary, failing(problem, audit(problem, problem.primary)))
    assert found.stuck == {0}
    assert not [each.target for each in failing(problem, audit(problem, found.hidden)) if each.target != 0]
