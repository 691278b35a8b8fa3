"""Large systems are repaired near what is too narrow: few atoms may move at first, and more where these are not enough.
Small tables stand for large ones here, with room for few atoms."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy.sparse import csr_array

from firmtrade.protection import elastic
from firmtrade.protection.audit import audit, failing
from firmtrade.protection.elimination import eliminate
from firmtrade.protection.near import Nearness
from firmtrade.protection.problem import KnownRows, Problem, ProtectedQuantity, additive
from firmtrade.protection.repair import repair

HEIGHT, WIDTH = 6, 5


@pytest.fixture
def few_move(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elastic, "LARGE", 0)
    monkeypatch.setattr(elastic, "NEAR", 3)
    monkeypatch.setattr(elastic, "WIDER", 2)


def turnover(seed: int) -> Problem:
    """Turnover by activity and region with totals; some cells of one firm need a tenth of their value on both sides."""
    random = np.random.default_rng(seed)
    inner = np.ceil(random.lognormal(3, 1.5, HEIGHT * WIDTH))
    base = np.eye(HEIGHT * WIDTH).reshape(HEIGHT, WIDTH, -1)
    cells = np.vstack(
        [base.reshape(HEIGHT * WIDTH, -1), base.sum(1), base.sum(0), base.sum((0, 1))[None]]
    ).astype(np.int64)
    values = cells @ inner
    alone = random.choice(HEIGHT * WIDTH, 7, replace=False).tolist()
    targets = [ProtectedQuantity(at, values[at], values[at] / 10, values[at] / 10) for at in alone]
    return additive(csr_array(cells), values, primary=alone, targets=targets)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.usefixtures("few_move")
def test_what_is_repaired_nearby_keeps_its_interval_in_the_whole_system(seed: int) -> None:
    problem = turnover(seed)
    hidden = eliminate(problem).hidden
    while narrow := failing(problem, audit(problem, hidden)):
        found = repair(problem, hidden, narrow)
        assert not found.stuck
        assert found.hidden.sum() > hidden.sum()
        hidden = found.hidden


def test_some_of_these_tables_have_something_to_repair() -> None:
    tables = [turnover(seed) for seed in range(12)]
    assert sum(bool(failing(one, audit(one, eliminate(one).hidden))) for one in tables) >= 4


@pytest.mark.usefixtures("few_move")
def test_a_number_that_follows_from_what_everybody_knows_is_told_as_beyond_help() -> None:
    problem = turnover(0)
    known = problem.targets[0].quantity
    row, value = problem.statements.matrix[[known]], problem.statements.low[[known]]
    problem = replace(problem, given=KnownRows.of(row, value, value))
    hidden = eliminate(problem).hidden
    narrow = [each for each in failing(problem, audit(problem, hidden)) if each.target == 0]
    assert repair(problem, hidden, narrow).stuck == {0}


def test_the_nearest_cells_are_those_of_the_shortest_lines() -> None:
    place = np.array(list(product(range(HEIGHT), range(WIDTH))))
    lines = [place[:, 0] == at for at in range(HEIGHT)] + [np.ones(len(place), dtype=bool)]
    near = Nearness(csr_array(np.array(lines, dtype=np.int64)))
    assert near.nearest(np.array([7]), WIDTH).tolist() == np.flatnonzero(place[:, 0] == 1).tolist()
    assert near.nearest(np.array([7]), 1).tolist() == [7]
