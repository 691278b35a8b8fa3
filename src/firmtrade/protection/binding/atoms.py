"""Atoms: one variable per base cell of a clique of dimensions and per measure, and which of them a term adds up.

Cells ask about few dimensions at a time; dimensions that are asked about together share a block, and blocks agree on
the dimensions that they share, so the full product is never built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from firmtrade.linked.graph import Dimensions, cliques, junction_tree
from firmtrade.protection.binding.classes import Populations, UniverseClasses
from firmtrade.query.cells import Term
from firmtrade.query.universes import Universe
from firmtrade.query.where import Where
from firmtrade.study import Study

Columns = NDArray[np.int64]
Family = tuple[Universe, str]
"""A universe and a measure: atoms of one never add up with those of another."""


@dataclass(frozen=True, eq=False)
class AtomBlock:
    """The base cells of one clique; variable ``start + r`` is row ``r`` of ``cells``."""

    family: Family
    dimensions: Dimensions
    cells: pl.DataFrame
    start: int


class Atoms:
    """All variables of a system of terms."""

    def __init__(self, study: Study, terms: Iterable[Term]) -> None:
        asked = list(dict.fromkeys(terms))
        self.populations = Populations(study, (term.universe.population for term in asked))
        self.terms = {term: self.populations.widened(term) for term in asked}
        self.blocks: list[AtomBlock] = []
        self.trees: list[tuple[AtomBlock, AtomBlock, Dimensions]] = []
        self.classes: dict[Universe, UniverseClasses] = {}
        self._masks: dict[tuple[int, Where], Columns] = {}
        self.width = 0
        wide = list(self.terms.values())
        for universe in sorted({term.universe for term in wide}):
            conditions = [term.where for term in wide if term.universe == universe]
            parts = self.populations.parts(universe.population)
            self.classes[universe] = UniverseClasses(study, universe, conditions, parts)
        for family in sorted({(term.universe, term.measure) for term in wide}):
            self._add_blocks(family, [term for term in wide if (term.universe, term.measure) == family])

    def _add_blocks(self, family: Family, terms: list[Term]) -> None:
        classes = self.classes[family[0]]
        questions = list(dict.fromkeys(term.where.dimensions for term in terms))
        used = frozenset().union(*questions)
        ties = [part for tie in classes.ties if len(part := tie & used) > 1]
        found = cliques([*questions, *ties], classes.size)
        blocks = []
        for names in found:
            block = AtomBlock(family, names, classes.combinations(names), self.width)
            self.width += block.cells.height
            blocks.append(block)
        self.blocks += blocks
        self.trees += [(blocks[a], blocks[b], shared) for a, b, shared in junction_tree(found)]

    def columns(self, term: Term) -> Columns:
        """The atoms that a term adds up."""
        wide = self.terms[term]
        able = [
            block
            for block in self.blocks
            if block.family == (wide.universe, wide.measure) and wide.where.dimensions <= block.dimensions
        ]
        block = min(able, key=lambda one: (one.cells.height, one.start))
        return self._chosen(block, wide.where)

    def row(self, term: Term) -> csr_array:
        """A term as a row over atoms."""
        columns = self.columns(term)
        place = (np.zeros(len(columns), dtype=np.int64), columns)
        return csr_array(coo_array((np.ones(len(columns), dtype=np.int64), place), shape=(1, self.width)))

    def everywhere(self, term: Term) -> Iterator[tuple[AtomBlock, Columns]]:
        """The atoms that a term adds up in each block that knows its dimensions."""
        wide = self.terms[term]
        for block in self.blocks:
            if block.family == (wide.universe, wide.measure) and wide.where.dimensions <= block.dimensions:
                yield block, self._chosen(block, wide.where)

    def agreements(self) -> csr_array:
        """Rows that are 0 for every reader: neighbouring blocks have the same totals over what they share."""
        rows: list[Columns] = []
        columns: list[Columns] = []
        weights: list[NDArray[np.int64]] = []
        height = 0
        for one, other, shared in self.trees:
            names = sorted(shared)
            cells = self.classes[one.family[0]].combinations(names)
            for block, sign in ((one, 1), (other, -1)):
                at = _places(block, names, cells)
                rows.append(at + height)
                columns.append(block.start + np.arange(block.cells.height))
                weights.append(np.full(block.cells.height, sign, dtype=np.int64))
            height += cells.height
        if not rows:
            return csr_array((0, self.width), dtype=np.int64)
        place = (np.concatenate(rows), np.concatenate(columns))
        return csr_array(coo_array((np.concatenate(weights), place), shape=(height, self.width)))

    def _chosen(self, block: AtomBlock, where: Where) -> Columns:
        key = (block.start, where)
        if key not in self._masks:
            # A condition on no dimension is a literal: it is broadcast to the rows of the block.
            inside = block.cells.select(where.expression().alias("inside") & (pl.int_range(pl.len()) >= 0))
            mask = inside.to_series().to_numpy().astype(bool)
            self._masks[key] = block.start + np.flatnonzero(mask)
        return self._masks[key]


def _places(block: AtomBlock, names: list[str], cells: pl.DataFrame) -> Columns:
    """For each base cell of a block, its row among the combinations of some dimensions."""
    if not names:
        return np.zeros(block.cells.height, dtype=np.int64)
    found = block.cells.select(names).join(
        cells.with_row_index("at"), on=names, how="left", maintain_order="left"
    )
    return found["at"].to_numpy().astype(np.int64)
