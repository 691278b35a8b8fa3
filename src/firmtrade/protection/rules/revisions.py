"""Revisions: a number less the one that was printed of earlier data tells of the firms that were added, left out or
corrected. Where the number of firms changed by few, the new number gives them away: a total less the old one is their
amount, a share beside the old one says whether they count."""

from __future__ import annotations

from collections.abc import Iterable

from firmtrade.protection.rules.evidence import Breach
from firmtrade.protection.rules.minimum_units import MinimumUnits

NAME = "revisions"


def judge(rule: MinimumUnits, component: str, firms: int, before: Iterable[float]) -> Breach | None:
    """A breach where the number of firms behind a component differs from one that was printed before, and by fewer
    than the threshold.

    >>> judge(MinimumUnits(units=3), "count", 41, [40])
    Breach(rule='revisions', component='count', below=0.0, above=0.0)
    """
    few = any(0 < abs(firms - value) < rule.units for value in before)
    return Breach(NAME, component) if few else None
