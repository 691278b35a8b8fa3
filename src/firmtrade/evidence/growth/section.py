"""How growth is laid out in a report."""

from __future__ import annotations

from firmtrade.evidence.growth.sample import BLOCK, Span
from firmtrade.evidence.panel import Panel
from firmtrade.evidence.phrases import phrase
from firmtrade.evidence.result import EstimateTable, EvidenceChart, EvidenceSection, keys_of
from firmtrade.evidence.samples import DIRECTIONS
from firmtrade.messages import Message, Slot, Year
from firmtrade.outputs import Estimate


def section_of(
    estimates: list[Estimate], span: Span | None, panel: Panel, off: list[Message]
) -> EvidenceSection:
    """Tables and charts of the block, its words, and what was switched off."""
    tables, charts = [], []
    for direction in DIRECTIONS:
        for part in ("totals", "firms", "survivors"):
            keys = keys_of(estimates, specification=f"{direction}/{part}")
            if keys:
                title = phrase(f"growth.{direction}.table_{part}")
                tables.append(EstimateTable(title, keys, phrase("axes.percent_a_year")))
        totals = keys_of(estimates, specification=f"{direction}/totals", outcome="employment")
        means = tuple(
            key
            for key in keys_of(estimates, specification=f"{direction}/firms", outcome="employment_log")
            if key.term.endswith(("(mean)", "(median)")) and " - " not in key.term
        )
        if totals or means:
            charts.append(
                EvidenceChart(
                    "coefficients",
                    phrase(f"growth.{direction}.employment"),
                    phrase("growth.drawn"),
                    phrase("axes.percent_a_year"),
                    phrase("axes.status"),
                    estimates=(*totals, *means),
                )
            )
    dates: Slot = ""
    if span:
        first, last, reference = Year(span.first), Year(span.last), Year(span.reference)
        dates = phrase("growth.dates", first=first, last=last, reference=reference)
    paragraphs = (phrase("growth.compared", dates=dates), *panel.notes)
    return EvidenceSection(
        BLOCK, phrase("growth.title"), paragraphs, tuple(tables), tuple(charts), tuple(off)
    )
