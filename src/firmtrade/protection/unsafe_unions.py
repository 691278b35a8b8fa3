"""What the sum of several hidden parts needs: the judge of derivable unions, from the totals of a room.

Units may stand in more than one part; they are added up, so a union has at most that many. Its two largest are taken
among the two largest of each part."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from firmtrade.protection.binding.judge import component_breaches, measure_of
from firmtrade.protection.binding.parts import ContributedTotal, unit_of
from firmtrade.protection.problem import LineFamily, Problem, ProtectedQuantity
from firmtrade.protection.profile import Profile
from firmtrade.protection.rules import Contributors, Measure
from firmtrade.protection.unions import Judge


def union_judge(parts: Mapping[int, ContributedTotal], profile: Profile) -> Judge:
    """The judge of unions by a profile."""

    def judge(_: Problem, __: LineFamily, hidden: tuple[int, ...]) -> ProtectedQuantity | None:
        if any(each not in parts for each in hidden):
            return None
        held = [parts[each] for each in hidden]
        evidence = _together(held)
        breaches = list(component_breaches(evidence, profile))
        if not breaches:
            return None
        unit = unit_of(held[0].term.measure)
        return ProtectedQuantity(
            -1,
            evidence.total / unit,
            max(breach.below for breach in breaches) / unit,
            max(breach.above for breach in breaches) / unit,
            whole=evidence.measure is Measure.COUNT,
        )

    return judge


def _together(held: list[ContributedTotal]) -> Contributors:
    largest = sorted((abs(each) for part in held for each in (part.largest, part.second)), reverse=True)[:2]
    measure = held[0].term.measure
    total = sum((part.total for part in held), Decimal(0))
    firms, units = sum(part.firms for part in held), sum(part.units for part in held)
    return Contributors("union", measure_of(measure), firms, units, float(total), *map(float, largest))
