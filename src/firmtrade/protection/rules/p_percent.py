"""p%: the second largest unit must not come within p per cent of the largest.

It knows the total and itself; what is left over, the contributions of all others, is its uncertainty. Handbook on
Statistical Disclosure Control, chapter 4.2; tau-ARGUS ``P(p, 1)``. The parameter is secret."""

from __future__ import annotations

from pydantic import Field

from firmtrade.protection.rules.evidence import Breach, Contributors, Measure, Parameters

NAME = "p_percent"


class PPercent(Parameters):
    """``p``: the percentage. ``q``: how closely units know each other beforehand, 100 for not at all (the
    prior-posterior rule)."""

    p: float = Field(strict=True, gt=0, le=1000, repr=False)
    q: float = Field(strict=True, default=100.0, gt=0, le=100, repr=False)

    def judge(self, evidence: Contributors) -> Breach | None:
        """A breach where the rest is less than ``p / q`` of the largest contribution; the distance is what is missing.

        >>> PPercent(p=10).judge(Contributors("turnover", Measure.AMOUNT, 5, 5, 110.0, 52.0, 50.0)) is None
        True
        """
        if evidence.measure is Measure.COUNT or evidence.largest == 0:
            return None
        missing = self.p / self.q * abs(evidence.largest) - evidence.rest
        return Breach(NAME, evidence.component, missing, missing) if missing > 0 else None
