"""Every cell of a study by the naive definitions."""

from __future__ import annotations

from firmtrade.study import Study
from naive.answers import Answers, Row
from naive.concentration import concentration
from naive.distribution import distribution
from naive.dynamics import dynamics, transition
from naive.median import median
from naive.panel import growth, level
from naive.shares import composition, conditional, mode, series, share
from naive.trade import trade
from naive.weighted import weighted
from naive.world import World

KINDS = {
    "mode": mode,
    "conditional": conditional,
    "share": share,
    "composition": composition,
    "series": series,
    "level": level,
    "growth": growth,
    "median": median,
    "weighted": weighted,
    "dynamics": dynamics,
    "transition": transition,
    "distribution": distribution,
    "concentration": concentration,
    "trade": trade,
}


def naive_cells(
    study: Study,
    firms: list[Row],
    accounts: list[Row],
    trade: list[Row],
    coverage: list[Row] | None = None,
    links: list[Row] | None = None,
) -> Answers:
    """Every cell of a study. Without coverage, every flow, zone and year is covered."""
    world = World(study, firms, accounts, trade, coverage, links)
    found: Answers = {}
    for table in study.outputs:
        for population in table.populations:
            found |= KINDS[table.kind](world, table, population)
    return found
