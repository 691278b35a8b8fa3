"""Elimination against its definition: a target is exact where its row is a combination of the rows that are shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import block_diag

from firmtrade.protection.elimination import eliminate, exact_targets
from firmtrade.protection.problem import Mask, Problem, ProtectedQuantity, additive

Rows = NDArray[np.int64]


def drawn(seed: int) -> Problem:
    """A table with its totals, some cells of one unit; two units stand alone in several of them."""
    random = np.random.default_rng(seed)
    height, width = 3, 3
    inner = np.eye(height * width, dtype=np.int64).reshape(height, width, -1)
    rows = np.vstack(
        [inner.reshape(-1, height * width), inner.sum(0), inner.sum(1), inner.sum((0, 1))[None, :]]
    )
    values = rows @ random.integers(0, 5, height * width)
    primary = sorted(random.choice(height * width, 4, replace=False).tolist())
    targets = [ProtectedQuantity(at, float(values[at]), alone=int(random.integers(-1, 2))) for at in primary]
    return additive(rows, values, primary=primary, targets=targets)


def follows(target: Rows, shown: Rows) -> bool:
    return bool(np.linalg.matrix_rank(np.vstack([shown, target])) == np.linalg.matrix_rank(shown))


def gives_away(problem: Problem, shown: list[int]) -> bool:
    """Whether statements make a target exact, to everybody or to a unit that stands alone behind another."""
    rows = problem.statements.exact.toarray()[shown]
    wanted = [problem.quantities.toarray()[target.quantity] for target in problem.targets]
    nothing = np.zeros((1, problem.atoms), dtype=np.int64)
    if any(follows(row, np.vstack([nothing, rows])) for row in wanted):
        return True
    for own, known in zip(wanted, problem.targets, strict=True):
        for row, target in zip(wanted, problem.targets, strict=True):
            others = known.alone >= 0 and target.alone != known.alone
            if others and follows(row, np.vstack([own, rows])) and not follows(row, own[None, :]):
                return True
    return False


def by_definition(problem: Problem) -> Mask:
    """The dearest statements that give nothing away, one after the other."""
    hidden = problem.primary.copy()
    shown: list[int] = []
    for at in sorted(np.flatnonzero(~hidden).tolist(), key=lambda at: (-problem.cost[at], at)):
        if gives_away(problem, [*shown, at]):
            hidden[at] = True
        else:
            shown.append(at)
    return hidden


@pytest.mark.parametrize("seed", range(12))
def test_what_is_hidden_is_what_would_give_a_target_away(seed: int) -> None:
    problem = drawn(seed)
    expected = by_definition(problem)
    assert (expected & ~problem.primary).any(), "something is hidden to protect others"
    assert (eliminate(problem).hidden == expected).all()


def test_tables_that_share_nothing_are_decided_as_each_alone() -> None:
    alone = [drawn(seed) for seed in range(4)]
    heights = np.cumsum([0, *(len(one.statements) for one in alone)])
    targets = [
        replace(target, quantity=target.quantity + int(start), alone=target.alone if target.alone < 0 else at)
        for at, (one, start) in enumerate(zip(alone, heights, strict=False))
        for target in one.targets
    ]
    together = additive(
        block_diag([one.statements.exact for one in alone]),
        np.concatenate([one.statements.low for one in alone]),
        cost=np.concatenate([one.cost for one in alone]),
        primary=np.flatnonzero(np.concatenate([one.primary for one in alone])).tolist(),
        targets=targets,
    )
    each = [
        replace(one, targets=tuple(replace(t, alone=min(t.alone, 0)) for t in one.targets)) for one in alone
    ]
    assert (eliminate(together).hidden == np.concatenate([eliminate(one).hidden for one in each])).all()
    open_targets = [exact_targets(one, one.primary) for one in each]
    firsts = np.cumsum([0, *(len(one.targets) for one in each)])
    expected = [at + int(first) for found, first in zip(open_targets, firsts, strict=False) for at in found]
    assert exact_targets(together, together.primary) == tuple(expected)


def test_a_table_without_anything_to_protect_is_shown_whole() -> None:
    protected = drawn(0)
    free = replace(drawn(1), targets=(), primary=np.zeros(len(drawn(1).statements), dtype=bool))
    assert not eliminate(free).hidden.any()
    assert exact_targets(free, free.primary) == ()
    assert eliminate(protected).exposed == ()
