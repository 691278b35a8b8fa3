"""The interval of a total or of a ratio over all worlds that fit, by linear programming.

A ratio over a set of linear conditions has its extremes at those of a linear program in which all variables are
scaled so that the denominator is 1 (Charnes and Cooper 1962, "Programming with linear fractional functionals");
a total is a ratio to the scale itself. So one program answers both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from firmtrade.errors import DataError
from firmtrade.protection.attack.worlds import Row

Vector = NDArray[np.float64]

NOTHING = 1e-9
"""Up to here a scale or a denominator is nothing."""

NODES = 2_000
"""Nodes of a search for whole numbers; where they do not suffice, the wider interval stands."""

SHORT, LINKS = 30, 2
"""Variables of a condition, and conditions in a chain, up to which a world of whole firms is changed nearby."""

FEASIBLE = int(highspy.SolutionStatus.kSolutionStatusFeasible)


@dataclass(frozen=True, slots=True)
class Ratio:
    """``over / under``, or a total without ``under``."""

    over: Row
    under: Row | None = None

    def at(self, world: Vector) -> float | None:
        """The ratio in one world; None where its denominator is nothing there."""
        over = sum(weight * world[column] for column, weight in self.over.items())
        if self.under is None:
            return float(over)
        under = sum(weight * world[column] for column, weight in self.under.items())
        return float(over / under) if under > NOTHING else None


class Polytope:
    """Conditions on worlds. Those that share no variable are looked at apart.

    Parameters
    ----------
    width
        Number of variables.
    free
        Variables that may be negative.
    """

    def __init__(self, width: int, free: frozenset[int] = frozenset()) -> None:
        self.width, self.free = width, free
        self.rows: list[tuple[Row, float, float, float]] = []
        """Weights, weight of the scale, and the interval of the whole."""
        self._regions: dict[int, Region] = {}
        self._labels: NDArray[np.int64] | None = None

    def between(self, row: Row, low: float, high: float) -> None:
        """``low <= row @ x <= high``."""
        if low == high:
            self.rows.append((row, -low, 0.0, 0.0))
            return
        if low > -inf:
            self.rows.append((row, -low, 0.0, inf))
        if high < inf:
            self.rows.append((row, -high, -inf, 0.0))

    def ratio_between(self, over: Row, under: Row, low: float, high: float) -> None:
        """``low <= over / under <= high`` for a denominator that is not negative."""
        if low > -inf:
            self.rows.append((_less(over, under, low), 0.0, 0.0, inf))
        if high < inf:
            self.rows.append((_less(over, under, high), 0.0, -inf, 0.0))

    def region(self, ratio: Ratio) -> Region:
        """The conditions that bear on a ratio."""
        columns = [*ratio.over, *(ratio.under or ())]
        if self._labels is None:
            self._labels = _connected(self.width, [row for row, *_ in self.rows])
        labels = sorted({int(self._labels[column]) for column in columns})
        if len(labels) > 1:  # what no condition ties together is tied by the question itself
            self._labels[np.isin(self._labels, labels)] = labels[0]
            for label in labels:
                self._regions.pop(label, None)
        label = labels[0] if labels else -1
        if label not in self._regions:
            inside = np.flatnonzero(self._labels == label)
            place = {int(column): at for at, column in enumerate(inside)}
            rows = [
                ({place[column]: weight for column, weight in row.items()}, scale, low, high)
                for row, scale, low, high in self.rows
                if row and next(iter(row)) in place
            ]
            free = frozenset(place[column] for column in self.free if column in place)
            self._regions[label] = Region(inside, place, rows, free)
        return self._regions[label]


class Region:
    """Conditions that hang together, on the scaled variables ``x * scale`` and on ``scale``, the last variable."""

    def __init__(
        self,
        inside: NDArray[np.int64],
        place: dict[int, int],
        rows: list[tuple[Row, float, float, float]],
        free: frozenset[int],
    ) -> None:
        self.inside, self.place, self.free = inside, place, free
        self.width = len(inside)
        self.rows = [
            ({**row, self.width: scale} if scale else row, low, high) for row, scale, low, high in rows
        ]
        self.worlds: list[Vector] = []
        """Worlds that were found to fit, in the variables of the region."""
        self.whole_worlds: list[Vector] = []
        """Those of whole firms."""
        self._about: dict[int, list[int]] = {}
        """The short conditions that speak of each variable."""
        self._model: Any = None

    def inner(self, row: Row) -> Row:
        """A row in the variables of the region."""
        return {self.place[column]: weight for column, weight in row.items()}

    def interval(self, ratio: Ratio) -> tuple[float, float]:
        """The least and greatest value of a ratio.

        Raises
        ------
        DataError
            No world fits: the printed numbers contradict one another.
        """
        model = self._built()
        one = {self.width: 1.0} if ratio.under is None else self.inner(ratio.under)
        at = model.getNumRow()
        columns = np.array(sorted(one), dtype=np.int32)
        weights = np.array([one[int(column)] for column in columns])
        model.addRow(1.0, 1.0, len(columns), columns, weights)
        try:
            ends = [self._end(model, self.inner(ratio.over), sense) for sense in (1, -1)]
        finally:
            model.deleteRows(1, np.array([at], dtype=np.int32))
        return ends[0], ends[1]

    def seen(self, ratio: Ratio) -> tuple[float, float]:
        """The least and greatest value of a ratio among the worlds found so far."""
        inner = Ratio(self.inner(ratio.over), None if ratio.under is None else self.inner(ratio.under))
        values = [value for world in self.worlds if (value := inner.at(world)) is not None]
        return min(values, default=inf), max(values, default=-inf)

    def whole_seen(self, over: Row, whole: Callable[[int], bool]) -> tuple[float, float]:
        """The least and greatest value of a total among the worlds of whole firms found so far, and those near the last
        of them."""
        ends = self._among_whole(over)
        if self.whole_worlds and ends[0] >= ends[1]:
            self._whole_ends(over, whole, self._far(over))
            ends = self._among_whole(over)
        return ends

    def whole_interval(self, over: Row, whole: Callable[[int], bool]) -> tuple[float, float]:
        """The interval of a total where the variables that ``whole`` names are whole numbers."""
        return self._whole_ends(over, whole, np.zeros(0, dtype=np.int32))

    def _among_whole(self, over: Row) -> tuple[float, float]:
        inner = self.inner(over)
        values = [
            float(round(sum(weight * world[column] for column, weight in inner.items())))
            for world in self.whole_worlds
        ]
        return min(values, default=inf), max(values, default=-inf)

    def _whole_ends(
        self, over: Row, whole: Callable[[int], bool], as_last: NDArray[np.int32]
    ) -> tuple[float, float]:
        """The ends of a total in whole firms, with some variables as they are in the last world of whole firms."""
        model = _quiet()
        chosen = [at for at, column in enumerate(self.inside.tolist()) if whole(column)]
        model.passModel(_lp(self.rows, self.width, self.free, chosen))
        model.changeColBounds(self.width, 1.0, 1.0)
        model.setOptionValue("mip_max_nodes", NODES)
        if len(as_last):
            held = self.whole_worlds[-1][as_last]
            model.changeColsBounds(len(as_last), as_last, held, held)
        ends = []
        for sense in (1, -1):
            self._aim(model, self.inner(over), sense)
            model.run()
            ends.append(sense * model.getInfo().mip_dual_bound)
            if model.getInfo().primal_solution_status == FEASIBLE:
                world = np.array(model.getSolution().col_value)
                world[chosen] = np.rint(world[chosen])
                self.whole_worlds.append(world)
        return ends[0], ends[1]

    def _far(self, over: Row) -> NDArray[np.int32]:
        """The variables that no chain of a few short conditions ties to a total."""
        if not self._about:
            for at, (row, _, _) in enumerate(self.rows):
                for column in row if len(row) <= SHORT else ():
                    self._about.setdefault(column, []).append(at)
        near = edge = {*self.inner(over)}
        for _ in range(LINKS):
            rows = {at for column in edge for at in self._about.get(column, ())}
            edge = {column for at in rows for column in self.rows[at][0]} - near
            near |= edge
        return np.array([at for at in range(self.width) if at not in near], dtype=np.int32)

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
            raise contradiction()
        scaled = np.array(model.getSolution().col_value)
        if scaled[-1] > NOTHING:
            self.worlds.append(scaled[:-1] / scaled[-1])
        return float(sense * model.getObjectiveValue())


def contradiction() -> DataError:
    """What is said where no world fits."""
    return DataError(
        "the printed numbers contradict one another: no firms could stand behind them",
        fix="Check that the release is whole, and that what is known besides is true of the same firms.",
    )


def _connected(width: int, rows: list[Row]) -> NDArray[np.int64]:
    """The number of the region of each variable."""
    pairs = [(first, other) for row in rows if row for first in (next(iter(row)),) for other in row]
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    graph = coo_array((np.ones(len(ends), dtype=np.int8), (ends[:, 0], ends[:, 1])), shape=(width, width))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


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
