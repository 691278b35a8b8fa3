"""One number of a statement, as a cell: an estimate has several parts, a curve one for each point.

A part carries the status, the confidentiality, the contributions and the stamp of its statement, so that whatever
hides the statement hides each of its parts.
"""

from __future__ import annotations

import math
from dataclasses import replace

from firmtrade.messages import P_VALUE
from firmtrade.outputs.cell import Cell, CellKey
from firmtrade.outputs.curve import Curve
from firmtrade.outputs.estimate import ESTIMATE_COLUMNS, Estimate
from firmtrade.outputs.statements import Statement
from firmtrade.outputs.status import ObsStatus

COUNT, PERCENT, PLAIN = "count", "percent", "pure"
COUNTS = frozenset({"n_obs", "n_firms", "n_at_risk"})
AT = "@"
"""Between a part of a curve and the place of its point: ``y@3``."""


def place(part: str, x: float) -> str:
    """The part of a curve at a place.

    >>> place("conf_low", 3.0)
    'conf_low@3'
    """
    return f"{part}{AT}{x:g}"


def part_of(statement: Statement, part: str, decimals: int | None = None) -> Cell:
    """A part of a statement.

    Parameters
    ----------
    part
        Of a cell ``value`` or ``n_firms``; of an estimate any of its numbers (``value`` is the estimate), or
        ``percent``, an estimate that is a share, in percent; of a curve ``y``, ``conf_low``, ``conf_high`` or
        ``n_at_risk`` at a place (:func:`place`).
    decimals
        Printed precision, where that of the statement is not meant.

    Raises
    ------
    LookupError
        The statement has no such part.
    """
    match statement:
        case Cell():
            found = _of_cell(statement, part)
        case Estimate():
            found = _of_estimate(statement, part)
        case Curve():
            found = _of_curve(statement, part)
    return found if decimals is None else replace(found, decimals=decimals)


def _of_cell(cell: Cell, part: str) -> Cell:
    if part == "value":
        return cell
    if part != "n_firms":
        raise LookupError(f"a cell has no part {part!r}")
    return _made(cell, cell.key, cell.n_firms, COUNT, 0, cell.status)


def _of_estimate(one: Estimate, part: str) -> Cell:
    if part == "percent":
        value = None if one.estimate is None else 100 * one.estimate
        return _made(one, one.key, value, PERCENT, one.decimals, one.status)
    part = "estimate" if part == "value" else part
    if part not in ESTIMATE_COLUMNS[4:11]:
        raise LookupError(f"an estimate has no part {part!r}")
    unit = COUNT if part in COUNTS else P_VALUE if part == "p_value" else one.unit or PLAIN
    decimals = 0 if part in COUNTS else 3 if part == "p_value" else one.decimals
    return _made(one, one.key, getattr(one, part), unit, decimals, one.status)


def _of_curve(curve: Curve, part: str) -> Cell:
    name, _, text = part.partition(AT)
    try:
        x = float(text)
    except ValueError:
        raise LookupError(f"a curve has no part {part!r}") from None
    near = (point for point in curve.points if math.isclose(point.x, x, rel_tol=1e-5, abs_tol=1e-9))
    point = next((point for point in near if place(name, point.x) == part), None)
    if point is None or name not in {"y", "conf_low", "conf_high", "n_at_risk"}:
        raise LookupError(f"a curve has no part {part!r}")
    unit, decimals = (COUNT, 0) if name in COUNTS else (curve.unit or PLAIN, curve.decimals)
    return _made(curve, curve.key, getattr(point, name), unit, decimals, point.status)


def _made(
    one: Statement, key: CellKey, value: float | None, unit: str, decimals: int, status: ObsStatus
) -> Cell:
    missing = ObsStatus.UNDEFINED if value is None and status is ObsStatus.NORMAL else status
    hidden = missing is not ObsStatus.NORMAL
    return Cell(
        key,
        None if hidden or value is None else float(value),
        unit,
        one.year,
        decimals,
        missing,
        one.confidentiality,
        contributions=one.contributions,
        synthetic=one.synthetic,
    )
