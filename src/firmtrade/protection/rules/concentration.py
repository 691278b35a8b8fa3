"""Concentration: the share of the k largest units tells their sum to whoever knows the total.

The share of one or two units is never shown; of more, only where enough units stand among and beyond them. The sum of
squared shares (Herfindahl) tells as much where few units stand behind it."""

from __future__ import annotations

from pydantic import Field

from firmtrade.protection.rules.evidence import Breach, Contributors, Parameters

NAME = "concentration"


class Concentration(Parameters):
    """``units``: how many units must stand among the largest, and as many beyond them; ``share``: the per cent of the
    total that the largest unit may hold."""

    units: int = Field(strict=True, ge=2, le=1000)
    share: float = Field(strict=True, default=50.0, gt=0, lt=100, repr=False)

    def judge(self, evidence: Contributors, top: int) -> Breach | None:
        """A breach for the share of the ``top`` largest; 0 stands for an index over all units."""
        if evidence.firms == 0:
            return None
        few = evidence.units < top + self.units or (top and top < self.units)
        dominated = abs(evidence.largest) > self.share / 100 * abs(evidence.total)
        return Breach(NAME, evidence.component) if few or dominated else None
