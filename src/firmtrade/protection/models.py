"""Estimates and curves: protected by the units behind them, the degrees of freedom that a model leaves over, and the
influence of the largest unit. A step of a survival curve is a count of exits, so curves are thinned until every step
rests on enough units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from firmtrade.outputs import Cell, Confidentiality, Contribution, Curve, CurvePoint, Estimate
from firmtrade.protection.log import Hidden
from firmtrade.protection.profile import Profile
from firmtrade.protection.rules import Contributors, Measure, Models
from firmtrade.protection.rules.models import NAME

Specification = tuple[str, str, str]


def protect_estimates(
    estimates: Sequence[Estimate], profile: Profile
) -> tuple[tuple[Estimate, ...], tuple[Hidden, ...]]:
    """Hide the estimates of models that are too close to their data.

    Terms of one specification and outcome are coefficients of one model: they are hidden together."""
    rule = _rule(profile)
    terms = Counter(_model_of(each) for each in estimates)
    unsafe = {
        _model_of(each): breach
        for each in estimates
        if (
            breach := rule.judge(
                _units(each), _observations(each), terms[_model_of(each)], _share(each.contributions)
            )
        )
    }
    after, hidden = [], []
    for each in estimates:
        if _model_of(each) in unsafe:
            after.append(each.hidden(Confidentiality.PRIMARY))
            hidden.append(Hidden(each.key, "estimate", (NAME,), firms=each.n_firms))
        else:
            after.append(replace(each, confidentiality=Confidentiality.FREE))
    return tuple(after), tuple(hidden)


def protect_curves(curves: Sequence[Curve], profile: Profile) -> tuple[tuple[Curve, ...], tuple[Hidden, ...]]:
    """Hide curves of too few units, points with too few at risk, and steps of too few exits."""
    rule = _rule(profile)
    after, hidden = [], []
    for each in curves:
        if each.n_firms and each.n_firms < rule.units:
            after.append(each.hidden(Confidentiality.PRIMARY))
            hidden.append(Hidden(each.key, "curve", (NAME,), firms=each.n_firms))
            continue
        points = thinned(each.points, rule.units)
        lost = sum(new.y is None and old.y is not None for new, old in zip(points, each.points, strict=True))
        if lost:
            hidden.append(Hidden(each.key, "curve", ("survival_steps",), firms=lost))
        after.append(replace(each, points=points, confidentiality=Confidentiality.FREE))
    return tuple(after), tuple(hidden)


def thinned(points: Sequence[CurvePoint], units: int) -> tuple[CurvePoint, ...]:
    """The points of a curve, without those that too few are at risk at, and without those that would show a step of
    fewer than ``units`` exits after the last point that is shown. The number at risk is shown where it differs from
    the last one shown by nothing, or by as many.

    >>> steps = [(0, 1.0, 100), (1, 0.99, 100), (2, 0.9, 99)]
    >>> falling = [CurvePoint(x, y, n_at_risk=at_risk) for x, y, at_risk in steps]
    >>> [point.y for point in thinned(falling, units=3)]
    [1.0, None, 0.9]
    """
    values = [point.y for point in points if point.y is not None]
    falls = all(first >= second for first, second in pairwise(values))
    survival = bool(values) and falls and max(values) <= 1.0 and min(values) >= 0.0
    kept: list[CurvePoint] = []
    last: CurvePoint | None = None
    for point in points:
        at_risk = point.n_at_risk
        if point.y is None or at_risk is None:
            kept.append(point)
            continue
        if at_risk < units or (survival and last is not None and _small_step(last, point, units)):
            kept.append(point.hidden())
            continue
        moved = 0 if last is None or last.n_at_risk is None else abs(last.n_at_risk - at_risk)
        kept.append(replace(point, n_at_risk=None) if 0 < moved < units else point)
        last = point
    return tuple(kept)


def protect_counts(cells: Sequence[Cell], profile: Profile) -> tuple[tuple[Cell, ...], tuple[Hidden, ...]]:
    """Cells that no system binds, those of a survey: each by its own number of units."""
    after, hidden = [], []
    for cell in cells:
        few = _few(cell, profile)
        if cell.value is not None and few:
            after.append(cell.hidden(Confidentiality.PRIMARY))
            hidden.append(Hidden(cell.key, "cell", ("minimum_units",), firms=cell.n_firms))
        else:
            after.append(replace(cell, confidentiality=Confidentiality.FREE))
    return tuple(after), tuple(hidden)


def _few(cell: Cell, profile: Profile) -> bool:
    rule = profile.rules.minimum_units
    parts = [
        Contributors(part.component, Measure.COUNT, part.n_firms, part.n_units, 0.0)
        for part in cell.contributions
    ]
    if cell.n_firms is not None:
        parts.append(Contributors("firms", Measure.COUNT, cell.n_firms, cell.n_firms, 0.0))
    return any(rule.judge(part) for part in parts)


def _rule(profile: Profile) -> Models:
    units = profile.rules.minimum_units.units
    return profile.rules.models or Models(degrees_of_freedom=1, units=units, influence=100)


def _model_of(each: Estimate) -> Specification:
    return each.block, each.specification, each.outcome


def _units(each: Estimate) -> int:
    units = [part.n_units for part in each.contributions if part.n_units]
    return min(units, default=each.n_firms or each.n_obs or 0)


def _observations(each: Estimate) -> int:
    return each.n_obs or each.n_firms or 0


def _share(parts: Iterable[Contribution]) -> float | None:
    shares = [
        abs(float(part.largest) / float(part.total))
        for part in parts
        if part.total and part.component != "count"
    ]
    return max(shares, default=None)


def _small_step(last: CurvePoint, point: CurvePoint, units: int) -> bool:
    """Whether the curve falls by the exits of fewer than ``units``, but of some."""
    if last.y is None or point.y is None or not last.y or point.n_at_risk is None:
        return False
    exits = point.n_at_risk * (last.y - point.y) / last.y
    return 0.01 < exits < units - 0.5
