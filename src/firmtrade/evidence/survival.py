"""Survival: of firms by trade status, and of the trade itself.

The end of a firm and its leaving the market are different things and compete; each has its own hazard.
Annual data has ties and is grouped, so the discrete-time model with the complementary log-log link stands
beside Cox's with Efron's ties. Rows of one firm are not independent: errors are clustered by firm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from firmtrade.evidence.dynamics import dynamics
from firmtrade.evidence.grid import grid_of
from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import MODES, TRADING_MODES, Panel
from firmtrade.evidence.phrases import fault, named, phrase, remarked
from firmtrade.evidence.result import (
    BlockResult,
    Chart,
    ChartKind,
    EstimateTable,
    Section,
    curve_key_of,
    keys_of,
)
from firmtrade.evidence.risk import DIES, LEAVES, Risk, firm_risk, spell_risk
from firmtrade.evidence.samples import Sample, contributions
from firmtrade.evidence.statements import (
    by_model,
    collinear_note,
    estimate_of,
    lacking,
    not_computed,
    of_status,
    part_of,
    ratio,
    separated_note,
    too_few,
)
from firmtrade.evidence.transitions import transitions
from firmtrade.inference.arrays import Flags, Floats, Integers, codes
from firmtrade.inference.cloglog import cloglog, firth_cloglog
from firmtrade.inference.cox import cox, firth_cox
from firmtrade.inference.fits import Effect, Fit
from firmtrade.inference.penalized import PenalizedFit
from firmtrade.inference.proportions import in_percent, share_effect
from firmtrade.inference.survival_curves import SurvivalCurve, aalen_johansen, kaplan_meier
from firmtrade.inference.unfitted import UnfittedError
from firmtrade.messages import Message, Slot, Year
from firmtrade.outputs import Curve, CurvePoint, Estimate

BLOCK = "survival"
DIRECTIONS = {"export": ("exporter", "importer"), "import": ("importer", "exporter")}
AGE_BANDS = (1, 2, 3, 4, 5, 10, 15, 20, 30)
CAUSES = {LEAVES: "leaves the market", DIES: "firm dies"}
ENOUGH = 5
"""Ends, and years without an end, from which a division or year has an effect of its own."""
FIRTH = {"cox": "cox_firth", "discrete": "discrete_firth"}
SPELL_COVARIATES = ("log_employment", "log_labor_productivity")


def survival(panel: Panel, options: EvidenceOptions) -> BlockResult:
    """Survival of firms and of trade.

    Specifications: ``firm/cox`` and ``firm/discrete`` (hazard of the firm's end by mode of trade at the
    start of the year), ``export_spell/...`` and ``import_spell/...`` (``kaplan_meier``; ``cox`` and
    ``discrete`` for each cause), ``transitions``, and ``export_dynamics`` and ``import_dynamics``. Terms are
    log hazard ratios and, with ``(hazard ratio)``, their exponentials. Where a covariate separates ends from the rest
    the others are estimated without it, and its own estimate is Firth's, of specification ``.../cox_firth`` or
    ``.../discrete_firth``.
    """
    estimates: list[Estimate] = []
    curves: list[Curve] = []
    off: list[Message] = []
    if panel.first_year == panel.last_year:
        off.append(not_computed(phrase("survival.what"), phrase("reasons.one_year")))
    else:
        parts = [_firms(panel, options), *(_spells(panel, direction, options) for direction in DIRECTIONS)]
        parts += [transitions(panel, options), dynamics(panel, options)]
        for found, lines, reasons in parts:
            estimates += found
            curves += lines
            off += reasons
    return BlockResult(BLOCK, tuple(estimates), tuple(curves), _section(estimates, curves, off))


_Found = tuple[list[Estimate], list[Curve], list[Message]]


def _firms(panel: Panel, options: EvidenceOptions) -> _Found:
    what = phrase("survival.firms")
    missing = panel.lacks("exporter", "importer")
    if missing == ("importer",):
        statuses: tuple[str, ...] = ("exporter",)
    elif missing:
        return [], [], [lacking(what, missing)]
    else:
        statuses = TRADING_MODES
    risk = firm_risk(panel, grid_of(panel))
    words = phrase("survival.firms_sample", first=Year(panel.first_year), last=Year(panel.last_year - 1))
    sample = Sample(risk.rows, words, risk.dropped).complete([statuses[0]])
    rows = sample.rows
    n_events = rows.filter(pl.col("cause") > 0)["firm"].n_unique()
    if n_events < options.minimum_firms:
        return [], [], [too_few(what, phrase("groups.ended"), options.minimum_firms)]
    kept = [
        name for name in statuses if rows.filter(pl.col(name))["firm"].n_unique() >= options.minimum_firms
    ]
    off: list[Message] = [
        too_few(what, of_status(name), options.minimum_firms) for name in statuses if name not in kept
    ]
    series = MODES if statuses == TRADING_MODES else ("exporter", "not_exporter")
    rows = rows.with_columns(not_exporter=~pl.col("exporter"))
    curves = [
        curve
        for name in series
        for curve in _firm_curve(
            Risk(rows, (), ()).where(pl.col(name)), name, sample.note(*risk.remarks), options
        )
    ]
    if not kept:
        return [], curves, off
    size = () if panel.lacks("log_employment") else ("log_employment",)
    modelled = Sample(rows, sample.description, sample.dropped).complete(size)
    estimates, reasons = _modelled(
        modelled, (*kept, *size), "firm", "firm_death", tuple(kept), risk.remarks, what, options
    )
    off += reasons
    return estimates, curves, off


def _model_words(model: str, fit: Fit) -> tuple[Slot, ...]:
    ties = phrase("survival.efron") if model == "cox" else ""
    clusters, status = phrase("notes.clustered"), phrase("survival.status_at_start")
    return (
        phrase(f"survival.baseline.{model}"), ties, clusters, status, collinear_note(fit), separated_note(fit),
    )  # fmt: skip


def _modelled(
    sample: Sample,
    covariates: tuple[str, ...],
    specification: str,
    outcome: str,
    terms: tuple[str, ...],
    remarks: tuple[Slot, ...],
    asked: Message,
    options: EvidenceOptions,
) -> tuple[list[Estimate], list[Message]]:
    """Both hazard models of a sample: log hazard ratios and ratios, Firth's where a covariate separates."""
    estimates: list[Estimate] = []
    off: list[Message] = []
    for model in ("cox", "discrete"):
        data = _arrays(sample.rows, covariates)
        try:
            fit = _fit(data, covariates, model)
        except (UnfittedError, np.linalg.LinAlgError) as error:
            off.append(not_computed(by_model(asked, model), fault(error)))
            continue
        words = _model_words(model, fit)
        effects = {term: fit.effect(term, options.level) for term in terms if term in fit.names}
        note = sample.note(*remarks, *words)
        name = f"{specification}/{model}"
        estimates += _hazards(sample.rows, effects, name, outcome, fit.n_obs, note, options)
        separated = tuple(term for term in terms if term in fit.separated)
        if not separated:
            continue
        name = f"{specification}/{FIRTH[model]}"
        try:
            penalized = _penalized(data, covariates, model)
            effects = {term: penalized.effect(term, options.level) for term in separated}
        except (UnfittedError, np.linalg.LinAlgError) as error:
            off.append(not_computed(by_model(asked, FIRTH[model]), fault(error)))
            continue
        note = sample.note(*remarks, *words[:2], words[3], phrase("survival.penalized"))
        estimates += _hazards(sample.rows, effects, name, outcome, sample.rows.height, note, options)
    return estimates, off


