"""Spells of trade: how long they last, how they end, and what makes either end likelier.

A firm's leaving the market and its end are different things and compete; each has its own hazard.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from firmtrade.evidence.grid import grid_of
from firmtrade.evidence.hazards import hazard_models
from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import Panel
from firmtrade.evidence.phrases import named, phrase, remarked
from firmtrade.evidence.risk import DIES, LEAVES, Risk, spell_risk
from firmtrade.evidence.samples import Sample, contributions
from firmtrade.evidence.statements import estimate_of, lacking, not_computed, part_of, too_few
from firmtrade.evidence.survival_drawn import drawn
from firmtrade.inference.fits import Effect
from firmtrade.inference.proportions import in_percent, share_effect
from firmtrade.inference.survival_curves import SurvivalCurve, aalen_johansen, kaplan_meier
from firmtrade.messages import Message, Slot, Year
from firmtrade.outputs import Curve, Estimate

DIRECTIONS = {"export": ("exporter", "importer"), "import": ("importer", "exporter")}
"""Directions with the flag of their own trade, and that of the other."""
CAUSES = {LEAVES: "leaves the market", DIES: "firm dies"}
SPELL_COVARIATES = ("log_employment", "log_labor_productivity")

_Found = tuple[list[Estimate], list[Curve], list[Message]]


def spells(panel: Panel, direction: str, options: EvidenceOptions) -> _Found:
    """Spells of one direction: curves, their values after some years, hazard models of each cause, reasons."""
    flag, other = DIRECTIONS[direction]
    what = phrase(f"survival.{direction}.spells")
    missing = panel.lacks(flag)
    if missing:
        return [], [], [lacking(what, missing)]
    risk = spell_risk(panel, grid_of(panel), flag)
    minimum = options.minimum_firms
    if risk.rows["firm"].n_unique() < minimum:
        return [], [], [too_few(what, phrase("groups.begun"), minimum)]
    years = {"first": Year(panel.first_year + panel.step), "last": Year(panel.last_year - panel.step)}
    sample = Sample(risk.rows, phrase(f"survival.{direction}.sample", **years), risk.dropped)
    note = sample.note(*risk.remarks, phrase("notes.clustered"))
    estimates, curves, off = _spell_curves(risk, direction, note, options)
    optional = [
        name for name in (other, "export_intensity") if name != "export_intensity" or direction == "export"
    ]
    covariates = [name for name in (*SPELL_COVARIATES, *optional) if not panel.lacks(name)]
    if not covariates:
        return estimates, curves, off
    complete = sample.complete(covariates)
    for cause, words in CAUSES.items():
        rows = complete.rows.with_columns(cause=pl.col("cause") == cause)
        label = part_of(what, named(words))
        if rows.filter("cause")["firm"].n_unique() < minimum:
            off.append(too_few(label, phrase("groups.ended_so"), minimum))
            continue
        rows = rows.with_columns(pl.col("cause").cast(pl.Int64))
        found, reasons = hazard_models(
            Sample(rows, complete.description, complete.dropped),
            tuple(covariates),
            f"{direction}_spell/{words.replace(' ', '_')}",
            f"{direction}_spell",
            tuple(covariates),
            (*risk.remarks, phrase("survival.other_cause")),
            label,
            options,
        )
        estimates += found
        off += reasons
    return estimates, curves, off


def _spell_curves(risk: Risk, direction: str, note: Slot, options: EvidenceOptions) -> _Found:
    """Survival of the spell and incidence of each cause, and their values after 1, 2, 3 and 5 years (waves)."""
    specification, outcome = f"{direction}_spell/kaplan_meier", f"{direction}_spell"
    if not (risk.cause > 0).any():
        reason = phrase("reasons.no_end")
        return [], [], [not_computed(phrase(f"survival.{direction}.spells"), reason)]
    whole = kaplan_meier(risk.start, risk.stop, risk.cause > 0, options.level)
    incidences = aalen_johansen(
        risk.start,
        risk.stop,
        risk.cause,
        tuple(CAUSES),
        clusters=risk.rows["firm"].to_numpy(),
        level=options.level,
    )
    estimator = phrase("estimators.kaplan_meier")
    curves = [drawn(whole, specification, outcome, "goes on", estimator, note, risk, options)]
    for cause, words in CAUSES.items():
        name, estimator = f"{direction}_spell/aalen_johansen", phrase("estimators.aalen_johansen")
        curves.append(drawn(incidences[cause], name, outcome, words, estimator, note, risk, options))
    estimates = []
    greenwood = phrase("estimators.kaplan_meier_greenwood")
    parts = [(specification, "still trading", whole, greenwood, ~pl.col("ended"))]
    for cause, words in CAUSES.items():
        parts.append(
            (
                f"{direction}_spell/aalen_johansen",
                words,
                incidences[cause],
                phrase("estimators.aalen_johansen_jackknife"),
                pl.col("cause") == cause,
            )
        )
    for name, words, curve, estimator, member in parts:
        for years in (options.years_apart * waves for waves in (1, 2, 3, 5)):
            at_risk = int(((risk.start < years) & (risk.stop >= years)).sum())
            if at_risk < options.minimum_firms:
                continue
            rows = risk.rows.filter(pl.col("stop") <= years).with_columns(ended=pl.col("cause") > 0)
            effect = in_percent(_at(curve, years, at_risk, start=float(curve is whole), level=options.level))
            estimates.append(
                estimate_of(
                    "survival",
                    name,
                    outcome,
                    f"{words} after {years} {'year' if years == 1 else 'years'} (percent)",
                    effect,
                    n_obs=at_risk,
                    n_firms=risk.rows["firm"].n_unique(),
                    estimator=estimator,
                    note=remarked(note, phrase("survival.spells_at_risk")),
                    contributions=contributions(rows, {"at_risk": pl.lit(value=True), "member": member}),
                )
            )
    return estimates, curves, []


def _at(curve: SurvivalCurve, years: int, at_risk: int, *, start: float, level: float) -> Effect:
    """The value of a curve after some years; where nothing, or everything, has happened by then, Wilson's interval."""
    place = int(np.searchsorted(curve.time, years, side="right")) - 1
    value = float(curve.value[place]) if place >= 0 else start
    if not 0 < value < 1:
        return share_effect(value, at_risk, level=level)
    error, low, high = (float(part[place]) for part in (curve.std_error, curve.conf_low, curve.conf_high))
    return Effect(value, error, low, high, float("nan"))
