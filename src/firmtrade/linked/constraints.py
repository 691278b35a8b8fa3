"""What holds for firms whatever is printed: rows of a system that no cell owns.

Blocks agree on the dimensions they share; only complete firms stand behind totals; the panel is a part of its
population; a year of a series that is the reference year is the population itself; a population with fewer
divisions is a part of the wider one.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

import numpy as np
import polars as pl

from firmtrade.classifications import activity
from firmtrade.linked.blocks import UNITS, Block, Space
from firmtrade.linked.graph import Dimensions
from firmtrade.linked.rows import Rows
from firmtrade.query.cells import Term
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
        cells = space.domains[first.universe].combinations(shared)
        for measure in first.universe.measures:
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


def shared_questions(study: Study, asked: dict[Universe, list[Dimensions]]) -> None:
    """Add to the questions those that the constraints between universes ask, so that one block answers each."""
    for universe in list(asked):
        for other, _, here, there in _relatives(study, universe, asked):
            asked[universe].append(frozenset(here))
            asked[other].append(frozenset(there))


def relate(space: Space, rows: Rows) -> None:
    """Rows between universes: parts of a whole, and the same firms under two names."""
    asked: dict[Universe, list[Dimensions]] = {}
    for block in space.blocks:
        asked.setdefault(block.universe, []).append(block.dimensions)
    for universe in asked:
        for other, how, here, there in _relatives(space.study, universe, asked):
            _relate(space, rows, universe, other, how, here, there)


def _relatives(
    study: Study, universe: Universe, asked: dict[Universe, list[Dimensions]]
) -> Iterable[tuple[Universe, str, tuple[str, ...], tuple[str, ...]]]:
    """Universes that hold this one: which, how, and the dimensions in common under both names.

    ``part``: a panel is a part of its population. ``year``: a year of a series is the population of that
    year. ``divisions``: a population with fewer divisions."""
    used = frozenset().union(*asked[universe])
    reference = Universe(universe.population, "reference")
    if universe.period == "window" and reference in asked:
        there = frozenset().union(*asked[reference])
        names = {
            name: RENAMED.get(name, name) for name in sorted(used) if name in RENAMED or name in SAME_IN_PANEL
        }
        common = {name: other for name, other in names.items() if other in there}
        yield reference, "part", tuple(common), tuple(common.values())
    if universe.period == "years" and reference in asked:
        common_names = tuple(sorted(used & frozenset().union(*asked[reference])))
        yield reference, "year", (*common_names, "year"), common_names
    if universe.period == "reference":
        for other in asked:
            if other.period == "reference" and _is_part(study, universe.population, other.population):
                common_names = tuple(sorted((used & frozenset().union(*asked[other])) - {"division"}))
                yield other, "divisions", common_names, (*common_names, "division")


def _is_part(study: Study, part: str, whole: str) -> bool:
    """Whether a population differs from another only by having fewer divisions."""
    one, other = study.populations[part], study.populations[whole]
    limits = ("employees_below", "turnover_below", "domestic_owned", "employment_at_least")
    if part == whole or any(getattr(one, limit) != getattr(other, limit) for limit in limits):
        return False
    scheme = activity(study.head.activity)
    return set(scheme.divisions_in(one.activity)) < set(scheme.divisions_in(other.activity))


def _relate(
    space: Space,
    rows: Rows,
    universe: Universe,
    other: Universe,
    how: str,
    here: tuple[str, ...],
    there: tuple[str, ...],
) -> None:
    narrow, wide = space.block(universe, here), space.block(other, there)
    names = [name for name in here if name != "year"]
    alias = dict(zip(names, [name for name in there if name != "division"], strict=True))
    cells = space.domains[universe].combinations(names).to_dicts() if names else [{}]
    for cell in cells:
        inside = _where(cell)
        outside = _where({alias[name]: value for name, value in cell.items()})
        if how == "part":
            _compare(space, rows, (narrow, inside), (wide, outside), -inf, 0.0)
        elif how == "year":
            this_year = inside & Is("year", (str(space.study.reference_year),))
            _compare(space, rows, (narrow, this_year), (wide, outside), 0.0, 0.0)
        else:
            scheme = activity(space.study.head.activity)
            divisions = scheme.divisions_in(space.study.populations[universe.population].activity)
            _compare(space, rows, (narrow, inside), (wide, outside & Is("division", divisions)), 0.0, inf)
            _compare(
                space,
                rows,
                (narrow, inside),
                (wide, outside & Is("division", (*divisions, UNKNOWN))),
                -inf,
                0.0,
            )


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
        (space.columns(Term(block.universe, where), block), weight)
        for (block, where), weight in ((one, 1.0), (other, -1.0))
    ]
    if any(len(columns) for columns, _ in parts):
        rows.add(parts, low, high)
