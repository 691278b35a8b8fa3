"""Contradictions in which ratios of ratios take part, proved.

Growth of productivity divides two ratios: end value added * start employment = ratio * end employment * start value
added. Where the growth of employment and the level of productivity at the start are known to lie in a box, the product
on each side is enclosed by four lines (McCormick, *Computability of global solutions to factorable nonconvex
programs*, 1976), and the nearer the sides of the box, the closer the lines. Boxes are halved until no population fits
into any of them, which proves a contradiction, or one that prints everything is found."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from math import exp, inf, sqrt

import numpy as np
from scipy.sparse import vstack

from firmtrade.linked.binding import LEAST_EMPLOYMENT, RATIOS_OF_RATIOS
from firmtrade.linked.conflicts import Conflict
from firmtrade.linked.edition import PrintedCell
from firmtrade.linked.interval import Interval
from firmtrade.linked.ranges import quotient
from firmtrade.linked.ratios import APART, PrintedRatio, printed_ratios, search
from firmtrade.linked.rows import Rows
from firmtrade.linked.solver import Solver, SolverStatus
from firmtrade.linked.system import LinkedSystem
from firmtrade.outputs import CellKey
from firmtrade.study import Study

MOST_BOXES = 200
"""Boxes after which a question stays open; the chapter of 2008 needs fewer than twenty."""
WIDER = 1e-7
"""Part of its ends by which the first box is wider than the solver says, for its tolerance."""
LEAST_CHANGE = -100.0
"""Percent: no total falls by more than all."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where the growth of employment and the level at the start lie behind a ratio, in units of the variables."""

    growth: Interval
    level: Interval


class _Verdict(Enum):
    POSSIBLE = "a population prints these numbers"
    DENIED = "no population prints these numbers"
    OPEN = "neither was proved"


@dataclass(frozen=True)
class RatioConflict:
    """Cells that contradict one another, what the others leave for each ratio of ratios among them in percent, and
    whether it is proved that any one of them could go."""

    cells: Conflict
    limits: Mapping[CellKey, Interval]
    irreducible: bool


def ratio_conflict(system: LinkedSystem, suspects: Collection[CellKey]) -> RatioConflict | None:
    """The contradiction among some cells of a system, as few of them as can be shown; None where none is proved."""
    denied = _denied(system, suspects)
    if denied is None:
        return None
    found, irreducible = denied
    ratios = [cell for cell in found if cell.spec.formula in RATIOS_OF_RATIOS]
    limits = {
        cell.key: _limit(system.study, cell, [other for other in found if other is not cell])
        for cell in ratios
    }
    return RatioConflict(frozenset(cell.key for cell in found), limits, irreducible)


def contradicting(system: LinkedSystem, suspects: Collection[CellKey]) -> Conflict | None:
    """The cells of the contradiction of :func:`ratio_conflict`, without what they leave for one another."""
    denied = _denied(system, suspects)
    return None if denied is None else frozenset(cell.key for cell in denied[0])


def _denied(system: LinkedSystem, suspects: Collection[CellKey]) -> tuple[list[PrintedCell], bool] | None:
    """As few of some cells as are shown to contradict one another, and whether any one of them could go."""
    found, irreducible = [cell for cell in system.cells if cell.key in suspects], True
    if _verdict(system.study, found) is not _Verdict.DENIED:
        return None
    for cell in tuple(reversed(found)):
        rest = [other for other in found if other is not cell]
        verdict = _verdict(system.study, rest)
        if verdict is _Verdict.DENIED:
            found = rest
        irreducible = irreducible and verdict is not _Verdict.OPEN
    return found, irreducible


def _limit(study: Study, cell: PrintedCell, others: Sequence[PrintedCell]) -> Interval:
    """What the others are proved to leave for a ratio: above or below a number with one digit more than is printed."""
    system = LinkedSystem.build(study, [*others, cell])
    (ratio,) = (one for one in printed_ratios(system) if one.cell is cell)
    possible = ratio.in_print(search(system, {cell.key}).values)
    above = possible > cell.interval.high
    step = 10.0 ** -(cell.decimals + 1) * (1 if above else -1)
    start = cell.interval.high if above else cell.interval.low
    proved, open_at = 0, int((possible - start) / step) + 1
    while open_at - proved > 1:
        middle = (proved + open_at) // 2
        end = round(start + middle * step, cell.decimals + 1)
        denied = Interval(LEAST_CHANGE, end) if above else Interval(end, inf)
        verdict = _verdict(study, [*others, replace(cell, interval=denied)])
        if verdict is _Verdict.DENIED:
            proved = middle
        else:
            open_at = middle
    end = round(start + proved * step, cell.decimals + 1)
    return Interval(end, inf) if above else Interval(-inf, end)


