"""The attack itself: conditions from what is printed, then the interval of each hidden number."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil, floor, inf, isfinite
from pathlib import Path

from firmtrade.outputs import CellKey
from firmtrade.protection.attack.polytope import Polytope
from firmtrade.protection.attack.published import Published, read_release
from firmtrade.protection.attack.worlds import Worlds
from firmtrade.query.cells import CellSpec, Formula, Term
from firmtrade.query.measures import COMPLETE, FIRMS, VALUE_ADDED_END, VALUE_ADDED_START
from firmtrade.query.statistic import Statistic

Progress = Callable[[str], None]

SCALE = 50_000.0
"""Currency per unit of a variable, so that numbers of the program are of like size."""

COUNTED = frozenset({FIRMS, COMPLETE})
MONEY_FREE = frozenset({VALUE_ADDED_START, VALUE_ADDED_END})
NARROW = 3.0
"""Firms: intervals of counts up to this width are looked at again in whole firms."""

SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of a hidden number, in its unit. ``tight`` where it comes down to one number as it would be
    printed."""

    key: CellKey
    unit: str
    low: float
    high: float
    tight: bool


@dataclass(frozen=True)
class Attack:
    """What a reader works out of a release. ``unbound`` are hidden numbers that no other printed number speaks of
    (quartiles, indices)."""

    findings: tuple[Finding, ...]
    unbound: tuple[CellKey, ...]

    @property
    def tight(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.tight)


@dataclass(frozen=True, slots=True)
class _Ratio:
    """``factor * over / under``, or a total without ``under``; growth as a factor to the power of ``years``."""

    over: Term
    under: Term | None
    factor: float
    years: int = 0


def attack(release: Path, known: Iterable[Path] = (), *, progress: Progress | None = None) -> Attack:
    """Attack a release folder, with what is ``known`` besides: files of cells, an earlier release among them.

    Raises
    ------
    UsageError, InputError
        The folder or a file cannot be read.
    DataError
        The printed numbers contradict one another.
    """
    return attack_published(read_release(release, known), progress=progress)


def attack_published(published: Published, *, progress: Progress | None = None) -> Attack:
    """Attack what is printed."""
    say = progress or (lambda _: None)
    ratios = {key: _ratio(published.specs[key]) for key in published.values}
    terms = [term for key in published.values for term in _terms(published.specs[key], ratios[key])]
    terms += published.nothing
    worlds = Worlds(published.study, dict.fromkeys(terms))
    polytope = _polytope(published, worlds, ratios)
    say("bounds")
    findings = []
    for key in published.hidden:
        found = _bounds(published.specs[key], ratios, worlds, polytope, key)
        if found is not None:
            findings.append(_finding(published.specs[key], *found))
    spoken = {finding.key for finding in findings}
    return Attack(tuple(findings), tuple(key for key in published.hidden if key not in spoken))


def _polytope(published: Published, worlds: Worlds, ratios: dict[CellKey, _Ratio | None]) -> Polytope:
    signed = frozenset(
        start + at
        for (_, measure), frames in worlds.groups.items()
        if measure in MONEY_FREE or (measure not in COUNTED and measure.endswith("growth"))
        for frame, start in frames
        for at in range(frame.height)
    )
    polytope = Polytope(worlds.width, signed)
    for tie in worlds.ties:
        polytope.between(tie, 0.0, 0.0)
    for part in worlds.parts():
        polytope.between(part, 0.0, inf)
    for term in published.nothing:
        polytope.between(worlds.row(term), 0.0, 0.0)
    for key, value in published.values.items():
        ratio = ratios[key]
        if value is None or ratio is None:
            continue
        low, high = _printed(published.specs[key], value)
        low, high = _undone(ratio, low), _undone(ratio, high)
        over = worlds.row(ratio.over)
        if ratio.under is None:
            unit = _unit(ratio.over)
            polytope.between(over, low / unit, high / unit)
        else:
            unit = _unit(ratio.over) / _unit(ratio.under)
            under = worlds.row(ratio.under)
            polytope.ratio_between(over, under, low / unit, high / unit)
            if ratio.under.measure in COUNTED:
                polytope.between(under, 1.0, inf)
    return polytope


def _bounds(
    spec: CellSpec, ratios: dict[CellKey, _Ratio | None], worlds: Worlds, polytope: Polytope, key: CellKey
) -> tuple[float, float] | None:
    ratio = ratios[key]
    if ratio is not None:
        return _of_ratio(ratio, worlds, polytope)
    if spec.formula in (Formula.LEVEL_CHANGE, Formula.PRODUCTIVITY_CAGR):
        return _of_two_ratios(spec, worlds, polytope)
    return None


