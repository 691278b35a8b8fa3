"""Small random populations, protected and then attacked by brute force: every population of whole firms that fits what
is shown is written down, and no protected number is the same in all of them."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from firmtrade.protection.audit import audit, failing
from firmtrade.protection.elimination import eliminate, exact_targets
from firmtrade.protection.optimal import optimal
from firmtrade.protection.problem import KnownRows, Mask, Problem, ProtectedQuantity, StatementRows, additive
from firmtrade.protection.suppress import suppress
from small_tables import CrossTable, lines

MOST = 4
"""Firms of an inner cell, at most: enough for every case, and few enough to write all populations down."""


def cross(counts: NDArray[np.int64]) -> CrossTable:
    height, width = counts.shape
    names = [(r, c) for r in [*range(height), "T"] for c in [*range(width), "T"]]
    frame = np.block(
        [[counts, counts.sum(1, keepdims=True)], [counts.sum(0, keepdims=True), counts.sum(keepdims=True)]]
    )
    rows = [
        {"r": str(r), "c": str(c), "n": str(int(value))}
        for (r, c), value in zip(names, frame.ravel(), strict=True)
    ]
    return CrossTable(rows, ("r", "c"), "n")


def populations(table: CrossTable, shown: Mask) -> NDArray[np.int64]:
    """Every vector of inner cells of 0 to all firms that gives the shown cells, by search from cell to cell."""
    cells, values = table.cells[shown], table.values[shown].astype(int)
    found = [np.zeros(0, dtype=np.int64)]
    atoms = table.cells.shape[1]
    most = int(table.values.max())
    for at in range(atoms):
        grown = []
        closed = ~cells[:, at + 1 :].any(axis=1)
        for known in found:
            for one in range(most + 1):
                row = np.append(known, one)
                sums = cells[:, : at + 1] @ row
                if (sums <= values).all() and (sums[closed] == values[closed]).all():
                    grown.append(row)
        found = grown
    return np.array(found)


def problem_of(table: CrossTable, threshold: int = 3) -> Problem:
    small = [at for at, value in enumerate(table.values) if 0 < value < threshold]
    targets = [ProtectedQuantity(at, float(table.values[at]), whole=True) for at in small]
    return additive(table.cells, table.values, primary=small, targets=targets, whole=True)


@pytest.mark.parametrize("seed", range(60))
def test_no_protected_count_is_the_same_in_all_populations_that_fit(seed: int) -> None:
    random = np.random.default_rng(seed)
    counts = random.integers(0, MOST + 1, size=(2, 3)) * random.integers(0, 2, size=(2, 3))
    table = cross(counts)
    found = suppress(problem_of(table))
    if found.open:
        assert found.hidden.all(), "only what hides everything may stay open"
        return
    fitting = populations(table, ~found.hidden)
    assert len(fitting)
    for target in found.problem.targets:
        possible = set((fitting @ table.cells[target.quantity]).tolist())
        assert len(possible) > 1, f"seed {seed}: a cell is pinned"


@pytest.mark.parametrize("seed", range(40))
def test_without_secondary_suppression_brute_force_and_attack_find_the_same_cells(seed: int) -> None:
    random = np.random.default_rng(1000 + seed)
    table = cross(random.integers(0, MOST + 1, size=(2, 3)))
    problem = problem_of(table)
    fitting = populations(table, ~problem.primary)
    pinned = {
        at
        for at, target in enumerate(problem.targets)
        if len(set((fitting @ table.cells[target.quantity]).tolist())) == 1
    }
    narrow = {each.target for each in failing(problem, audit(problem, problem.primary))}
    assert narrow == pinned, "a table of two dimensions has whole vertices: linear bounds are whole bounds"
    assert set(exact_targets(problem, problem.primary)) <= pinned


def test_some_of_these_populations_do_give_a_firm_away_without_protection() -> None:
    tables = [cross(np.random.default_rng(seed).integers(0, MOST + 1, size=(2, 3))) for seed in range(20)]
    problems = [problem_of(table) for table in tables]
    assert sum(bool(failing(one, audit(one, one.primary))) for one in problems) >= 10


@pytest.mark.parametrize("seed", range(15))
def test_the_pattern_is_no_dearer_than_twice_the_cheapest(seed: int) -> None:
    random = np.random.default_rng(2000 + seed)
    table = cross(random.integers(0, 12, size=(3, 3)))
    problem = problem_of(table)
    best, found = optimal(problem), suppress(problem)
    assert (best is None) == bool(found.open)
    if best is not None:
        assert not failing(problem, audit(problem, best))
        cheapest = problem.cost[best & ~problem.primary].sum()
        assert cheapest <= problem.cost[found.secondary].sum() <= 2 * cheapest + 1


@pytest.mark.parametrize("seed", range(15))
def test_the_pattern_does_not_depend_on_the_order_of_the_cells(seed: int) -> None:
    random = np.random.default_rng(3000 + seed)
    table = cross(random.integers(0, 9, size=(3, 4)))
    problem = problem_of(table)
    order = random.permutation(len(table.values))
    place = np.argsort(order)
    distinct = problem.cost + np.arange(len(order)) * 1e-3
    straight = replace(problem, cost=distinct)
    shuffled = replace(
        problem,
        statements=StatementRows.of(table.cells[order], table.values[order], table.values[order]),
        cost=distinct[order],
        primary=problem.primary[order],
        quantities=problem.quantities[order],
        targets=tuple(replace(target, quantity=int(place[target.quantity])) for target in problem.targets),
    )
    assert (eliminate(shuffled).hidden[place] == eliminate(straight).hidden).all()


@pytest.mark.parametrize("seed", range(15))
def test_protecting_what_is_protected_hides_nothing_more(seed: int) -> None:
    random = np.random.default_rng(4000 + seed)
    problem = problem_of(cross(random.integers(0, 9, size=(3, 4))))
    once = suppress(problem).hidden
    again = eliminate(problem, once).hidden
    assert (again == once).all()


@pytest.mark.parametrize("seed", range(10))
def test_a_table_that_is_added_as_known_reveals_no_protected_cell(seed: int) -> None:
    """The margins of the same firms come out a second time, in another table: as known facts they change nothing."""
    random = np.random.default_rng(5000 + seed)
    table = cross(random.integers(0, 9, size=(3, 4)))
    problem = problem_of(table)
    margins = [at for at, name in enumerate(table.names) if "T" in name and table.values[at] >= 3]
    known = KnownRows.of(table.cells[margins], table.values[margins], table.values[margins])
    later = replace(problem, given=known)
    found = suppress(later)
    if not found.open:
        fitting = populations(table, ~found.hidden | np.isin(np.arange(len(table.values)), margins))
        for target in found.problem.targets:
            assert len(set((fitting @ table.cells[target.quantity]).tolist())) > 1


@pytest.mark.parametrize("seed", range(20))
def test_amounts_of_both_signs_keep_their_intervals(seed: int) -> None:
    random = np.random.default_rng(6000 + seed)
    table = cross(random.integers(-9, 10, size=(3, 3)))
    small = [int(at) for at in random.choice(9, size=2, replace=False)]
    inner = [table.at(str(at // 3), str(at % 3)) for at in small]
    targets = [ProtectedQuantity(at, float(table.values[at]), 2.0, 2.0) for at in inner]
    problem = additive(table.cells, table.values, primary=inner, targets=targets, low=-20.0, high=20.0)
    found = suppress(problem)
    assert not found.open
    assert not failing(found.problem, audit(found.problem, found.hidden))


def test_every_line_of_a_cross_table_is_found() -> None:
    table = cross(np.arange(6).reshape(2, 3))
    assert len(lines(table.names)) == 3 + 1 + 2 + 1


def test_brute_force_knows_all_populations_of_a_table() -> None:
    table = cross(np.array([[1, 1], [1, 1]]))
    shown = np.array([("T" in name) for name in table.names])
    every = {
        tuple(each)
        for each in product(range(5), repeat=4)
        if (table.cells[shown] @ each == table.values[shown]).all()
    }
    assert (
        {tuple(each) for each in populations(table, shown).tolist()}
        == every
        == {(0, 2, 2, 0), (1, 1, 1, 1), (2, 0, 0, 2)}
    )
