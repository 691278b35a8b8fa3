"""What other printed numbers leave for one: the range of a statistic over all populations that fit."""

from __future__ import annotations

from collections.abc import Collection
from math import inf

import numpy as np
from scipy.sparse import csr_array, vstack

from firmtrade.linked.binding import LEAST_EMPLOYMENT
from firmtrade.linked.blocks import UNITS
from firmtrade.linked.edition import PrintedCell
from firmtrade.linked.interval import Interval
from firmtrade.linked.solver import Outcome, Solver, Vector
from firmtrade.linked.system import LinkedSystem
from firmtrade.outputs import CellKey
from firmtrade.query.cells import Formula

_ROUNDS = 50
_CLOSE = 1e-9


def implied(system: LinkedSystem, cell: PrintedCell, given: Collection[CellKey]) -> Interval | None:
    """The values, in the unit of print, that a cell can have if the ``given`` cells are true.

    A count is a linear objective; a ratio is maximized by Dinkelbach's method (*On nonlinear fractional
    programming*, 1967): a few linear programs, each with the last ratio as its price. None for ratios of
    ratios, and where the given cells contradict one another.
    """
    parts = _ratio(system, cell)
    if parts is None:
        return None
    over, under = parts
    gone = frozenset(system.keys) - frozenset(given) | {cell.key}
    keep = system.rows_without(gone)
    rows = vstack([system.rows[keep], csr_array(under.reshape(1, -1))]).tocsr()
    least = LEAST_EMPLOYMENT if cell.spec.formula in (Formula.LEVEL, Formula.CAGR) else 1.0
    low, high = np.append(system.row_low[keep], least), np.append(system.row_high[keep], inf)
    if cell.spec.formula is Formula.COUNT:
        rows, low, high = system.rows[keep], system.row_low[keep], system.row_high[keep]
    solver = Solver(rows, low, high, system.low, system.high)
    ends = [
        _extreme(solver, over, under, sign, count=cell.spec.formula is Formula.COUNT) for sign in (-1.0, 1.0)
    ]
    if ends[0] is None or ends[1] is None:
        return None
    return _in_print(Interval(ends[0], ends[1]), cell)


def _ratio(system: LinkedSystem, cell: PrintedCell) -> tuple[Vector, Vector] | None:
    """Weights of the variables in the numerator and the denominator of a cell."""
    order = {
        Formula.COUNT: ("count", None),
        Formula.SHARE: ("count", "base"),
        Formula.LEVEL: tuple(cell.spec.terms),
        Formula.CAGR: tuple(reversed(cell.spec.terms)),
    }.get(cell.spec.formula)
    if order is None:
        return None
    names = [name for name in order if name is not None]
    dimensions = frozenset().union(*(cell.spec.terms[name].where.dimensions for name in names))
    block = system.space.block(cell.spec.terms[names[0]].universe, dimensions)
    weights = []
    for name in names:
        term = cell.spec.terms[name]
        vector = np.zeros(system.space.width)
        vector[system.space.columns(term, block)] = 1.0
        weights.append(vector)
    return weights[0], weights[1] if len(weights) > 1 else np.zeros(system.space.width)


def _extreme(solver: Solver, over: Vector, under: Vector, sign: float, *, count: bool) -> float | None:
    """The smallest (``sign`` -1) or largest (+1) ratio; infinite where there is no end to it."""
    if count:
        solver.objective(over, maximize=sign > 0)
        answer = solver.solve().decided()
        if answer.outcome is Outcome.UNBOUNDED:
            return sign * inf
        return answer.objective
    price: float | None = None
    for _ in range(_ROUNDS):
        cost = np.zeros_like(over) if price is None else over - price * under
        solver.objective(cost, maximize=sign > 0)
        answer = solver.solve().decided()
        if answer.outcome is Outcome.UNBOUNDED:
            return sign * inf
        if answer.values is None:
            return None
        ratio = float(over @ answer.values) / float(under @ answer.values)
        if price is not None and sign * (ratio - price) <= _CLOSE * max(1.0, abs(price)):
            return price
        price = ratio
    return price


def _in_print(ratio: Interval, cell: PrintedCell) -> Interval:
    if cell.spec.formula is Formula.SHARE:
        return ratio.scaled(100)
    if cell.spec.formula is Formula.LEVEL:
        value_added, employment = (UNITS[term.measure] for term in cell.spec.terms.values())
        return ratio.scaled(value_added / employment / 1000)
    if cell.spec.formula is Formula.CAGR:
        return (ratio.power(1 / cell.spec.years) - Interval.point(1)).scaled(100)
    return ratio
