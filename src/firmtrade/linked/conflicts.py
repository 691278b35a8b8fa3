"""Irreducible contradictions: sets of printed cells that cannot all be true, though any one of them could go.

An infeasible system comes with a proof, weights on rows whose sum says 0 >= something positive (Farkas).
The cells that own those rows contradict one another; taking them out one at a time, each time with a new
proof, leaves a set from which nothing can be taken (Chinneck, *Feasibility and Infeasibility in
Optimization*, 2008)."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from firmtrade.linked.solver import SolverStatus
from firmtrade.linked.system import LinkedSystem
from firmtrade.outputs import CellKey

Conflict = frozenset[CellKey]

NEGLIGIBLE = 1e-9
"""Weight in a proof, or cost at an optimum, relative to its largest, below which a row takes no part in it."""


def contradiction(system: LinkedSystem, without: Collection[CellKey] = ()) -> Conflict | None:
    """One irreducible contradiction among the cells of a system, except those ``without``; None if there is
    none."""
    gone = frozenset(without)
    everyone = frozenset(system.keys) - gone
    suspects = _infeasible_part(system, everyone)
    if suspects is None:
        return None
    needed: set[CellKey] = set()
    while rest := [key for key in system.keys if key in suspects and key not in needed]:
        smaller = _infeasible_part(system, suspects - {rest[-1]})
        if smaller is None:
            needed.add(rest[-1])
        else:
            suspects = smaller
    return suspects


def disjoint_contradictions(system: LinkedSystem, without: Collection[CellKey] = ()) -> list[Conflict]:
    """Irreducible contradictions found one at a time, each relaxed whole until the rest is consistent."""
    gone = set(without)
    found: list[Conflict] = []
    while conflict := contradiction(system, gone):
        found.append(conflict)
        gone |= conflict
    return found


def _infeasible_part(system: LinkedSystem, cells: frozenset[CellKey]) -> Conflict | None:
    """A subset of cells, by the proof of the solver, that is already contradictory; None if the cells are
    not."""
    solver = system.solver
    solver.switch(system.rows_without(frozenset(system.keys) - cells))
    answer = solver.solve(prove=True).decided()
    if answer.outcome is not SolverStatus.INFEASIBLE:
        return None
    if answer.proof is None or not answer.proof.any():
        return cells
    weights = np.abs(answer.proof)
    used = np.flatnonzero(weights > NEGLIGIBLE * weights.max())
    owners = frozenset().union(*(system.owners[row] for row in used)) & cells
    solver.switch(system.rows_without(frozenset(system.keys) - owners))
    confirmed = owners and solver.solve(prove=True).decided().outcome is SolverStatus.INFEASIBLE
    return owners if confirmed else cells