def _of_ratio(ratio: _Ratio, worlds: Worlds, polytope: Polytope) -> tuple[float, float]:
    over = worlds.row(ratio.over)
    if ratio.under is None:
        low, high = polytope.interval(over)
        if ratio.over.measure in COUNTED and high - low <= NARROW:
            whole = sorted(
                start + at
                for (_, measure), frames in worlds.groups.items()
                if measure in COUNTED
                for frame, start in frames
                for at in range(frame.height)
            )
            inner = polytope.whole_interval(over, whole)
            low, high = max(low, inner[0]), min(high, inner[1])
        unit = _unit(ratio.over)
        return _done(ratio, low * unit), _done(ratio, high * unit)
    low, high = polytope.interval(over, worlds.row(ratio.under))
    unit = _unit(ratio.over) / _unit(ratio.under)
    return _done(ratio, low * unit), _done(ratio, high * unit)


def _of_two_ratios(spec: CellSpec, worlds: Worlds, polytope: Polytope) -> tuple[float, float]:
    """Growth of productivity from the growth of value added and of employment, a level change from two levels."""
    by = {term.measure: term for term in spec.terms.values()}
    added, staff = ((by[f"{name}_end"], by[f"{name}_start"]) for name in ("value_added", "fte"))
    one = polytope.interval(worlds.row(added[0]), worlds.row(added[1]))
    other = polytope.interval(worlds.row(staff[0]), worlds.row(staff[1]))
    years = spec.years
    low = one[0] / other[1] if other[1] not in (0.0, inf) else 0.0
    high = one[1] / other[0] if other[0] > 0 else inf
    power = 1 / years
    return 100 * (max(low, 0.0) ** power - 1), (100 * (high**power - 1) if isfinite(high) else inf)


def _finding(spec: CellSpec, low: float, high: float) -> Finding:
    if spec.formula is Formula.COUNT:
        tight = isfinite(high) and floor(high + SLACK) - ceil(low - SLACK) < 1
    else:
        tight = high - low < 10.0**-spec.decimals * (1 - SLACK)
    return Finding(spec.key, spec.unit, low, high, tight)


def _ratio(spec: CellSpec) -> _Ratio | None:
    terms = list(spec.terms.values())
    if any(term.by for term in terms):
        return None
    match spec.formula:
        case Formula.COUNT:
            return _Ratio(terms[0], None, 1.0)
        case Formula.AMOUNT:
            return _Ratio(terms[0], None, 1e-3)
        case Formula.SHARE:
            return _Ratio(spec.terms["count"], spec.terms["base"], 100.0)
        case Formula.LEVEL:
            return _Ratio(terms[0], terms[1], 1e-3)
        case Formula.CAGR:
            return _Ratio(terms[1], terms[0], 1.0, spec.years)
        case Formula.DISTRIBUTION if spec.statistic is Statistic.MEAN and spec.spread and not spec.spread.by:
            return _Ratio(spec.spread, spec.group, 1.0 / spec.scale)
    return None


def _terms(spec: CellSpec, ratio: _Ratio | None) -> list[Term]:
    if ratio is not None:
        return [term for term in (ratio.over, ratio.under) if term is not None]
    if spec.formula in (Formula.LEVEL_CHANGE, Formula.PRODUCTIVITY_CAGR):
        return list(spec.terms.values())
    return []


def _printed(spec: CellSpec, value: float) -> tuple[float, float]:
    """The interval of a printed number; counts are exact."""
    half = 0.0 if spec.formula is Formula.COUNT else 0.5 * 10.0**-spec.decimals
    low, high = value - half, value + half
    if spec.formula is Formula.SHARE and spec.terms["count"].measure == spec.terms["base"].measure == FIRMS:
        low, high = max(low, 0.0), min(high, 100.0)
    return low, high


def _done(ratio: _Ratio, quotient: float) -> float:
    """The number that is printed for a quotient of totals."""
    if ratio.years:
        return inf if quotient == inf else 100 * (max(quotient, 0.0) ** (1 / ratio.years) - 1)
    return quotient * ratio.factor


def _undone(ratio: _Ratio, number: float) -> float:
    """The quotient of totals behind a number."""
    return max(1 + number / 100, 0.0) ** ratio.years if ratio.years else number / ratio.factor


def _unit(term: Term) -> float:
    employment = term.measure.startswith("fte")
    return 1.0 if term.measure in COUNTED or employment else SCALE
