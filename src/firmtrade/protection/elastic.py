"""What is shown to one reader, with a price on every break: atoms that reach certain ends and break as little as
possible of what is shown.

What is broken much in one place costs less than what is broken a little in many, because a statement is hidden or not:
so every break is weighed anew by its size, after Candès, Wakin and Boyd (2008), "Enhancing sparsity by reweighted l1
minimization".

Atoms are written as what they move from a population that fits what is shown. So a program starts from an answer that
breaks nothing and lacks only what is asked, and the way from there to the best answer is short. What is shown of one
atom alone is a price on its moves and needs no row.

In a large system only the atoms near those that are asked for may move at first; where that is not enough, more and
more of them. The others stay as they are, so what is found is possible in the whole system too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, eye_array, hstack, vstack

from firmtrade.linked.solver import Solver
from firmtrade.protection.audit import Seen
from firmtrade.protection.near import Nearness
from firmtrade.protection.problem import TOLERANCE, Mask, Problem, Vector, Viewpoint
from firmtrade.protection.reader import Reader
from firmtrade.protection.reduction import reduced

BROKEN = 1e-7
"""From here on a statement counts as broken: above what the solver leaves."""

WEIGHINGS = 2
"""How often breaks are weighed anew."""

LARGE = 4_000
"""How many atoms may all move at once: of more the programs take too long."""

NEAR = 800
"""How many atoms may move at first for each end, where there are more."""

WIDER = 4
"""How many times as many may move where those are not enough."""

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class End:
    """A value that a target (by position) must be able to have, or one beyond it: upward or downward. ``other`` is
    the end that will do instead, where either does."""

    target: int
    value: float
    upward: bool
    other: float | None = None

    def turned(self) -> End:
        """The end that will do instead."""
        assert self.other is not None
        return End(self.target, self.other, not self.upward, self.value)


class Elastic:
    """What is shown to one reader. What is hidden costs nothing to break, and what is broken is ``hidden`` from then
    on."""

    def __init__(
        self, problem: Problem, hidden: Mask, targets: Sequence[int], viewpoint: Viewpoint | None
    ) -> None:
        self.problem, self.hidden = problem, hidden.copy()
        knows = viewpoint.knows if viewpoint else None
        facts = problem.given if knows is None else problem.given.and_also(knows)
        statements = problem.statements
        firm = statements.rows(~hidden & problem.fixed)
        system = reduced(
            csr_array(vstack([facts.matrix, statements.matrix[firm]])),
            np.concatenate([facts.low, statements.low[firm]]),
            np.concatenate([facts.high, statements.high[firm]]),
            problem.low,
            problem.high,
        )
        self.base = np.clip(Reader(problem, hidden, knows).some(), system.least, system.most)
        self.open = np.flatnonzero(~system.fixed)
        self.least, self.most = (system.least - self.base)[self.open], (system.most - self.base)[self.open]
        soft = statements.rows(~hidden & ~problem.fixed)
        self.holds = self._moves(system.matrix, system.low, system.high)
        self.shown = self._moves(statements.matrix[soft], statements.low[soft], statements.high[soft])
        self.owner = statements.owner[soft]
        self.costs = problem.cost[self.owner]
        self.places = {target: at for at, target in enumerate(targets)}
        rows = csr_array(
            problem.quantities[[problem.targets[at].quantity for at in targets]], dtype=np.float64
        )
        self.asked = csr_array(rows.tocsc()[:, self.open])
        self.seen = Seen(rows, self.base)

    def _moves(self, rows: csr_array, low: Vector, high: Vector) -> _Moves:
        """Rows as conditions on what the open atoms move."""
        now = rows @ self.base
        return _Moves(csc_array(rows)[:, self.open], np.minimum(low - now, 0), np.maximum(high - now, 0))

    def reached(self, end: End) -> bool:
        """Whether atoms found so far have the value of an end, or go beyond it."""
        at = self.places[end.target]
        slack = TOLERANCE * max(abs(self.value(end)), 1.0)
        low, high = self.seen.low[at], self.seen.high[at]
        up, down = (end.value, end.other) if end.upward else (end.other, end.value)
        return bool((up is not None and high >= up - slack) or (down is not None and low <= down + slack))

    def value(self, end: End) -> float:
        """The true value of the target of an end."""
        return self.problem.targets[end.target].value

    def together(self, ends: Sequence[End], lacking: float | None) -> bool:
        """Reach ends at least cost and hide what that breaks; ``lacking`` is the price of a unit that an end lacks,
        None where it may lack nothing. Whether anything was found."""
        asked = csr_array(self.asked[[self.places[end.target] for end in ends]])
        atoms = len(self.open)
        size = NEAR * len(ends) if atoms > LARGE else atoms
        while not self._moving(self._near(asked, size), asked, ends, lacking):
            if size >= atoms:
                return False
            size *= WIDER
        return True

    def _near(self, asked: csr_array, size: int) -> Places:
        """The open atoms that are nearest to those that are asked for, so many of them."""
        if size >= len(self.open):
            return np.arange(len(self.open))
        return self._nearness.nearest(np.unique(asked.indices), size)

    @cached_property
    def _nearness(self) -> Nearness:
        return Nearness(vstack([self.holds.matrix, self.shown.matrix]))

    def _moving(self, atoms: Places, asked: csr_array, ends: Sequence[End], lacking: float | None) -> bool:
        """The same where only some of the open ``atoms`` may move."""
        places = np.array([self.places[end.target] for end in ends])
        values = np.array([end.value for end in ends]) - self.seen.values[places]
        upward = np.array([end.upward for end in ends])
        near, shown = self.shown.over(atoms)
        program = _Program(
            self.holds.over(atoms)[1],
            shown,
            _Moves(
                csc_array(asked)[:, atoms],
                np.where(upward, values, -np.inf),
                np.where(upward, np.inf, values),
            ),
            self.least[atoms],
            self.most[atoms],
            lacking,
        )
        least = max(min(abs(end.value - self.value(end)) for end in ends), BROKEN)
        costs, owner, best, price = self.costs[near], self.owner[near], None, np.inf
        for _ in range(1 + WEIGHINGS):
            found = program.solve(costs)
            if found is None:
                break
            broken = np.setdiff1d(owner[found.breaks > BROKEN], np.flatnonzero(self.hidden))
            total = float(self.problem.cost[broken].sum()) + (lacking or 0.0) * found.lack
            if total < price:
                best, price = (found.moves, broken), total
            costs = self.costs[near] / (1 + found.breaks / least)
        if best is None:
            return False
        moves, broken = best
        self.hidden[broken] = True
        self.costs = np.where(self.hidden[self.owner], 0.0, self.costs)
        moved = self.open[atoms]
        self.seen.add((moved, self.base[moved] + moves))
        return True


@dataclass(frozen=True)
class _Moves:
    """Conditions on what atoms move: ``low <= matrix @ moves <= high``."""

    matrix: csc_array
    low: Vector
    high: Vector

    def over(self, atoms: Places) -> tuple[Places, _Moves]:
        """What they say of some atoms where the others do not move: which rows say anything, and these."""
        matrix = csr_array(self.matrix[:, atoms])
        rows = np.flatnonzero(np.diff(matrix.indptr))
        return rows, _Moves(csc_array(matrix[rows]), self.low[rows], self.high[rows])


@dataclass(frozen=True)
class _Answer:
    """What the atoms move, by how much each row of what is shown is broken, and what the ends lack."""

    moves: Vector
    breaks: Vector
    lack: float


class _Program:
    """The linear program over moves: what ``holds``, what is ``shown`` with its breaks, what is ``asked`` with what it
    lacks at the price of ``lacking`` a unit (None: nothing). Columns are the moves of atoms upward and downward, the
    breaks of rows downward and upward, lacks downward and upward."""

    def __init__(
        self,
        holds: _Moves,
        shown: _Moves,
        asked: _Moves,
        least: Vector,
        most: Vector,
        lacking: float | None,
    ) -> None:
        self.atoms, self.rows, lacks = len(least), len(shown.low), len(asked.low)
        matrix = csr_array(shown.matrix)
        priced = (np.diff(matrix.indptr) == 1) & (shown.low == shown.high)
        self.priced = np.flatnonzero(priced)
        place = matrix.indptr[self.priced]
        self.priced_atom = matrix.indices[place]
        self.weight = np.abs(matrix.data[place])
        self.broken = np.flatnonzero(~priced)
        rows, breaks = matrix[self.broken], len(self.broken)
        one, other = eye_array(breaks), eye_array(lacks)
        self.first_lack = 2 * (self.atoms + breaks)
        self.lacking = np.full(2 * lacks, lacking or 0.0)
        self.solver = Solver(
            csr_array(
                vstack(
                    [
                        hstack(
                            [holds.matrix, -holds.matrix, csr_array((len(holds.low), 2 * breaks + 2 * lacks))]
                        ),
                        hstack([rows, -rows, one, -one, csr_array((breaks, 2 * lacks))]),
                        hstack([asked.matrix, -asked.matrix, csr_array((lacks, 2 * breaks)), other, -other]),
                    ]
                )
            ),
            np.concatenate([holds.low, shown.low[self.broken], asked.low]),
            np.concatenate([holds.high, shown.high[self.broken], asked.high]),
            np.zeros(self.first_lack + 2 * lacks),
            np.concatenate(
                [
                    most,
                    -least,
                    np.full(2 * breaks, np.inf),
                    np.full(2 * lacks, 0.0 if lacking is None else np.inf),
                ]
            ),
        )
        # All moves at nothing are an answer but for what is asked: presolve would lose this start.
        self.solver.forget(direct=True)

    def solve(self, costs: Vector) -> _Answer | None:
        """The cheapest moves at some costs of the breaks; None where there are none."""
        prices = np.bincount(self.priced_atom, costs[self.priced] * self.weight, minlength=self.atoms)
        self.solver.objective(
            np.concatenate([np.tile(prices, 2), np.tile(costs[self.broken], 2), self.lacking]), primal=False
        )
        values = self.solver.solve().values
        if values is None:
            return None
        moves, breaks, lack = np.split(values, [2 * self.atoms, self.first_lack])
        up, down = moves.reshape(2, -1)
        found = np.zeros(self.rows)
        found[self.priced] = self.weight * (up + down)[self.priced_atom]
        found[self.broken] = breaks.reshape(2, -1).sum(axis=0)
        return _Answer(up - down, found, float(lack.sum()))
