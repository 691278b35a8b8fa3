"""Revisions: a number less the one that was printed of earlier data tells of the firms that were added, left out or
corrected. Where these are few, the new number gives them away."""

from __future__ import annotations

from collections.abc import Iterable

from firmtrade.protection.rules.evidence import Breach, Evidence, Measure
from firmtrade.protection.rules.minimum_units import MinimumUnits

NAME = "revisions"


def judge(rule: MinimumUnits, now: Evidence, before: Iterable[float]) -> Breach | None:
    """A breach where a number of firms differs from one that was printed before, and by fewer than the threshold.

    >>> judge(MinimumUnits(units=3), Evidence("count", Measure.COUNT, firms=41, units=41, total=41), [40])
    Breach(rule='revisions', component='count', below=0.0, above=0.0)
    """
    few = any(0 < abs(now.firms - value) < rule.units for value in before)
    return Breach(NAME, now.component) if few and now.measure is Measure.COUNT else None
