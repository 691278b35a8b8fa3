"""Econometrics of the panel: who trades, why, and what it does to firms. Estimates and curves with their
samples."""

from firmtrade.evidence.dynamics import dynamics
from firmtrade.evidence.growth import growth
from firmtrade.evidence.learning import learning
from firmtrade.evidence.margins import margins
from firmtrade.evidence.options import BLOCKS, EvidenceOptions
from firmtrade.evidence.panel import Panel, prepare
from firmtrade.evidence.premia import premia
from firmtrade.evidence.result import (
    BlockResult,
    CurveKey,
    EstimateKey,
    EstimateTable,
    EvidenceChart,
    EvidenceSection,
)
from firmtrade.evidence.run import EvidenceResults, run_evidence
from firmtrade.evidence.selection import selection
from firmtrade.evidence.survival import survival
from firmtrade.evidence.targeting import Targeting, targeting
from firmtrade.evidence.ventures import ventures

__all__ = [
    "BLOCKS",
    "BlockResult",
    "CurveKey",
    "EstimateKey",
    "EstimateTable",
    "EvidenceChart",
    "EvidenceOptions",
    "EvidenceResults",
    "EvidenceSection",
    "Panel",
    "Targeting",
    "dynamics",
    "growth",
    "learning",
    "margins",
    "premia",
    "prepare",
    "run_evidence",
    "selection",
    "survival",
    "targeting",
    "ventures",
]
