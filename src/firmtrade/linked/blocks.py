"""Blocks of variables: one variable per base cell of a clique and measure, and which of them a term adds
up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from firmtrade.errors import UsageError
from firmtrade.linked.classes import Scope, ScopeClasses
from firmtrade.linked.graph import Dimensions, cliques, junction_tree
from firmtrade.query.cells import Term
from firmtrade.query.measures import (
    COMPLETE,
    FIRMS,
    FLOW_MEASURES,
    FTE_END,
    FTE_START,
    VALUE_ADDED_END,
    VALUE_ADDED_START,
)
from firmtrade.query.universes import Universe
from firmtrade.query.where import Where
from firmtrade.study import Study

Columns = NDArray[np.int64]

UNITS: dict[str, float] = {
    FIRMS: 1.0,
    COMPLETE: 1.0,
    FTE_START: 1.0,
    FTE_END: 1.0,
    VALUE_ADDED_START: 50_000.0,
    VALUE_ADDED_END: 50_000.0,
    **{measure: 50_000.0 for measure in FLOW_MEASURES if measure != FIRMS},
}
"""The unit of a variable: firms, units of employment, and 50,000 of currency, near the value added of one
unit of employment. Numbers of like size keep the solver exact."""


@dataclass(frozen=True)
class Block:
    """The base cells of one clique of a scope.

    ``cells`` has one row per possible combination; variable ``start + m * height + r`` is measure ``m`` of
    row ``r``, with measures in the order of ``measures``."""

    scope: Scope
    dimensions: Dimensions
    cells: pl.DataFrame
    start: int
    measures: tuple[str, ...]

    @property
    def universe(self) -> Universe:
        """The universe of its firms."""
        return self.scope.universe

    @property
    def size(self) -> int:
        """Number of variables."""
        return self.cells.height * len(self.measures)

    def columns(self, measure: str, rows: NDArray[np.bool_] | None = None) -> Columns:
        """The variables of a measure, of all base cells or of those in ``rows`` (a mask)."""
        first = self.start + self.measures.index(measure) * self.cells.height
        columns = np.arange(first, first + self.cells.height)
        return columns if rows is None else columns[rows]


class Space:
    """All variables of a system: the blocks of every universe, and where each term finds its variables."""

    def __init__(
        self, study: Study, asked: Mapping[Scope, Iterable[Dimensions]], terms: Iterable[Term] = ()
    ) -> None:
        """``asked`` are the dimensions that one block of a scope must have, ``terms`` what will be added up."""
        self.study = study
        by_scope: dict[Scope, list[Term]] = {scope: [] for scope in asked}
        for term in terms:
            by_scope[Scope.of(term)].append(term)
        self.classes = {
            scope: ScopeClasses(study, scope, (term.where for term in by_scope[scope]))
            for scope in sorted(asked)
        }
        self.blocks: list[Block] = []
        self.trees: list[tuple[Block, Block, Dimensions]] = []
        self._masks: dict[tuple[int, Where], NDArray[np.bool_]] = {}
        start = 0
        for scope, classes in self.classes.items():
            found = cliques(_with_ties(classes, asked[scope]), classes.size)
            measures = _measures(scope, by_scope[scope])
            blocks = []
            for names in found:
                block = Block(scope, names, classes.combinations(names), start, measures)
                blocks.append(block)
                start += block.size
            self.blocks += blocks
            self.trees += [(blocks[a], blocks[b], shared) for a, b, shared in junction_tree(found)]
        self.width = start

    def block(self, scope: Scope, names: Iterable[str]) -> Block:
        """The smallest block of a scope that has these dimensions.

        Raises
        ------
        UsageError
            No block has them all.
        """
        wanted = frozenset(names)
        able = [one for one in self.blocks if one.scope == scope and wanted <= one.dimensions]
        if not able:
            raise UsageError(
                f"no block of {scope.universe} has {', '.join(sorted(wanted)) or 'any dimension'}",
                fix="Ask for dimensions that the printed tables share.",
            )
        return min(able, key=lambda one: one.size)

    def block_of(self, *terms: Term) -> Block:
        """The smallest block that knows the dimensions of some terms about the same firms."""
        scope = Scope.of(terms[0])
        return self.block(scope, frozenset().union(*(scope.dimensions(term.where) for term in terms)))

    def columns(self, term: Term, block: Block | None = None) -> Columns:
        """The variables that a term adds up, in ``block`` or in the smallest block that knows its
        dimensions."""
        block = block or self.block_of(term)
        return block.columns(term.measure, self.mask(block, term.where))

    def mask(self, block: Block, where: Where) -> NDArray[np.bool_]:
        """The base cells of a block for which a condition holds."""
        key = (block.start, where)
        if key not in self._masks:
            # A condition on no dimension is a literal: it is broadcast to the rows of the block.
            chosen = block.cells.select(where.expression().alias("inside") & (pl.int_range(pl.len()) >= 0))
            self._masks[key] = chosen.to_series().to_numpy().astype(bool)
        return self._masks[key]

    def frame(self, block: Block, values: NDArray[np.float64]) -> pl.DataFrame:
        """A block with its values in units of the study: firms, employment, currency."""
        numbers: dict[str, Any] = {m: values[block.columns(m)] * UNITS[m] for m in block.measures}
        return block.cells.with_columns(**{m: pl.Series(numbers[m]) for m in numbers})


def _measures(scope: Scope, terms: Iterable[Term]) -> tuple[str, ...]:
    """What there is a variable of: of traders, the values that are asked about."""
    if scope.universe.flow is None:
        return scope.universe.measures
    asked = {FIRMS, *(term.measure for term in terms)}
    return tuple(measure for measure in scope.universe.measures if measure in asked)


def _with_ties(classes: ScopeClasses, asked: Iterable[Dimensions]) -> list[Dimensions]:
    """The dimensions asked about, and of each tie those that any question uses: what hangs together stays
    together."""
    questions = list(dict.fromkeys(asked))
    used = frozenset().union(*questions)
    return [*questions, *(part for tie in classes.ties if len(part := tie & used) > 1)]