@dataclass(frozen=True, slots=True)
class _Arrays:
    """What a hazard model reads: arrays (n,) of times, ends, firms and divisions, covariates (n, k), and the sets of
    categories of the discrete model's baseline."""

    start: Floats
    stop: Floats
    ends: Flags
    values: Floats
    firm: Integers
    division: Integers
    baseline: tuple[Integers, ...]


def _arrays(rows: pl.DataFrame, covariates: tuple[str, ...]) -> _Arrays:
    duration = np.searchsorted(np.array(AGE_BANDS), rows["start"].to_numpy(), side="right")
    return _Arrays(
        rows["start"].cast(pl.Float64).to_numpy(),
        rows["stop"].cast(pl.Float64).to_numpy(),
        rows["cause"].to_numpy() > 0,
        np.column_stack([rows[name].cast(pl.Float64).to_numpy() for name in covariates]),
        rows["firm"].to_numpy(),
        codes(rows["division"].to_numpy())[0],
        (duration.astype(np.int64), *(_grouped(rows, label) for label in ("division", "year"))),
    )


def _fit(data: _Arrays, covariates: tuple[str, ...], model: str) -> Fit:
    if model == "cox":
        return cox(
            data.start, data.stop, data.ends, data.values, covariates, clusters=data.firm,
            strata=data.division,
        )  # fmt: skip
    return cloglog(data.ends, data.values, covariates, factors=data.baseline, clusters=data.firm)


