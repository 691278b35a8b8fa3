"""What other printed numbers leave for one: the range of a statistic over all populations that fit."""

from __future__ import annotations

from collections.abc import Collection
from math import inf

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from firmtrade.linked.binding import LEAST_EMPLOYMENT, LEAST_VALUE
from firmtrade.linked.blocks import UNITS, Columns
from firmtrade.linked.edition import PrintedCell
from firmtrade.linked.interval import Interval
from firmtrade.linked.solver import Solver, SolverStatus, Vector
from firmtrade.linked.system import LinkedSystem
from firmtrade.outputs import CellKey
from firmtrade.query.cells import CellSpec, Formula
from firmtrade.query.measures import FIRMS

_PER = 1e4
"""What the denominator of a ratio is set to: numbers near those of firms keep the solver exact."""


def implied(system: LinkedSystem, cell: PrintedCell, given: Collection[CellKey]) -> Interval | None:
    """The values, in the unit of print, that a cell can have if the ``given`` cells are true.

    A count or an amount is a linear objective. A ratio becomes one by the transformation of Charnes and Cooper
    (*Programming with linear fractional functionals*, 1962): the system is scaled so that the denominator is a
    constant, and the scale is a variable. None for ratios of ratios, and where the given cells contradict one another.
    """
    parts = _ratio(system, cell)
    if parts is None:
        return None
    over, under = parts
    keep = system.rows_without(frozenset(system.keys) - frozenset(given) | {cell.key})
    rows, low, high = system.rows[keep], system.row_low[keep], system.row_high[keep]
    if cell.spec.formula in (Formula.COUNT, Formula.AMOUNT):
        solver = Solver(rows, low, high, system.low, system.high)
    else:
        solver = _scaled(rows, low, high, system.low, under, _least(cell.spec))
        over = np.append(over / _PER, 0.0)
    ends = _ends(solver, over)
    return None if ends is None else _in_print(ends, cell)


def quotient(system: LinkedSystem, over: Columns, under: Columns, least: float) -> Interval | None:
    """The values that one total of variables over another can have if all cells of a system are true; the second is no
    less than ``least``. None where nothing fits."""
    solver = _scaled(system.rows, system.row_low, system.row_high, system.low, _sum(system, under), least)
    return _ends(solver, np.append(_sum(system, over) / _PER, 0.0))


def _ends(solver: Solver, over: Vector) -> Interval | None:
    low, high = (_extreme(solver, over, sign) for sign in (-1.0, 1.0))
    return None if low is None or high is None else Interval(low, high)


def _sum(system: LinkedSystem, columns: Columns) -> Vector:
    weights = np.zeros(system.space.width)
    weights[columns] = 1.0
    return weights


def _least(spec: CellSpec) -> float:
    """Below what the denominator of a printed ratio does not lie, in units of its variables."""
    if spec.formula in (Formula.LEVEL, Formula.CAGR):
        return LEAST_EMPLOYMENT
    return 1.0 if spec.terms["base"].measure == FIRMS else LEAST_VALUE


def _scaled(
    rows: csr_array, low: Vector, high: Vector, least: Vector, under: Vector, denominator: float
) -> Solver:
    """The system times a scale, its last variable, at which the denominator is a constant."""
    bounded_below, bounded_above = np.isfinite(low), np.isfinite(high)
    below = hstack([rows[bounded_below], csr_array(-low[bounded_below].reshape(-1, 1))])
    above = hstack([rows[bounded_above], csr_array(-high[bounded_above].reshape(-1, 1))])
    whole = csr_array(np.append(under, 0.0).reshape(1, -1))
    width = rows.shape[1]
    return Solver(
        vstack([below, above, whole]).tocsr(),
        np.concatenate([np.zeros(below.shape[0]), np.full(above.shape[0], -inf), [_PER]]),
        np.concatenate([np.full(below.shape[0], inf), np.zeros(above.shape[0]), [_PER]]),
        np.append(least, 0.0),
        np.append(np.full(width, inf), _PER / denominator),
    )


def _ratio(system: LinkedSystem, cell: PrintedCell) -> tuple[Vector, Vector] | None:
    """Weights of the variables in the numerator and the denominator of a cell."""
    order = {
        Formula.COUNT: ("count", None),
        Formula.AMOUNT: ("value", None),
        Formula.SHARE: ("count", "base"),
        Formula.LEVEL: tuple(cell.spec.terms),
        Formula.CAGR: tuple(reversed(cell.spec.terms)),
    }.get(cell.spec.formula)
    if order is None:
        return None
    names = [name for name in order if name is not None]
    terms = [cell.spec.terms[name] for name in names]
    block = system.space.block_of(*terms)
    weights = [_sum(system, system.space.columns(term, block)) for term in terms]
    return weights[0], weights[1] if len(weights) > 1 else np.zeros(system.space.width)


def _extreme(solver: Solver, over: Vector, sign: float) -> float | None:
    """The smallest (``sign`` -1) or largest (+1) value; infinite where there is no end to it, or none that could be
    computed: a range may be too wide, never too narrow."""
    solver.objective(over, maximize=sign > 0)
    answer = solver.solve()
    if answer.outcome in (SolverStatus.UNBOUNDED, SolverStatus.UNDECIDED):
        return sign * inf
    return answer.decided().objective


def _in_print(ratio: Interval, cell: PrintedCell) -> Interval:
    if cell.spec.formula is Formula.SHARE:
        return ratio.scaled(100)
    if cell.spec.formula is Formula.AMOUNT:
        return ratio.scaled(UNITS[cell.spec.terms["value"].measure] / 1000)
    if cell.spec.formula is Formula.LEVEL:
        value_added, employment = (UNITS[term.measure] for term in cell.spec.terms.values())
        return ratio.scaled(value_added / employment / 1000)
    if cell.spec.formula is Formula.CAGR:
        return (ratio.power(1 / cell.spec.years) - Interval.point(1)).scaled(100)
    return ratio
