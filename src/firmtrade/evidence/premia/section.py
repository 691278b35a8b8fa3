"""How premia are laid out in a report."""

from __future__ import annotations

from firmtrade.evidence.panel import Panel
from firmtrade.evidence.phrases import named, phrase
from firmtrade.evidence.premia.models import BLOCK, OUTCOMES, SWITCHING
from firmtrade.evidence.result import EstimateTable, EvidenceChart, EvidenceSection, curve_key_of, keys_of
from firmtrade.messages import Message
from firmtrade.outputs import Curve, Estimate


def section_of(
    estimates: list[Estimate], curves: list[Curve], panel: Panel, off: list[Message]
) -> EvidenceSection:
    """Tables and charts of the block, its words, and what was switched off."""
    tables, charts = [], []
    for outcome in (each.name for each in OUTCOMES):
        title = phrase(f"premia.tables.{outcome}")
        keys = keys_of(estimates, outcome=outcome)
        levels = tuple(key for key in keys if key.term.endswith("(percent)"))
        switching = tuple(key for key in keys if key.term.endswith(f"({SWITCHING})"))
        keys = tuple(key for key in keys if key not in switching)
        if keys:
            unit = phrase("axes.percent" if levels else "axes.log_points_a_year")
            tables.append(EstimateTable(title, levels or keys, unit))
        if switching:
            changed = phrase("premia.switching", outcome=named(outcome))
            tables.append(EstimateTable(changed, switching, phrase("axes.firms")))
        shown = tuple(
            key for key in levels or keys if key.specification in ("modes/pooled", "modes/firm_effects")
        )
        if shown:
            charts.append(
                EvidenceChart(
                    "coefficients",
                    title,
                    phrase("premia.modes_drawn", outcome=named(outcome)),
                    phrase("axes.percent" if levels else "axes.log_points"),
                    phrase("axes.mode_and_model"),
                    estimates=shown,
                )
            )
    if curves:
        charts.append(
            EvidenceChart(
                "lines",
                phrase("premia.by_year"),
                phrase("premia.by_year_drawn"),
                phrase("axes.year"),
                phrase("axes.percent"),
                curves=tuple(curve_key_of(curve) for curve in curves),
            )
        )
    paragraphs = (phrase("premia.compared"), phrase("premia.difference"), *panel.notes)
    return EvidenceSection(
        BLOCK, phrase("premia.title"), paragraphs, tuple(tables), tuple(charts), tuple(off)
    )