def _penalized(data: _Arrays, covariates: tuple[str, ...], model: str) -> PenalizedFit:
    if model == "cox":
        return firth_cox(data.start, data.stop, data.ends, data.values, covariates, strata=data.division)
    return firth_cloglog(data.ends, data.values, covariates, factors=data.baseline)


def _grouped(rows: pl.DataFrame, label: str) -> Integers:
    """Categories of division or year as integers; those with too few of either outcome share one."""
    counts = rows.group_by(label).agg((pl.col("cause") > 0).sum().alias("ended"), pl.len().alias("rows"))
    both = (pl.col("ended") >= ENOUGH) & (pl.col("rows") - pl.col("ended") >= ENOUGH)
    usable = counts.filter(both)[label].sort()
    code = rows[label].replace_strict(usable, pl.int_range(1, len(usable) + 1, eager=True), default=0)
    return code.cast(pl.Int64).to_numpy()


def _hazards(
    rows: pl.DataFrame,
    effects: Mapping[str, Effect],
    specification: str,
    outcome: str,
    n_obs: int,
    note: Slot,
    options: EvidenceOptions,
) -> list[Estimate]:
    """Log hazard ratios and ratios of the covariates of a model."""
    estimates = []
    for term, effect in effects.items():
        groups = {"event": pl.col("cause") > 0}
        if rows.schema[term] == pl.Boolean:
            groups = {
                term: pl.col(term),
                f"not_{term}": ~pl.col(term),
                f"{term}_event": pl.col(term) & (pl.col("cause") > 0),
            }
        behind = contributions(rows, groups)
        for name, form in ((term, effect), (f"{term} (hazard ratio)", ratio(effect))):
            estimates.append(
                estimate_of(
                    BLOCK,
                    specification,
                    outcome,
                    name,
                    form,
                    n_obs=n_obs,
                    n_firms=rows["firm"].n_unique(),
                    estimator=phrase(f"estimators.hazard.{specification.rpartition('/')[2]}"),
                    note=note,
                    contributions=behind,
                )
            )
    return estimates


def _firm_curve(risk: Risk, series: str, note: Slot, options: EvidenceOptions) -> list[Curve]:
    risk, remark = _conditioned(risk, options.minimum_firms)
    firms = risk.rows["firm"].n_unique()
    if firms < options.minimum_firms or not (risk.cause > 0).any():
        return []
    curve = kaplan_meier(risk.start, risk.stop, risk.cause > 0, options.level)
    estimator = phrase("estimators.kaplan_meier_status")
    text = remarked(note, remark)
    return [_drawn(curve, "firm/kaplan_meier", "firm_survival", series, estimator, text, risk, options)]


def _conditioned(risk: Risk, minimum: int) -> tuple[Risk, Slot]:
    """The years of risk from the first time on at which enough firms are at risk, and a remark that names it.

    Firms are seen from an age on: at ages that few of them were seen at, one end would take the curve down for good.
    Of several stretches with enough firms the one with most firm-years is taken.
    """
    starts, counts = np.unique(risk.start, return_counts=True)
    enough = counts >= minimum
    stretch = np.cumsum(~enough | np.append(True, np.diff(starts) > 1))
    if not enough.any():
        return risk.where(pl.lit(value=False)), ""
    weight = np.bincount(stretch[enough], weights=counts[enough])
    chosen = starts[enough & (stretch == int(np.argmax(weight)))]
    inside = risk.where(pl.col("start").is_between(chosen[0], chosen[-1]))
    late = chosen[0] > starts[0]
    return inside, phrase("survival.conditional", start=Year(int(chosen[0]))) if late else ""


