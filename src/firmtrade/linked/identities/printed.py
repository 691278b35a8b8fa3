"""Printed tables seen as sets of firms: which groups are parts of which, and which cover a population."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from firmtrade.kinds import specify
from firmtrade.linked.edition import Edition, PrintedCell, tables_of_classes
from firmtrade.linked.words import CellWords
from firmtrade.outputs import CellKey
from firmtrade.query.cells import CellSpec, Formula, Line, TableSpec
from firmtrade.query.conditions import FLAGS
from firmtrade.query.domain import Domain
from firmtrade.query.universes import Universe
from firmtrade.query.where import Where
from firmtrade.study import TableDeclaration

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class PrintedGroup:
    """A printed number of a group, with the base cells of its firms."""

    cell: PrintedCell
    firms: Mask

    def inside(self, other: PrintedGroup) -> bool:
        """Whether this group is a part of another, and not all of it."""
        return bool((self.firms <= other.firms).all() and (self.firms != other.firms).any())


@dataclass(frozen=True)
class Whole:
    """A group that is printed beside its parts. ``all_of_it``: the parts leave no firm of the group out."""

    whole: PrintedGroup
    parts: tuple[PrintedGroup, ...]
    all_of_it: bool


class PrintedTable:
    """The printed cells of one table and universe, over the base cells of its dimensions."""

    def __init__(
        self,
        declaration: TableDeclaration,
        universe: Universe,
        specs: Iterable[CellSpec],
        edition: Edition,
        domain: Domain,
    ) -> None:
        self.declaration, self.universe, self._domain = declaration, universe, domain
        self.specs = tuple(specs)
        self.cells = tuple(edition.by_key[spec.key] for spec in self.specs if spec.key in edition.by_key)
        self._empty = edition.empty
        self._masks: dict[Where, Mask] = {}

    @property
    def about(self) -> tuple[Universe, str, tuple[tuple[str, tuple[str, ...]], ...]]:
        """Which firms the table is about: tables with the same answer are about the same firms."""
        population = self.declaration.population_key(self.universe.population)
        return self.universe, population, tuple(sorted(self.declaration.where.items()))

    @property
    def flags(self) -> str:
        """The name of the set of flags that a table of shares is about."""
        return self.declaration.side("rows" if self.flags_are_rows else "columns")

    @property
    def flags_are_rows(self) -> bool:
        """Whether its rows are flags."""
        return self.declaration.side("rows") in FLAGS

    @cached_property
    def _base_cells(self) -> pl.DataFrame:
        used = {name for spec in self.specs for term in spec.terms.values() for name in term.where.dimensions}
        return self._domain.combinations(used)

    def firms(self, where: Where) -> Mask:
        """The base cells of a condition."""
        if where not in self._masks:
            cells = self._base_cells
            inside = cells.select(where.expression().alias("inside")).to_series().to_numpy()
            self._masks[where] = np.broadcast_to(inside, (cells.height,)).astype(bool)
        return self._masks[where]

    @cached_property
    def empty(self) -> Mask:
        """Base cells without firms: groups that the table leaves out."""
        out = np.zeros_like(self._anyone)
        for spec in self.specs:
            if spec.key in self._empty:
                out |= self.firms(spec.group.where)
        return out

    @cached_property
    def _anyone(self) -> Mask:
        return any_of([self.firms(spec.group.where) for spec in self.specs])

    def groups(self, formula: Formula, measures: tuple[str, ...] = ()) -> tuple[PrintedGroup, ...]:
        """Printed cells of a formula (over these measures) with the firms of their groups."""
        return tuple(
            PrintedGroup(cell, self.firms(cell.spec.group.where))
            for cell in self.cells
            if cell.spec.formula is formula and (not measures or tuple(cell.spec.terms) == measures)
        )

    def wholes(self, groups: tuple[PrintedGroup, ...]) -> list[Whole]:
        """Groups that have printed parts, each with its smallest parts, where these do not overlap."""
        leaves = [one for one in groups if not any(other.inside(one) for other in groups)]
        found = []
        for whole in groups:
            parts = tuple(one for one in leaves if one.inside(whole))
            if parts and disjoint(parts):
                missing = whole.firms & ~union(parts) & ~self.empty
                found.append(Whole(whole, parts, not missing.any()))
        return found

    def cover(self, groups: tuple[PrintedGroup, ...]) -> tuple[tuple[PrintedGroup, ...], bool] | None:
        """The largest groups, where they do not overlap, and whether they leave no firm of the table out."""
        roots = tuple(one for one in groups if not any(one.inside(other) for other in groups))
        if not roots or not disjoint(roots):
            return None
        return roots, not (self._anyone & ~union(roots) & ~self.empty).any()


def union(groups: Iterable[PrintedGroup]) -> Mask:
    """The base cells of any of the groups."""
    return any_of([group.firms for group in groups])


def any_of(masks: Sequence[Mask]) -> Mask:
    """The base cells of any of the masks."""
    return np.asarray(np.logical_or.reduce(masks), dtype=np.bool_)


def disjoint(groups: Iterable[PrintedGroup]) -> bool:
    """Whether no base cell is in two groups."""
    return bool((np.add.reduce([group.firms.astype(int) for group in groups]) <= 1).all())


class Printed:
    """An edition as tables of sets of firms, with the words to speak of them."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.words = CellWords(edition.study)
        self._domains: dict[Universe, Domain] = {}

    def domain(self, universe: Universe) -> Domain:
        """The domain of a universe, built once."""
        if universe not in self._domains:
            self._domains[universe] = Domain(self.edition.study, universe)
        return self._domains[universe]

    @cached_property
    def _specified(self) -> dict[str, TableSpec]:
        return {table.id: table for table in specify(self.edition.study)}

    @cached_property
    def all_specs(self) -> dict[CellKey, CellSpec]:
        """Every cell that the study can print."""
        return {spec.key: spec for table in self._specified.values() for spec in table.cells}

    def lines(self, table: str) -> tuple[Line, ...]:
        """The rows of a table."""
        return self._specified[table].rows

    def optional(self, key: CellKey) -> bool:
        """Whether a table may leave a cell out."""
        return key not in self.all_specs or self.all_specs[key].optional

    @cached_property
    def tables(self) -> tuple[PrintedTable, ...]:
        """Every printed table of classes of firms, one for each universe it is about."""
        specs: dict[tuple[str, Universe], list[CellSpec]] = {}
        for spec in (spec for table in tables_of_classes(self.edition.study) for spec in table.cells):
            specs.setdefault((spec.key.table, spec.group.universe), []).append(spec)
        tables = [
            PrintedTable(
                self.edition.study.output(table), universe, found, self.edition, self.domain(universe)
            )
            for (table, universe), found in specs.items()
        ]
        return tuple(table for table in tables if table.cells)

    @cached_property
    def of_traders(self) -> tuple[PrintedCell, ...]:
        """The printed numbers of all other tables: of traders by what they did, of single firms, of partners."""
        classed = frozenset(cell.key for cell in self.edition.classed)
        return tuple(cell for cell in self.edition.numbers if cell.key not in classed)

    def of_kind(self, *kinds: str) -> tuple[PrintedTable, ...]:
        """Printed tables of some kinds."""
        return tuple(table for table in self.tables if table.declaration.kind in kinds)

    def firms(self, universe: Universe, wheres: Iterable[Where]) -> list[Mask]:
        """Base cells of conditions of different tables, over all their dimensions."""
        conditions = list(wheres)
        frame = self.domain(universe).combinations(
            {name for where in conditions for name in where.dimensions}
        )
        columns = [where.expression().alias(str(number)) for number, where in enumerate(conditions)]
        return [
            np.broadcast_to(column.to_numpy(), (frame.height,))
            for column in frame.select(columns).get_columns()
        ]
