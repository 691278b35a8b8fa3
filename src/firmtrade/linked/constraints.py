"""What holds for firms whatever is printed: rows of a system that no cell owns.

Blocks agree on the dimensions they share; only complete firms stand behind totals; the panel is a part of its
population; a year of a series that is the reference year is the population itself; the traders of a flow are the firms
of their year that have it; a population with fewer divisions is a part of the wider one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf

import numpy as np
import polars as pl

from firmtrade.classifications import activity
from firmtrade.linked.blocks import UNITS, Block, Space
from firmtrade.linked.classes import Scope
from firmtrade.linked.graph import Dimensions
from firmtrade.linked.rows import Rows
from firmtrade.query.conditions import TRADERS
from firmtrade.query.dimensions import UNKNOWN
from firmtrade.query.measures import COMPLETE, FIRMS, FTE_END, FTE_START, VALUE_ADDED_END, VALUE_ADDED_START
from firmtrade.query.universes import Universe
from firmtrade.query.where import EVERYONE, All, Flag, Is, Not, Where
from firmtrade.study import Study

MOST_EMPLOYMENT = 1_000.0
"""Units of employment per firm, on average over the firms of a base cell, in either year of the window.
Firms are below the population's limit (250) in the reference year; the bound only says that totals need
firms."""
MOST_VALUE_ADDED = 250_000_000.0
"""Currency per firm, likewise."""

RENAMED = {"export_reference": "exporter", "import_reference": "importer"}
"""Dimensions of a panel under the name that the cross-section gives them."""
SAME_IN_PANEL = ("division", "technology_class", "size_class", "age_class", "region", "venture")
"""Dimensions of the reference year that mean the same in a panel and in the population it is part of."""


def agree(space: Space, rows: Rows) -> None:
    """Neighbouring blocks have the same totals on the dimensions they share."""
    for first, second, shared in space.trees:
        cells = space.classes[first.scope].combinations(shared)
        for measure in first.measures:
            for one, other in zip(_slices(first, shared, cells), _slices(second, shared, cells), strict=True):
                rows.add(
                    [(first.columns(measure, one), 1.0), (second.columns(measure, other), -1.0)], 0.0, 0.0
                )


def _slices(block: Block, shared: Dimensions, cells: pl.DataFrame) -> list[np.ndarray]:
    """For each combination of the shared dimensions, the rows of a block that have it."""
    if not shared:
        return [np.ones(block.cells.height, dtype=bool)]
    names = sorted(shared)
    at = block.cells.select(names).join(
        cells.select(names).with_row_index("at"), on=names, how="left", maintain_order="left"
    )
    position = at["at"].to_numpy()
    return [position == number for number in range(cells.height)]


def totals_need_firms(space: Space, rows: Rows) -> None:
    """Complete firms are firms, and a base cell without complete firms has no totals."""
    for block in space.blocks:
        if block.universe.period != "window":
            continue
        firms, complete = block.columns(FIRMS), block.columns(COMPLETE)
        for at in range(block.cells.height):
            one = slice(at, at + 1)
            rows.add([(complete[one], 1.0), (firms[one], -1.0)], -inf, 0.0)
            for measure in (FTE_START, FTE_END):
                rows.add([(block.columns(measure)[one], 1.0), (complete[one], -MOST_EMPLOYMENT)], -inf, 0.0)
            for measure in (VALUE_ADDED_START, VALUE_ADDED_END):
                most = MOST_VALUE_ADDED / UNITS[measure]
                rows.add([(block.columns(measure)[one], 1.0), (complete[one], -most)], -inf, 0.0)
                rows.add([(block.columns(measure)[one], 1.0), (complete[one], most)], 0.0, inf)


@dataclass(frozen=True)
class _Relation:
    """How the firms of one scope are those of another: which kind, and the dimensions in common under both names.

    ``part``: a panel is a part of its population. ``same``: a year of a series is the population of that year; the
    traders of a flow are the firms of that year that have it, ``outside``. ``divisions``: a population with fewer
    divisions."""

    other: Scope
    how: str
    names: Mapping[str, str]
    outside: Where = EVERYONE

    @property
    def there(self) -> Dimensions:
        """The dimensions that the other scope is asked about."""
        divisions = {"division"} if self.how == "divisions" else set()
        return self.outside.dimensions.union(self.names.values(), divisions)


def shared_questions(study: Study, asked: dict[Scope, list[Dimensions]]) -> None:
    """Add to the questions those that the constraints between scopes ask, so that one block answers each."""
    for scope in list(asked):
        for relation in _relations(study, scope, asked):
            asked[scope].append(frozenset(relation.names))
            asked[relation.other].append(relation.there)


def relate(space: Space, rows: Rows) -> None:
    """Rows between scopes: parts of a whole, and the same firms under two names."""
    asked: dict[Scope, list[Dimensions]] = {}
    for block in space.blocks:
        asked.setdefault(block.scope, []).append(block.dimensions)
    for scope in asked:
        for relation in _relations(space.study, scope, asked):
            _relate(space, rows, scope, relation)


def _relations(study: Study, scope: Scope, asked: dict[Scope, list[Dimensions]]) -> Iterable[_Relation]:
    """Scopes that hold the firms of this one."""
    universe, used = scope.universe, frozenset().union(*asked[scope])
    reference, this_year = Scope(Universe(universe.population, "reference")), str(study.reference_year)

    def common(other: Scope) -> dict[str, str]:
        return {name: name for name in sorted(used & frozenset().union(*asked[other]))}

    if universe.period == "window" and reference in asked:
        there = frozenset().union(*asked[reference])
        names = {
            name: RENAMED.get(name, name) for name in sorted(used) if name in RENAMED or name in SAME_IN_PANEL
        }
        yield _Relation(reference, "part", {name: other for name, other in names.items() if other in there})
    if universe.period == "years" and scope.year == this_year and reference in asked:
        yield _Relation(reference, "same", common(reference))
    if universe.flow is not None and universe.level is None:
        everyone = Scope(Universe(universe.population, "years"), scope.year)
        holders = [everyone, *([reference] if scope.year == this_year else [])]
        for other in (one for one in holders if one in asked):
            yield _Relation(other, "same", common(other), TRADERS[universe.flow])
    if universe.period == "reference":
        for other in asked:
            period = other.universe.period
            if period == "reference" and _is_part(study, universe.population, other.universe.population):
                names = common(other)
                names.pop("division", None)
                yield _Relation(other, "divisions", names)


def _is_part(study: Study, part: str, whole: str) -> bool:
    """Whether a population differs from another only by having fewer divisions."""
    one, other = study.populations[part], study.populations[whole]
    limits = ("employees_below", "turnover_below", "domestic_owned", "employment_at_least")
    if part == whole or any(getattr(one, limit) != getattr(other, limit) for limit in limits):
        return False
    scheme = activity(study.head.activity)
    return set(scheme.divisions_in(one.activity)) < set(scheme.divisions_in(other.activity))


def _relate(space: Space, rows: Rows, scope: Scope, relation: _Relation) -> None:
    scheme = activity(space.study.head.activity)
    divisions = scheme.divisions_in(space.study.populations[scope.universe.population].activity)
    narrow, wide = space.block(scope, relation.names), space.block(relation.other, relation.there)
    names = list(relation.names)
    cells = space.classes[scope].combinations(names).select(names).to_dicts() if names else [{}]
    for cell in cells:
        inside = _where(cell)
        outside = _where({relation.names[name]: value for name, value in cell.items()}) & relation.outside
        if relation.how != "divisions":
            low = -inf if relation.how == "part" else 0.0
            _compare(space, rows, (narrow, inside), (wide, outside), low, 0.0)
            continue
        with_unknown = (*divisions, UNKNOWN)
        _compare(space, rows, (narrow, inside), (wide, outside & Is("division", divisions)), 0.0, inf)
        _compare(space, rows, (narrow, inside), (wide, outside & Is("division", with_unknown)), -inf, 0.0)


def _where(cell: dict[str, str | bool]) -> Where:
    parts: list[Where] = []
    for name, value in cell.items():
        if isinstance(value, bool):
            parts.append(Flag(name) if value else Not(Flag(name)))
        else:
            parts.append(Is(name, (value,)))
    return All(tuple(parts)) if parts else EVERYONE


def _compare(
    space: Space, rows: Rows, one: tuple[Block, Where], other: tuple[Block, Where], low: float, high: float
) -> None:
    """``low <= firms of one - firms of other <= high``."""
    parts = [
        (block.columns(FIRMS, space.mask(block, where)), weight)
        for (block, where), weight in ((one, 1.0), (other, -1.0))
    ]
    if any(len(columns) for columns, _ in parts):
        rows.add(parts, low, high)
