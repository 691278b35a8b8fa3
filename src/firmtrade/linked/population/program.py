"""A small linear or mixed-integer program, collected row by row."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array

from firmtrade.linked.solver import MOST_NODES, Solver

INFINITY = float("inf")


@dataclass
class Program:
    """Variables with bounds, costs and integrality; rows with bounds."""

    lower: list[np.ndarray] = field(default_factory=list)
    upper: list[np.ndarray] = field(default_factory=list)
    cost: list[np.ndarray] = field(default_factory=list)
    whole: list[np.ndarray] = field(default_factory=list)
    _columns: int = 0
    _indices: list[np.ndarray] = field(default_factory=list)
    _values: list[np.ndarray] = field(default_factory=list)
    _row_lower: list[float] = field(default_factory=list)
    _row_upper: list[float] = field(default_factory=list)

    def variables(
        self,
        count: int,
        lower: float | np.ndarray = 0.0,
        upper: float | np.ndarray = INFINITY,
        cost: float | np.ndarray = 0.0,
        whole: bool = False,
    ) -> np.ndarray:
        """Add variables; returns their indices."""
        for store, value in (
            (self.lower, lower),
            (self.upper, upper),
            (self.cost, cost),
            (self.whole, float(whole)),
        ):
            store.append(np.full(count, value, float))
        self._columns += count
        return np.arange(self._columns - count, self._columns)

    def row(self, indices: np.ndarray, values: np.ndarray | float, low: float, high: float) -> None:
        """Add ``low <= values @ x[indices] <= high``; an index may come twice."""
        self._indices.append(np.asarray(indices))
        self._values.append(values if isinstance(values, np.ndarray) else np.full(len(indices), values))
        self._row_lower.append(low)
        self._row_upper.append(high)

    def solve(self, *, gap: float = 0.0, nodes: int = MOST_NODES) -> np.ndarray | None:
        """The values of all variables, or None where there is no solution, or no whole one within ``nodes`` of the
        search. ``gap`` is how far, relatively, whole numbers may be from the best."""
        starts = np.concatenate([[0], np.cumsum([len(index) for index in self._indices])])
        matrix = csr_array(
            (np.concatenate(self._values), np.concatenate(self._indices), starts),
            shape=(len(self._indices), self._columns),
        )
        matrix.sum_duplicates()
        solver = Solver(
            matrix,
            np.array(self._row_lower),
            np.array(self._row_upper),
            np.concatenate(self.lower),
            np.concatenate(self.upper),
            cost=np.concatenate(self.cost),
            whole=np.concatenate(self.whole) > 0,
            gap=gap,
            nodes=nodes,
        )
        return solver.solve().values
