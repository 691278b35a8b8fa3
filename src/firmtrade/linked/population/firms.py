"""Firms: one entry per firm, inside the populations and around them, still as arrays of classes and facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from firmtrade.classifications import activity
from firmtrade.linked.population.base import (
    EARLIEST,
    LARGEST,
    PATTERNS,
    WholeInterval,
    mode_of_pattern,
)
from firmtrade.linked.population.controlled_rounding import NOT_IN_PANEL
from firmtrade.linked.population.prior import MEAN_AGE, SIZE_TAIL, TRADERS
from firmtrade.linked.population.structure import Structure
from firmtrade.study import Study

OUTSIDE = -1
"""The population of a firm that is in none in the reference year."""

INSIDE, FOREIGN, LARGE, TINY, ELSEWHERE, GONE, LATER = range(7)
"""Why a firm is outside: owned abroad, too large, below the least employment, of another activity, closed
before the reference year, founded after it."""
AROUND = {FOREIGN: 0.025, LARGE: 0.008, TINY: 0.06, ELSEWHERE: 0.05, GONE: 0.12, LATER: 0.02}
"""Firms around the populations, as shares of the firms inside."""


@dataclass
class FirmArrays:
    """Arrays of one length.

    ``headcount`` is the number of employees in the reference year and ``fte`` the employment measure then;
    ``known_headcount`` says whether the accounts show the headcount. ``pattern`` and ``first`` are classes of
    :mod:`firmtrade.linked.population.controlled_rounding`; ``birth`` is the class of birth in the root population.
    """

    population: np.ndarray
    kind: np.ndarray
    activity: np.ndarray
    headcount: np.ndarray
    fte: np.ndarray
    known_headcount: np.ndarray
    founded: np.ndarray
    closed: np.ndarray
    birth: np.ndarray
    seat: np.ndarray
    pattern: np.ndarray
    first: np.ndarray

    def __len__(self) -> int:
        return len(self.population)

    @property
    def panel(self) -> np.ndarray:
        """Firms of a population with employment above 0 in the first and last year of the window."""
        members: np.ndarray = (self.kind == INSIDE) & (self.first != NOT_IN_PANEL)
        return members

    @property
    def mode(self) -> np.ndarray:
        """Class of mode in the reference year."""
        mode: np.ndarray = mode_of_pattern()[self.pattern]
        return mode


STILL_THERE = 9999
"""The year of closing of a firm that has not closed."""


def inside(structures: Sequence[Structure], study: Study, random: np.random.Generator) -> FirmArrays:
    """The firms of the populations."""
    return join([_of_structure(at, one, study, random) for at, one in enumerate(structures)])


def join(parts: Sequence[FirmArrays]) -> FirmArrays:
    """All firms of several parts."""
    return FirmArrays(
        *(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(FirmArrays))
    )


def _of_structure(at: int, structure: Structure, study: Study, random: np.random.Generator) -> FirmArrays:
    base, classes, number = structure.base, structure.firms, structure.size
    limits = study.populations[base.population]
    headcount = _headcounts(base.sizes, classes["size"], random)
    fte = _full_time(headcount, limits.employment_at_least, random)
    if study.head.employment == "employees":
        fte = headcount.astype(float)
    return FirmArrays(
        population=np.full(number, at),
        kind=np.full(number, INSIDE),
        activity=np.array(base.activities)[classes["activity"]],
        headcount=headcount,
        fte=fte,
        known_headcount=classes["size"] < len(base.sizes) - 1,
        founded=founding_years(base.births, classes["birth"], random),
        closed=np.full(number, STILL_THERE),
        birth=classes["birth"],
        seat=np.array(base.seats)[classes["seat"]],
        pattern=classes["pattern"],
        first=classes["first"],
    )


def _headcounts(
    sizes: tuple[WholeInterval, ...], index: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """Pareto inside each class: many firms near its lower edge, few near the upper. Unknown: as all firms."""
    known = [size for size in sizes if size.known]
    low = np.array([size.low if size.known else known[0].low for size in sizes], float)[index]
    high = np.array([size.high if size.known else known[0].high for size in sizes], float)[index]
    return pareto_between(low, high + 1.0, random).astype(np.int64)


def pareto_between(low: np.ndarray, below: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Draws from Pareto laws cut to ``[low, below)``."""
    top, bottom = low**-SIZE_TAIL, below**-SIZE_TAIL
    return np.minimum((top - random.random(len(low)) * (top - bottom)) ** (-1.0 / SIZE_TAIL), below - 1e-6)


