"""The interval of a total or of a ratio over all worlds that fit, by linear programming.

A ratio over a set of linear conditions has its extremes at those of a linear program in which all variables are
scaled so that the denominator is 1 (Charnes and Cooper 1962, "Programming with linear fractional functionals");
a total is a ratio to the scale itself. So one program answers both."""

from __future__ import annotations

from math import inf
from typing import Any

import highspy
import numpy as np

from firmtrade.errors import DataError
from firmtrade.protection.attack.worlds import Row

NODES = 2_000
"""Nodes of a search for whole numbers; where they do not suffice, the wider interval stands."""


class Polytope:
    """Conditions on the scaled variables ``x * scale`` and on ``scale``, the last variable.

    Parameters
    ----------
    width
        Number of variables.
    free
        Variables that may be negative.
    """

    def __init__(self, width: int, free: frozenset[int] = frozenset()) -> None:
        self.width, self.free = width, free
        self.rows: list[tuple[Row, float, float]] = []
        self._model: Any = None

    def between(self, row: Row, low: float, high: float) -> None:
        """``low <= row @ x <= high``."""
        if low == high:
            self.rows.append(({**row, self.width: -low}, 0.0, 0.0))
            return
        if low > -inf:
            self.rows.append(({**row, self.width: -low}, 0.0, inf))
        if high < inf:
            self.rows.append(({**row, self.width: -high}, -inf, 0.0))

    def ratio_between(self, over: Row, under: Row, low: float, high: float) -> None:
        """``low <= over / under <= high`` for a denominator that is not negative."""
        if low > -inf:
            self.rows.append((_less(over, under, low), 0.0, inf))
        if high < inf:
            self.rows.append((_less(over, under, high), -inf, 0.0))

    def interval(self, over: Row, under: Row | None = None) -> tuple[float, float]:
        """The least and greatest value of ``over`` (``over / under``).

        Raises
        ------
        DataError
            No world fits: the printed numbers contradict one another.
        """
        model = self._built()
        one = under or {self.width: 1.0}
        at = model.getNumRow()
        columns = np.array(sorted(one), dtype=np.int32)
        weights = np.array([one[int(column)] for column in columns])
        model.addRow(1.0, 1.0, len(columns), columns, weights)
        try:
            ends = [self._end(model, over, sense) for sense in (1, -1)]
        finally:
            model.deleteRows(1, np.array([at], dtype=np.int32))
        return ends[0], ends[1]

    def whole_interval(self, over: Row, whole: list[int]) -> tuple[float, float]:
        """The interval of a total where some variables are whole numbers."""
        model = _quiet()
        model.passModel(_lp(self.rows, self.width, self.free, whole))
        model.changeColBounds(self.width, 1.0, 1.0)
        model.setOptionValue("mip_max_nodes", NODES)
        ends = []
        for sense in (1, -1):
            self._aim(model, over, sense)
            model.run()
            bound = model.getInfo().mip_dual_bound
            ends.append(sense * bound)
        return ends[0], ends[1]

    def _built(self) -> Any:
        if self._model is None:
            self._model = _quiet()
            self._model.passModel(_lp(self.rows, self.width, self.free, []))
        return self._model

    def _aim(self, model: Any, over: Row, sense: int) -> None:
        costs = np.zeros(self.width + 1)
        for column, weight in over.items():
            costs[column] = sense * weight
        model.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)

    def _end(self, model: Any, over: Row, sense: int) -> float:
        self._aim(model, over, sense)
        model.run()
        status = model.getModelStatus()
        kinds = highspy.HighsModelStatus
        if status in (kinds.kUnbounded, kinds.kUnboundedOrInfeasible):
            return -sense * inf
        if status == kinds.kInfeasible:
            raise DataError(
                "the printed numbers contradict one another: no firms could stand behind them",
                fix="Check that the release is whole, and that what is known besides is of the same firms.",
            )
        return float(sense * model.getObjectiveValue())


def _quiet() -> Any:
    # The class behind `Highs`, which prints a banner before it can be told not to.
    model: Any = highspy._core._Highs()
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
        model.setOptionValue(option, value)
    return model


def _lp(rows: list[tuple[Row, float, float]], width: int, free: frozenset[int], whole: list[int]) -> Any:
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = len(rows), width + 1
    lp.col_cost_ = np.zeros(width + 1)
    lp.col_lower_ = np.array([-inf if at in free else 0.0 for at in range(width)] + [0.0])
    lp.col_upper_ = np.full(width + 1, inf)
    lp.row_lower_ = np.array([low for _, low, _ in rows])
    lp.row_upper_ = np.array([high for _, _, high in rows])
    matrix = lp.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.start_ = np.cumsum([0, *(len(row) for row, _, _ in rows)]).astype(np.int32)
    matrix.index_ = np.array([column for row, _, _ in rows for column in row], dtype=np.int32)
    matrix.value_ = np.array([weight for row, _, _ in rows for weight in row.values()], dtype=np.float64)
    if whole:
        kinds = highspy.HighsVarType
        chosen = set(whole)
        lp.integrality_ = [kinds.kInteger if at in chosen else kinds.kContinuous for at in range(width + 1)]
    return lp


def _less(over: Row, under: Row, factor: float) -> Row:
    row = dict(over)
    for column, weight in under.items():
        row[column] = row.get(column, 0.0) - factor * weight
    return row
