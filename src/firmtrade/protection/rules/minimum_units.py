"""Minimum frequency: a number that fewer units stand behind than a threshold says something about each of them.

Handbook on Statistical Disclosure Control, chapter 4.1; tau-ARGUS ``FREQ(n, range)``."""

from __future__ import annotations

from pydantic import Field

from firmtrade.protection.rules.evidence import Breach, Contributors, Measure, Parameters

NAME = "minimum_units"


class MinimumUnits(Parameters):
    """``units``: the least number of units; ``range``: by what percentage of an amount a reader must stay uncertain."""

    units: int = Field(strict=True, ge=1, le=1000)
    range: float = Field(strict=True, default=10.0, ge=0, le=1000)

    def judge(self, evidence: Contributors) -> Breach | None:
        """A breach where some unit stands behind the component, and fewer than the threshold. Nobody stands behind an
        empty component; whether a zero may be shown is another rule.

        >>> MinimumUnits(units=3).judge(Contributors("count", Measure.COUNT, firms=2, units=2, total=2))
        Breach(rule='minimum_units', component='count', below=0.0, above=0.0)
        """
        if evidence.firms == 0 or evidence.units >= self.units:
            return None
        if evidence.measure is Measure.COUNT:
            return Breach(NAME, evidence.component)
        distance = abs(evidence.total) * self.range / 100
        return Breach(NAME, evidence.component, distance, distance)
