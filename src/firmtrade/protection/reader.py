"""What a reader can hold possible: the interval of a quantity given all statements that are shown, by linear
programming. Atoms that no shown number ties together are looked at apart."""

from __future__ import annotations

from math import ceil, floor, inf

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, vstack
from scipy.sparse.csgraph import connected_components

from firmtrade.linked.solver import Solver, SolverStatus
from firmtrade.protection.problem import KnownRows, Mask, Problem, Vector
from firmtrade.protection.reduction import contradiction, reduced

WHOLE = 1e-6
"""How far from a whole number the solver may put one."""

Columns = NDArray[np.int64]
Witness = tuple[Columns, Vector]
"""Atoms, and values of theirs that fit what is shown whatever the other atoms are."""


class Reader:
    """One reader: knows what is given, what is shown, and what ``knows`` adds. The solver goes on from its last
    answer.

    Raises
    ------
    DataError
        No atoms fit what is shown: the statements contradict each other.
    """

    def __init__(self, problem: Problem, hidden: Mask, knows: KnownRows | None = None) -> None:
        self.problem = problem
        facts = problem.given if knows is None else problem.given.and_also(knows)
        statements, shown = problem.statements, problem.statements.rows(~hidden)
        self.system = reduced(
            csr_array(vstack([facts.matrix, statements.matrix[shown]])),
            np.concatenate([facts.low, statements.low[shown]]),
            np.concatenate([facts.high, statements.high[shown]]),
            problem.low,
            problem.high,
        )
        self.label_of_atom, self.label_of_row = regions(self.system.matrix)
        self._columns = self.system.matrix.tocsc()
        self._regions: dict[int, _Region] = {}

    def interval(self, quantity: int) -> tuple[float, float, list[Witness]]:
        """The least and the greatest value of a quantity, and atoms that reach them."""
        return self.bounds(self.problem.quantities[[quantity]])

    def bounds(self, row: csr_array) -> tuple[float, float, list[Witness]]:
        """The least and the greatest value of a row over atoms, and atoms that reach them."""
        open_atoms = ~self.system.fixed[row.indices]
        known = float(row.data[~open_atoms] @ self.system.value[row.indices[~open_atoms]])
        low, high, witnesses = known, known, list[Witness]()
        columns, weights = row.indices[open_atoms], row.data[open_atoms]
        labels = self.label_of_atom[columns]
        for label in np.unique(labels):
            inside = labels == label
            region = self._region(int(label))
            for sign in (1.0, -1.0):
                end, found = region.extreme(columns[inside], weights[inside], maximize=sign < 0)
                low, high = (low + end, high) if sign > 0 else (low, high + end)
                if found is not None:
                    witnesses.append((region.atoms, found))
        return low, high, witnesses

    def some(self) -> Vector:
        """Atoms that fit what is shown."""
        found = self.system.value.copy()
        for label in np.unique(self.label_of_atom[~self.system.fixed]):
            region = self._region(int(label))
            _, values = region.extreme(region.atoms[:0], np.zeros(0), maximize=False)
            found[region.atoms] = values
        return found

    def _region(self, label: int) -> _Region:
        if label not in self._regions:
            system = self.system
            atoms = np.flatnonzero((self.label_of_atom == label) & ~system.fixed)
            rows = np.flatnonzero(self.label_of_row == label)
            solver = Solver(
                csr_array(self._columns[:, atoms].tocsr()[rows]),
                system.low[rows],
                system.high[rows],
                system.least[atoms],
                system.most[atoms],
            )
            self._regions[label] = _Region(atoms, solver)
        return self._regions[label]


class _Region:
    """Atoms that hang together, and their solver."""

    def __init__(self, atoms: Columns, solver: Solver) -> None:
        self.atoms, self.solver = atoms, solver

    def extreme(self, columns: Columns, weights: Vector, *, maximize: bool) -> tuple[float, Vector | None]:
        """The greatest (least) value of a sum over some of the atoms; infinite where nothing bounds it."""
        costs = np.zeros(len(self.atoms))
        costs[np.searchsorted(self.atoms, columns)] = weights
        self.solver.objective(costs, maximize=maximize)
        answer = self.solver.solve()
        if answer.outcome is SolverStatus.INFEASIBLE:
            # A basis carried through many questions can make the solver err: only a fresh start decides.
            self.solver.forget()
            answer = self.solver.solve()
        if answer.outcome is SolverStatus.UNBOUNDED:
            return (inf if maximize else -inf), None
        if answer.values is None:
            raise contradiction()
        return float(costs @ answer.values), answer.values


def regions(matrix: csr_array) -> tuple[Columns, Columns]:
    """The region of every atom (or other variable) and of every row; rows without atoms have one each."""
    height, width = matrix.shape
    entries = matrix.tocoo()
    place = (entries.coords[0], entries.coords[1] + height)
    size = height + width
    graph = coo_array((np.ones(entries.nnz, dtype=np.int8), place), shape=(size, size))
    labels = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels[height:], labels[:height]


def whole_numbers(low: float, high: float) -> float:
    """How many whole numbers lie in an interval."""
    if not np.isfinite(high - low):
        return inf
    return max(floor(high + WHOLE) - ceil(low - WHOLE) + 1, 0)


def within(least: float, most: float, low: float, high: float) -> bool:
    """Whether an interval that the solver found lies in another."""
    slack = 1e-7 * max(abs(least), abs(most), 1.0) if np.isfinite(most - least) else 0.0
    return least >= low - slack and most <= high + slack
