"""Survival: of firms by trade status, and of the trade itself."""

from __future__ import annotations

import polars as pl

from firmtrade.evidence.dynamics import dynamics
from firmtrade.evidence.grid import grid_of
from firmtrade.evidence.hazards import hazard_models
from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import MODES, TRADING_MODES, Panel
from firmtrade.evidence.phrases import phrase
from firmtrade.evidence.result import (
    BlockResult,
    ChartKind,
    EstimateTable,
    EvidenceChart,
    EvidenceSection,
    curve_key_of,
    keys_of,
)
from firmtrade.evidence.risk import Risk, firm_risk
from firmtrade.evidence.samples import DIRECTIONS, Sample
from firmtrade.evidence.spells import spells
from firmtrade.evidence.statements import lacking, not_computed, of_status, too_few
from firmtrade.evidence.survival_drawn import firm_curve
from firmtrade.evidence.transitions import transitions
from firmtrade.messages import Message, Year
from firmtrade.outputs import Curve, Estimate

BLOCK = "survival"


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
        parts = [_firms(panel, options), *(spells(panel, direction, options) for direction in DIRECTIONS)]
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
    words = phrase(
        "survival.firms_sample", first=Year(panel.first_year), last=Year(panel.last_year - panel.step)
    )
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
        for curve in firm_curve(
            Risk(rows, (), ()).where(pl.col(name)), name, sample.note(*risk.remarks), options
        )
    ]
    if not kept:
        return [], curves, off
    size = () if panel.lacks("log_employment") else ("log_employment",)
    modelled = Sample(rows, sample.description, sample.dropped).complete(size)
    estimates, reasons = hazard_models(
        modelled, (*kept, *size), "firm", "firm_death", tuple(kept), risk.remarks, what, options
    )
    off += reasons
    return estimates, curves, off


def _section(estimates: list[Estimate], curves: list[Curve], off: list[Message]) -> EvidenceSection:
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
            charts.append(EvidenceChart("lines", title, text, phrase("axes.year"), unit, curves=drawn))
    flows = keys_of(estimates, specification="transitions")
    if flows:
        title = phrase("transitions.title")
        tables.append(EstimateTable(title, flows, phrase("axes.percent")))
        charts.append(
            EvidenceChart(
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
            charts.append(EvidenceChart(kind, title, text, years, probability, curves=shown))
    paragraphs = (phrase("survival.read"),)
    return EvidenceSection(
        BLOCK, phrase("survival.title"), paragraphs, tuple(tables), tuple(charts), tuple(off)
    )
