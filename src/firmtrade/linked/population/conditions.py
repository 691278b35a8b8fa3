"""From targets to conditions on base cells: which cells a printed number adds up, and which it divides by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from firmtrade.classifications import activity
from firmtrade.linked.population.base import DIMENSIONS, Base
from firmtrade.linked.population.rake import Condition, Share, SummedCells
from firmtrade.linked.population.target import CellTarget
from firmtrade.query.cells import Formula, Term
from firmtrade.query.where import EVERYONE, Is, Where

COUNTED = (Formula.COUNT, Formula.SHARE)


@dataclass(frozen=True, slots=True)
class CountBound:
    """``low <= firms of count (over firms of base) <= high`` for one period; shares as fractions."""

    target: CellTarget
    count: Where
    base: Where | None
    low: float
    high: float

    @property
    def dimensions(self) -> frozenset[str]:
        return self.count.dimensions | (self.base.dimensions if self.base else frozenset())


def bounds_of(
    targets: Sequence[CellTarget], base: Base, populations: Sequence[str], period: str, scale: int
) -> list[CountBound]:
    """The counts and shares of some populations at a period, each population within its root."""
    found = []
    for target in targets:
        if target.spec.formula not in COUNTED:
            continue
        term = target.spec.terms["count"]
        if term.universe.population not in populations or term.universe.period != period:
            continue
        inside = part_of(base, term.universe.population)
        count = term.where & inside
        if target.spec.formula is Formula.COUNT:
            found.append(CountBound(target, count, None, target.low * scale, target.high * scale))
        else:
            whole: Term = target.spec.terms["base"]
            found.append(CountBound(target, count, whole.where & inside, target.low / 100, target.high / 100))
    return found


def part_of(base: Base, population: str) -> Where:
    """The condition that makes a population out of the root it is a part of."""
    if population == base.population:
        return EVERYONE
    scheme = activity(base.study.head.activity)
    return Is("division", scheme.divisions_in(base.study.populations[population].activity))


def conditions_of(bounds: Sequence[CountBound], base: Base) -> list[Condition]:
    """The bounds as conditions on the full table of base cells."""
    return [condition for bound in bounds for condition in _condition(bound, base)]


def _condition(bound: CountBound, base: Base) -> Iterator[Condition]:
    count = full_mask(bound.count, base)
    if bound.base is None:
        yield SummedCells(np.flatnonzero(count), bound.low, bound.high)
    else:
        lacking = full_mask(bound.base, base) & ~count
        yield Share(np.flatnonzero(count), np.flatnonzero(lacking), bound.low, bound.high)


def needed(where_dimensions: frozenset[str], base: Base) -> tuple[str, ...]:
    """The base dimensions that some dimensions of a view depend on, beside the pattern."""
    behind = {base.base_dimensions.get(name) for name in where_dimensions}
    return tuple(dimension for dimension in DIMENSIONS if dimension in behind)


def mask(where: Where, frame: pl.DataFrame) -> np.ndarray:
    """The rows of a frame for which a condition holds."""
    return np.broadcast_to(frame.select(where.expression().alias("holds"))["holds"].to_numpy(), frame.height)


def full_mask(where: Where, base: Base) -> np.ndarray:
    """A condition on the full table of base cells, flat."""
    dimensions = needed(where.dimensions, base)
    small = mask(where, base.frame(*dimensions))
    shape = [
        base.shape[0],
        *(n if d in dimensions else 1 for d, n in zip(DIMENSIONS, base.shape[1:], strict=True)),
    ]
    return np.broadcast_to(small.reshape(shape), base.shape).ravel()
