"""Curves of survival and incidence, drawn as far as enough firms are at risk."""

from __future__ import annotations

import numpy as np
import polars as pl

from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.phrases import phrase, remarked
from firmtrade.evidence.risk import Risk
from firmtrade.evidence.samples import contributions
from firmtrade.inference.survival_curves import SurvivalCurve, kaplan_meier
from firmtrade.messages import Slot, Year
from firmtrade.outputs import Curve, CurvePoint


def firm_curve(risk: Risk, series: str, note: Slot, options: EvidenceOptions) -> list[Curve]:
    """Survival of the firms of a series; none where too few are at risk, or nothing ends."""
    risk, remark = _conditioned(risk, options)
    firms = risk.rows["firm"].n_unique()
    if firms < options.minimum_firms or not (risk.cause > 0).any():
        return []
    curve = kaplan_meier(risk.start, risk.stop, risk.cause > 0, options.level)
    estimator = phrase("estimators.kaplan_meier_status")
    text = remarked(note, remark)
    return [drawn(curve, "firm/kaplan_meier", "firm_survival", series, estimator, text, risk, options)]


def _conditioned(risk: Risk, options: EvidenceOptions) -> tuple[Risk, Slot]:
    """The years of risk from the first time on at which enough firms are at risk, and a remark that names it.

    Firms are seen from an age on: at ages that few of them were seen at, one end would take the curve down for good.
    Of several stretches with enough firms the one with most firm-years is taken.
    """
    starts, counts = np.unique(risk.start, return_counts=True)
    enough = counts >= options.minimum_firms
    stretch = np.cumsum(~enough | np.append(True, np.diff(starts) > options.years_apart))
    if not enough.any():
        return risk.where(pl.lit(value=False)), ""
    weight = np.bincount(stretch[enough], weights=counts[enough])
    chosen = starts[enough & (stretch == int(np.argmax(weight)))]
    inside = risk.where(pl.col("start").is_between(chosen[0], chosen[-1]))
    late = chosen[0] > starts[0]
    return inside, phrase("survival.conditional", start=Year(int(chosen[0]))) if late else ""


def drawn(
    curve: SurvivalCurve,
    specification: str,
    outcome: str,
    series: str,
    estimator: Slot,
    note: Slot,
    risk: Risk,
    options: EvidenceOptions,
) -> Curve:
    """A survival function (from 1) or an incidence (from 0), as far as enough firms are at risk."""
    shown = curve.at_risk >= options.minimum_firms
    origin = 0.0 if specification.endswith("aalen_johansen") else 1.0
    points = [CurvePoint(float(risk.start.min()), origin)]
    points += [
        CurvePoint(float(time), float(value), float(low), float(high), int(at_risk))
        for time, value, low, high, at_risk in zip(
            curve.time[shown],
            curve.value[shown],
            curve.conf_low[shown],
            curve.conf_high[shown],
            curve.at_risk[shown],
            strict=True,
        )
    ]
    ended = pl.col("cause") > 0
    return Curve(
        "survival",
        specification,
        outcome,
        series,
        tuple(points),
        x_label="years",
        y_label="probability",
        n_firms=risk.rows["firm"].n_unique(),
        estimator=estimator,
        note=note,
        contributions=contributions(risk.rows, {"at_risk": pl.lit(value=True), "event": ended}),
    )
