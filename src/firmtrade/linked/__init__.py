"""Outputs that share firms in; answers about the populations that could stand behind them out."""

from firmtrade.linked.audit import AuditReport, audit, audit_edition
from firmtrade.linked.edition import Edition, PrintedCell, parse_edition, read_edition
from firmtrade.linked.findings import Contradiction, Summary
from firmtrade.linked.interval import Interval
from firmtrade.linked.reading import Reading
from firmtrade.linked.repair import Repair, repair
from firmtrade.linked.solver import Solution, SolverStatus
from firmtrade.linked.system import LinkedSystem

__all__ = [
    "AuditReport",
    "Contradiction",
    "Edition",
    "Interval",
    "LinkedSystem",
    "PrintedCell",
    "Reading",
    "Repair",
    "Solution",
    "SolverStatus",
    "Summary",
    "audit",
    "audit_edition",
    "parse_edition",
    "read_edition",
    "repair",
]
