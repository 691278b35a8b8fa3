"""The attack itself: conditions from what is printed, then the interval of each hidden number."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from math import ceil, floor, inf, isfinite
from pathlib import Path

from firmtrade.errors import DataError
from firmtrade.outputs import CellKey
from firmtrade.outputs.notebook import card
from firmtrade.progress import Progress, silent
from firmtrade.protection.attack.granted import granted_sums, taken_for_granted, worth_nothing
from firmtrade.protection.attack.partners import partner_lines
from firmtrade.protection.attack.polytope import Polytope, Ratio
from firmtrade.protection.attack.published import PublishedRelease, read_release
from firmtrade.protection.attack.whole import WholeFirmSearch
from firmtrade.protection.attack.worlds import Worlds
from firmtrade.query.cells import CellSpec, Formula, Term
from firmtrade.query.measures import COMPLETE, FIRMS, VALUE_ADDED_END, VALUE_ADDED_START, WEIGHT, weighted
from firmtrade.query.statistic import ESTIMATES, Statistic

SCALE = 50_000.0
"""Currency per unit of a variable, so that numbers of the program are of like size."""

COUNTED = frozenset({FIRMS, COMPLETE})
MONEY_FREE = frozenset({VALUE_ADDED_START, VALUE_ADDED_END}) | {
    weighted(name)
    for name in (
        "turnover",
        "value_added",
        "labor_productivity",
        "labor_cost",
        "total_assets",
        "tangible_assets",
    )
}
AMOUNTS = frozenset({Formula.AMOUNT, Formula.LEVEL, Formula.DISTRIBUTION, Formula.WEIGHTED})
"""Numbers that an estimate is as good of as the number."""
NARROW = 3.0
"""Firms: intervals of counts up to this width are looked at again in whole firms."""

SLACK = 1e-6


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What is known of a hidden number, in its unit. ``exact`` where it comes down to one number as it would be
    printed, or an amount to an interval that is closer than asked for; ``secondary`` where it is hidden only to protect
    others, and so may be known."""

    key: CellKey
    unit: str
    low: float
    high: float
    exact: bool
    secondary: bool = False

    @property
    def tight(self) -> bool:
        """Whether something is given away."""
        return self.exact and not self.secondary


@dataclass(frozen=True)
class Attack:
    """What a reader works out of a release. ``unbound`` are hidden numbers that no other printed number speaks of
    (quartiles, indices)."""

    findings: tuple[Disclosure, ...]
    unbound: tuple[CellKey, ...]

    def __repr__(self) -> str:
        return f"<attack: {len(self.tight):,} of {len(self.findings):,} hidden numbers worked out>"

    def _repr_html_(self) -> str:
        rows = [(str(one.key),) for one in self.tight]
        lines = [f"{len(self.tight):,} of {len(self.findings):,} hidden numbers are worked out."]
        return card("Attack on a release", lines, ("cell",), rows)

    @property
    def tight(self) -> tuple[Disclosure, ...]:
        return tuple(each for each in self.findings if each.tight)


@dataclass(frozen=True, slots=True)
class _Ratio:
    """``factor * over / under``, or a total without ``under``; growth as a factor to the power of ``years``."""

    over: Term
    under: Term | None
    factor: float
    years: int = 0


def attack(
    release: Path,
    known: Iterable[Path] = (),
    *,
    within: int = 0,
    zeros_shown: bool = False,
    units: int = 0,
    closer: float = 0.0,
    progress: Progress | None = None,
) -> Attack:
    """Attack a release folder, with what is ``known`` besides: files of cells, other releases. ``within`` is how far
    true numbers of firms may lie from printed ones: 0 where they were neither rounded nor perturbed. ``zeros_shown``
    says that the office shows zeros: then no hidden number of firms is one, and a share of none or all is no secret.
    With ``units`` every number of firms that is confidential by itself is taken for fewer than that many. An amount or
    mean counts as known where its interval is narrower than ``closer`` per cent of it.

    Raises
    ------
    UsageError, InputError
        The folder or a file cannot be read.
    DataError
        The printed numbers contradict one another.
    """
    seen = replace(read_release(release, known), within=within, zeros_shown=zeros_shown, closer=closer)
    return attack_published(seen.fewer_than(units) if units else seen, progress=progress)


