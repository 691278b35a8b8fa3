"""The possible worlds behind a release: kinds of firms that conditions tell apart, and how many of each there may be.

Per universe and measure the conditions of all printed cells are looked at together where their dimensions allow it;
where the product would be too large, by the sets of dimensions that are asked about, tied pair by pair on what they
share."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from itertools import combinations, product
from math import inf

import numpy as np
import polars as pl

from firmtrade.classifications import activity
from firmtrade.query.cells import Term
from firmtrade.query.dimensions import is_of_flow
from firmtrade.query.domain import Domain
from firmtrade.query.measures import FIRMS
from firmtrade.query.universes import Universe
from firmtrade.query.where import All, AnyOf, Flag, Is, Not, Where, renamed
from firmtrade.study import Study
from firmtrade.study.tables import DIVISION

TOGETHER = 4_000
"""Kinds of firms up to which all dimensions of a universe are looked at together."""

ELSE = "\0else"

Row = dict[int, float]
"""Weights by variable."""


class Worlds:
    """The variables, and the ties between them as rows that are zero."""

    def __init__(self, study: Study, terms: Iterable[Term]) -> None:
        self.study = study
        self.width = 0
        self.ties: list[Row] = []
        self.groups: dict[tuple[Universe, str], list[tuple[pl.DataFrame, int]]] = {}
        held: dict[tuple[Universe, str], list[Where]] = {}
        for term in terms:
            universe, where = self.same(term)
            held.setdefault((universe, term.measure), []).append(where)
        for group, conditions in held.items():
            self._build(group, list(dict.fromkeys(conditions)))

    def same(self, term: Term) -> tuple[Universe, Where]:
        """A series in a reference year is the population of that year, whoever has a flow in a year is a firm of that
        year, and whoever is in the panel one of the reference year."""
        population, period = term.universe.population, term.universe.period
        parts = conditions_of(term.where)
        if period in _HAVE and term.measure == FIRMS:
            parts, period = [*(_of_flow(part, period) for part in parts), Flag(_HAVE[period])], "years"
        if period == "window" and term.measure == FIRMS and not term.universe.dates:
            parts = [_of_panel(part) for part in parts]
            return Universe(population, "reference"), All((*parts, Flag("panel")))
        if period == "years":
            for year, dates in self.study.reference_years.items():
                this_year = Is("year", (str(year),))
                if this_year in parts:
                    rest = tuple(part for part in parts if part != this_year)
                    return Universe(population, "reference", dates), All(rest)
            return Universe(population, "years"), All(tuple(parts))
        return term.universe, term.where

    def row(self, term: Term) -> Row:
        """What a term adds up."""
        universe, where = self.same(term)
        for frame, start in self.groups[universe, term.measure]:
            if where.dimensions <= set(frame.columns):
                return {start + at: 1.0 for at in _where(frame, where)}
        raise KeyError(str(term))

    def _build(self, group: tuple[Universe, str], conditions: list[Where]) -> None:
        scales = _Scales(self.study, group[0], conditions)
        asked = list(dict.fromkeys(frozenset(where.dimensions) for where in conditions))
        whole = frozenset().union(*asked)
        sets = [whole] if scales.size(whole) <= TOGETHER else _largest(asked)
        frames = []
        for names in sets:
            frame = scales.kinds(names)
            frames.append((frame, self.width))
            self.width += frame.height
        self.groups[group] = sorted(frames, key=lambda each: each[0].height)
        for (one, first), (other, second) in combinations(frames, 2):
            self.ties += _ties(one, first, other, second)

    def parts(self, signed: Container[int]) -> Iterator[tuple[Row, float]]:
        """Rows from 0 to a number, for populations with more divisions than others: of each kind of firms they have at
        least as many, and of the divisions of the smaller one the same. Of variables that are ``signed`` a part may be
        more than the whole."""
        for (narrow, measure), inner in self.groups.items():
            for (wide, other), outer in self.groups.items():
                same_firms = measure == other and replace(narrow, population=wide.population) == wide
                if not same_firms or not self._inside(narrow, wide):
                    continue
                own = frozenset(self._divisions(narrow.population))
                for (one, first), (two, second) in product(inner, outer):
                    known = DIVISION in two.columns
                    if known and DIVISION in one.columns:
                        yield from ((row, 0.0) for row in _ties(one, first, two, second, divisions=own))
                    if first in signed:
                        continue
                    apart = frozenset({DIVISION})
                    larger = _ties(two, second, one, first, without=apart)
                    if known:
                        larger += _ties(one, first, two, second, without=apart, divisions=own)
                    yield from ((row, inf) for row in larger)

    def _divisions(self, population: str) -> tuple[str, ...]:
        held = self.study.populations[population].activity
        return activity(self.study.head.activity).divisions_in(held)

    def _inside(self, narrow: Universe, wide: Universe) -> bool:
        populations = self.study.populations
        one, other = populations[narrow.population], populations[wide.population]
        same = one.model_dump(exclude=_NAMES) == other.model_dump(exclude=_NAMES)
        return same and set(self._divisions(narrow.population)) < set(self._divisions(wide.population))


_HAVE = {"export": "exporter", "import": "importer"}
"""What firms of a year are that have a flow."""
_NAMES = {"label", "source", "activity", "key"}
"""What may differ between a population and its part."""


def _ties(
    one: pl.DataFrame,
    first: int,
    other: pl.DataFrame,
    second: int,
    *,
    without: frozenset[str] = frozenset(),
    divisions: frozenset[str] = frozenset(),
) -> list[Row]:
    """For each combination of what two frames share: the kinds of the first less those of the second; with
    ``divisions`` those of these alone, where a frame knows the division."""
    shared = sorted((set(one.columns) & set(other.columns)) - {""} - without)
    rows: dict[tuple[object, ...], Row] = {}
    for frame, start, weight in ((one, first, 1.0), (other, second, -1.0)):
        kinds = frame.with_row_index("at")
        if divisions and DIVISION in frame.columns:
            kinds = kinds.filter(pl.col(DIVISION).is_in(sorted(divisions)))
        for at, *key in kinds.select("at", *shared).rows():
            rows.setdefault(tuple(key), {})[start + at] = weight
    return list(rows.values())


class _Scales:
    """The classes of each dimension: those of the study, else those that conditions name and one for the rest."""

    def __init__(self, study: Study, universe: Universe, conditions: Iterable[Where]) -> None:
        self.domain = Domain(study, universe)
        self.own: dict[str, list[object]] = {}
        for leaf in (leaf for where in conditions for leaf in _questions(where)):
            if leaf.dimension in self.domain.dimensions:
                continue
            if isinstance(leaf, Flag):
                self.own[leaf.dimension] = [True, False]
            else:
                named = self.own.setdefault(leaf.dimension, [ELSE])
                named.extend(each for each in leaf.classes if each not in named)

    def size(self, names: frozenset[str]) -> int:
        known = names & set(self.domain.dimensions)
        size = self.domain.size(known) if known else 1
        for name in names - known:
            size *= len(self.own[name])
        return size

    def kinds(self, names: frozenset[str]) -> pl.DataFrame:
        known = sorted(names & set(self.domain.dimensions))
        frame = self.domain.combinations(known) if known else pl.DataFrame({"": [0]})
        for name in sorted(names - set(known)):
            frame = frame.join(pl.DataFrame({name: self.own[name]}), how="cross")
        return frame


def _largest(asked: list[frozenset[str]]) -> list[frozenset[str]]:
    return [names for names in asked if not any(names < other for other in asked)]


def _where(frame: pl.DataFrame, where: Where) -> list[int]:
    if not where.dimensions:
        return list(range(frame.height))
    chosen = frame.select(where.expression().alias("chosen"))["chosen"]
    return np.flatnonzero(chosen.to_numpy()).tolist()


def _of_flow(where: Where, flow: str) -> Where:
    """A condition on traders of a flow as one on firms: what it says of the flow is called after it."""
    return renamed(where, lambda name: f"{flow}: {name}" if is_of_flow(name) else name)


def _of_panel(where: Where) -> Where:
    """A condition on the panel as one on firms of the reference year, who trade in that year or not."""
    return renamed(where, lambda name: _HAVE.get(name.removesuffix("_reference"), name))


def conditions_of(where: Where) -> list[Where]:
    """The conditions of which every one holds."""
    if isinstance(where, All):
        return [each for part in where.parts for each in conditions_of(part)]
    return [where]


def _questions(where: Where) -> list[Is | Flag]:
    if isinstance(where, Is | Flag):
        return [where]
    if isinstance(where, Not):
        return _questions(where.part)
    assert isinstance(where, All | AnyOf)
    return [leaf for part in where.parts for leaf in _questions(part)]
