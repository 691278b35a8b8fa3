"""The domain of a study: the classes of every dimension, and which of them can stand together.

A base cell is one class of each dimension that is asked for. Not every combination is possible: a firm that
exports inside the union is an exporter, a division has one technology class, a firm founded in 1998 is a
venture of age class ``age_lt5``. The dimensions tied in this way form *ties*; dimensions of different ties
combine freely."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import product
from math import prod

import polars as pl

from firmtrade.classifications import Technology, activity, technology
from firmtrade.errors import UsageError, suggest
from firmtrade.query.dimensions import NONE, UNKNOWN
from firmtrade.query.universes import Universe
from firmtrade.study import Attribute, Study
from firmtrade.study.tables import DIVISION

_DIRECTIONS = ("import", "export")
_FIRST = ("export_first", "import_first")
YEAR = "year"


class Domain:
    """Dimensions, classes and possible base cells of one universe.

    >>> from firmtrade.studies import load_study
    >>> domain = Domain(load_study("belgium-2008"), Universe("services", "reference"))
    >>> domain.levels("region")
    ('flanders', 'wallonia', 'brussels', 'unknown')
    >>> domain.combinations(["exporter", "intra_eu_export"]).rows()
    [(False, False), (True, False), (True, True)]
    """

    def __init__(self, study: Study, universe: Universe) -> None:
        self.study, self.universe = study.of_dates(universe.dates), universe
        self._ties = _relations(self.study, universe)
        self._projected: dict[tuple[str, ...], pl.DataFrame] = {}

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """Every dimension that conditions on the universe may ask about."""
        tied = [name for relation in self._ties for name in relation.columns]
        first = _FIRST if self.universe.period == "window" else ()
        years = (YEAR,) if self.universe.period == "years" else ()
        return tuple(dict.fromkeys((*tied, *first, *years, *self.study.attributes, DIVISION)))

    @property
    def ties(self) -> tuple[frozenset[str], ...]:
        """Sets of dimensions whose classes depend on one another."""
        return tuple(frozenset(relation.columns) for relation in self._ties)

    def levels(self, dimension: str) -> tuple[str, ...] | tuple[bool, ...]:
        """The classes of a dimension in print order, ``none`` and ``unknown`` last; ``(False, True)`` for a flag.

        Raises
        ------
        UsageError
            The study has no such dimension.
        """
        if dimension not in self.dimensions:
            raise UsageError(f"there is no dimension {dimension!r}", fix=suggest(dimension, self.dimensions))
        if dimension in self.study.attributes:
            attribute = self.study.attributes[dimension]
            return (*attribute.keys, *([NONE] if attribute.of == "activity" else []), UNKNOWN)
        if dimension == DIVISION:
            return (*_divisions(self.study, self.universe), UNKNOWN)
        if dimension == YEAR:
            return tuple(str(year) for year in self.study.years)
        return (False, True)

    def combinations(self, asked: Iterable[str]) -> pl.DataFrame:
        """All possible base cells over some dimensions: one row each, columns in name order, rows in the
        order of :meth:`levels`.

        Where only some dimensions of a tie are asked for, a combination is listed if some class of the others
        completes it. Without dimensions there is one base cell, the whole universe (column ``all``).
        """
        names = sorted(set(asked))
        scales = {name: self.levels(name) for name in names}
        cells = pl.DataFrame({"": [0]})
        for part in self._parts(frozenset(names)):
            cells = cells.join(part, how="cross")
        order = [
            pl.col(name).replace_strict(list(scale), range(len(scale)), return_dtype=pl.Int32)
            for name, scale in scales.items()
        ]
        return cells.sort(order).select(names) if names else cells.select(pl.col("").alias("all"))

    def size(self, asked: Iterable[str]) -> int:
        """The number of possible base cells over some dimensions."""
        return prod(part.height for part in self._parts(frozenset(asked)))

    def _parts(self, names: frozenset[str]) -> list[pl.DataFrame]:
        """Tables whose product is the base cells over some dimensions."""
        tied = [tuple(name for name in relation.columns if name in names) for relation in self._ties]
        free = sorted(names.difference(*tied))
        return [self._project(part) for part in (*tied, *((name,) for name in free)) if part]

    def _project(self, names: tuple[str, ...]) -> pl.DataFrame:
        if names not in self._projected:
            tie = next((relation for relation in self._ties if set(names) <= set(relation.columns)), None)
            whole = pl.DataFrame({names[0]: self.levels(names[0])}) if tie is None else tie.select(names)
            self._projected[names] = whole.unique(maintain_order=True)
        return self._projected[names]


def combinations(study: Study, universe: Universe, asked: Iterable[str]) -> pl.DataFrame:
    """All logically possible base cells of a universe over some dimensions: see
    :meth:`Domain.combinations`."""
    return Domain(study, universe).combinations(asked)


def _divisions(study: Study, universe: Universe) -> tuple[str, ...]:
    return activity(study.head.activity).divisions_in(study.populations[universe.population].activity)


def _relations(study: Study, universe: Universe) -> list[pl.DataFrame]:
    """Each tie as the table of its possible combinations."""
    relations = [_trade(direction, universe) for direction in _DIRECTIONS]
    relations.append(_activity(study, universe))
    if universe.period != "years":
        relations.append(_founding(study))
    return relations


def _trade(direction: str, universe: Universe) -> pl.DataFrame:
    """A firm exports if it exports inside, outside or to an unknown zone."""
    zones = [f"intra_eu_{direction}", f"extra_eu_{direction}", f"unknown_zone_{direction}"]
    rows = [(*flows, any(flows)) for flows in product((False, True), repeat=3)]
    trader = {"import": "importer", "export": "exporter"}[direction]
    relation = pl.DataFrame(rows, schema=[*zones, trader], orient="row")
    if universe.period == "window":
        relation = relation.with_columns(pl.col(trader).alias(f"{direction}_reference"))
    return relation


def _activity(study: Study, universe: Universe) -> pl.DataFrame:
    """Which classes made of the activity a division can have: one, or several where the list goes deeper.

    A division without a class (mining, construction) is ``none`` there, and so is one whose class the study does
    not name.
    """
    divisions = [*_divisions(study, universe), UNKNOWN]
    relation = pl.DataFrame({DIVISION: divisions})
    for name, attribute in study.attributes.items():
        if attribute.of == "activity" and attribute.classification is not None:
            classes = technology(attribute.classification.removeprefix("technology-"))
            pairs = [
                (division, found)
                for division in divisions
                for found in _classes_of(classes, attribute, division)
            ]
            relation = relation.join(pl.DataFrame(pairs, schema=[DIVISION, name], orient="row"), on=DIVISION)
    return relation


def _classes_of(classes: Technology, attribute: Attribute, division: str) -> tuple[str, ...]:
    if division != UNKNOWN and division not in classes.divisions:
        return (NONE,)
    whole = classes.class_of(division) or UNKNOWN
    deeper = (found for prefix, found in sorted(classes.by_prefix.items()) if prefix.startswith(division))
    shown = (found if found in (*attribute.keys, UNKNOWN) else NONE for found in (whole, *deeper))
    return tuple(dict.fromkeys(shown))


def _founding(study: Study) -> pl.DataFrame:
    """Age class, founding cohort and venture are classes of one number, the founding year.

    A founding year after the reference year counts as missing, and a missing one is no class of any.
    """
    attributes = {name: one for name, one in study.attributes.items() if one.of in {"age", "founded"}}
    edges = {study.ventures_since, study.reference_year}
    for attribute in attributes.values():
        for band in attribute.classes:
            for edge in (band.from_, band.below):
                if edge is not None:
                    edges.add(int(edge) if attribute.of == "founded" else study.reference_year - int(edge))
    years = range(min(edges) - 1, study.reference_year + 1)
    rows = {name: [_founded_class(study, one, year) for year in years] for name, one in attributes.items()}
    frame = pl.DataFrame({**rows, "venture": [year >= study.ventures_since for year in years]})
    missing = {**dict.fromkeys(attributes, UNKNOWN), "venture": False}
    return pl.concat([frame, pl.DataFrame([missing], schema=frame.schema)]).unique(maintain_order=True)


def _founded_class(study: Study, attribute: Attribute, year: int) -> str:
    number = year if attribute.of == "founded" else study.reference_year - year
    for band in attribute.classes:
        if (band.from_ is None or band.from_ <= number) and (band.below is None or number < band.below):
            return band.key
    return UNKNOWN
