"""The classes of every dimension that conditions ask about, and which of them stand together.

What the study knows of its dimensions is taken from there: an exporter inside the union is an exporter, a division has
one technology class. Of every other dimension (what a firm did in other years, its partners and products) the classes
are those that some condition names, and one for all the rest. A population that is a part of another is a flag of the
larger one, so that a cell with construction and one without are sums over the same atoms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import prod

import polars as pl

from firmtrade.classifications import activity
from firmtrade.query.cells import Term
from firmtrade.query.conditions import TRADERS
from firmtrade.query.dimensions import is_of_flow
from firmtrade.query.domain import Domain
from firmtrade.query.measures import FIRMS
from firmtrade.query.universes import Universe
from firmtrade.query.where import REST, All, Flag, Is, Where, named_classes, renamed
from firmtrade.study import Study

DIVISION = "division"
PANEL = "in the panel"
OF_REFERENCE = {"export_reference": "exporter", "import_reference": "importer"}
"""What firms of the panel did in the reference year, by what firms of that year are called for it."""
_LIMITS = ("employees_below", "turnover_below", "domestic_owned", "employment_at_least")


def within(population: str) -> str:
    """The flag of the firms of a larger population that are in this one."""
    return f"within {population}"


class Populations:
    """Which populations are parts of others, and every term over the largest of them."""

    def __init__(self, study: Study, used: Iterable[str]) -> None:
        self.study = study
        names = sorted(set(used))
        self.whole = {name: self._largest(name, names) for name in names}
        self.reference_years = {
            Is("year", (str(year),)): dates for year, dates in study.reference_years.items()
        }

    def widened(self, term: Term) -> Term:
        """A term over a part as the same term over the whole; the traders of a flow as the firms of a year that have
        it, and those of a reference year as the population of that year; the firms of the panel as those of the
        population that are in it."""
        universe, where = term.universe, term.where
        whole = self.whole[universe.population]
        if term.measure == FIRMS and universe.flow is not None and universe.level is None:
            flow = universe.flow
            where = (
                renamed(where, lambda name: f"{flow} {name}" if is_of_flow(name) else name) & TRADERS[flow]
            )
            universe = replace(universe, period="years")
        if term.measure == FIRMS and universe.period == "window" and not universe.dates:
            where = renamed(where, lambda name: OF_REFERENCE.get(name, name)) & Flag(PANEL)
            universe = replace(universe, period="reference")
        conditions = list(_conjuncts(where))
        year = next((one for one in conditions if one in self.reference_years), None)
        if universe.period == "years" and year is not None:
            universe = Universe(universe.population, "reference", self.reference_years[year])
            where = All(tuple(one for one in conditions if one != year))
        if whole != universe.population:
            where = where & Flag(within(universe.population))
        return Term(replace(universe, population=whole), where, term.measure, term.by)

    def parts(self, whole: str) -> dict[str, frozenset[str]]:
        """The parts of a population by their flag, each with its divisions."""
        return {
            within(name): frozenset(self._divisions(name))
            for name, other in self.whole.items()
            if other == whole and name != whole
        }

    def _largest(self, name: str, names: list[str]) -> str:
        wider = [other for other in names if self._is_part(name, other)]
        return max(wider, key=lambda other: (len(self._divisions(other)), other), default=name)

    def _is_part(self, part: str, whole: str) -> bool:
        one, other = self.study.populations[part], self.study.populations[whole]
        same = all(getattr(one, limit, None) == getattr(other, limit, None) for limit in _LIMITS)
        return part != whole and same and set(self._divisions(part)) < set(self._divisions(whole))

    def _divisions(self, name: str) -> tuple[str, ...]:
        return activity(self.study.head.activity).divisions_in(self.study.populations[name].activity)


class UniverseClasses:
    """The dimensions of one universe."""

    def __init__(
        self, study: Study, universe: Universe, conditions: Iterable[Where], parts: dict[str, frozenset[str]]
    ) -> None:
        self.domain = Domain(study, universe)
        self.parts = parts
        self.named = named_classes(conditions, {*self.domain.dimensions, *parts})
        self._frames: dict[tuple[str, ...], pl.DataFrame] = {}

    @property
    def ties(self) -> tuple[frozenset[str], ...]:
        """Sets of dimensions whose classes depend on one another."""
        own = (frozenset({DIVISION, *self.parts}),) if self.parts else ()
        return (*self.domain.ties, *own)

    def size(self, names: Iterable[str]) -> int:
        """At most how many base cells there are over some dimensions."""
        asked = set(names)
        tied = self.domain.size(asked & set(self.domain.dimensions))
        return tied * prod(len(self._levels(name)) for name in asked - set(self.domain.dimensions))

    def combinations(self, names: Iterable[str]) -> pl.DataFrame:
        """The base cells over some dimensions, one row each, in a fixed order."""
        asked = tuple(sorted(set(names)))
        if asked not in self._frames:
            self._frames[asked] = self._made(asked)
        return self._frames[asked]

    def _made(self, asked: tuple[str, ...]) -> pl.DataFrame:
        known = [name for name in asked if name in self.domain.dimensions]
        flags = [name for name in asked if name in self.parts]
        domain = self.domain.combinations([*known, *([DIVISION] if flags else [])])
        frame = domain if known or flags else domain.select(pl.lit(0).alias(""))
        for flag in flags:
            frame = self._with_part(frame, flag)
        for name in asked:
            if name in self.named:
                frame = frame.join(pl.DataFrame({name: self._levels(name)}), how="cross")
        return frame.select(asked).unique(maintain_order=True) if asked else pl.DataFrame({"": [0]})

    def _with_part(self, frame: pl.DataFrame, flag: str) -> pl.DataFrame:
        """Each base cell inside or outside of a part, by its division; of an unknown division either may be."""
        inside = pl.col(DIVISION).is_in(sorted(self.parts[flag]))
        unknown = pl.col(DIVISION) == "unknown"
        return pl.concat(
            [
                frame.filter(inside | unknown).with_columns(pl.lit(True).alias(flag)),
                frame.filter(~inside).with_columns(pl.lit(False).alias(flag)),
            ]
        )

    def _levels(self, name: str) -> list[str] | list[bool]:
        if name in self.parts:
            return [False, True]
        named = self.named[name]
        return named if named == [False, True] else [*named, REST]


def _conjuncts(where: Where) -> Iterator[Where]:
    """The conditions that must all hold."""
    if isinstance(where, All):
        for part in where.parts:
            yield from _conjuncts(part)
    else:
        yield where
