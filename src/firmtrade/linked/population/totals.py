"""Employment and value added of the panel, so that the printed levels and growth rates come out.

A printed level or growth rate holds one total of classes between two multiples of another: a linear program
over the totals of all classes finds them, moving each class as little as can be from what its firms drew.
Growth of productivity, a ratio of ratios, enters as it looks from the totals of the program before; since
levels and growth hold its parts within a printed digit already, a few programs bring it to the point.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from firmtrade.linked.population.base import Base
from firmtrade.linked.population.conditions import mask
from firmtrade.linked.population.program import INFINITY, Program
from firmtrade.linked.population.target import CellTarget
from firmtrade.outputs import CellKey
from firmtrade.query.cells import Formula
from firmtrade.query.measures import FTE_END, FTE_START, VALUE_ADDED_END, VALUE_ADDED_START

MEASURES = (FTE_START, FTE_END, VALUE_ADDED_START, VALUE_ADDED_END)
MOVES = np.array([[1, 0, 0, 0], [1, 1, 0, 0], [1, 0, 1, 0], [1, 1, 0, 1]], float)
"""How a class moves, by measure: its size, its growth, and its productivity at the start and at the end."""
SPREAD = np.array([1.0, 0.25, 0.3, 0.3])
"""Spread of these moves between classes that would surprise nobody, in log points."""
FARTHEST = np.array([2.5, 1.2, 0.8, 0.8])
"""How far a class may move; beyond, the population would be no longer one."""
SEGMENTS = ((0.05, 1.0), (0.15, 3.0), (0.4, 10.0), (INFINITY, 40.0))
"""Width and price of the parts of a move, as a share of what was drawn: far moves of one class cost more than
near moves of many."""
FOLLOWS = ((0, None), (1, 0), (2, 0), (3, 1))
"""The measure that each move changes, and the one it moves along with: growth with the size at the start,
productivity with the employment of the same year."""
TRUST = (np.inf, np.inf, 0.3, 0.3, 0.15, 0.07, 0.03, 0.01)
"""How far (log points) each program in a row may lead: anywhere at first, then less and less, until what a ratio
of ratios leaves out of the linear view is nothing."""
BORROWED = 30
"""Firms of the panel's mean that each class borrows before it is fitted."""
INSIDE = 0.05
"""Share of an interval's half-width that totals keep from its edges."""
WELL_INSIDE, NEAR = 0.2, 1e3
"""Share of an interval that totals keep from its edges where that is cheap, and the price of coming nearer by
the width of the interval: totals of few firms are whole hundredths in the end, and would slip over an edge."""
MISS = 1e4
"""Price of missing an interval by its width."""
MISSED = 0.02
"""Part of its interval by which a cell may be missed before it counts as given up (less than ``INSIDE``)."""


@dataclass(frozen=True, slots=True)
class TotalsRatio:
    """``low <= sum of signs * log(total of measure over the classes inside) <= high``."""

    key: CellKey
    inside: np.ndarray
    signs: np.ndarray
    low: float
    high: float

    def value(self, totals: np.ndarray) -> float:
        used = self.signs != 0
        with np.errstate(divide="ignore"):
            return float(self.signs[used] @ np.log(totals[used][:, self.inside].sum(axis=1)))


def ratios_of(targets: Sequence[CellTarget], base: Base) -> list[TotalsRatio]:
    """The printed levels and growth rates of the panel, as ratios in logarithms."""
    found = []
    for target in targets:
        form = _logarithmic(target)
        group = target.spec.group
        if form is None or group.universe.population != base.population:
            continue
        inside = mask(group.where, base.panel_cells)
        found.append(TotalsRatio(target.key, inside, *form))
    return found


def _logarithmic(target: CellTarget) -> tuple[np.ndarray, float, float] | None:
    formula, years = target.spec.formula, target.spec.years
    signs = np.zeros(len(MEASURES))
    if formula in (Formula.LEVEL, Formula.CAGR):
        first, second = (MEASURES.index(term.measure) for term in target.spec.terms.values())
        signs[[first, second]] = (1, -1) if formula is Formula.LEVEL else (-1, 1)
    elif formula in (Formula.LEVEL_CHANGE, Formula.PRODUCTIVITY_CAGR):
        signs[:] = (1, -1, -1, 1)
    else:
        return None
    middle, half = (target.low + target.high) / 2, (target.high - target.low) / 2 * (1 - INSIDE)
    if formula is Formula.LEVEL:
        low, high = ((middle + side * half) * 1000 for side in (-1, 1))
    else:
        low, high = ((1 + (middle + side * half) / 100) ** years for side in (-1, 1))
    return signs, float(np.log(low)), float(np.log(high))


def fit_totals(
    drawn: np.ndarray,
    firms: np.ndarray,
    ratios: Sequence[TotalsRatio],
    out_of_reach: Collection[CellKey],
) -> np.ndarray:
    """Totals near those drawn that keep all ratios that can be kept, with the employment of all classes as drawn.

    Parameters
    ----------
    drawn
        Totals of shape (measures, classes), in units of employment and currency; positive where there are
        firms.
    firms
        Complete firms by class; a class of many moves less easily than a class of few.
    ratios
        What to keep. Where not all can be, as few as possible are missed, and then no longer asked for.
    out_of_reach
        Ratios that are known to be missed: they say where the whole panel lies, as the others do, and are not asked
        for.
    """
    present = np.flatnonzero(firms)
    known = [_within(ratio, present) for ratio in ratios if ratio.inside[present].any()]
    start = _moved_together(_smoothed(drawn[:, present], firms[present]), known)
    weight = np.sqrt(firms[present])
    asked = [ratio for ratio in known if ratio.key not in out_of_reach]
    fitted = _approach(start, weight, asked)
    kept = [ratio for ratio in asked if _miss(ratio, fitted) <= MISSED]
    if len(kept) < len(asked):
        fitted = _approach(start, weight, kept)
    totals = np.zeros_like(drawn)
    # Ratios say nothing of the size of the whole.
    totals[:, present] = fitted * (drawn[:2].sum() / fitted[:2].sum())
    return totals


