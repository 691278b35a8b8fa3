"""One population that prints everything at once: ratios of ratios too, which no linear row states.

Level changes and growth of productivity divide two ratios. A population that has them as printed, beside all other
numbers, is looked for by linear programs in a row, each linear in the logarithms of the totals where the last one led
and not far from there. Where one is found, all numbers are proved possible; where none is, nothing is proved yet:
:mod:`firmtrade.linked.ratio_conflicts` looks for a proof that there is none.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import exp, inf

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, eye_array, hstack, vstack

from firmtrade.linked.binding import RATIOS_OF_RATIOS, productivity_factor
from firmtrade.linked.blocks import Columns
from firmtrade.linked.conflicts import NEGLIGIBLE, Conflict
from firmtrade.linked.edition import PrintedCell
from firmtrade.linked.interval import Interval
from firmtrade.linked.rows import Rows
from firmtrade.linked.solver import Solver, Vector
from firmtrade.linked.system import MARGIN, LinkedSystem
from firmtrade.outputs import CellKey
from firmtrade.query.measures import FTE_END, FTE_START, VALUE_ADDED_END, VALUE_ADDED_START

ORDER = (VALUE_ADDED_END, FTE_END, VALUE_ADDED_START, FTE_START)
SIGNS = (1.0, -1.0, -1.0, 1.0)
"""How the logarithms of the four totals make that of the ratio."""
MOST_PROGRAMS = 20
"""Programs in a row; the chapter of 2008 needs nine."""
FARTHEST, NEARER = 1.0, 0.8
"""How far (log points) the first program may lead a total, and by what each next one may lead less far."""
INSIDE = 0.98
"""Part of an interval that programs aim at: where they end, the ratio is not linear."""
USUAL = Interval(1 / 4, 4.0)
"""Where growth, and value added per unit of employment, lie in the population that the search sets out from, if they
can: next to nothing cannot be led far by steps in logarithms."""
LEAST = 1e-3
"""Below this neither a total nor a ratio is taken for its logarithm."""
APART = 1e-9
"""Log points by which a ratio may miss its interval."""


@dataclass(frozen=True, eq=False)
class PrintedRatio:
    """A printed ratio of ratios: the limits of its logarithm, and the variables of its totals, in ``ORDER``."""

    cell: PrintedCell
    low: float
    high: float
    columns: tuple[Columns, ...]

    @classmethod
    def of(cls, system: LinkedSystem, cell: PrintedCell) -> PrintedRatio:
        within = productivity_factor(cell, MARGIN)
        low, high = np.log(np.maximum([within.low, within.high], LEAST)).tolist()
        return cls(cell, low, high, tuple(system.space.columns(cell.spec.terms[one]) for one in ORDER))

    def totals(self, values: Vector) -> list[float]:
        return [max(float(values[columns].sum()), LEAST) for columns in self.columns]

    def logarithm(self, values: Vector) -> float:
        return float(np.log(self.totals(values)) @ SIGNS)

    def miss(self, values: Vector) -> float:
        """How far (log points) it lies outside its interval; below zero inside."""
        here = self.logarithm(values)
        return max(self.low - here, here - self.high)

    def misses(self, values: Vector) -> bool:
        return self.miss(values) > APART

    def in_print(self, values: Vector) -> float:
        """Its value in percent: a change, or growth a year."""
        return 100 * (exp(self.logarithm(values) / self.cell.spec.years) - 1)


@dataclass(frozen=True)
class Search:
    """How the search for one population ended: the variables of the population that comes nearest, the ratios that it
    does not have as printed with its value of each in percent, and the cells whose rows keep it from them.

    Where nothing is missed, one population, in fractions of firms, prints all these numbers."""

    values: Vector
    missed: Mapping[CellKey, float]
    held_by: Conflict


def search(system: LinkedSystem, without: Collection[CellKey] = (), *, start: Vector | None = None) -> Search:
    """Look for one population that prints all numbers of a system except those ``without``, whose linear rows must
    fit; from ``start``, the variables of a population that need not fit them, or from any that does."""
    ratios = printed_ratios(system, without)
    values, farthest = start, FARTHEST
    keep = system.rows_without(without)
    if values is None:
        values = _usual(system, keep, ratios).solve().values
    if values is None:
        values = system.solve(without=without).decided().values
    assert values is not None, "the linear rows fit"
    held_by: Conflict = frozenset()
    for program in range(MOST_PROGRAMS):
        if (start is None or program) and not any(ratio.misses(values) for ratio in ratios):
            break
        nearer = _program(system, keep, ratios, values, farthest).solve()
        if nearer.values is None or nearer.duals is None:
            break
        held_by = _holding(system, keep, ratios, nearer.duals)
        values, farthest = nearer.values[: system.space.width], farthest * NEARER
    not_met = {ratio.cell.key: ratio.in_print(values) for ratio in ratios if ratio.misses(values)}
    return Search(values, not_met, held_by if not_met else frozenset())


def _holding(
    system: LinkedSystem, keep: NDArray[np.bool_], ratios: Sequence[PrintedRatio], duals: Vector
) -> Conflict:
    """The cells of the rows that cost a program something."""
    costly = np.abs(duals) > NEGLIGIBLE * np.abs(duals).max(initial=0.0)
    linear = int(keep.sum())
    rows = np.flatnonzero(keep)[costly[:linear]]
    bent = zip(ratios, costly[linear : linear + len(ratios)], strict=True)
    return frozenset[CellKey]().union(
        *(system.owners[row] for row in rows), {ratio.cell.key for ratio, costs in bent if costs}
    )


def printed_ratios(system: LinkedSystem, without: Collection[CellKey] = ()) -> list[PrintedRatio]:
    """The ratios of ratios among the cells of a system except those ``without``."""
    return [
        PrintedRatio.of(system, cell)
        for cell in system.cells
        if cell.spec.formula in RATIOS_OF_RATIOS and cell.key not in without
    ]


def _usual(system: LinkedSystem, keep: NDArray[np.bool_], ratios: Sequence[PrintedRatio]) -> Solver:
    """The system whose totals behind ratios are of usual size to one another."""
    usual = Rows()
    for ratio in ratios:
        value_added_end, fte_end, value_added_start, fte_start = ratio.columns
        for over, under in (
            (fte_end, fte_start),
            (value_added_start, fte_start),
            (value_added_end, fte_end),
        ):
            usual.ratio(over, under, USUAL, frozenset())
    return Solver(
        vstack([system.rows[keep], usual.matrix(system.space.width)]).tocsr(),
        np.concatenate([system.row_low[keep], usual.low]),
        np.concatenate([system.row_high[keep], usual.high]),
        system.low,
        system.high,
    )


def _program(
    system: LinkedSystem,
    keep: NDArray[np.bool_],
    ratios: Sequence[PrintedRatio],
    at: Vector,
    farthest: float,
) -> Solver:
    """The program that misses the ratios least, as they look from ``at`` and not far from it."""
    width, number = system.space.width, len(ratios)
    bent, near = Rows(), Rows()
    for ratio in ratios:
        totals, now = ratio.totals(at), ratio.logarithm(at)
        middle, half = (ratio.low + ratio.high) / 2 - now, INSIDE * (ratio.high - ratio.low) / 2
        parts = list(zip(ratio.columns, totals, SIGNS, strict=True))
        bent.add([(columns, sign / total) for columns, total, sign in parts], middle - half, middle + half)
        for columns, total, _ in parts:
            near.add([(columns, 1.0)], total * exp(-farthest), total * exp(farthest))
    unit = eye_array(number, format="csr")
    blocks = [
        (system.rows[keep], csr_array((int(keep.sum()), 2 * number))),
        (bent.matrix(width), hstack([unit, -unit])),
        (near.matrix(width), csr_array((len(near.low), 2 * number))),
    ]
    return Solver(
        vstack([hstack(block) for block in blocks]).tocsr(),
        np.concatenate([system.row_low[keep], bent.low, near.low]),
        np.concatenate([system.row_high[keep], bent.high, near.high]),
        np.append(system.low, np.zeros(2 * number)),
        np.append(system.high, np.full(2 * number, inf)),
        cost=np.append(np.zeros(width), np.ones(2 * number)),
    )
