"""A curve: a statistic along an axis (a survival function, an event study, a specification curve)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from firmtrade.messages import Slot
from firmtrade.outputs.cell import CellKey
from firmtrade.outputs.contribution import Contribution
from firmtrade.outputs.status import Confidentiality, ObsStatus

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
    status: ObsStatus = ObsStatus.NORMAL

    def hidden(self) -> CurvePoint:
        """The place of the point without its numbers."""
        return CurvePoint(self.x, None, status=ObsStatus.SUPPRESSED)


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a picture.

    ``decimals`` is the printed precision of its points; ``synthetic`` is true where no real firm stands behind it.
    """

    block: str
    specification: str
    outcome: str
    series: str
    points: tuple[CurvePoint, ...]
    x_label: Slot = ""
    y_label: Slot = ""
    n_firms: int | None = 0
    estimator: Slot = ""
    note: Slot = ""
    contributions: tuple[Contribution, ...] = ()
    unit: str = ""
    year: str = ""
    decimals: int = 3
    confidentiality: Confidentiality = Confidentiality.INTERNAL
    synthetic: bool = False

    @property
    def key(self) -> CellKey:
        """Block, specification, outcome and series."""
        return CellKey(self.block, self.specification, self.outcome, self.series)

    @property
    def status(self) -> ObsStatus:
        """Suppressed where every point is, normal where one is not."""
        shown = [point for point in self.points if point.status is not ObsStatus.SUPPRESSED]
        return ObsStatus.NORMAL if shown or not self.points else ObsStatus.SUPPRESSED

    def hidden(self, confidentiality: Confidentiality) -> Curve:
        """The curve without its numbers; the contributions behind it stay, for those who protect it."""
        points = tuple(point.hidden() for point in self.points)
        return replace(self, points=points, n_firms=None, confidentiality=confidentiality)
