"""Outputs that share firms in; answers about the populations that could stand behind them out."""

from firmtrade.linked.edition import Edition, PrintedCell, parse_edition, read_edition
from firmtrade.linked.interval import Interval
from firmtrade.linked.reading import Reading
from firmtrade.linked.repair import Repair, repair
from firmtrade.linked.solver import Answer, Outcome
from firmtrade.linked.system import LinkedSystem

__all__ = [
    "Answer",
    "Edition",
    "Interval",
    "LinkedSystem",
    "Outcome",
    "PrintedCell",
    "Reading",
    "Repair",
    "parse_edition",
    "read_edition",
    "repair",
]
