"""The linear system behind a set of published tables: which populations could have printed these numbers?

Variables stand for the number of firms of a base cell and, in a panel, for its complete firms and their
employment and value added in the first and the last year. There is one block of variables per clique of the
dimensions that the printed tables ask about together; blocks agree on what they share. Every printed number
becomes rows that it *owns*; rows without an owner hold for firms whatever is printed.

The contract, in short::

    system = LinkedSystem.build(study, edition.statistics, empty=edition.left_out)
    answer = system.solve()               # a population of base cells that fits, or an answer without values
    answer = system.solve(without=keys)   # the same, with some printed cells given up
    system.is_consistent(without=keys)    # whether any population fits
    system.block_values(answer, universe, dimensions)   # a solution in firms, employment and currency
    contradiction(system), repair(system) # of :mod:`firmtrade.linked.conflicts` and :mod:`firmtrade.linked.repair`
    system.rows, system.row_low, system.row_high, system.low, system.high, system.owners   # as it is
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import inf

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from firmtrade.linked.binding import bind, dimensions_asked
from firmtrade.linked.blocks import Block, Space
from firmtrade.linked.classes import Scope
from firmtrade.linked.constraints import agree, relate, shared_questions, totals_need_firms
from firmtrade.linked.edition import PrintedCell, binds, terms_of
from firmtrade.linked.rows import Owners, Rows
from firmtrade.linked.solver import Solution, Solver, SolverStatus, Vector
from firmtrade.outputs import CellKey
from firmtrade.query.cells import CellSpec
from firmtrade.query.measures import COMPLETE, FIRMS, FTE_END, FTE_START
from firmtrade.query.universes import Universe
from firmtrade.study import Study

MARGIN = 0.001
"""Half-units by which intervals of ratios are widened for the solver's tolerance: nothing an editor could
see."""


@dataclass(frozen=True)
class LinkedSystem:
    """The system of the printed cells of a study. Build it with :meth:`build`.

    ``rows`` has one column per variable (``space`` says which), ``owners[r]`` are the cells that state row
    ``r``. ``low`` and ``high`` bound the variables."""

    study: Study
    cells: tuple[PrintedCell, ...]
    space: Space
    rows: csr_array
    row_low: Vector
    row_high: Vector
    low: Vector
    high: Vector
    owners: tuple[Owners, ...]

    @classmethod
    def build(
        cls,
        study: Study,
        cells: Iterable[PrintedCell],
        *,
        margin: float = MARGIN,
        empty: Collection[CellSpec] = (),
        also: Mapping[Universe, Iterable[frozenset[str]]] | None = None,
    ) -> LinkedSystem:
        """Write the system of some printed cells.

        Parameters
        ----------
        study
            The study whose tables they are.
        cells
            Printed cells; those that are no totals over base cells (codes, quartiles) are left aside.
        margin
            Half-units of the last printed digit by which every interval is widened on each side. Negative
            values narrow it, which keeps solutions off the edge where they would print another digit.
        empty
            Counts of groups that have no firms because a printed table leaves them out.
        also
            Further sets of dimensions that one block must hold, by universe.
        """
        printed = tuple(cell for cell in cells if binds(study, cell.spec))
        terms = list(
            dict.fromkeys(
                term for spec in (*(cell.spec for cell in printed), *empty) for term in terms_of(spec)
            )
        )
        asked = dimensions_asked(terms)
        for universe, sets in (also or {}).items():
            asked.setdefault(Scope(universe), []).extend(sets)
        shared_questions(study, asked)
        space = Space(study, asked, terms)
        rows = Rows()
        agree(space, rows)
        totals_need_firms(space, rows)
        relate(space, rows)
        for spec in empty:
            rows.add([(space.columns(spec.group), 1.0)], 0.0, 0.0)
        bind(printed, space, rows, margin)
        return cls(
            study,
            printed,
            space,
            rows.matrix(space.width),
            np.array(rows.low),
            np.array(rows.high),
            _lower_bounds(space),
            np.full(space.width, inf),
            tuple(rows.owners),
        )

    @cached_property
    def keys(self) -> tuple[CellKey, ...]:
        """The printed cells, in order."""
        return tuple(cell.key for cell in self.cells)

    @cached_property
    def owned(self) -> csr_array:
        """Which row (down) belongs to which cell (across)."""
        place = {key: at for at, key in enumerate(self.keys)}
        pairs = [(row, place[key]) for row, owners in enumerate(self.owners) for key in owners]
        down, across = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        return csr_array((np.ones(len(down)), (down, across)), shape=(len(self.owners), len(self.keys)))

    @property
    def counts(self) -> NDArray[np.bool_]:
        """Which variables are numbers of firms."""
        mask = np.zeros(self.space.width, dtype=bool)
        for block in self.space.blocks:
            for measure in (FIRMS, COMPLETE):
                if measure in block.measures:
                    mask[block.columns(measure)] = True
        return mask

    def rows_without(self, without: Collection[CellKey]) -> NDArray[np.bool_]:
        """The rows that stay when some cells are given up: a mask."""
        gone = np.array([key in without for key in self.keys], dtype=np.float64)
        hits: Vector = self.owned @ gone
        return np.equal(hits, 0.0, dtype=np.bool_)

    def solve(
        self,
        cost: ArrayLike | None = None,
        *,
        without: Collection[CellKey] = (),
        whole: bool = False,
        maximize: bool = False,
    ) -> Solution:
        """Look for a population that fits all printed cells except those ``without``.

        Parameters
        ----------
        cost
            Weights of the objective, one per variable; any fitting population without.
        whole
            Ask for whole numbers of firms (a mixed-integer problem).

        Returns
        -------
        Answer
            ``values`` in the units of the variables, None where nothing fits.
        """
        keep = self.rows_without(without)
        sign = -1.0 if maximize else 1.0
        costs = None if cost is None else sign * np.asarray(cost, dtype=np.float64)
        solver = Solver(
            self.rows[keep],
            self.row_low[keep],
            self.row_high[keep],
            self.low,
            self.high,
            cost=costs,
            whole=self.counts if whole else None,
        )
        answer = solver.solve()
        if answer.objective is None or not maximize:
            return answer
        return Solution(answer.outcome, answer.values, -answer.objective)

    @cached_property
    def solver(self) -> Solver:
        """The solver of this system's feasibility, kept between questions so that each starts from the
        last.
        """
        return Solver(self.rows, self.row_low, self.row_high, self.low, self.high)

    def is_consistent(self, without: Collection[CellKey] = ()) -> bool:
        """Whether some population fits all printed cells except those ``without``."""
        solver = self.solver
        solver.switch(self.rows_without(without))
        return solver.solve().decided().outcome is not SolverStatus.INFEASIBLE

    def block_values(self, answer: Solution, universe: Universe, dimensions: Iterable[str]) -> pl.DataFrame:
        """A solution as a frame: one row per base cell of the smallest block with these dimensions, and the
        measures in firms, units of employment and currency. Raises UsageError where no block has them all."""
        assert answer.values is not None, "nothing fits: there are no values"
        return self.space.frame(self.space.block(Scope(universe), dimensions), answer.values)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks, in the order of their variables."""
        return tuple(self.space.blocks)


def _lower_bounds(space: Space) -> Vector:
    """Firms and employment are not negative; value added may be, and so may what corrections leave of a flow."""
    low = np.zeros(space.width)
    for block in space.blocks:
        for measure in block.measures:
            if measure not in (FIRMS, COMPLETE, FTE_START, FTE_END):
                low[block.columns(measure)] = -inf
    return low