def attack_published(
    published: PublishedRelease, *, quick: bool = False, progress: Progress | None = None
) -> Attack:
    """Attack what is printed; ``quick`` stops at each number as soon as two values of it are known to be possible, and
    reports an interval that may be wider in truth.

    What readers take for granted holds where the printed numbers allow it; where no amounts from 0 on fit them,
    corrections made some negative, and any may be."""
    say = progress or silent
    for granted in (True, False):
        with suppress(DataError):
            return _attacked(published, _signed, granted=granted, quick=quick, say=say)
    return _attacked(published, lambda measure: measure not in COUNTED, granted=False, quick=quick, say=say)


def _attacked(
    published: PublishedRelease,
    signed: Callable[[str], bool],
    *,
    granted: bool,
    quick: bool,
    say: Progress,
) -> Attack:
    printed = {key: _ratio(published.specs[key]) for key in published.values}
    specs = [published.specs[key] for key in published.values]
    terms = [term for spec in specs for term in _terms(spec, printed[spec.key])]
    terms += [spec.group for spec in specs if spec.optional and not spec.group.by]
    lines = list(partner_lines(published.study, terms))
    sums = [*granted_sums(terms), *worth_nothing(published.specs, published.values)] if granted else []
    beside = [term for line in lines for term in line.terms] + [term for each in sums for term in each.terms]
    worlds = Worlds(published.study, dict.fromkeys([*terms, *published.nothing, *beside]))
    polytope = _polytope(published, worlds, printed, signed)
    for line in lines:
        line.holds(worlds, polytope)
    totals = {
        ratio.over: _printed(published.specs[key], value)
        for key, value in published.values.items()
        if value is not None and (ratio := printed[key]) and ratio.under is None
    }
    for row in taken_for_granted(sums, worlds, totals):
        polytope.between(row, 0.0, 0.0)
    firms = None if published.within else WholeFirmSearch(published, worlds)
    prober = _Prober(worlds, polytope, firms, closer=published.closer, quick=quick)
    findings = []
    asked = (*published.hidden, *_changed_counts(published))
    for at, key in enumerate(asked, start=1):
        say(f"{at} of {len(asked)}")
        spec = published.specs[key]
        bounds = prober.bounds(spec, printed[key])
        if bounds is not None:
            nobody = published.values[key] is not None and bounds[1] < 1
            shown_zero = published.zeros_shown and _none_or_all(spec, *bounds)
            follows = key in published.secondary and key not in published.secret
            secondary = nobody or shown_zero or follows
            exact = prober.exact(spec, *bounds) and not prober.leaves_firms(printed[key], *bounds)
            findings.append(Disclosure(key, spec.unit, *bounds, exact, secondary))
    found_keys = {finding.key for finding in findings}
    return Attack(tuple(findings), tuple(key for key in published.hidden if key not in found_keys))


def _none_or_all(spec: CellSpec, low: float, high: float) -> bool:
    """Whether it may be that no firm of a group counts, or that every one does."""
    return spec.formula is Formula.SHARE and (low < SLACK or high > 100 - SLACK)


def _changed_counts(published: PublishedRelease) -> list[CellKey]:
    """Printed numbers of firms that are not the true ones: small ones among them may be confidential."""
    return [
        key
        for key, value in published.values.items()
        if published.within and value is not None and published.specs[key].formula is Formula.COUNT
    ]


def _signed(measure: str) -> bool:
    """Whether a number of one firm may be below zero."""
    return measure in MONEY_FREE or (measure not in COUNTED and measure.endswith("growth"))


