"""The table kinds. A kind turns a declaration into cell specifications and states what its cells must keep."""

from __future__ import annotations

from firmtrade.statistics.kinds import (
    composition,
    concentration,
    conditional,
    distribution,
    dynamics,
    growth,
    level,
    mode,
    series,
    share,
    trade,
    transition,
)
from firmtrade.statistics.kinds.base import Identity, Kind

KINDS: dict[str, Kind] = {
    "mode": mode.KIND,
    "conditional": conditional.KIND,
    "share": share.KIND,
    "level": level.KIND,
    "growth": growth.KIND,
    "composition": composition.KIND,
    "series": series.KIND,
    "dynamics": dynamics.KIND,
    "transition": transition.KIND,
    "distribution": distribution.KIND,
    "concentration": concentration.KIND,
    "trade": trade.KIND,
}

__all__ = ["KINDS", "Identity", "Kind"]
