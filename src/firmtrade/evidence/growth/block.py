"""Growth by trade status: of totals, as tables publish it, and of firms, with those that did not survive.

The growth of a total says how a group did; it is ruled by the group's largest firms and by who is still
there. The growth of the firm is told by its mean in logarithms and as a share of the midpoint (Davis,
Haltiwanger & Schuh 1996), which counts a firm that closed as -2, and by its median. Differences from firms
that trade at neither date are tested (Welch; Wilcoxon-Mann-Whitney).
"""

from __future__ import annotations

from firmtrade.evidence.growth.firms import of_firms
from firmtrade.evidence.growth.sample import BLOCK, firms_of, span_of
from firmtrade.evidence.growth.section import section_of
from firmtrade.evidence.growth.survivors import survivor_bias
from firmtrade.evidence.growth.totals import totals
from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import Panel
from firmtrade.evidence.phrases import phrase
from firmtrade.evidence.result import BlockResult
from firmtrade.evidence.samples import DIRECTIONS
from firmtrade.evidence.statements import lacking, not_computed
from firmtrade.messages import Message
from firmtrade.outputs import Estimate


def growth(panel: Panel, options: EvidenceOptions) -> BlockResult:
    """Growth of groups and of firms by trade status.

    Specifications: ``DIRECTION/totals`` (yearly growth of group totals, percent), ``DIRECTION/firms`` (mean
    and median of yearly log growth and midpoint growth of firms, and differences from firms that trade at
    neither date) and ``DIRECTION/survivors`` (midpoint growth of employment by status at the start:
    survivors only, all firms with the closed ones, and the bias between the two).
    """
    off: list[Message] = []
    estimates: list[Estimate] = []
    span = span_of(panel, options)
    if span is None:
        off.append(not_computed(phrase("growth.what"), phrase("reasons.one_year")))
    elif panel.lacks("employment"):
        off.append(lacking(phrase("growth.what"), ("employment",)))
    else:
        for direction, flag in DIRECTIONS.items():
            missing = panel.lacks(flag)
            if missing:
                off.append(lacking(phrase(f"growth.{direction}.by_status"), missing))
                continue
            firms = firms_of(panel, span, flag)
            for part in (totals, of_firms, survivor_bias):
                found, reasons = part(firms, direction, span, options)
                estimates += found
                off += reasons
    return BlockResult(BLOCK, tuple(estimates), (), section_of(estimates, span, panel, off))
