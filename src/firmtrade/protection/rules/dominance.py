"""(n, k) dominance: the n largest units must not make up more than k per cent of a total.

Handbook on Statistical Disclosure Control, chapter 4.2; tau-ARGUS ``NK(n, k)``. The parameters are secret."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from firmtrade.protection.rules.evidence import Breach, Contributors, Measure, Parameters

NAME = "dominance"


class Dominance(Parameters):
    """``n`` largest units (1 or 2: a room keeps two), and ``k`` per cent."""

    n: Literal[1, 2] = Field(repr=False)
    k: float = Field(strict=True, gt=0, lt=100, repr=False)

    def judge(self, evidence: Contributors) -> Breach | None:
        """A breach where the share is too large; the distance is by how much the total would have to be larger.

        >>> found = Dominance(n=1, k=85).judge(Contributors("turnover", Measure.AMOUNT, 3, 3, 330.0, 300.0, 20.0))
        >>> round(found.above, 2)
        22.94
        """
        if evidence.measure is Measure.COUNT or evidence.largest == 0:
            return None
        top = abs(evidence.largest) + (abs(evidence.second) if self.n == 2 else 0.0)
        missing = 100 / self.k * top - abs(evidence.total)
        return Breach(NAME, evidence.component, missing, missing) if missing > 0 else None
