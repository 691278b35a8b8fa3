"""A study with the firms behind it, and the cells that follow from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from random import Random

import numpy as np
import polars as pl

from every_population.numbers import THOUSAND, value_of
from every_population.places import NEVER, TRADED, Place, is_told, located
from every_population.studies import PART, TRADERS, WIDE, drawn_study
from every_population.vectors import writable
from every_population.world import World
from firmtrade.kinds import specify
from firmtrade.outputs import Cell, CellKey, Contribution, ObsStatus
from firmtrade.query.cells import CellSpec, TableSpec, Term
from firmtrade.query.domain import Domain
from firmtrade.query.measures import (
    FIRMS,
    FTE_END,
    FTE_START,
    VALUE,
    VALUE_ADDED_END,
    VALUE_ADDED_START,
    VALUE_EXTRA,
    VALUE_INTRA,
)
from firmtrade.query.universes import Universe
from firmtrade.query.where import Where
from firmtrade.study import Study

ZONES = {VALUE_INTRA: "intra_eu_export", VALUE_EXTRA: "extra_eu_export"}


@dataclass(frozen=True)
class Drawn:
    """A study, its firms, and the cells that a room would hold."""

    study: Study
    tables: tuple[TableSpec, ...]
    worlds: Mapping[Place, World]

    @cached_property
    def specs(self) -> dict[CellKey, CellSpec]:
        return {spec.key: spec for table in self.tables for spec in table.cells if is_told(spec)}

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell that is printed: those of an optional row only where a firm stands in it."""
        made = (self._cell(spec) for spec in self.specs.values())
        return tuple(cell for cell in made if cell is not None)

    def contribution(self, term: Term, component: str = "count") -> Contribution:
        """Who stands behind a term."""
        place, where = located(self.study, term)
        return self.worlds[place].behind(component, term.measure, where)

    def _cell(self, spec: CellSpec) -> Cell | None:
        behind = tuple(self.contribution(term, name) for name, term in spec.terms.items())
        group = self.contribution(spec.group).n_firms
        if spec.optional and not group:
            return None
        value = value_of(spec, {part.component: part.total for part in behind})
        status = ObsStatus.UNDEFINED if value is None else ObsStatus.NORMAL
        return Cell(
            spec.key, value, spec.unit, spec.year, spec.decimals, status, n_firms=group, contributions=behind
        )


def drawn(seed: int, period: str = "reference", firms: int = 6) -> Drawn:
    """A drawn study with drawn firms, some of them of one group."""
    rng = Random(seed)
    study = drawn_study(rng, period)
    tables = tuple(specify(study))
    asked: dict[Place, set[Where]] = {}
    for spec in (spec for table in tables for spec in table.cells if is_told(spec)):
        for term in (*spec.terms.values(), spec.group):
            place, where = located(study, term)
            asked.setdefault(place, set()).add(where)
    wide = WIDE if WIDE in study.populations else PART
    worlds = {}
    for place, wheres in sorted(asked.items()):
        universe = Universe(wide, "export" if place[0] == TRADERS else place[0])  # type: ignore[arg-type]
        kinds = _kinds(study, universe, wheres)
        most = max(number for number in range(2, firms + 1) if number == 2 or writable(kinds.height, number))
        world = _firms(rng, kinds, rng.randint(2, most))
        worlds[place] = _selling(rng, world) if place[0] == TRADERS else world
    return Drawn(study, tables, worlds)


def _kinds(study: Study, universe: Universe, wheres: set[Where]) -> pl.DataFrame:
    """The kinds of firms that conditions tell apart: one of each set of classes for which the same conditions hold.
    What a firm does in years around is a flag of its own."""
    domain = Domain(study, universe)
    dimensions = {name for where in wheres for name in where.dimensions}
    classes = domain.combinations(dimensions & {*domain.dimensions})
    for flag in sorted(dimensions - {*domain.dimensions}):
        both = [False] if flag == NEVER else [False, True]
        classes = classes.join(pl.DataFrame({flag: both}), how="cross")
    classes = classes.filter(_sound(classes.columns))
    every = [where.expression() & (pl.int_range(pl.len()) >= 0) for where in sorted(wheres, key=str)]
    names = [str(at) for at in range(len(every))]
    told = classes.with_columns(each.alias(name) for each, name in zip(every, names, strict=True))
    return told.unique(names, keep="first", maintain_order=True).drop(names)


def _sound(columns: Sequence[str]) -> pl.Expr:
    """Who trades in the year of the zones trades with one of them, and of others nothing else is known."""
    zones = [name for name in ZONES.values() if name in columns]
    if not zones:
        return pl.lit(True)
    others = [name for name in (*zones, "importer") if name in columns]
    trades = pl.col(f"{TRADED}2000") if f"{TRADED}2000" in columns else pl.lit(True)
    return pl.when(trades).then(pl.any_horizontal(zones)).otherwise(~pl.any_horizontal(others))


def _firms(rng: Random, kinds: pl.DataFrame, number: int) -> World:
    few = rng.sample(
        range(kinds.height), min(kinds.height, rng.randint(2, 5))
    )  # firms are alike more often than not
    kind = np.array([rng.choice(few) for _ in range(number)], dtype=np.int64)
    unit = np.array([rng.choice((at, rng.randrange(number))) for at in range(number)], dtype=np.int64)
    staff = {name: np.array([rng.randint(1, 3) for _ in kind]) for name in (FTE_START, FTE_END)}
    added = {
        name: THOUSAND * np.array([rng.choice((-1, 0, 1, 1, 2, 3)) for _ in kind])
        for name in (VALUE_ADDED_START, VALUE_ADDED_END)
    }
    return World(kinds, kind, unit, staff | added)


def _selling(rng: Random, world: World) -> World:
    """The same firms with what they sell in each zone that they trade with."""
    sold = {
        measure: THOUSAND
        * np.array([rng.randint(1, 3) for _ in world.kind])
        * world.kinds[flag].to_numpy()[world.kind]
        for measure, flag in ZONES.items()
        if flag in world.kinds.columns
    }
    if sold:
        sold[VALUE] = sold[VALUE_INTRA] + sold[VALUE_EXTRA]
    return replace(world, amounts={**world.amounts, **sold})


def nested(drawn: Drawn) -> Iterator[tuple[Term, Term]]:
    """Pairs of numbers of firms, the wider first, of which one counts firms that the other counts too."""
    terms = {
        term: located(drawn.study, term)
        for spec in drawn.specs.values()
        for term in spec.terms.values()
        if term.measure == FIRMS
    }
    for one, other in combinations(terms, 2):
        (place, first), (elsewhere, second) = terms[one], terms[other]
        if place == elsewhere:
            world = drawn.worlds[place]
            left, right = world.inside(first), world.inside(second)
            if (left <= right).all() and left.any():
                yield other, one
            elif (right <= left).all() and right.any():
                yield one, other
