"""The minimum repair: the cheapest set of printed cells to give up so that the rest can all be true.

Every contradiction must lose a cell. The cheapest set of cells that hits all known contradictions is a
small integer problem; if what it leaves is still contradictory, the new contradictions join and the
question is asked again. When nothing is left, no cheaper repair exists (Moreno-Centeno and Karp, *The
implicit hitting set approach*, 2013)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from zlib import crc32

import numpy as np
from scipy.sparse import csr_array, vstack

from firmtrade.errors import DataError
from firmtrade.linked.conflicts import Conflict, disjoint_contradictions
from firmtrade.linked.solver import Solver, Vector
from firmtrade.linked.system import LinkedSystem
from firmtrade.outputs import CellKey

MOST_ROUNDS = 500
"""Rounds after which the search gives up; the chapter of 2008 needs fewer than 50."""


MOST_ALTERNATIVES = 12
"""Repairs of the same size that are listed for one cause."""
MOST_ALTERNATIVE_ROUNDS = 60
"""Rounds of the search for them."""
SAME_PRICE = 1e-3
"""Sets of cells whose prices differ by less are equally cheap; prices are of two decimals."""
STEPS = 1 << 12
"""Steps of the fraction, a checksum of the name, that tells apart sets of cells whose ranks have the same sum."""


@dataclass(frozen=True)
class Repair:
    """``cells`` to give up, and all the contradictions that show that no cheaper set will do."""

    cells: Conflict
    conflicts: tuple[Conflict, ...]


def repair(
    system: LinkedSystem,
    weights: Mapping[CellKey, float] | None = None,
    *,
    known: Iterable[Conflict] = (),
    among: Sequence[CellKey] = (),
) -> Repair:
    """The minimum-weight repair of a system.

    Parameters
    ----------
    weights
        The price of giving up a cell; 1 where a cell is not named.
    known
        Contradictions already found, also such as no linear system sees.
    among
        All cells, in the order in which they go where repairs are equally cheap; with it every machine comes to the
        same repair. Without it, it is one of the cheapest, by fewer and shorter contradictions.

    Raises
    ------
    DataError
        The search did not end within its rounds.
    """
    price = weights or {}
    conflicts = list(dict.fromkeys(known))
    for _ in range(MOST_ROUNDS):
        given_up = hitting_set(conflicts, price, among=among)
        found = disjoint_contradictions(system, given_up)
        if not found:
            return Repair(given_up, tuple(conflicts))
        conflicts += found
    raise DataError(
        f"no repair was proved the cheapest within {MOST_ROUNDS} rounds",
        fix="Correct the contradictions that stand in the report, then audit again.",
    )


@dataclass(frozen=True)
class Alternatives:
    """Contradictions that hang together, and the smallest sets of cells whose loss ends them all; ``complete`` is False
    where there are more than listed."""

    conflicts: tuple[Conflict, ...]
    sets: tuple[Conflict, ...]
    complete: bool


Denial = Callable[[Sequence[Conflict], Conflict], Conflict | None]
"""A contradiction that is left when some cells are given up for those of a group of contradictions."""


def alternatives(found: Repair, denial: Denial) -> list[Alternatives]:
    """For each group of contradictions that share cells, every set of as few cells as possible that could be given up
    in place of those of the repair."""
    answer = []
    for group in connected(found.conflicts):
        inside = frozenset().union(*group)
        answer.append(_smallest_sets(group, found.cells - inside, len(found.cells & inside), denial))
    return answer


def connected(conflicts: Iterable[Conflict]) -> list[list[Conflict]]:
    """Contradictions that share cells, directly or by way of others, in the order in which they were found."""
    groups: list[tuple[set[CellKey], list[Conflict]]] = []
    for conflict in conflicts:
        touching = [group for group in groups if group[0] & conflict]
        keys, members = set(conflict), []
        for group in touching:
            keys |= group[0]
            members += group[1]
            groups.remove(group)
        groups.append((keys, [*members, conflict]))
    return [members for _, members in groups]


def _smallest_sets(group: list[Conflict], rest: Conflict, size: int, denial: Denial) -> Alternatives:
    conflicts, sets = list(group), list[Conflict]()
    for _ in range(MOST_ALTERNATIVE_ROUNDS):
        try:
            candidate = hitting_set(conflicts, {}, excluded=sets)
        except NoMoreSetsError:
            return Alternatives(tuple(group), tuple(sets), complete=True)
        if len(candidate) > size:
            return Alternatives(tuple(group), tuple(sets), complete=True)
        if len(sets) == MOST_ALTERNATIVES:
            break
        more = denial(group, rest | candidate)
        if more is None:
            sets.append(candidate)
        else:
            conflicts.append(more)
    return Alternatives(tuple(group), tuple(sets), complete=False)


class NoMoreSetsError(Exception):
    """Every set of cells that hits all contradictions is excluded."""


def hitting_set(
    conflicts: Iterable[Conflict],
    weights: Mapping[CellKey, float],
    *,
    excluded: Iterable[Conflict] = (),
    among: Sequence[CellKey] = (),
) -> Conflict:
    """The cheapest cells of which every contradiction has at least one, and that are not all of an ``excluded`` set;
    ties go to the cells that come first in ``among``, which names them all, or mostly to those first by name without
    it. Raises NoMoreSetsError where the excluded sets leave none.

    >>> a, b, c = (CellKey("1", "all", "row", name) for name in "abc")
    >>> sorted(key.column for key in hitting_set([frozenset({a, b}), frozenset({b, c})], {}))
    ['b']
    """
    sets = list(conflicts)
    if not sets:
        return frozenset()
    keys = sorted(frozenset().union(*sets))
    place = {key: at for at, key in enumerate(keys)}
    cost = np.array([weights.get(key, 1.0) for key in keys])
    out = [members for members in excluded if members <= place.keys()]
    pairs = [(row, place[key]) for row, members in enumerate([*sets, *out]) for key in sorted(members)]
    down, across = np.array(pairs).T
    hit = csr_array((np.ones(len(pairs)), (down, across)), shape=(len(sets) + len(out), len(keys)))
    low = np.array([1.0] * len(sets) + [0.0] * len(out))
    high = np.array([inf] * len(sets) + [len(members) - 1.0 for members in out])
    chosen = _chosen(hit, low, high, cost * (1 + 1e-7 * np.arange(len(keys))))
    if among:
        not_dearer = vstack([hit, csr_array(cost[None, :])], format="csr")
        limit = cost @ chosen + SAME_PRICE
        chosen = _chosen(not_dearer, np.append(low, 0.0), np.append(high, limit), _order(keys, among))
    return frozenset(key for key, value in zip(keys, chosen, strict=True) if value)


def _chosen(rows: csr_array, low: Vector, high: Vector, cost: Vector) -> Vector:
    """The cheapest choice of columns, as zeros and ones."""
    width = len(cost)
    solver = Solver(
        rows, low, high, np.zeros(width), np.ones(width), cost=cost, whole=np.ones(width, dtype=bool)
    )
    values = solver.solve().decided().values
    if values is None:
        raise NoMoreSetsError
    return np.rint(values)


def _order(keys: Sequence[CellKey], among: Sequence[CellKey]) -> Vector:
    """The rank of each key, with a fraction of its own that tells apart sets whose ranks have the same sum.
    Differences stay far above the tolerance of the solver: every machine takes the same of equally cheap sets."""
    rank = {key: at for at, key in enumerate(dict.fromkeys([*among, *keys]))}
    return np.array([rank[key] + crc32(str(key).encode()) % STEPS / STEPS for key in keys])
