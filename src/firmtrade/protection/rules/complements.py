"""Complements: whoever sees a share sees the firms that do *not* count as well.

Research data centres ask that the complement of a subgroup passes the same threshold (Handbook on Statistical
Disclosure Control, chapter 6.6)."""

from __future__ import annotations

from firmtrade.protection.rules.evidence import Breach, Contributors, Measure
from firmtrade.protection.rules.minimum_units import MinimumUnits

NAME = "complements"


def complement(part: Contributors, group: Contributors) -> Contributors:
    """The firms of a group that are not in its part. Units may stand in both; the least number is taken, so that a
    threshold is never passed by counting one twice."""
    firms = group.firms - part.firms
    units = max(group.units - part.units, min(firms, 1))
    return Contributors(f"{part.component}_complement", Measure.COUNT, firms, units, float(firms))


def judge(rule: MinimumUnits, part: Contributors, group: Contributors) -> Breach | None:
    """A breach where the complement of a part of a group has too few units."""
    found = rule.judge(complement(part, group))
    return None if found is None else Breach(NAME, part.component)
