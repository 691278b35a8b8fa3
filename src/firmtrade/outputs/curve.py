"""A curve: a statistic along an axis (a survival function, an event study, a specification curve)."""

from __future__ import annotations

from dataclasses import dataclass

from firmtrade.outputs.contribution import Contribution

CURVE_COLUMNS = (
    "block", "specification", "outcome", "series", "x", "y", "conf_low", "conf_high", "n_at_risk",
    "n_firms", "estimator", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One point, with the number of firms that it rests on."""

    x: float
    y: float | None
    conf_low: float | None = None
    conf_high: float | None = None
    n_at_risk: int | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a picture."""

    block: str
    specification: str
    outcome: str
    series: str
    points: tuple[CurvePoint, ...]
    x_label: str = ""
    y_label: str = ""
    n_firms: int = 0
    estimator: str = ""
    note: str = ""
    contributions: tuple[Contribution, ...] = ()
