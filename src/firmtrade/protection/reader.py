"""What a reader can hold possible: the interval of a quantity given all statements that are shown, by linear
programming. Atoms that no shown number ties together are looked at apart."""

from __future__ import annotations

from math import ceil, floor, inf

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, vstack
from scipy.sparse.csgraph import connected_components

from firmtrade.errors import DataError
from firmtrade.linked.solver import Outcome, Solver
from firmtrade.protection.problem import Facts, Mask, Problem, Vector

WHOLE = 1e-6
"""How far from a whole number the solver may put one."""

Columns = NDArray[np.int64]
Witness = tuple[Columns, Vector]
"""Atoms, and values of theirs that fit what is shown whatever the other atoms are."""


class Reader:
    """One reader: knows what is given, what is shown, and what ``knows`` adds. The solver goes on from its last
    answer."""

    def __init__(self, problem: Problem, hidden: Mask, knows: Facts | None = None) -> None:
        self.problem = problem
        facts = problem.given if knows is None else problem.given.and_also(knows)
        said, shown = problem.statements, problem.statements.rows(~hidden)
        self.matrix = csr_array(vstack([facts.matrix, said.matrix[shown]]))
        self.low = np.concatenate([facts.low, said.low[shown]])
        self.high = np.concatenate([facts.high, said.high[shown]])
        self.label_of_atom, self.label_of_row = _regions(self.matrix)
        self._regions: dict[int, _Region] = {}

    def interval(self, quantity: int) -> tuple[float, float, list[Witness]]:
        """The least and the greatest value of a quantity, and atoms that reach them.

        Raises
        ------
        DataError
            No atoms fit what is shown: the statements contradict each other.
        """
        return self.bounds(self.problem.quantities[[quantity]])

    def implies(self, row: csr_array, low: float, high: float) -> bool:
        """Whether a row over atoms cannot leave an interval."""
        least, most, _ = self.bounds(row)
        slack = 1e-7 * max(abs(least), abs(most), 1.0) if np.isfinite(most - least) else 0.0
        return least >= low - slack and most <= high + slack

    def bounds(self, row: csr_array) -> tuple[float, float, list[Witness]]:
        """The least and the greatest value of a row over atoms, and atoms that reach them."""
        low, high, witnesses = 0.0, 0.0, list[Witness]()
        for label in np.unique(self.label_of_atom[row.indices]):
            region = self._region(int(label))
            inside = self.label_of_atom[row.indices] == label
            weights = np.zeros(len(region.atoms))
            weights[np.searchsorted(region.atoms, row.indices[inside])] = row.data[inside]
            for sign in (1.0, -1.0):
                end, found = region.extreme(weights, maximize=sign < 0)
                low, high = (low + end, high) if sign > 0 else (low, high + end)
                if found is not None:
                    witnesses.append((region.atoms, found))
        return low, high, witnesses

    def _region(self, label: int) -> _Region:
        if label not in self._regions:
            atoms = np.flatnonzero(self.label_of_atom == label)
            rows = self.label_of_row == label
            solver = Solver(
                csr_array(self.matrix[rows].tocsc()[:, atoms]),
                self.low[rows],
                self.high[rows],
                self.problem.low[atoms],
                self.problem.high[atoms],
            )
            self._regions[label] = _Region(atoms, solver)
        return self._regions[label]


class _Region:
    """Atoms that hang together, and their solver."""

    def __init__(self, atoms: Columns, solver: Solver) -> None:
        self.atoms, self.solver = atoms, solver

    def extreme(self, weights: Vector, *, maximize: bool) -> tuple[float, Vector | None]:
        """The greatest (least) value of a sum; infinite where nothing bounds it."""
        self.solver.objective(weights, maximize=maximize)
        answer = self.solver.solve()
        if answer.outcome is Outcome.UNBOUNDED:
            return (inf if maximize else -inf), None
        if answer.values is None:
            raise DataError(
                "the statements of the release contradict each other: no firms could stand behind them",
                fix="Compute the rooms again from one folder of data, and release them together.",
            )
        return float(weights @ answer.values), answer.values


def _regions(matrix: csr_array) -> tuple[Columns, Columns]:
    """The region of every atom and of every row; rows without atoms have none."""
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
