"""Numbers of an evaluation as statements: of the plan, of the differences, of groups, neighbours and cost."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from firmtrade.evidence.events import EventPoint
from firmtrade.evidence.impact.cost import CostFound
from firmtrade.evidence.impact.difference import Found
from firmtrade.evidence.impact.outcomes import OUTCOMES
from firmtrade.evidence.impact.power import Power
from firmtrade.evidence.impact.preregistration import DeclaredOutcome, Preregistration
from firmtrade.evidence.phrases import phrase
from firmtrade.evidence.samples import note
from firmtrade.evidence.statements import estimate_of
from firmtrade.inference.fits import Effect
from firmtrade.messages import Count, Message, Percent, Slot
from firmtrade.outputs import Contribution, Curve, CurvePoint, Estimate

BLOCK = "impact"
AFTER, HOLM = "after the support", "after the support (Holm)"
PRE_TRENDS, PRE_TRENDS_HOLM, SLOPE, BREAKDOWN = (
    "pre-trends (joint test)", "pre-trends (Holm)", "trend that the test would find",
    "bend at which the mean breaks down",
)  # fmt: skip
SUPPORTED, COMPARED, SPREAD, DETECTABLE, MATTERS = (
    "supported firms", "comparison firms", "spread among comparison firms", "smallest detectable effect",
    "smallest effect that matters",
)  # fmt: skip
PARTS_DIFFER, PARTS_HOLM = "parts differ (joint test)", "parts differ (Holm)"
UNALIKE, ALIKE = "standardized difference", "standardized difference within cells"
GRANTED, ADDITIONAL, PER_EXPORTER = "granted", "additional exporters", "cost of an additional exporter"
NEAR = "near supported firms"
PLACEBO = "/placebo"
"""What the specification of a test ends with that stands in for an outcome without years before."""


def alone(value: float, p_value: float = math.nan) -> Effect:
    """A number without an interval."""
    return Effect(value, math.nan, math.nan, math.nan, p_value)


@dataclass(frozen=True, slots=True)
class SampleWords:
    """The sample of an evaluation, said beside each of its numbers."""

    design: Preregistration

    def sample(self, method: str) -> Message:
        """Who is compared with whom."""
        terms = self.design.design
        return phrase(
            f"impact.samples.{method}_{terms.comparison}",
            years=Count(terms.anticipation + 1),
        )

    def note(self, method: str, points: Iterable[EventPoint] = (), *remarks: Slot) -> Message:
        """Sample, supported firms without comparison, remarks."""
        lost = max((point.unmatched for point in points), default=0)
        dropped = ((phrase("impact.without_comparison"), lost),) if lost else ()
        return note(self.sample(method), dropped, *remarks)


def _later(outcome: str) -> Slot:
    """That comparison firms may be supported later, of an outcome that needs them to be."""
    return phrase("impact.supported_later") if OUTCOMES[outcome].of_life else ""


def of_power(words: SampleWords, method: str, asked: DeclaredOutcome, found: Power) -> list[Estimate]:
    """What the plan says of an outcome by a method."""
    terms = words.design.design
    values: dict[str, float] = {
        SUPPORTED: found.n_treated, COMPARED: found.n_comparison, SPREAD: found.spread, DETECTABLE: found.detectable,
    }  # fmt: skip
    if asked.smallest_effect is not None:
        values[MATTERS] = asked.smallest_effect
    n = found.n_treated + found.n_comparison
    text = words.note(method, (), _later(asked.name), phrase("impact.before_outcomes"))
    estimator = phrase("estimators.power", percent=Percent(100 * terms.power))
    return [
        estimate_of(
            BLOCK, f"power/{method}", asked.name, term, alone(value), n_obs=n, n_firms=n,
            estimator=phrase("estimators.count") if term in (SUPPORTED, COMPARED) else estimator, note=text,
            contributions=found.contributions,
        )
        for term, value in values.items()
    ]  # fmt: skip


def of_balance(
    words: SampleWords, method: str, column: str, found: tuple[float, float, tuple[Contribution, ...]]
) -> list[Estimate]:
    """How unlike supported firms are in the base year, at large and within their cells."""
    whole, within, behind = found
    n = sum(part.n_firms for part in behind)
    return [
        estimate_of(
            BLOCK, f"balance/{method}", column, term, alone(value), n_obs=n, n_firms=n,
            estimator=phrase("estimators.standardized"), note=words.note(method), contributions=behind,
        )
        for term, value in ((UNALIKE, whole), (ALIKE, within))
    ]  # fmt: skip


def of_path(words: SampleWords, method: str, found: Found, p_before: float | None) -> list[Estimate]:
    """The differences by year, what the verdict is about, and what the years before say."""
    terms, path = words.design.design, found.path
    name = found.comparison.outcome.name
    text = words.note(method, path.points, _later(name), phrase("notes.clustered"), phrase("impact.relative"))
    estimator = phrase(f"estimators.{method}")

    def stated(term: str, effect: Effect, behind: EventPoint, basis: Slot = estimator) -> Estimate:
        return estimate_of(
            BLOCK, method, name, term, effect, n_obs=behind.n_obs, n_firms=behind.n_firms, estimator=basis, note=text,
            contributions=behind.contributions,
        )  # fmt: skip

    estimates = [
        stated(f"t{point.distance:+d}", path.effect(place, terms.level), point)
        for place, point in enumerate(path.points)
    ]
    fewest = min((path.points[place] for place in found.headline), key=lambda point: point.n_treated)
    estimates.append(stated(AFTER, found.effect(terms.level), fewest))
    if found.before and p_before is not None:
        first = path.points[found.before[0]]
        wald = phrase("estimators.wald", degrees=Count(len(found.before)))
        estimates.append(stated(PRE_TRENDS, alone(path.test(found.before)[0], p_before), first, wald))
        slope, bend = found.slope(terms.level, terms.power), found.breakdown(terms.level)
        power = phrase("estimators.power", percent=Percent(100 * terms.power))
        if slope is not None and bend is not None:
            estimates.append(stated(SLOPE, alone(slope), first, power))
            estimates.append(stated(BREAKDOWN, alone(bend), first, phrase("estimators.breakdown")))
    return estimates


def of_part(
    words: SampleWords, method: str, group: str, key: str, found: Found, effect: Effect, tests: int
) -> Estimate:
    """The difference after the support of one part of the supported firms; its p-value is adjusted over the parts."""
    fewest = min((found.path.points[place] for place in found.headline), key=lambda point: point.n_treated)
    later = _later(found.comparison.outcome.name)
    text = words.note(method, found.path.points, later, phrase("impact.part_family", tests=Count(tests)))
    return estimate_of(
        BLOCK, f"{method}/{group}", found.comparison.outcome.name, key, effect, n_obs=fewest.n_obs,
        n_firms=fewest.n_firms, estimator=phrase(f"estimators.{method}"), note=text,
        contributions=fewest.contributions,
    )  # fmt: skip


def of_spillover(
    words: SampleWords, outcome: str, found: tuple[Effect, int, int, tuple[Contribution, ...]]
) -> Estimate:
    """Comparison firms near supported ones against those elsewhere."""
    effect, n_obs, n_firms, behind = found
    return estimate_of(
        BLOCK, "spillover", outcome, NEAR, effect, n_obs=n_obs, n_firms=n_firms,
        estimator=phrase("estimators.local_projections"), note=note(phrase("impact.samples.spillover")),
        contributions=behind,
    )  # fmt: skip


def of_cost(words: SampleWords, found: CostFound, *, additional: bool) -> list[Estimate]:
    """What was granted and, where they can be told from none, how many exporters more there are and what each costs."""
    parts = {SUPPORTED: alone(found.n_firms), GRANTED: alone(found.granted)}
    if additional:
        parts |= {ADDITIONAL: found.additional, PER_EXPORTER: replace(found.per_exporter, std_error=math.nan)}
    dropped = ((phrase("impact.amount_unknown"), found.unknown),) if found.unknown else ()
    text = note(phrase("impact.samples.cost"), dropped, phrase("impact.no_upper_end"))
    return [
        estimate_of(
            BLOCK, "cost", "first_export", term, effect, n_obs=found.n_firms, n_firms=found.n_firms,
            estimator=phrase("estimators.cost"), note=text, contributions=found.contributions,
        )
        for term, effect in parts.items()
    ]  # fmt: skip


def curve_of(words: SampleWords, method: str, found: Found) -> Curve:
    """The path as a curve, zero in the base year."""
    terms, path = words.design.design, found.path
    points = []
    for place, point in enumerate(path.points):
        effect = path.effect(place, terms.level)
        points.append(
            CurvePoint(point.distance, effect.estimate, effect.conf_low, effect.conf_high, point.n_treated)
        )
    points.append(CurvePoint(words.design.base, 0.0, 0.0, 0.0, None))
    last = path.points[found.headline[-1]]
    return Curve(
        BLOCK, method, found.comparison.outcome.name, "difference", tuple(sorted(points, key=lambda each: each.x)),
        x_label="years from the support", y_label="difference from comparison firms", n_firms=last.n_firms,
        estimator=phrase(f"estimators.{method}"), note=words.note(method, path.points, phrase("impact.at_risk")),
        contributions=last.contributions,
    )  # fmt: skip