def _smoothed(drawn: np.ndarray, firms: np.ndarray) -> np.ndarray:
    """The drawn totals with the mean of each class drawn towards the mean of all, as if ``BORROWED`` firms more
    had been drawn: what a handful of firms drew says little of what their class should be."""
    mean = drawn.sum(axis=1, keepdims=True) / firms.sum()
    return np.asarray((drawn + BORROWED * mean) / (firms + BORROWED) * firms)


def _moved_together(drawn: np.ndarray, ratios: Sequence[TotalsRatio]) -> np.ndarray:
    """The drawn totals after the one move of all classes (growth, and productivity at both ends) that brings
    the ratios nearest: what the printed numbers say of the whole panel is no surprise about any class."""
    if not ratios:
        return drawn
    by_move = np.array([ratio.signs @ MOVES[:, 1:] for ratio in ratios])
    wanted = np.array([(ratio.low + ratio.high) / 2 - ratio.value(drawn) for ratio in ratios])
    common = np.linalg.lstsq(by_move, wanted, rcond=None)[0]
    return np.asarray(drawn * np.exp(MOVES[:, 1:] @ common)[:, None])


def _approach(start: np.ndarray, weight: np.ndarray, ratios: Sequence[TotalsRatio]) -> np.ndarray:
    """Programs in a row, each from where the last one led."""
    totals = start
    for trust in TRUST:
        totals = _program(start, totals, weight, ratios, trust)
    return totals


def _program(
    start: np.ndarray, at: np.ndarray, weight: np.ndarray, ratios: Sequence[TotalsRatio], trust: float
) -> np.ndarray:
    """The totals nearest to ``start`` that keep the ratios as they look from ``at``, not farther than ``trust``."""
    program = Program()
    number = start.shape[1]
    # The variables are totals as multiples of ``start``: numbers of like size keep the solver exact.
    low, high = at / start * np.exp(-trust), at / start * np.exp(trust)
    low[0], high[0] = np.maximum(low[0], np.exp(-FARTHEST[0])), np.minimum(high[0], np.exp(FARTHEST[0]))
    totals = program.variables(start.size, low.ravel(), high.ravel()).reshape(start.shape)
    for move, (own, other) in enumerate(FOLLOWS):
        far = np.exp(FARTHEST[move])
        share = np.ones(number) if other is None else start[other] / at[other]
        parts = [
            program.variables(number, 0.0, width, cost=price * weight / SPREAD[move])
            for _ in (1, -1)
            for width, price in SEGMENTS
        ]
        signs = np.repeat([-1.0, 1.0], len(SEGMENTS))
        for one in range(number):
            moved = np.array([part[one] for part in parts])
            if other is None:
                program.row(np.array([totals[own, one], *moved]), np.array([1.0, *signs]), 1.0, 1.0)
            else:
                pair = [totals[own, one], totals[other, one]]
                program.row(np.array([*pair, *moved]), np.array([share[one], -share[one], *signs]), 0.0, 0.0)
                program.row(np.array(pair), np.array([1.0, -far]), -INFINITY, 0.0)
                program.row(np.array(pair), np.array([1.0, -1.0 / far]), 0.0, INFINITY)
    for ratio in ratios:
        _keep(program, ratio, totals, start, at)
    solution = program.solve()
    assert solution is not None  # misses are allowed, so that there are always totals
    return np.asarray(start * solution[totals])


def _keep(
    program: Program, ratio: TotalsRatio, totals: np.ndarray, start: np.ndarray, at: np.ndarray
) -> None:
    """A ratio well between its limits, or nearer to them at a price, or missed at a high one."""
    used = np.flatnonzero(ratio.signs)
    now = at[:, ratio.inside].sum(axis=1)
    indices = np.concatenate([totals[measure, ratio.inside] for measure in used])
    shares = [ratio.signs[measure] * start[measure, ratio.inside] / now[measure] for measure in used]
    width = ratio.high - ratio.low
    near = program.variables(2, 0.0, WELL_INSIDE * width, cost=NEAR / width)
    missed = program.variables(2, cost=MISS / width)
    low, high = ratio.low + WELL_INSIDE * width, ratio.high - WELL_INSIDE * width
    if len(used) > 2:
        value = ratio.value(at)
        values = np.concatenate([*shares, [-1.0, 1.0, -1.0, 1.0]])
        program.row(np.concatenate([indices, near, missed]), values, low - value, high - value)
        return
    over, under = (measure for sign in (1, -1) for measure in used if ratio.signs[measure] == sign)
    for end, (limit, sign) in enumerate(((high, -1.0), (low, 1.0))):
        scale = {over: now[over] / (now[under] * np.exp(limit)), under: 1.0}
        scaled = (scale[measure] * share for measure, share in zip(used, shares, strict=True))
        bounds = (-INFINITY, 0.0) if sign < 0 else (0.0, INFINITY)
        program.row(
            np.append(indices, [near[end], missed[end]]), np.concatenate([*scaled, [sign, sign]]), *bounds
        )


def _miss(ratio: TotalsRatio, totals: np.ndarray) -> float:
    value = ratio.value(totals)
    return max(ratio.low - value, value - ratio.high, 0.0) / (ratio.high - ratio.low)


def _within(ratio: TotalsRatio, present: np.ndarray) -> TotalsRatio:
    return TotalsRatio(ratio.key, ratio.inside[present], ratio.signs, ratio.low, ratio.high)
