"""Order statistics: a quantile may be the value of one unit, the largest and smallest always are.

A quantile is shown where enough units lie on each side of its position; extremes never. ACRO, checks *Position* and
*Endpoints*; sdcLog."""

from __future__ import annotations

from math import floor

from pydantic import Field

from firmtrade.protection.rules.evidence import Breach, Contributors, Parameters

NAME = "order_statistics"


class OrderStatistics(Parameters):
    """``units``: how many units must lie at or beyond the position on each side."""

    units: int = Field(strict=True, ge=1, le=1000)

    def judge(self, evidence: Contributors, position: float) -> Breach | None:
        """A breach where too few units lie below or above ``position`` (0 to 1; 0 and 1 are the extremes)."""
        if evidence.firms == 0:
            return None
        least = floor(min(position, 1 - position) * evidence.units + 1e-9)
        if position in (0.0, 1.0) or least < self.units:
            return Breach(NAME, evidence.component)
        return None
