"""The base cells of the firms that variables are about, over every dimension that a condition asks about.

What a study knows of its dimensions is taken from there: a division has one technology class. Of every other dimension
(what a trader did in other years, how many partners it has) the classes are those that some condition names, and one
for all the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod

import polars as pl

from firmtrade.query.cells import Term
from firmtrade.query.conditions import TRADERS
from firmtrade.query.domain import YEAR, Domain
from firmtrade.query.universes import Universe
from firmtrade.query.where import REST, Where, named_classes
from firmtrade.study import Study


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """The firms that variables are about: those of a universe, of one ``year`` where they stand in it once a year."""

    universe: Universe
    year: str = ""

    @classmethod
    def of(cls, term: Term) -> Scope:
        """The firms of a term, which names one year where its universe has several."""
        if not term.universe.repeats:
            return cls(term.universe)
        (year,) = set(term.where.years)
        return cls(term.universe, str(year))

    def dimensions(self, where: Where) -> frozenset[str]:
        """What a condition asks about these firms."""
        return where.dimensions - {YEAR} if self.year else where.dimensions


class ScopeClasses:
    """The dimensions of a scope and their classes."""

    def __init__(self, study: Study, scope: Scope, conditions: Iterable[Where]) -> None:
        self._scope, self._domain = scope, Domain(study, scope.universe)
        self._known = frozenset(self._domain.dimensions)
        self._own = {
            name: named if named == [False, True] else [REST, *named]
            for name, named in named_classes(conditions, {*self._known, YEAR}).items()
        }
        self._frames: dict[frozenset[str], pl.DataFrame] = {}

    @property
    def dimensions(self) -> frozenset[str]:
        """Every dimension that may be asked for."""
        return self._known | self._own.keys()

    @property
    def ties(self) -> tuple[frozenset[str], ...]:
        """Sets of dimensions whose classes depend on one another."""
        return self._domain.ties

    def size(self, names: Iterable[str]) -> int:
        """At most how many base cells there are over some dimensions."""
        asked = frozenset(names)
        return self._domain.size(asked & self._known) * prod(
            len(self._own[name]) for name in asked - self._known
        )

    def combinations(self, names: Iterable[str]) -> pl.DataFrame:
        """The base cells over some dimensions, one row each in a fixed order, with the year of the scope."""
        asked = frozenset(names)
        if asked not in self._frames:
            self._frames[asked] = self._made(asked)
        return self._frames[asked]

    def _made(self, asked: frozenset[str]) -> pl.DataFrame:
        frame = self._of_study(asked & self._known)
        for name in sorted(asked - self._known):
            frame = frame.join(pl.DataFrame({name: self._own[name]}), how="cross")
        return frame.with_columns(pl.lit(self._scope.year).alias(YEAR)) if self._scope.year else frame

    def _of_study(self, names: frozenset[str]) -> pl.DataFrame:
        """The base cells over dimensions of the study; all traders of a flow have it."""
        flow = self._scope.universe.flow
        trader = TRADERS[flow].dimension if flow else None
        if trader is None or not any(trader in tie and tie & names for tie in self.ties):
            return self._domain.combinations(names)
        traders = self._domain.combinations({*names, trader}).filter(pl.col(trader))
        return traders.select(sorted(names)).unique(maintain_order=True)
