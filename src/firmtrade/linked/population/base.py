"""The base cells of a population: the finest classes that a study's tables can tell apart.

Five facts decide every breakdown of a study: a firm's activity, headcount, founding year, seat and the four
trade flows. Each is cut where any attribute of the study cuts it, and every dimension of
``firmtrade.query`` is then a function of these cuts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, product

import numpy as np
import polars as pl

from firmtrade.classifications import activity, technology
from firmtrade.query.dimensions import NONE, UNKNOWN
from firmtrade.study import Study
from firmtrade.study.model import Attribute

FLOWS = ("intra_eu_import", "extra_eu_import", "intra_eu_export", "extra_eu_export")
PATTERNS = tuple(product((False, True), repeat=len(FLOWS)))
"""All sixteen combinations of the four flows, in the order of :data:`FLOWS`; the first is no flow at all."""
MODES = tuple(product((False, True), repeat=2))
"""(exporter, importer), the index of a mode is ``2 * exporter + importer``."""

DIMENSIONS = ("activity", "size", "birth", "seat")

EARLIEST = 1900
"""Founding years are drawn from here on."""
LARGEST = 250
"""Headcounts are drawn below this where a population sets no limit itself."""


@dataclass(frozen=True, slots=True)
class WholeInterval:
    """Whole numbers from ``low`` to ``high``, both included; None on both sides: not known."""

    low: int | None
    high: int | None

    @property
    def known(self) -> bool:
        return self.low is not None

    def within(self, low: float, below: float) -> bool:
        """Whether all numbers lie in ``[low, below)``."""
        return self.low is not None and self.high is not None and low <= self.low and self.high < below


@dataclass(frozen=True)
class Base:
    """The base classes of one population of a study.

    ``activities`` are divisions, then the letters of sections that lie wholly inside the population (their
    division is unknown); ``sizes`` and ``births`` end with the interval of the unknown; ``seats`` are region
    keys, with ``unknown`` alone where the study has no regions.
    """

    study: Study
    population: str
    activities: tuple[str, ...]
    divisions: int
    sizes: tuple[WholeInterval, ...]
    births: tuple[WholeInterval, ...]
    seats: tuple[str, ...]
    _frames: dict[tuple[str, ...], pl.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    @property
    def shape(self) -> tuple[int, int, int, int, int]:
        """Number of classes: pattern, activity, size, birth, seat."""
        return (len(PATTERNS), len(self.activities), len(self.sizes), len(self.births), len(self.seats))

    def frame(self, *dimensions: str) -> pl.DataFrame:
        """The dimensions of the reference period for every combination of pattern and classes of some base
        dimensions (names as in :data:`DIMENSIONS`), one row each, in C order."""
        if dimensions not in self._frames:
            self._frames[dimensions] = self._frame(dimensions)
        return self._frames[dimensions]

    def _frame(self, dimensions: tuple[str, ...]) -> pl.DataFrame:
        at = [DIMENSIONS.index(dimension) for dimension in dimensions]
        pattern, *indices = np.indices((self.shape[0], *(self.shape[1 + i] for i in at))).reshape(
            len(at) + 1, -1
        )
        columns = flow_columns(pattern)
        for dimension, index in zip(dimensions, indices, strict=True):
            columns |= self.columns_of(dimension, index)
        return pl.DataFrame(columns)

    def columns_of(self, dimension: str, index: np.ndarray) -> dict[str, np.ndarray]:
        """The dimensions of a view that a base dimension determines, for an array of its class indices."""
        of = (self._of_activity, self._of_size, self._of_birth, self._of_seat)
        return of[DIMENSIONS.index(dimension)](index)

    @cached_property
    def base_dimensions(self) -> dict[str, str | None]:
        """The base dimension behind each dimension of a view; None for the flags of the pattern."""
        return dict.fromkeys(flow_columns(np.zeros(1, int))) | {
            name: dimension
            for dimension in DIMENSIONS
            for name in self.columns_of(dimension, np.zeros(1, int))
        }

    @cached_property
    def panel_cells(self) -> pl.DataFrame:
        """One row per class of the panel: birth, mode in the reference year, mode in the first year."""
        births, now, first = np.indices((len(self.births), len(MODES), len(MODES))).reshape(3, -1)
        modes = np.array(MODES)
        columns = self.columns_of("birth", births)
        for date, mode in (("reference", now), ("first", first)):
            columns |= {f"export_{date}": modes[mode, 0], f"import_{date}": modes[mode, 1]}
        return pl.DataFrame(columns)

    @cached_property
    def before_window(self) -> np.ndarray:
        """Which births lie in or before the first year of the window, so that the panel can hold them."""
        first = self.study.first_year
        return np.array([not birth.known or (birth.high or 0) <= first for birth in self.births])

    def _attributes(self, of: str) -> dict[str, Attribute]:
        return {name: attribute for name, attribute in self.study.attributes.items() if attribute.of == of}

    def _of_activity(self, index: np.ndarray) -> dict[str, np.ndarray]:
        division = [code if at < self.divisions else UNKNOWN for at, code in enumerate(self.activities)]
        columns = {"division": np.array(division)[index]}
        for name, attribute in self._attributes("activity").items():
            scheme = (attribute.classification or "").removeprefix("technology-")
            classes = technology(scheme)
            outside = {code for code in division if code not in {UNKNOWN, *classes.divisions}}
            of_code = [classes.class_of(code) or (NONE if code in outside else UNKNOWN) for code in division]
            columns[name] = np.array(of_code)[index]
        return columns

    def _of_size(self, index: np.ndarray) -> dict[str, np.ndarray]:
        return {
            name: np.array([_band(attribute, size) for size in self.sizes])[index]
            for name, attribute in self._attributes("employees").items()
        }

    def _of_birth(self, index: np.ndarray) -> dict[str, np.ndarray]:
        ages = [
            WholeInterval(self.study.reference_year - birth.high, self.study.reference_year - birth.low)
            if birth.low is not None and birth.high is not None
            else birth
            for birth in self.births
        ]
        columns = {
            name: np.array([_band(attribute, value) for value in values])[index]
            for of, values in (("age", ages), ("founded", list(self.births)))
            for name, attribute in self._attributes(of).items()
        }
        since = self.study.ventures_since
        columns["venture"] = np.array([birth.known and (birth.low or 0) >= since for birth in self.births])[
            index
        ]
        return columns

    def _of_seat(self, index: np.ndarray) -> dict[str, np.ndarray]:
        return {name: np.array(self.seats)[index] for name in self._attributes("seat")}


def flow_columns(pattern: np.ndarray) -> dict[str, np.ndarray]:
    """The flags of the reference year for an array of pattern indices."""
    flags = np.array(PATTERNS)[pattern]
    columns = {flow: flags[:, at] for at, flow in enumerate(FLOWS)}
    columns["importer"] = flags[:, 0] | flags[:, 1]
    columns["exporter"] = flags[:, 2] | flags[:, 3]
    for flow in ("import", "export"):
        columns[f"unknown_zone_{flow}"] = np.zeros(len(pattern), bool)
    return columns


def mode_of_pattern() -> np.ndarray:
    """The index of the mode of each pattern."""
    flags = np.array(PATTERNS)
    mode: np.ndarray = 2 * (flags[:, 2] | flags[:, 3]) + (flags[:, 0] | flags[:, 1])
    return mode


def base_of(study: Study, population: str) -> Base:
    """The base classes of a population."""
    declared = study.populations[population]
    scheme = activity(study.head.activity)
    divisions = scheme.divisions_in(declared.activity)
    limit = declared.employees_below or LARGEST
    employees = [a for a in study.attributes.values() if a.of == "employees"]
    size_cuts = {int(e) for a in employees for b in a.classes for e in (b.from_, b.below) if e}
    sizes = _intervals(1, limit - 1, {cut for cut in size_cuts if 1 < cut < limit})
    seats = [key for a in study.attributes.values() if a.of == "seat" for key in a.keys]
    return Base(
        study,
        population,
        activities=(*divisions, *scheme.sections_within(declared.activity)),
        divisions=len(divisions),
        sizes=(*sizes, WholeInterval(None, None)),
        births=(*_intervals(EARLIEST, study.reference_year, _birth_cuts(study)), WholeInterval(None, None)),
        seats=(*seats, UNKNOWN),
    )


def root_populations(study: Study) -> dict[str, tuple[str, ...]]:
    """The populations that are drawn, each with the populations that are a part of it by activity alone.

    A population with limits of its own that overlaps a larger one has no base cells; it is left to chance.

    >>> from firmtrade.studies import load_study
    >>> root_populations(load_study("belgium-2008"))
    {'manufacturing': ('manufacturing', 'manufacturing without construction'), 'services': ('services',)}
    """
    scheme = activity(study.head.activity)
    inside = {name: set(scheme.divisions_in(p.activity)) for name, p in study.populations.items()}
    by_size = sorted(inside, key=lambda name: -len(inside[name]))
    roots: dict[str, list[str]] = {}
    taken: set[str] = set()
    for name in by_size:
        host = next(
            (root for root in roots if inside[name] <= inside[root] and _alike(study, name, root)), None
        )
        if host:
            roots[host].append(name)
        elif not inside[name] & taken:
            roots[name] = [name]
            taken |= inside[name]
    return {name: tuple(roots[name]) for name in study.populations if name in roots}


def _alike(study: Study, one: str, other: str) -> bool:
    limits = ("employees_below", "turnover_below", "domestic_owned", "employment_at_least")
    first, second = study.populations[one], study.populations[other]
    return all(getattr(first, limit) == getattr(second, limit) for limit in limits)


def _birth_cuts(study: Study) -> set[int]:
    cuts = {study.ventures_since, study.first_year + 1}
    for attribute in study.attributes.values():
        edges = [int(e) for b in attribute.classes for e in (b.from_, b.below) if e]
        if attribute.of == "founded":
            cuts |= set(edges)
        if attribute.of == "age":
            cuts |= {study.reference_year - edge + 1 for edge in edges}
    return {cut for cut in cuts if EARLIEST < cut <= study.reference_year}


def _intervals(low: int, high: int, cuts: set[int]) -> list[WholeInterval]:
    edges = [low, *sorted(cuts), high + 1]
    return [WholeInterval(start, stop - 1) for start, stop in pairwise(edges)]


def _band(attribute: Attribute, value: WholeInterval) -> str:
    for band in attribute.classes:
        low = band.from_ if band.from_ is not None else float("-inf")
        if value.within(low, band.below if band.below is not None else float("inf")):
            return band.key
    return UNKNOWN
