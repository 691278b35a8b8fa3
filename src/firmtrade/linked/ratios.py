"""One population that prints everything at once: ratios of ratios too, which no linear row states.

Level changes and growth of productivity divide two ratios. A population that has them as printed, beside all other
numbers, is looked for by linear programs in a row, each linear in the logarithms of the totals where the last one led
and not far from there. Where one is found, all numbers are proved possible; where none is, nothing is proved.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import exp, inf

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, eye_array, hstack, vstack

from firmtrade.linked.binding import RATIOS_OF_RATIOS, productivity_factor
from firmtrade.linked.blocks import Columns
from firmtrade.linked.edition import PrintedCell
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
FARTHEST, NEARER = 1.0, 0.6
"""How far (log points) the first program may lead a total, and by what each next one may lead less far."""
INSIDE = 0.98
"""Part of an interval that programs aim at: where they end, the ratio is not linear."""
LEAST = 1e-3
"""Below this neither a total nor a ratio is taken for its logarithm."""
APART = 1e-9
"""Log points by which a ratio may miss its interval."""


@dataclass(frozen=True)
class _PrintedRatio:
    """A printed ratio of ratios: the limits of its logarithm, and the variables of its totals, in ``ORDER``."""

    cell: PrintedCell
    low: float
    high: float
    columns: tuple[Columns, ...]

    @classmethod
    def of(cls, system: LinkedSystem, cell: PrintedCell) -> _PrintedRatio:
        within = productivity_factor(cell, MARGIN)
        low, high = np.log(np.maximum([within.low, within.high], LEAST)).tolist()
        return cls(cell, low, high, tuple(system.space.columns(cell.spec.terms[one]) for one in ORDER))

    def totals(self, values: Vector) -> list[float]:
        return [max(float(values[columns].sum()), LEAST) for columns in self.columns]

    def logarithm(self, values: Vector) -> float:
        return float(np.log(self.totals(values)) @ SIGNS)

    def misses(self, values: Vector) -> bool:
        return not self.low - APART <= self.logarithm(values) <= self.high + APART

    def in_print(self, values: Vector) -> float:
        """Its value in percent: a change, or growth a year."""
        return 100 * (exp(self.logarithm(values) / self.cell.spec.years) - 1)


def not_met(system: LinkedSystem, without: Collection[CellKey] = ()) -> dict[CellKey, float]:
    """The ratios of ratios that no population was found for beside all numbers except those ``without``, each with its
    value in percent in the population that comes nearest.

    None: one population, in fractions of firms, prints all these numbers. All linear rows must fit.
    """
    values = nearest(system, without)
    return {
        ratio.cell.key: ratio.in_print(values) for ratio in _ratios(system, without) if ratio.misses(values)
    }


def nearest(system: LinkedSystem, without: Collection[CellKey] = ()) -> Vector:
    """The values of the variables of that population."""
    ratios = _ratios(system, without)
    values, farthest = system.solve(without=without).decided().values, FARTHEST
    assert values is not None, "the linear rows fit"
    keep = system.rows_without(without)
    for _ in range(MOST_PROGRAMS):
        if not any(ratio.misses(values) for ratio in ratios):
            break
        nearer = _program(system, keep, ratios, values, farthest).solve().values
        if nearer is None:
            break
        values, farthest = nearer[: system.space.width], farthest * NEARER
    return values


def _ratios(system: LinkedSystem, without: Collection[CellKey]) -> list[_PrintedRatio]:
    return [
        _PrintedRatio.of(system, cell)
        for cell in system.cells
        if cell.spec.formula in RATIOS_OF_RATIOS and cell.key not in without
    ]


def _program(
    system: LinkedSystem,
    keep: NDArray[np.bool_],
    ratios: Sequence[_PrintedRatio],
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
