"""How learning is laid out in a report."""

from __future__ import annotations

from collections.abc import Sequence

from firmtrade.evidence.learning.around import BLOCK, words_of
from firmtrade.evidence.phrases import phrase
from firmtrade.evidence.result import EstimateTable, EvidenceChart, EvidenceSection, curve_key_of, keys_of
from firmtrade.evidence.samples import DIRECTIONS, PERFORMANCE
from firmtrade.messages import Count, Message
from firmtrade.outputs import Curve, Estimate


def section_of(
    estimates: Sequence[Estimate],
    curves: Sequence[Curve],
    verdicts: Sequence[Message],
    off: Sequence[Message],
) -> EvidenceSection:
    """Tables by direction and event, charts by direction and outcome, ATT(g,t) behind; every claim has a sentence."""
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
                    EvidenceChart(
                        "event_study",
                        phrase(f"learning.{direction}.around", outcome=words_of(outcome)),
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
    caution = (phrase("learning.many", tests=Count(len(verdicts))),) if len(verdicts) > 1 else ()
    paragraphs = (phrase("learning.followed"), phrase("learning.trends"), *caution, *verdicts)
    return EvidenceSection(
        BLOCK, phrase("learning.title"), paragraphs, tuple(tables), tuple(charts), tuple(off)
    )