def _full_time(headcount: np.ndarray, least: float, random: np.random.Generator) -> np.ndarray:
    """Full-time equivalents: part of the staff works part of the time."""
    fte = np.round(headcount * (1.0 - 0.25 * random.beta(1.2, 3.0, len(headcount))), 1)
    return np.maximum(fte, max(least, 0.1))


def founding_years(
    births: tuple[WholeInterval, ...], index: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """Years inside each class, thinning out backwards; -1 where the founding year is not known."""
    low = np.array([birth.low if birth.low is not None else -1 for birth in births])[index]
    high = np.array([birth.high if birth.high is not None else -1 for birth in births])[index]
    chance = 1.0 - random.random(len(index)) * (1.0 - np.exp(-(high + 1.0 - low) / MEAN_AGE))
    return np.where(
        low < 0, -1, np.maximum(high - np.floor(-MEAN_AGE * np.log(chance)).astype(np.int64), low)
    )


def first_and_last(study: Study) -> tuple[int, int]:
    """The years that a population spans: all that the study asks about, and its window, which firms grow over."""
    years = {*study.years, *study.head.window}
    return min(years), max(years)


def around(firms: FirmArrays, study: Study, random: np.random.Generator) -> FirmArrays:
    """Firms that no population holds in the reference year, so that the rules have something to leave out.

    They look like firms inside, but for the one thing that keeps them out.
    """
    rules = list(study.populations.values())
    elsewhere = _other_divisions(study)
    possible = {
        FOREIGN: all(rule.domestic_owned is True for rule in rules),
        LARGE: all(rule.employees_below for rule in rules),
        TINY: all(rule.employment_at_least > 0.1 for rule in rules),
        ELSEWHERE: bool(elsewhere),
        GONE: first_and_last(study)[0] < study.reference_year,
        LATER: study.last_year > study.reference_year,
    }
    kinds = np.repeat(
        [kind for kind in AROUND if possible[kind]],
        [max(1, round(share * len(firms))) for kind, share in AROUND.items() if possible[kind]],
    )
    model = random.integers(0, len(firms), len(kinds))
    others = FirmArrays(*(getattr(firms, f.name)[model] for f in fields(FirmArrays)))
    others.population, others.kind = np.full(len(kinds), OUTSIDE), kinds
    others.first = np.full(len(kinds), NOT_IN_PANEL)
    _make_large(others, max((rule.employees_below or LARGEST for rule in rules), default=LARGEST), random)
    _make_tiny(others, min((rule.employment_at_least for rule in rules), default=1.0), random)
    if elsewhere:
        others.activity = np.where(kinds == ELSEWHERE, random.choice(elsewhere, len(kinds)), others.activity)
    reference = study.reference_year
    years = np.arange(first_and_last(study)[0], reference)
    if len(years):
        gone = kinds == GONE
        others.closed = np.where(gone, random.choice(years, len(kinds)), others.closed)
        before = np.maximum(others.closed - 1 - random.integers(0, 20, len(kinds)), EARLIEST)
        others.founded = np.where(gone, np.minimum(others.founded, before), others.founded)
    later = random.integers(reference + 1, max(study.last_year, reference + 1) + 1, len(kinds))
    others.founded = np.where(kinds == LATER, later, others.founded)
    return others


def _make_large(firms: FirmArrays, limit: int, random: np.random.Generator) -> None:
    large = (firms.kind == LARGE) | ((firms.kind == FOREIGN) & (random.random(len(firms)) < 0.2))
    head = pareto_between(np.full(len(firms), float(limit)), np.full(len(firms), 20.0 * limit), random)
    firms.headcount = np.where(large, head.astype(np.int64), firms.headcount)
    firms.fte = np.where(large, np.round(firms.headcount * 0.93, 1), firms.fte)
    firms.known_headcount = firms.known_headcount | large
    trades = large & (random.random(len(firms)) < 3 * TRADERS)
    firms.pattern = np.where(trades, random.integers(1, len(PATTERNS), len(firms)), firms.pattern)


def _make_tiny(firms: FirmArrays, least: float, random: np.random.Generator) -> None:
    tiny = firms.kind == TINY
    if not tiny.any():
        return
    fte = np.round(random.uniform(0.1, max(least - 0.1, 0.15), len(firms)), 1)
    firms.fte = np.where(tiny, np.minimum(fte, least - 0.05), firms.fte)
    firms.headcount = np.where(tiny, 1, firms.headcount)


def _other_divisions(study: Study) -> list[str]:
    scheme = activity(study.head.activity)
    taken = {code for rule in study.populations.values() for code in scheme.divisions_in(rule.activity)}
    return [code for code in scheme.divisions if code not in taken]