def _verdict(study: Study, cells: Sequence[PrintedCell]) -> _Verdict:
    """Whether one population can print some cells, as far as boxes tell."""
    system = LinkedSystem.build(study, cells)
    if not system.is_consistent():
        return _Verdict.DENIED
    if not search(system).missed:
        return _Verdict.POSSIBLE
    ratios = printed_ratios(system)
    sides = {ratio: box for ratio in ratios if (box := _first_box(system, ratio)) is not None}
    bounded, boxes = tuple(sides), [tuple(sides.values())]
    for _ in range(MOST_BOXES):
        if not boxes:
            return _Verdict.DENIED
        tried = boxes.pop()
        answer = _enclosed(system, bounded, tried).solve()
        if answer.outcome is SolverStatus.INFEASIBLE:
            continue
        if answer.values is None or not bounded:
            break
        if not any(ratio.misses(answer.values) for ratio in ratios):
            return _Verdict.POSSIBLE
        misses = [ratio.miss(answer.values) for ratio in bounded]
        at = int(np.argmax(misses))
        if misses[at] <= APART:
            break
        boxes += [(*tried[:at], half, *tried[at + 1 :]) for half in _halves(tried[at])]
    return _Verdict.OPEN


def _first_box(system: LinkedSystem, ratio: PrintedRatio) -> Box | None:
    """What all cells together leave for growth and level of a ratio; None where that has no end: without a box the
    ratio is left out, which proves no less of the others."""
    _, fte_end, value_added_start, fte_start = ratio.columns
    growth, level = (
        quotient(system, over, fte_start, LEAST_EMPLOYMENT) for over in (fte_end, value_added_start)
    )
    if growth is None or level is None or min(growth.low, level.low) <= 0 or inf in (growth.high, level.high):
        return None
    return Box(growth.widened(WIDER), level.widened(WIDER))


def _halves(box: Box) -> tuple[Box, Box]:
    """The two halves of a box along the side whose ends are farther apart, as a ratio."""
    growth, level = box.growth, box.level
    if growth.high / growth.low > level.high / level.low:
        low, high = _parted(growth)
        return Box(low, level), Box(high, level)
    low, high = _parted(level)
    return Box(growth, low), Box(growth, high)


def _parted(side: Interval) -> tuple[Interval, Interval]:
    middle = sqrt(side.low * side.high)
    return Interval(side.low, middle), Interval(middle, side.high)


def _enclosed(system: LinkedSystem, ratios: Sequence[PrintedRatio], boxes: Sequence[Box]) -> Solver:
    """The system with each ratio enclosed by lines that hold within its box."""
    rows = Rows()
    for ratio, box in zip(ratios, boxes, strict=True):
        growth, level = box.growth, box.level
        value_added_end, fte_end, value_added_start, fte_start = ratio.columns
        rows.ratio(fte_end, fte_start, growth, frozenset())
        rows.ratio(value_added_start, fte_start, level, frozenset())
        for limit, corners, low, high in (
            (exp(ratio.low), ((growth.low, level.low), (growth.high, level.high)), 0.0, inf),
            (exp(ratio.high), ((growth.low, level.high), (growth.high, level.low)), -inf, 0.0),
        ):
            for x, z in corners:
                parts = [
                    (value_added_end, 1.0),
                    (value_added_start, -limit * x),
                    (fte_end, -limit * z),
                    (fte_start, limit * x * z),
                ]
                rows.add(parts, low, high)
    return Solver(
        vstack([system.rows, rows.matrix(system.space.width)]).tocsr(),
        np.concatenate([system.row_low, rows.low]),
        np.concatenate([system.row_high, rows.high]),
        system.low,
        system.high,
    )
