"""The forecast of first exports as statements: how good it is, and what it says of groups of firms.

Probabilities of single firms stay in the room; what leaves is their quality and their means by group. A forecast says
who would start anyway, which is no reason to support them: whom support helps is asked apart, of data on who had it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import Panel
from firmtrade.evidence.phrases import named, phrase
from firmtrade.evidence.result import (
    BlockResult,
    EstimateTable,
    EvidenceChart,
    EvidenceSection,
    curve_key_of,
    keys_of,
)
from firmtrade.evidence.samples import contributions, note
from firmtrade.evidence.statements import estimate_of, lacking, not_computed, too_few
from firmtrade.evidence.targeting.allocation import allocation
from firmtrade.evidence.targeting.forecast import OUTCOME, Forecasts, Tested, forecasts
from firmtrade.evidence.targeting.models import MODELS, available
from firmtrade.evidence.targeting.risk_set import YEARS, risk_set
from firmtrade.inference.fits import Effect
from firmtrade.inference.proportions import in_percent, share_effect
from firmtrade.messages import Count, Message, Slot, Year
from firmtrade.outputs import Contribution, Curve, CurvePoint, Estimate

BLOCK = "targeting"
FIRST_EXPORT = "first_export_24_months"
GROUPS = ("size_class", "region", "technology_class", "division", "band")
PRECISION, LIFT, SKILL = "average precision", "lift of the top tenth", "Brier skill"
SLOPE, INTERCEPT = "slope of calibration", "intercept of calibration"
BASE, ALWAYS_NO = "base rate", "accuracy of one answer for all"


@dataclass(frozen=True, slots=True)
class Targeting:
    """The block, and the scores of single firms, which stay in the room (None where there is no forecast).

    ``scores`` has one row per firm at risk in the last year of the panel: ``firm_id``, ``year``, ``size_class``,
    ``division``, ``region``, ``technology_class`` (as far as known), ``probability`` of exporting within the next two
    years, and ``band``: ``top tenth``, ``next two tenths`` or ``other seven tenths`` of the forecasts.
    """

    result: BlockResult
    scores: pl.DataFrame | None


def targeting(panel: Panel, options: EvidenceOptions) -> Targeting:
    """Forecast first exports, test the forecasts on other firms in later years, and say what they say of groups.

    Specifications: ``no_information`` (base rate, and the accuracy of calling every firm a non-starter),
    ``logit`` and ``gradient_boosting`` (average precision, lift, Brier's skill, calibration), ``groups/CLASS`` with
    the outcomes ``predicted`` (mean over the firms at risk today) and ``observed`` (share of the tested that started),
    and ``allocation`` (what support adds by band, where the data tells who was supported).
    """
    what = phrase("targeting.what")
    missing = panel.lacks("exporter")
    if missing:
        return _nothing(lacking(what, missing))
    if not available():
        return _nothing(not_computed(what, phrase("reasons.no_scikit_learn")))
    if YEARS % panel.step:
        return _nothing(not_computed(what, phrase("reasons.waves", years=Count(panel.step))))
    risk = risk_set(panel)
    found = forecasts(risk, options) if risk.numbers else None
    if found is None:
        return _nothing(too_few(what, phrase("groups.first_exports"), options.minimum_firms))
    estimates = _qualities(found, options) + _groups(found, options)
    curves = [_calibration(found, each, options) for each in found.tested]
    more, verdicts, off = allocation(panel, risk, found, options)
    verdicts = [_verdict(found), *verdicts]
    estimates += more
    section = _section(estimates, curves, verdicts, off)
    scores = found.scores.drop("firm", "unit_code").sort("firm_id")
    return Targeting(
        BlockResult(
            BLOCK, tuple(estimates), tuple(curves), section, tuple(verdicts), (("scores.csv", scores),)
        ),
        scores,
    )


def _nothing(reason: Message) -> Targeting:
    section = EvidenceSection(BLOCK, phrase("targeting.title"), (), switched_off=(reason,))
    return Targeting(BlockResult(BLOCK, (), (), section), None)


def _sample(found: Forecasts) -> tuple[Slot, ...]:
    return (
        phrase("targeting.sample", year=Year(int(found.test["year"][0])), learned=Count(found.learned_from)),
        phrase("targeting.apart"),
    )


def _behind(rows: pl.DataFrame) -> tuple[Contribution, ...]:
    return contributions(rows, {"starts": pl.col(OUTCOME), "does_not": ~pl.col(OUTCOME)})


def _stated(
    found: Forecasts, specification: str, term: str, effect: Effect, estimator: str, remark: Slot = ""
) -> Estimate:
    words, apart = _sample(found)
    return estimate_of(
        BLOCK, specification, FIRST_EXPORT, term, effect, n_obs=found.test.height,
        n_firms=found.test["firm"].n_unique(), estimator=phrase(f"estimators.{estimator}"),
        note=note(words, (), apart, remark), contributions=_behind(found.test),
    )  # fmt: skip


def _qualities(found: Forecasts, options: EvidenceOptions) -> list[Estimate]:
    def alone(value: float) -> Effect:
        return Effect(value, *_NO_SPREAD)

    first = found.tested[0].quality
    estimates = [
        _stated(
            found, "no_information", BASE,
            share_effect(first.base_rate, found.test.height, level=options.level), "share_of_firms",
        ),
        _stated(found, "no_information", ALWAYS_NO, alone(first.no_information_rate), "share_of_firms"),
    ]  # fmt: skip
    for each in found.tested:
        measures = {
            PRECISION: ("average_precision", each.quality.average_precision),
            LIFT: ("lift", each.quality.lift),
            SKILL: ("brier_skill", each.quality.brier_skill),
        }
        for term, (key, value) in measures.items():
            low, high = each.intervals[key]
            effect = Effect(value, math.nan, low, high, math.nan)
            remark = phrase(f"targeting.remarks.{key}")
            estimates.append(_stated(found, each.name, term, effect, "bootstrap", remark))
        line = {SLOPE: each.quality.slope, INTERCEPT: each.quality.intercept}
        for term, value in line.items() if math.isfinite(each.quality.slope) else ():
            remark = phrase("targeting.remarks.calibration")
            estimates.append(_stated(found, each.name, term, alone(value), "logit", remark))
    return estimates


def _groups(found: Forecasts, options: EvidenceOptions) -> list[Estimate]:
    """Mean forecast of the firms at risk today, and share of the tested that started, by group."""
    estimates = []
    for group in GROUPS:
        if group not in found.scores.columns:
            continue
        for key in found.scores[group].drop_nulls().unique().sort().to_list():
            now, then = (rows.filter(pl.col(group) == key) for rows in (found.scores, found.test))
            if now["firm"].n_unique() >= options.minimum_firms:
                mean = 100 * float(now["probability"].to_numpy().mean())
                words = phrase("targeting.predicted", year=Year(int(now["year"][0])))
                behind = contributions(now, {"at_risk": pl.lit(value=True)})
                estimates.append(
                    _of_group(group, "predicted", key, Effect(mean, *_NO_SPREAD), now, words, behind)
                )
            if then["firm"].n_unique() >= options.minimum_firms:
                share = float(then[OUTCOME].cast(pl.Float64).to_numpy().mean())
                effect = in_percent(share_effect(share, then.height, level=options.level))
                words = phrase("targeting.observed", year=Year(int(then["year"][0])))
                estimates.append(_of_group(group, "observed", key, effect, then, words, _behind(then)))
    return estimates


_NO_SPREAD = (math.nan,) * 4


def _of_group(
    group: str,
    outcome: str,
    key: str,
    effect: Effect,
    rows: pl.DataFrame,
    words: Message,
    behind: tuple[Contribution, ...],
) -> Estimate:
    term = f"division {key}" if group == "division" else key
    return estimate_of(
        BLOCK, f"groups/{group}", outcome, term, effect, n_obs=rows.height, n_firms=rows["firm"].n_unique(),
        estimator=phrase("estimators.share_of_firms" if outcome == "observed" else "estimators.mean_forecast"),
        note=note(words), contributions=behind,
    )  # fmt: skip


def _calibration(found: Forecasts, tested: Tested, options: EvidenceOptions) -> Curve:
    """Observed shares against mean forecasts, in percent, by bins of like forecasts with their counts."""
    points = []
    for each in tested.bins:
        seen = in_percent(share_effect(each.observed, each.n, level=options.level))
        points.append(CurvePoint(100 * each.predicted, seen.estimate, seen.conf_low, seen.conf_high, each.n))
    words, apart = _sample(found)
    return Curve(
        BLOCK, "calibration", FIRST_EXPORT, tested.name, tuple(points), x_label="forecast, percent",
        y_label="share that started, percent", n_firms=found.test["firm"].n_unique(),
        estimator=phrase("estimators.share_of_firms"),
        note=note(words, (), apart, phrase("targeting.tested_at_risk")), contributions=_behind(found.test),
    )  # fmt: skip


def _verdict(found: Forecasts) -> Message:
    """Whether the better forecast saves error against the base rate beyond chance, ranks firms, or neither."""
    chosen = next(each for each in found.tested if each.name == found.chosen)
    if chosen.intervals["brier_skill"][0] > 0:
        return phrase("targeting.verdict.skill", model=named(found.chosen))
    if chosen.intervals["lift"][0] > 1:
        return phrase("targeting.verdict.ranks", model=named(found.chosen))
    return phrase("targeting.verdict.no_skill")


def _section(
    estimates: list[Estimate], curves: list[Curve], verdicts: list[Message], off: list[Message]
) -> EvidenceSection:
    quality = tuple(
        key for name in ("no_information", *MODELS) for key in keys_of(estimates, specification=name)
    )
    tables = [EstimateTable(phrase("targeting.quality"), quality, phrase("axes.measure"))]
    for group in GROUPS:
        keys = keys_of(estimates, specification=f"groups/{group}")
        if keys:
            tables.append(EstimateTable(phrase(f"targeting.groups.{group}"), keys, phrase("axes.percent")))
    support = keys_of(estimates, specification="allocation")
    if support:
        tables.append(EstimateTable(phrase("targeting.allocation.table"), support, phrase("axes.points")))
    drawn = tuple(map(curve_key_of, curves))
    charts = (
        EvidenceChart(
            "lines", phrase("targeting.calibration"), phrase("targeting.calibration_drawn"),
            phrase("axes.forecast"), phrase("axes.percent"), curves=drawn,
        ),
    )  # fmt: skip
    paragraphs = (phrase("targeting.asked"), phrase("targeting.not_who_gains"), *verdicts)
    return EvidenceSection(BLOCK, phrase("targeting.title"), paragraphs, tuple(tables), charts, tuple(off))