def _polytope(
    published: PublishedRelease,
    worlds: Worlds,
    printed: dict[CellKey, _Ratio | None],
    signed: Callable[[str], bool],
) -> Polytope:
    free = frozenset(
        start + at
        for (_, measure), frames in worlds.groups.items()
        if signed(measure)
        for frame, start in frames
        for at in range(frame.height)
    )
    polytope = _defined(published, worlds, free)
    _somebody(published, worlds, polytope)
    bases = _printed_numbers(published)
    for key, value in published.values.items():
        ratio = printed[key]
        if value is None or ratio is None:
            continue
        if published.within and _of_firms(ratio):
            _between_changed(polytope, worlds, published, key, value, ratio, bases)
            continue
        low, high = (_undone(ratio, end) / _unit_of(ratio) for end in _printed(published.specs[key], value))
        over = worlds.row(ratio.over)
        if ratio.under is None:
            polytope.between(over, low, high)
        else:
            under = worlds.row(ratio.under)
            polytope.ratio_between(over, under, low, high)
            if ratio.under.measure in COUNTED:
                polytope.between(under, 1.0, inf)
    return polytope


def _printed_numbers(published: PublishedRelease) -> dict[Term, float]:
    """Numbers of firms that are printed, by what they count."""
    return {
        published.specs[key].terms["count"]: value
        for key, value in published.values.items()
        if value is not None and published.specs[key].formula is Formula.COUNT
    }


def _of_firms(ratio: _Ratio) -> bool:
    return ratio.over.measure == FIRMS and (ratio.under is None or ratio.under.measure == FIRMS)


def _between_changed(
    polytope: Polytope,
    worlds: Worlds,
    published: PublishedRelease,
    key: CellKey,
    value: float,
    ratio: _Ratio,
    bases: dict[Term, float],
) -> None:
    """A number of firms lies near the printed one; that of a share near the share of the printed base."""
    low, high = _printed(published.specs[key], value)
    if ratio.under is not None:
        base = bases.get(ratio.under)
        if base is None:
            return
        low, high = low * base / 100, high * base / 100
    polytope.between(worlds.row(ratio.over), low - published.within, high + published.within)


def _defined(published: PublishedRelease, worlds: Worlds, signed: frozenset[int]) -> Polytope:
    """What holds by definition and by what tables leave out, whatever is printed."""
    polytope = Polytope(worlds.width, signed)
    for tie in worlds.ties:
        polytope.between(tie, 0.0, 0.0)
    for part, most in worlds.parts(signed):
        polytope.between(part, 0.0, most)
    for term in published.nothing:
        polytope.between(worlds.row(term), 0.0, 0.0)
    return polytope


def _somebody(published: PublishedRelease, worlds: Worlds, polytope: Polytope) -> None:
    """A row that is printed only where a firm stands in it has one; so has a number of firms that is confidential by
    itself, and any that is hidden where zeros are shown. Numbers that were changed say nothing of this."""
    if published.within:
        return
    for key, value in published.values.items():
        spec = published.specs[key]
        if spec.optional and not spec.group.by:
            polytope.between(worlds.row(spec.group), 1.0, inf)
        own = published.zeros_shown or key not in published.secondary
        if value is None and spec.formula is Formula.COUNT and own and not spec.terms["count"].by:
            polytope.between(worlds.row(spec.terms["count"]), 1.0, float(published.few.get(key, inf)))


