"""Learning: what happens to firms after they start to trade, and after they stop.

Trade is not absorbing: firms start, stop and start again. Local projections difference-in-differences (Dube,
Girardi, Jordà & Taylor 2025, *Journal of Applied Econometrics*) compare each start with firms that do not
trade over the same years, and only with those; the form used counts every start once (their reweighted
estimator), and follows it whatever comes later: to follow only those that go on would select on their success.
ATT(g,t) of Callaway & Sant'Anna (2021) on the first start follows.

What lies before the event is shown and tested, and what that test would have missed is stated beside it. The sentences
rest on p-values adjusted for all means after an event of the block, and claim no more than what is left when a steady
trend from before is taken out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from firmtrade.evidence.events import (
    Event,
    Path,
    Point,
    cells_before,
    difference_at,
    difference_of,
    followed,
    members_before,
    path_of,
)
from firmtrade.evidence.grid import Grid, grid_of, shifted
from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import Panel
from firmtrade.evidence.phrases import named, phrase, remarked
from firmtrade.evidence.result import BlockResult, Chart, EstimateTable, Section, curve_key_of, keys_of
from firmtrade.evidence.samples import DIRECTIONS, PERFORMANCE, note
from firmtrade.evidence.statements import estimate_of, lacking, part_of, too_few
from firmtrade.inference.arrays import Flags, Floats, Integers
from firmtrade.inference.corrections import holm
from firmtrade.inference.fits import Effect
from firmtrade.inference.parallel_trends import breakdown, detectable_slope
from firmtrade.messages import Count, Message, Percent, Slot, Year
from firmtrade.outputs import Curve, CurvePoint, Estimate

BLOCK = "learning"
PRE_TRENDS, AFTER, DETECTABLE = (
    "pre-trends (joint test)",
    "mean after the event",
    "smallest detectable effect",
)
ADJUSTED, BALANCED = f"{AFTER} (Holm)", f"{AFTER} (balanced window)"
SLOPE, DRIFT, BREAKDOWN = (
    "trend that the test would find",
    "mean after the event of such a trend",
    "bend at which the mean breaks down",
)
COMPARISONS = "comparison firms of an event (median)"
POWER = 0.8


@dataclass(frozen=True, slots=True)
class _Design:
    """One event of one direction: its specification, and who has it."""

    direction: str
    name: str
    event: Event


def learning(panel: Panel, options: EvidenceOptions) -> BlockResult:
    """Outcomes around entry and exit.

    Specifications: ``DIRECTION/entry`` and ``DIRECTION/exit`` (followed whatever comes later) and
    ``DIRECTION/first_entry`` with its ``DIRECTION/first_entry/att_gt``. Terms are ``t-3`` ... ``t+4``, their mean
    after the event (with its p-value as it is, with Holm's, and over the events followed to the end), the effect that
    the sample could detect with 80% power, the joint test of the pre-trends, the steady trend that this test
    would have found with 80% power and what it adds to the mean, and the bend of a trend from one year to the next at
    which the mean is no longer told from zero. All but the tests are log points relative to the year before the event.
    """
    grid = grid_of(panel)
    parts: list[_Part] = []
    for direction, flag in DIRECTIONS.items():
        what = phrase(f"learning.{direction}.what")
        missing = panel.lacks(flag)
        if missing:
            parts.append(_Part(off=(lacking(what, missing),)))
            continue
        status = grid.status(flag)
        member = members_before(grid)
        designs = tuple(
            _Design(direction, name, Event(on, member, options.clean_years))
            for name, on in (("entry", status), ("exit", 1 - status))
        )
        for outcome, needs in PERFORMANCE.items():
            without = panel.lacks(*needs)
            if without:
                parts.append(_Part(off=(lacking(part_of(what, _words(outcome)), without),)))
                continue
            parts += [_local_projections(grid, design, outcome, options) for design in designs]
            parts.append(_first_entry(grid, direction, status, outcome, options))
    return _judged(parts, options)


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a sentence may rest on: the mean after the event, the test of the years before (None where there are
    none), and the bend at which the mean breaks down."""

    subject: Slot
    after: Estimate
    p_before: float | None
    breakdown: float


@dataclass(frozen=True, slots=True)
class _Part:
    estimates: tuple[Estimate, ...] = ()
    curves: tuple[Curve, ...] = ()
    claim: _Claim | None = None
    off: tuple[Message, ...] = ()


def _judged(parts: list[_Part], options: EvidenceOptions) -> BlockResult:
    """All parts together: p-values adjusted over the family of their means after the event, and the sentences."""
    claims = [part.claim for part in parts if part.claim is not None]
    adjusted = dict(
        zip(
            (claim.after.key for claim in claims),
            holm(np.array([np.nan if c.after.p_value is None else c.after.p_value for c in claims])).tolist(),
            strict=True,
        )
    )
    estimates: list[Estimate] = []
    verdicts: list[Message] = []
    for part in parts:
        for each in part.estimates:
            estimates.append(each)
            if each.key in adjusted and not np.isnan(adjusted[each.key]):
                family = phrase("learning.family", tests=Count(len(claims)))
                estimates.append(
                    replace(each, term=ADJUSTED, p_value=adjusted[each.key], note=remarked(each.note, family))
                )
        claim = part.claim
        if claim is not None:
            verdicts.append(
                verdict(
                    claim.subject, claim.p_before, claim.after.estimate or 0.0, adjusted[claim.after.key],
                    claim.breakdown, 1 - options.level,
                )
            )  # fmt: skip
    curves = [curve for part in parts for curve in part.curves]
    off = [sentence for part in parts for sentence in part.off]
    section = _section(estimates, curves, verdicts, off, len(claims))
    return BlockResult(BLOCK, tuple(estimates), tuple(curves), section, tuple(verdicts))


def _words(outcome: str) -> Slot:
    return named(outcome.removeprefix("log_"))


def _local_projections(grid: Grid, design: _Design, outcome: str, options: EvidenceOptions) -> _Part:
    level, cells = grid.values(outcome), cells_before(grid)
    event = design.event

    def at(distance: int, among: Flags) -> Point | None:
        treated = event.treated(distance) & among
        return difference_at(grid, level, cells, treated, event.comparison(distance), distance)

    what = phrase(f"learning.{design.direction}.event_{design.name}")
    words = phrase(f"learning.{design.direction}.sample_{design.name}", years=Count(options.clean_years))
    estimator = phrase("estimators.local_projections")
    name = f"{design.direction}/{design.name}"
    return _reported(what, name, outcome, level, at, words, estimator, options)


def _first_entry(grid: Grid, direction: str, status: Floats, outcome: str, options: EvidenceOptions) -> _Part:
    """ATT(g,t) on the first start, and its average by distance; comparison firms have not started yet."""
    level, cells = grid.values(outcome), cells_before(grid)
    started = _started(status)
    member = members_before(grid)
    first = (started == 1) & (_shifted_is(started, -1, 0)) & member
    waiting = (started == 0) & member

    def at(distance: int, among: Flags) -> Point | None:
        clean = waiting & _shifted_is(started, max(distance, 0), 0)
        return difference_at(grid, level, cells, first & among, clean, distance)

    what = phrase(f"learning.{direction}.event_first_entry")
    words, estimator = phrase(f"learning.{direction}.first_sample"), phrase("estimators.att")
    part = _reported(what, f"{direction}/first_entry", outcome, level, at, words, estimator, options)
    if outcome != "log_labor_productivity":
        return part
    groups = _group_time(grid, direction, outcome, (level, cells, first, waiting, started), options)
    return replace(part, estimates=part.estimates + groups)


def _started(status: Floats) -> Floats:
    """1 once the firm has traded, 0 before, NaN from the first unknown status on until it trades."""
    traded = np.maximum.accumulate(np.nan_to_num(status, nan=0.0), axis=1)
    known = np.minimum.accumulate(np.isfinite(status), axis=1)
    seen_before = np.isfinite(status) | (traded == 1)
    return np.where(traded == 1, 1.0, np.where(known & seen_before, 0.0, np.nan))


def _shifted_is(matrix: Floats, years: int, value: float) -> Flags:
    """Whether the matrix has ``value`` so many years later."""
    return np.asarray(shifted(matrix, years) == value)


def _group_time(
    grid: Grid,
    direction: str,
    outcome: str,
    state: tuple[Floats, Integers, Flags, Flags, Floats],
    options: EvidenceOptions,
) -> tuple[Estimate, ...]:
    level, cells, first, waiting, started = state
    estimates = []
    for group in range(1, grid.n_years):
        year = slice(group, group + 1)
        for distance in range(-group, grid.n_years - group):
            if distance == -1:
                continue
            at = group + distance
            later = slice(max(group, at), max(group, at) + 1)
            change = level[:, at : at + 1] - level[:, group - 1 : group]
            clean = waiting[:, year] & (started[:, later] == 0)
            point = difference_of(grid, change, cells[:, year], first[:, year], clean, distance, offset=group)
            if point is None or min(c.n_firms for c in point.contributions) < options.minimum_firms:
                continue
            began = grid.first_year + group
            effect = path_of([point]).effect(0, options.level)
            estimates.append(
                estimate_of(
                    BLOCK,
                    f"{direction}/first_entry/att_gt",
                    outcome,
                    f"g={began}, t={began + distance}",
                    effect,
                    n_obs=point.n_obs,
                    n_firms=point.n_firms,
                    estimator=phrase("estimators.att_by_group"),
                    note=note(
                        phrase(f"learning.{direction}.att_sample", year=Year(began)), _unmatched([point])
                    ),
                    contributions=point.contributions,
                )
            )
    return tuple(estimates)


def _unmatched(points: list[Point]) -> tuple[tuple[Slot, int], ...]:
    lost = max(point.unmatched for point in points)
    return ((phrase("learning.unmatched"), lost),) if lost else ()


def _reported(
    what: Slot,
    specification: str,
    outcome: str,
    level: Floats,
    at: Callable[[int, Flags], Point | None],
    words: Slot,
    estimator: Slot,
    options: EvidenceOptions,
) -> _Part:
    """Everything about one event and outcome; ``at`` gives the difference at a distance among some events."""
    subject = part_of(what, _words(outcome))
    everyone = np.ones(level.shape, dtype=np.bool_)
    distances = (
        *(-lead for lead in sorted(options.leads, reverse=True) if lead > 1),
        *range(options.horizon + 1),
    )
    enough = _enough([at(distance, everyone) for distance in distances], options)
    path = path_of(enough) if enough else None
    if path is None or not path.after:
        return _Part(off=(too_few(subject, phrase("groups.events"), options.minimum_firms),))
    text = note(words, _unmatched(enough), phrase("notes.clustered"), phrase("learning.relative"))
    n_obs = max(point.n_obs for point in enough)
    n_firms = max(point.n_firms for point in enough)
    first_after = path.points[path.after[0]]

    def number(term: str, effect: Effect, behind: Point, said: Slot, remark: Slot = "") -> Estimate:
        whole = behind is first_after
        return estimate_of(
            BLOCK, specification, outcome, term, effect, n_obs=n_obs if whole else behind.n_obs,
            n_firms=n_firms if whole else behind.n_firms, estimator=said,
            note=remarked(text, remark) if remark else text, contributions=behind.contributions,
        )  # fmt: skip

    def alone(value: float) -> Effect:
        nothing = float("nan")
        return Effect(value, nothing, nothing, nothing, nothing)

    estimates = [
        estimate_of(
            BLOCK, specification, outcome, f"t{point.distance:+d}", path.effect(place, options.level),
            n_obs=point.n_obs, n_firms=point.n_firms, estimator=estimator, note=text,
            contributions=point.contributions,
        )
        for place, point in enumerate(path.points)
    ]  # fmt: skip
    pooled = path.mean(path.after, options.level)
    after = number(AFTER, pooled, first_after, estimator)
    estimates.append(after)
    balanced = _balanced([path.points[place].distance for place in path.after], level, at, options)
    if balanced is not None:
        mean = balanced.mean(balanced.after, options.level)
        estimates.append(number(BALANCED, mean, balanced.points[0], estimator, phrase("learning.balanced")))
    normal = NormalDist()
    reach = (normal.inv_cdf(0.5 + options.level / 2) + normal.inv_cdf(POWER)) * pooled.std_error
    power = phrase("estimators.power", percent=Percent(100 * POWER))
    estimates.append(number(DETECTABLE, alone(reach), first_after, power))
    estimates.append(
        number(
            COMPARISONS, alone(first_after.comparisons), first_after, phrase("estimators.median_of_events")
        )
    )
    p_before, bend = None, 0.0
    if path.before:
        statistic, _, p_before = path.test(path.before)
        first, trend, weights = path.points[path.before[0]], path.trend(), path.weights(path.after)
        wald = phrase("estimators.wald", degrees=Count(len(path.before)))
        estimates.append(number(PRE_TRENDS, replace(alone(statistic), p_value=p_before), first, wald))
        if trend.measured:
            slope = detectable_slope(trend, options.level, POWER)
            bend = breakdown(trend, weights, options.level)
            drift = slope * float(weights @ (trend.distances + 1))
            estimates += [
                number(SLOPE, alone(slope), first, power),
                number(DRIFT, alone(drift), first, power),
                number(BREAKDOWN, alone(bend), first, phrase("estimators.breakdown")),
            ]
    return _Part(
        tuple(estimates),
        (_curve(specification, outcome, path, estimator, text, options),),
        _Claim(subject, after, p_before, bend),
    )


def _enough(found: list[Point | None], options: EvidenceOptions) -> list[Point]:
    return [
        point
        for point in found
        if point is not None and min(c.n_firms for c in point.contributions) >= options.minimum_firms
    ]


def _balanced(
    distances: list[int], level: Floats, at: Callable[[int, Flags], Point | None], options: EvidenceOptions
) -> Path | None:
    """The path after the event of those events alone whose outcome is known at every distance of it."""
    among = followed(level, distances)
    points = _enough([at(distance, among) for distance in distances], options)
    return path_of(points) if len(points) == len(distances) else None


def verdict(
    subject: Slot, p_before: float | None, after: float, p_after: float, bend: float, size: float
) -> Message:
    """The sentence that the tests decide.

    Parameters
    ----------
    p_before, p_after
        P-values of the joint test of the years before (None where there are none) and, adjusted for the family, of
        the mean after the event.
    after
        The mean after the event.
    bend
        The bend of a trend at which the mean breaks down; zero where a steady trend from before explains it.
    size
        The size of the tests, 0.05 say.

    >>> str(verdict("Starting to export", 0.001, 0.2, 0.0, 0.0, 0.05))
    'Starting to export: selection, no credible effect (pre-trends differ before the event).'
    """
    if p_before is None:
        return phrase("learning.verdict.untested", subject=subject)
    if p_before < size:
        return phrase("learning.verdict.selection", subject=subject)
    if not p_after < size:
        return phrase("learning.verdict.chance", subject=subject)
    way = "higher" if after > 0 else "lower"
    return phrase(
        f"learning.verdict.{way}" if bend > 0 else f"learning.verdict.{way}_or_trend", subject=subject
    )


def _curve(
    specification: str, outcome: str, path: Path, estimator: Slot, text: Slot, options: EvidenceOptions
) -> Curve:
    points = [
        CurvePoint(point.distance, effect.estimate, effect.conf_low, effect.conf_high, point.n_treated)
        for point, effect in (
            (point, path.effect(place, options.level)) for place, point in enumerate(path.points)
        )
    ]
    points.append(CurvePoint(-1, 0.0, 0.0, 0.0, None))
    return Curve(
        BLOCK,
        specification,
        outcome,
        "difference",
        tuple(sorted(points, key=lambda point: point.x)),
        x_label="years from the event",
        y_label="log points relative to the year before",
        n_firms=max(point.n_firms for point in path.points),
        estimator=estimator,
        note=remarked(text, phrase("learning.events_at_risk")),
        contributions=path.points[path.after[0]].contributions,
    )


def _section(
    estimates: list[Estimate], curves: list[Curve], verdicts: list[Message], off: list[Message], claims: int
) -> Section:
    tables, charts = [], []
    for direction in DIRECTIONS:
        for event in ("entry", "exit", "first_entry"):
            keys = tuple(
                key
                for key in keys_of(estimates, specification=f"{direction}/{event}")
                if not key.specification.endswith("att_gt")
            )
            if keys:
                title = phrase(f"learning.{direction}.table_{event}")
                tables.append(EstimateTable(title, keys, phrase("axes.log_points")))
        shown = [curve for curve in curves if curve.specification.startswith(f"{direction}/")]
        for outcome in PERFORMANCE:
            drawn = tuple(curve_key_of(curve) for curve in shown if curve.outcome == outcome)
            if drawn:
                charts.append(
                    Chart(
                        "event_study",
                        phrase(f"learning.{direction}.around", outcome=_words(outcome)),
                        phrase("learning.drawn"),
                        phrase("axes.years_from_event"),
                        phrase("axes.log_points"),
                        curves=drawn,
                    )
                )
        groups = keys_of(estimates, specification=f"{direction}/first_entry/att_gt")
        if groups:
            title = phrase(f"learning.{direction}.table_att")
            tables.append(EstimateTable(title, groups, phrase("axes.log_points")))
    caution = (phrase("learning.many", tests=Count(claims)),) if claims > 1 else ()
    paragraphs = (phrase("learning.followed"), phrase("learning.trends"), *caution, *verdicts)
    return Section(BLOCK, phrase("learning.title"), paragraphs, tuple(tables), tuple(charts), tuple(off))