def _drawn(
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
        BLOCK,
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


def _spells(panel: Panel, direction: str, options: EvidenceOptions) -> _Found:
    flag, other = DIRECTIONS[direction]
    what = phrase(f"survival.{direction}.spells")
    missing = panel.lacks(flag)
    if missing:
        return [], [], [lacking(what, missing)]
    risk = spell_risk(panel, grid_of(panel), flag)
    minimum = options.minimum_firms
    if risk.rows["firm"].n_unique() < minimum:
        return [], [], [too_few(what, phrase("groups.begun"), minimum)]
    years = {"first": Year(panel.first_year + 1), "last": Year(panel.last_year - 1)}
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
        found, reasons = _modelled(
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
    """Survival of the spell and incidence of each cause, and their values after 1, 2, 3 and 5 years."""
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
    curves = [_drawn(whole, specification, outcome, "goes on", estimator, note, risk, options)]
    for cause, words in CAUSES.items():
        name, estimator = f"{direction}_spell/aalen_johansen", phrase("estimators.aalen_johansen")
        curves.append(_drawn(incidences[cause], name, outcome, words, estimator, note, risk, options))
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
        for years in (1, 2, 3, 5):
            at_risk = int(((risk.start < years) & (risk.stop >= years)).sum())
            if at_risk < options.minimum_firms:
                continue
            rows = risk.rows.filter(pl.col("stop") <= years).with_columns(ended=pl.col("cause") > 0)
            effect = in_percent(_at(curve, years, at_risk, start=float(curve is whole), level=options.level))
            estimates.append(
                estimate_of(
                    BLOCK,
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


def _section(estimates: list[Estimate], curves: list[Curve], off: list[Message]) -> Section:
    tables, charts = [], []
    firm = tuple(
        key for key in keys_of(estimates, specification="firm/") if key.term.endswith("(hazard ratio)")
    )
    if firm:
        tables.append(EstimateTable(phrase("survival.firms_hazard"), firm, phrase("axes.hazard_ratio")))
    for direction in DIRECTIONS:
        keys = keys_of(estimates, specification=f"{direction}_spell/")
        levels = tuple(key for key in keys if key.term.endswith("(percent)"))
        ratios = tuple(key for key in keys if key.term.endswith("(hazard ratio)"))
        if levels:
            title = phrase(f"survival.{direction}.spells")
            tables.append(EstimateTable(title, levels, phrase("axes.percent")))
        if ratios:
            title = phrase(f"survival.{direction}.ends")
            tables.append(EstimateTable(title, ratios, phrase("axes.hazard_ratio")))
    for direction in DIRECTIONS:
        specification, title = f"{direction}_dynamics", phrase(f"dynamics.{direction}.rates")
        rates = keys_of(estimates, specification=specification)
        if rates:
            unit = phrase("axes.percent")
            tables.append(EstimateTable(title, rates, unit))
            drawn = tuple(curve_key_of(curve) for curve in curves if curve.specification == specification)
            text = phrase(f"dynamics.{direction}.drawn")
            charts.append(Chart("lines", title, text, phrase("axes.year"), unit, curves=drawn))
    flows = keys_of(estimates, specification="transitions")
    if flows:
        title = phrase("transitions.title")
        tables.append(EstimateTable(title, flows, phrase("axes.percent")))
        charts.append(
            Chart(
                "flow",
                title,
                phrase("transitions.drawn"),
                phrase("axes.mode_now"),
                phrase("axes.mode_next"),
                estimates=flows,
            )
        )
    kinds: dict[str, tuple[ChartKind, Message, Message]] = {
        "firm/": ("survival", phrase("survival.firms"), phrase("survival.firms_drawn"))
    }
    for direction in DIRECTIONS:
        title = phrase(f"survival.{direction}.incidence")
        kinds[f"{direction}_spell/"] = ("incidence", title, phrase(f"survival.{direction}.incidence_drawn"))
    for prefix, (kind, title, text) in kinds.items():
        shown = tuple(curve_key_of(curve) for curve in curves if curve.specification.startswith(prefix))
        if shown:
            years, probability = phrase("axes.years"), phrase("axes.probability")
            charts.append(Chart(kind, title, text, years, probability, curves=shown))
    paragraphs = (phrase("survival.read"),)
    return Section(BLOCK, phrase("survival.title"), paragraphs, tuple(tables), tuple(charts), tuple(off))
