"""The minimum repair: the cheapest set of printed cells to give up so that the rest can all be true.

Every contradiction must lose a cell. The cheapest set of cells that hits all known contradictions is a
small integer problem; if what it leaves is still contradictory, the new contradictions join and the
question is asked again. When nothing is left, no cheaper repair exists (Moreno-Centeno and Karp, *The
implicit hitting set approach*, 2013)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf

import numpy as np
from scipy.sparse import csr_array

from firmtrade.errors import DataError
from firmtrade.linked.conflicts import Conflict, disjoint_contradictions
from firmtrade.linked.solver import Solver
from firmtrade.linked.system import LinkedSystem
from firmtrade.outputs import CellKey

MOST_ROUNDS = 500
"""Rounds after which the search gives up; the chapter of 2008 needs fewer than 50."""


@dataclass(frozen=True)
class Repair:
    """``cells`` to give up, and all the contradictions that show that no cheaper set will do."""

    cells: Conflict
    conflicts: tuple[Conflict, ...]


def repair(
    system: LinkedSystem, weights: Mapping[CellKey, float] | None = None, *, known: Iterable[Conflict] = ()
) -> Repair:
    """The minimum-weight repair of a system.

    Parameters
    ----------
    weights
        The price of giving up a cell; 1 where a cell is not named.
    known
        Contradictions already found, also such as no linear system sees.

    Raises
    ------
    DataError
        The search did not end within its rounds.
    """
    price = weights or {}
    conflicts = list(dict.fromkeys(known))
    for _ in range(MOST_ROUNDS):
        given_up = hitting_set(conflicts, price)
        found = disjoint_contradictions(system, given_up)
        if not found:
            return Repair(given_up, tuple(conflicts))
        conflicts += found
    raise DataError(
        f"no repair was proved the cheapest within {MOST_ROUNDS} rounds",
        fix="Correct the contradictions that stand in the report, then audit again.",
    )


def hitting_set(conflicts: Iterable[Conflict], weights: Mapping[CellKey, float]) -> Conflict:
    """The cheapest cells of which every contradiction has at least one; ties go to the cell first in name
    order.

    >>> a, b, c = (CellKey("1", "all", "row", name) for name in "abc")
    >>> sorted(key.column for key in hitting_set([frozenset({a, b}), frozenset({b, c})], {}))
    ['b']
    """
    sets = list(conflicts)
    if not sets:
        return frozenset()
    keys = sorted(frozenset().union(*sets))
    place = {key: at for at, key in enumerate(keys)}
    cost = np.array([weights.get(key, 1.0) * (1 + 1e-7 * at) for at, key in enumerate(keys)])
    pairs = [(row, place[key]) for row, members in enumerate(sets) for key in sorted(members)]
    down, across = np.array(pairs).T
    rows = csr_array((np.ones(len(pairs)), (down, across)), shape=(len(sets), len(keys)))
    many = np.full(len(sets), inf)
    solver = Solver(
        rows,
        np.ones(len(sets)),
        many,
        np.zeros(len(keys)),
        np.ones(len(keys)),
        cost=cost,
        whole=np.ones(len(keys), dtype=bool),
    )
    values = solver.solve().decided().values
    assert values is not None, "giving up every cell hits every contradiction"
    return frozenset(key for key, value in zip(keys, values, strict=True) if value > 0.5)
