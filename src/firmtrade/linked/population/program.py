"""A small linear or mixed-integer program, collected row by row and solved by HiGHS."""

from __future__ import annotations

from dataclasses import dataclass, field

import highspy
import numpy as np
from scipy.sparse import csr_matrix

INFINITY = highspy.kHighsInf


@dataclass
class Program:
    """Variables with bounds, costs and integrality; rows with bounds."""

    time_limit: float = 60.0
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
            store.append(np.broadcast_to(np.asarray(value, float), count))
        self._columns += count
        return np.arange(self._columns - count, self._columns)

    def row(self, indices: np.ndarray, values: np.ndarray | float, low: float, high: float) -> None:
        """Add ``low <= values @ x[indices] <= high``; an index may come twice."""
        self._indices.append(np.asarray(indices))
        self._values.append(values if isinstance(values, np.ndarray) else np.full(len(indices), values))
        self._row_lower.append(low)
        self._row_upper.append(high)

    def solve(self, *, gap: float = 0.0, interior: bool = False) -> np.ndarray | None:
        """The values of all variables, or None where there is no solution (or none within the time)."""
        starts = np.concatenate([[0], np.cumsum([len(index) for index in self._indices])])
        matrix = csr_matrix(
            (np.concatenate(self._values), np.concatenate(self._indices), starts),
            shape=(len(self._indices), self._columns),
        )
        matrix.sum_duplicates()
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self._columns, len(self._indices)
        model.col_lower_, model.col_upper_ = np.concatenate(self.lower), np.concatenate(self.upper)
        model.col_cost_ = np.concatenate(self.cost)
        model.row_lower_, model.row_upper_ = np.array(self._row_lower), np.array(self._row_upper)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
        model.a_matrix_.value_ = matrix.data
        whole = np.concatenate(self.whole) > 0
        if whole.any():
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            model.integrality_ = [kinds[int(flag)] for flag in whole]
        # The class behind `Highs`, which prints a banner before it can be told not to.
        solver = highspy._core._Highs()
        for option, value in (
            ("output_flag", False), ("time_limit", self.time_limit), ("random_seed", 1), ("threads", 1),
            ("mip_rel_gap", gap), *((("solver", "ipm"), ("run_crossover", "off")) if interior else ()),
        ):  # fmt: skip
            solver.setOptionValue(option, value)
        solver.passModel(model)
        solver.run()
        solution = solver.getSolution()
        if not solution.value_valid or solver.getInfo().primal_solution_status != 2:
            return None
        return np.array(solution.col_value)
