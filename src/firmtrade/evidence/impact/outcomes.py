"""What support is asked about, as changes since the base year: one entry per outcome, with its unit and who is asked.

A firm that has ended does not trade: its trade is zero, not missing, because to follow only the living would count the
death of a supported firm as nothing. Logarithms exist of living firms alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from firmtrade.evidence.grid import PanelGrid, shifted
from firmtrade.evidence.panel import Panel
from firmtrade.inference.arrays import Flags, Floats


@dataclass(frozen=True, slots=True)
class MeasuredOutcome:
    """One outcome.

    ``level`` gives its matrix (firms, years). ``midpoint`` takes changes as a share of the mean of both years.
    ``until_end`` outcomes only ever go one way: they are judged at the end of the horizon, and have no path before.
    ``newcomers`` are asked of firms without exports so far alone. ``of_life`` is what ends with the firm: who has ended
    gets no support, so to leave out comparison firms that get some later would leave out survivors. ``scale`` turns a
    change into the unit.
    """

    name: str
    needs: tuple[str, ...]
    unit: str
    level: Callable[[Panel, PanelGrid], Floats]
    scale: float = 1.0
    midpoint: bool = False
    until_end: bool = False
    newcomers: bool = False
    of_life: bool = False

    def change(self, level: Floats, distance: int, base: int) -> Floats:
        """The change from the base year to a distance, at the year of the event (matrix)."""
        now, then = shifted(level, distance), shifted(level, base)
        if not self.midpoint:
            return self.scale * (now - then)
        middle = (now + then) / 2
        known = np.isfinite(middle)
        change = np.divide(now - then, middle, out=np.zeros(now.shape), where=known & (middle > 0))
        return np.where(known, self.scale * change, np.nan)

    def asked(self, so_far: Floats) -> Flags:
        """Whether a firm is asked in an event of a year (matrix); ``so_far`` says whether it exported until a year.

        Newcomers have not exported until the year before the support: a start before it is none of its doing.
        """
        if not self.newcomers:
            return np.ones(so_far.shape, dtype=np.bool_)
        return np.asarray(shifted(so_far, -1) == 0)


def exported_so_far(grid: PanelGrid) -> Floats:
    """1 from the first year with exports on, 0 before, NaN in years that no trade file covers."""
    traded = _while_covered(grid, grid.values("exporter"))
    so_far = np.maximum.accumulate(np.nan_to_num(traded, nan=0.0), axis=1)
    return np.where(np.isfinite(traded), so_far, np.nan)


def _while_covered(grid: PanelGrid, values: Floats) -> Floats:
    """Trade of firms: zero where a firm has none or is gone, NaN in years that the files do not cover and before it
    is first seen. A firm of a sample that has not ended is unknown, too, where it was not asked."""
    covered = np.isfinite(grid.values("exporter")).any(axis=0)
    known = grid.present | _ended(grid) if grid.sample else _seen(grid)
    return np.where(covered & known, np.nan_to_num(values, nan=0.0), np.nan)


def _seen(grid: PanelGrid) -> Flags:
    """From a firm's first row on (matrix)."""
    return np.asarray(np.maximum.accumulate(grid.present, axis=1))


def _ended(grid: PanelGrid) -> Flags:
    """After the last row of a firm that has ended (matrix)."""
    confirmed = (np.nanmax(grid.values("ended"), axis=1) == 1)[:, None]
    return np.asarray(_seen(grid) & ~grid.active & confirmed)


def _trade(column: str) -> Callable[[Panel, PanelGrid], Floats]:
    def level(panel: Panel, grid: PanelGrid) -> Floats:
        trading = np.nan_to_num(grid.values("exporter"), nan=0.0)
        return _while_covered(grid, np.nan_to_num(grid.values(column), nan=0.0) * trading)

    return level


def _column(column: str) -> Callable[[Panel, PanelGrid], Floats]:
    return lambda panel, grid: grid.values(column)


def _alive(panel: Panel, grid: PanelGrid) -> Floats:
    """1 while a firm is there, 0 once it has ended, NaN before it is seen and where it vanishes unexplained."""
    return np.where(grid.active, 1.0, np.where(_ended(grid), 0.0, np.nan))


OUTCOMES = {
    each.name: each
    for each in (
        MeasuredOutcome(
            "first_export", ("exporter",), "points", lambda panel, grid: exported_so_far(grid), 100.0,
            until_end=True, newcomers=True,
        ),
        MeasuredOutcome("exporter", ("exporter",), "points", _trade("exporter"), 100.0),
        MeasuredOutcome("destinations", ("exporter", "export_partners"), "number", _trade("export_partners")),
        MeasuredOutcome("products", ("exporter", "export_products"), "number", _trade("export_products")),
        MeasuredOutcome(
            "export_value", ("exporter", "export_value"), "percent_of_midpoint", _trade("export_value"), 100.0,
            midpoint=True,
        ),
        MeasuredOutcome("survival", (), "points", _alive, 100.0, until_end=True, of_life=True),
        MeasuredOutcome("employment", ("log_employment",), "log_points", _column("log_employment")),
        MeasuredOutcome(
            "labor_productivity", ("log_labor_productivity",), "log_points", _column("log_labor_productivity")
        ),
    )
}  # fmt: skip
"""Outcomes by name."""

PLACEBOS = ("employment", "labor_productivity")
"""Outcomes whose path before is looked at where an outcome has none of its own."""
