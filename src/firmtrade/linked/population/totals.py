"""Employment and value added of the panel, so that the printed levels and growth rates come out.

In logarithms every printed number speaks of a difference of sums: a level is value added less employment,
growth is the end less the start, growth of productivity is both. Around a current table these are linear in
small relative changes, so a few linear programs with a shrinking trust region lead from what the firms drew
to totals that keep every interval, moving each class of the panel as little as can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from firmtrade.linked.population.base import Base
from firmtrade.linked.population.conditions import mask
from firmtrade.linked.population.program import INFINITY, Program
from firmtrade.linked.population.target import Target
from firmtrade.outputs import CellKey
from firmtrade.query.cells import Formula
from firmtrade.query.measures import FTE_END, FTE_START, VALUE_ADDED_END, VALUE_ADDED_START

MEASURES = (FTE_START, FTE_END, VALUE_ADDED_START, VALUE_ADDED_END)
MOVES = np.array([[1, 0, 0, 0], [1, 1, 0, 0], [1, 0, 1, 0], [1, 1, 0, 1]], float)
"""How a class moves, by measure: its size, its growth, and its productivity at the start and at the end."""
SPREAD = np.array([1.0, 0.25, 0.3, 0.3])
"""Spread of these moves between classes that would surprise nobody, in log points."""
FARTHEST = np.array([1.5, 1.0, 0.6, 0.6])
"""How far a class may move; beyond, the population would be no longer one."""
SEGMENTS = ((0.05, 1.0), (0.15, 3.0), (0.4, 10.0), (INFINITY, 40.0))
"""Width (log points) and price of a move: far moves of one class cost more than near moves of many."""
TRUST = 0.3
"""Largest step at first."""
ROUNDS = 12
"""Most steps of that size; fewer where they stop helping."""
NARROWER = tuple(0.6**step for step in range(1, 12))
"""Then ever smaller steps; the last so small that what is left out of the linear view is nothing."""
INSIDE = 0.05
"""Share of an interval's half-width that totals keep from its edges."""
MISS = 1e4
"""Price of missing an interval by its width."""
MISSED = 0.02
"""Part of its interval by which a cell may be missed before it counts as given up (less than ``INSIDE``)."""


@dataclass(frozen=True, slots=True)
class Ratio:
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


def ratios_of(targets: Sequence[Target], base: Base) -> list[Ratio]:
    """The printed levels and growth rates of the panel, as ratios in logarithms."""
    found = []
    for target in targets:
        form = _logarithmic(target)
        group = target.spec.group
        if form is None or group.universe.population != base.population:
            continue
        inside = mask(group.where, base.panel_cells)
        found.append(Ratio(target.key, inside, *form))
    return found


def _logarithmic(target: Target) -> tuple[np.ndarray, float, float] | None:
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


def fit_totals(drawn: np.ndarray, firms: np.ndarray, ratios: Sequence[Ratio]) -> np.ndarray:
    """Totals near those drawn that keep all ratios that can be kept.

    Parameters
    ----------
    drawn
        Totals of shape (measures, classes), in units of employment and currency; positive where there are
        firms.
    firms
        Complete firms by class; a class of many moves less easily than a class of few.
    ratios
        What to keep. Where not all can be, as few as possible are missed, and then no longer asked for.
    """
    present = np.flatnonzero(firms)
    known = [_within(ratio, present) for ratio in ratios if ratio.inside[present].any()]
    moves = _Moves(np.log(drawn[:, present]), np.sqrt(firms[present]))
    moves.approach(known)
    moves.settle(known)
    kept = [ratio for ratio in known if _miss(ratio, moves.totals) <= MISSED]
    if len(kept) < len(known):
        moves.settle(kept)
    totals = np.zeros_like(drawn)
    totals[:, present] = moves.totals
    return totals


class _Moves:
    """Classes on their way from where they were drawn, one linear program a step."""

    def __init__(self, start: np.ndarray, weight: np.ndarray) -> None:
        self.start, self.weight = start, weight
        self.own = np.zeros_like(start)
        self.common = np.zeros(len(MEASURES))

    @property
    def totals(self) -> np.ndarray:
        return np.asarray(np.exp(self.start + MOVES @ (self.own + self.common[:, None])))

    def approach(self, ratios: Sequence[Ratio]) -> None:
        """Large steps, as long as they bring the totals nearer."""
        before = np.inf
        for _ in range(ROUNDS):
            self._step(ratios, TRUST)
            missed = sum(_miss(ratio, self.totals) for ratio in ratios)
            if missed > 0.98 * before:
                break
            before = missed

    def settle(self, ratios: Sequence[Ratio]) -> None:
        """Smaller and smaller steps, to the point."""
        for narrower in NARROWER:
            self._step(ratios, TRUST * narrower)

    def _step(self, ratios: Sequence[Ratio], trust: float) -> None:
        program = Program()
        own, number = self.own.ravel(), self.own.size
        far = np.repeat(FARTHEST, self.own.shape[1])
        low, high = np.maximum(-far - own, -trust), np.minimum(far - own, trust)
        step = program.variables(number, low, high)
        shared = np.array([0.0, trust, trust, trust])
        common = program.variables(len(MEASURES), -shared, shared)
        price = (self.weight[None, :] / SPREAD[:, None]).ravel()
        parts = [
            program.variables(number, 0.0, width, cost=cost * price)
            for width, cost in SEGMENTS
            for _ in (1, -1)
        ]
        signs = np.array([1.0, *[-1.0, 1.0] * len(SEGMENTS)])
        for at, indices in enumerate(np.stack([step, *parts], axis=1)):
            program.row(indices, signs, -own[at], -own[at])
        totals = self.totals
        of_class = step.reshape(self.own.shape)
        for ratio in ratios:
            shares = totals[:, ratio.inside] / totals[:, ratio.inside].sum(axis=1, keepdims=True)
            by_move = np.einsum("m,mc,mv->vc", ratio.signs, shares, MOVES)
            missed = program.variables(2, cost=MISS / (ratio.high - ratio.low))
            value = ratio.value(totals)
            indices = np.concatenate([of_class[:, ratio.inside].ravel(), common, missed])
            values = np.concatenate([by_move.ravel(), by_move.sum(axis=1), [1.0, -1.0]])
            program.row(indices, values, ratio.low - value, ratio.high - value)
        solution = program.solve()
        assert solution is not None  # misses are allowed, so that there is always a step
        self.own = self.own + solution[of_class]
        self.common = self.common + solution[common]


def _miss(ratio: Ratio, totals: np.ndarray) -> float:
    value = ratio.value(totals)
    return max(ratio.low - value, value - ratio.high, 0.0) / (ratio.high - ratio.low)


def _within(ratio: Ratio, present: np.ndarray) -> Ratio:
    return Ratio(ratio.key, ratio.inside[present], ratio.signs, ratio.low, ratio.high)