class _Prober:
    """Asks for one hidden number after another."""

    def __init__(
        self,
        worlds: Worlds,
        polytope: Polytope,
        firms: WholeFirmSearch | None,
        *,
        closer: float,
        quick: bool,
    ) -> None:
        self.worlds, self.polytope, self.firms = worlds, polytope, firms
        self.closer, self.quick = closer, quick
        self.counted = {
            start + at
            for (_, measure), frames in worlds.groups.items()
            if measure in COUNTED
            for frame, start in frames
            for at in range(frame.height)
        }

    def exact(self, spec: CellSpec, low: float, high: float) -> bool:
        """Whether an interval comes down to one number as it would be printed, or to one that is as good."""
        if spec.formula is Formula.COUNT:
            return isfinite(high) and floor(high + SLACK) - ceil(low - SLACK) < 1
        printed = 10.0**-spec.decimals * (1 - SLACK)
        if spec.formula not in AMOUNTS or not isfinite(high - low):
            return high - low < printed
        return high - low < max(printed, self.closer / 100 * max(abs(low), abs(high)))

    def bounds(self, spec: CellSpec, ratio: _Ratio | None) -> tuple[float, float] | None:
        """The interval of a hidden cell in its unit; None where no total or ratio stands behind it."""
        if ratio is not None:
            return self._of(spec, ratio)
        if spec.formula in (Formula.LEVEL_CHANGE, Formula.PRODUCTIVITY_CAGR):
            return self._of_two(spec)
        return None

    def leaves_firms(self, ratio: _Ratio | None, low: float, high: float) -> bool:
        """Whether a share of firms that is known as it would be printed leaves several numbers of firms: 0.02% to 0.04%
        of 4,472 are one or two. One of exactly so much is known whatever the numbers are."""
        if ratio is None or ratio.under is None or not _of_firms(ratio) or high - low < SLACK:
            return False
        least, most = self._of(None, _Ratio(ratio.over, None, 1.0))
        return most == inf or floor(most + SLACK) - ceil(least - SLACK) >= 1

    def _of(self, spec: CellSpec | None, ratio: _Ratio) -> tuple[float, float]:
        under = None if ratio.under is None else self.worlds.row(ratio.under)
        asked = Ratio(self.worlds.row(ratio.over), under)
        region = self.polytope.region(asked)
        if self.quick:
            low, high = (_done(ratio, end * _unit_of(ratio)) for end in region.seen(asked))
            if low < high and not (spec and self.exact(spec, low, high)):
                return low, high
        low, high = region.interval(asked)
        # Numbers of firms by partner add up in no line: whole firms leave no less of them than rounding does.
        adds_up = ratio.over.measure in COUNTED and ratio.over.universe.level is None
        if ratio.under is None and adds_up and high - low <= NARROW:
            inner = region.whole_seen(asked.over, self.counted.__contains__) if self.quick else (0.0, 0.0)
            if inner[0] >= inner[1]:
                inner = region.whole_interval(asked.over, self.counted.__contains__)
            low, high = max(low, inner[0]), min(high, inner[1])
        if (
            under is not None
            and high - low < SLACK
            and self.polytope.region(asked).interval(Ratio(under))[0] <= 0
        ):
            return -inf, inf  # the base may be empty, and the share undefined
        low, high = _done(ratio, low * _unit_of(ratio)), _done(ratio, high * _unit_of(ratio))
        if self.firms and ratio.under is None and ratio.over.measure in COUNTED:
            least, most = self.firms.interval(ratio.over)
            low, high = max(low, least), min(high, most)
        return low, high

    def _of_two(self, spec: CellSpec) -> tuple[float, float]:
        """Growth of productivity from the growth of value added and of employment, a level change likewise."""
        by = {term.measure: term for term in spec.terms.values()}
        ends = []
        for name in ("value_added", "fte"):
            asked = Ratio(self.worlds.row(by[f"{name}_end"]), self.worlds.row(by[f"{name}_start"]))
            ends.append(self.polytope.region(asked).interval(asked))
        (added_low, added_high), (staff_low, staff_high) = ends
        low = added_low / staff_high if 0 < staff_high < inf else 0.0
        high = added_high / staff_low if staff_low > 0 else inf
        power = 1 / spec.years
        return 100 * (max(low, 0.0) ** power - 1), (100 * (high**power - 1) if isfinite(high) else inf)


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
        case Formula.WEIGHTED if spec.statistic in ESTIMATES:
            of_share = spec.statistic is Statistic.WEIGHTED_SHARE
            under = terms[1] if len(terms) > 1 else None
            return _Ratio(terms[0], under, 100.0 if of_share else 1.0 / spec.scale)
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


def _unit_of(ratio: _Ratio) -> float:
    return _unit(ratio.over) / (1.0 if ratio.under is None else _unit(ratio.under))


def _unit(term: Term) -> float:
    employment = term.measure.startswith("fte") or term.measure == weighted("employment")
    return 1.0 if term.measure in COUNTED | {WEIGHT} or employment else SCALE
