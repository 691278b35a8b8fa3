"""The additive part of a system in the JJ format of tau-ARGUS, which states any set of linked tables exactly.

Line ``0``; the number of cells; for each its number, value, cost, status (``s`` safe, ``u`` unsafe), least and
greatest possible value, and lower, upper and sliding protection level; the number of relations; each as ``0 k :
cell (weight) ...`` (tau-ARGUS user's manual 4.1)."""

from __future__ import annotations

from firmtrade.protection.binding.bound import BoundStudy
from firmtrade.protection.binding.parts import unit_of

FAR = 1.5
"""The greatest possible value of a cell is this times the largest of its measure, as the manual's example has it."""


def jj(bound: BoundStudy) -> str:
    """The cells that stand in some relation, in the order of the system, and their relations."""
    problem = bound.problem
    used = sorted(
        {at for family in problem.families for at in (family.total, *family.parts) if at in bound.parts}
    )
    place = {at: number for number, at in enumerate(used)}
    targets = {target.quantity: target for target in problem.targets}
    largest: dict[str, float] = {}
    for at in used:
        part = bound.parts[at]
        largest[part.term.measure] = max(largest.get(part.term.measure, 0.0), abs(float(part.total)))
    lines = ["0", str(len(used))]
    for at in used:
        part, target = bound.parts[at], targets.get(at)
        unit = unit_of(part.term.measure)
        value, most = float(part.total), FAR * largest[part.term.measure]
        least = 0.0 if value >= 0 else -most
        below, above = (target.below * unit, target.above * unit) if target else (0.0, 0.0)
        numbers = [least, most, below, above, 0.0]
        status = "u" if target else "s"
        lines.append(
            " ".join(
                [str(place[at]), _text(value), _text(max(abs(value), 1.0)), status, *map(_text, numbers)]
            )
        )
    families = [
        family for family in problem.families if all(at in place for at in (family.total, *family.parts))
    ]
    lines.append(str(len(families)))
    for family in families:
        terms = [f"{place[family.total]} (-1)", *(f"{place[part]} (1)" for part in family.parts)]
        lines.append(f"0 {len(terms)} : {' '.join(terms)}")
    return "\n".join(lines) + "\n"


def _text(value: float) -> str:
    return f"{value:.15g}"
