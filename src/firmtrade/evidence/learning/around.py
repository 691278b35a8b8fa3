"""All that is said of one event and outcome: its path, its means, and what the years before would have missed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from firmtrade.evidence.events import DifferencePath, EventPoint, Levels, path_of
from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.phrases import named, phrase, remarked
from firmtrade.evidence.samples import note
from firmtrade.evidence.statements import estimate_of, not_computed, part_of, too_few
from firmtrade.inference.arrays import Flags
from firmtrade.inference.fits import Effect
from firmtrade.inference.parallel_trends import breakdown, detectable_slope
from firmtrade.messages import Count, Message, Percent, Slot
from firmtrade.outputs import Curve, CurvePoint, Estimate

BLOCK = "learning"
PRE_TRENDS, AFTER, DETECTABLE = (
    "pre-trends (joint test)",
    "mean after the event",
    "smallest detectable effect",
)
AFTER_ADJUSTED, BEFORE_ADJUSTED = f"{AFTER} (Holm)", "pre-trends (Holm)"
BALANCED = f"{AFTER} (balanced window)"
SLOPE, DRIFT, BREAKDOWN = (
    "trend that the test would find",
    "mean after the event of such a trend",
    "bend at which the mean breaks down",
)
COMPARISONS = "comparison firms of an event (median)"
POWER = 0.8


@dataclass(frozen=True, slots=True)
class EventClaim:
    """What a sentence may rest on: the mean after the event, the test of the years before (None where there are
    none), and the bend at which the mean breaks down."""

    subject: Slot
    after: Estimate
    before: Estimate | None
    breakdown: float


@dataclass(frozen=True, slots=True)
class EventPart:
    """What is found of one event and outcome, or why nothing is."""

    estimates: tuple[Estimate, ...] = ()
    curves: tuple[Curve, ...] = ()
    claim: EventClaim | None = None
    off: tuple[Message, ...] = ()


def words_of(outcome: str) -> Slot:
    """What an outcome is called: in levels, though it is measured in logarithms."""
    return named(outcome.removeprefix("log_"))


def around(
    what: Slot,
    specification: str,
    outcome: str,
    level: Levels,
    at: Callable[[int, Flags], EventPoint | None],
    words: Slot,
    estimator: Slot,
    options: EvidenceOptions,
) -> EventPart:
    """Everything about one event and outcome; ``at`` gives the difference at a distance among some events."""
    subject = part_of(what, words_of(outcome))
    everyone = np.ones(level.matrix.shape, dtype=np.bool_)
    distances = (
        *(-lead for lead in sorted(options.leads, reverse=True) if lead > 1),
        *range(options.horizon + 1),
    )
    enough = _enough([at(distance, everyone) for distance in distances], options)
    path = path_of(enough) if enough else None
    if path is None or not path.after:
        return EventPart(off=(too_few(subject, phrase("groups.events"), options.minimum_firms),))
    pooled = path.mean(path.after, options.level)
    if pooled.std_error == 0:
        return EventPart(off=(not_computed(subject, phrase("reasons.constant_outcome")),))
    text = note(words, unmatched(enough), phrase("notes.clustered"), phrase("learning.relative"))
    n_obs = max(point.n_obs for point in enough)
    n_firms = max(point.n_firms for point in enough)
    first_after = path.points[path.after[0]]

    def number(term: str, effect: Effect, behind: EventPoint, basis: Slot, remark: Slot = "") -> Estimate:
        whole = behind is first_after
        return estimate_of(
            BLOCK, specification, outcome, term, effect, n_obs=n_obs if whole else behind.n_obs,
            n_firms=n_firms if whole else behind.n_firms, estimator=basis,
            note=remarked(text, remark) if remark else text, contributions=behind.contributions,
        )  # fmt: skip

    def alone(value: float) -> Effect:
        nothing = float("nan")
        return Effect(value, nothing, nothing, nothing, nothing)

    estimates = [
        estimate_of(
            BLOCK, specification, outcome, f"t{options.years_apart * point.distance:+d}",
            path.effect(place, options.level), n_obs=point.n_obs, n_firms=point.n_firms,
            estimator=estimator, note=text, contributions=point.contributions,
        )
        for place, point in enumerate(path.points)
    ]  # fmt: skip
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
    before, bend = None, 0.0
    if path.before:
        statistic, _, p_value = path.test(path.before)
        first, trend, weights = path.points[path.before[0]], path.trend(), path.weights(path.after)
        wald = phrase("estimators.wald", degrees=Count(len(path.before)))
        before = number(PRE_TRENDS, replace(alone(statistic), p_value=p_value), first, wald)
        estimates.append(before)
        if trend.measured:
            slope = detectable_slope(trend, options.level, POWER)
            bend = breakdown(trend, weights, options.level)
            drift = slope * float(weights @ (trend.distances + 1))
            estimates += [
                number(SLOPE, alone(slope), first, power),
                number(DRIFT, alone(drift), first, power),
                number(BREAKDOWN, alone(bend), first, phrase("estimators.breakdown")),
            ]
    return EventPart(
        tuple(estimates),
        (_curve(specification, outcome, path, estimator, text, options),),
        EventClaim(subject, after, before, bend),
    )


def _enough(found: list[EventPoint | None], options: EvidenceOptions) -> list[EventPoint]:
    return [
        point
        for point in found
        if point is not None and min(c.n_firms for c in point.contributions) >= options.minimum_firms
    ]


def _balanced(
    distances: list[int],
    level: Levels,
    at: Callable[[int, Flags], EventPoint | None],
    options: EvidenceOptions,
) -> DifferencePath | None:
    """The path after the event of those events alone whose outcome is known at every distance of it."""
    among = level.followed(distances)
    points = _enough([at(distance, among) for distance in distances], options)
    return path_of(points) if len(points) == len(distances) else None


def _curve(
    specification: str,
    outcome: str,
    path: DifferencePath,
    estimator: Slot,
    text: Slot,
    options: EvidenceOptions,
) -> Curve:
    points = [
        CurvePoint(
            options.years_apart * point.distance,
            effect.estimate,
            effect.conf_low,
            effect.conf_high,
            point.n_treated,
        )
        for point, effect in (
            (point, path.effect(place, options.level)) for place, point in enumerate(path.points)
        )
    ]
    points.append(CurvePoint(-options.years_apart, 0.0, 0.0, 0.0, None))
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


def unmatched(points: list[EventPoint]) -> tuple[tuple[Slot, int], ...]:
    """Events in cells without comparison, as rows left out."""
    lost = max(point.unmatched for point in points)
    return ((phrase("learning.unmatched"), lost),) if lost else ()
