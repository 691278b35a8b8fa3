"""Who is at risk of what, year by year: firms of closing, and spells of trade of ending one way or the other.

Every row is one year of risk, the interval (t, t+1], or the years from one wave of the panel to the next.
What a firm is at its start decides the status of the interval, so status that changes is respected; what cannot be
known (the year after the last, an unexplained absence) is censored, never an event.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from firmtrade.evidence.grid import PanelGrid, shifted
from firmtrade.evidence.panel import Panel, with_modes
from firmtrade.evidence.phrases import phrase
from firmtrade.evidence.samples import DIRECTIONS
from firmtrade.inference.arrays import Flags, Floats, Integers
from firmtrade.messages import Slot

LEAVES, DIES = 1, 2
"""Causes of the end of a spell of trade."""


@dataclass(frozen=True, slots=True)
class Risk:
    """Years of risk: the rows at their start, with ``start``, ``stop`` and ``cause`` (0: none)."""

    rows: pl.DataFrame
    dropped: tuple[tuple[Slot, int], ...]
    remarks: tuple[Slot, ...]

    @property
    def start(self) -> Floats:
        """Beginning of each interval on the scale of time."""
        return self.rows["start"].cast(pl.Float64).to_numpy()

    @property
    def stop(self) -> Floats:
        """End of each interval."""
        return self.rows["stop"].cast(pl.Float64).to_numpy()

    @property
    def cause(self) -> Integers:
        """What ends the interval: 0 for nothing."""
        return self.rows["cause"].to_numpy()

    def where(self, condition: pl.Expr) -> Risk:
        """The years of risk that satisfy a condition."""
        return Risk(self.rows.filter(condition), self.dropped, self.remarks)


@dataclass(frozen=True, slots=True)
class _Fate:
    """Of each firm-year: whether the firm is there a year later, or has ended by then (matrices)."""

    survives: Flags
    dies: Flags


def firm_risk(panel: Panel, grid: PanelGrid) -> Risk:
    """Years at risk of the firm's end.

    The scale of time is the firm's age, with entry at the age at which it is first seen (left truncation);
    without ``founded`` it is calendar time, on which every firm is compared with those of the same year. A
    firm is at risk in every year from its first to its last active one, years without a row between them
    included, as what it was the year before. It ended with its last active year if its year of closing
    confirms that; one that vanishes otherwise is censored there. Only where the data is of all firms and has no years
    of closing is vanishing itself the event.

    Where the trade files do not cover a year the status is that of the year before: what a firm will be a year
    later says that it survives, and must not decide which years count.
    """
    fate, remarks = _fates(panel, grid)
    firm, year = np.nonzero(grid.active & (fate.survives | fate.dies))
    rows = _carried(grid, firm, year).with_columns(
        cause=pl.Series(np.where(fate.dies[firm, year], DIES, 0).astype(np.int64))
    )
    dropped: list[tuple[Slot, int]] = []
    followed = grid.present.copy()
    followed[:, -1] = False
    lost = int((followed & ~(fate.survives | fate.dies)).sum())
    if lost:
        dropped.append((phrase("survival.lost"), lost))
    if panel.lacks("founded"):
        start = pl.col("year") - grid.first_year
        remarks = (*remarks, phrase("survival.calendar_time"))
    else:
        start = pl.col("year") - pl.col("founded")
        known = rows.filter(pl.col("founded") <= pl.col("year"))
        if rows.height - known.height:
            dropped.append((phrase("survival.not_founded"), rows.height - known.height))
        rows = known
        remarks = (*remarks, phrase("survival.age_time"))
    inside = rows.with_columns(start=start, stop=start + grid.step).filter(pl.col("in_population"))
    if rows.height - inside.height:
        dropped.append((phrase("notes.outside"), rows.height - inside.height))
    return Risk(inside, tuple(dropped), remarks)


def _carried(grid: PanelGrid, firm: Integers, year: Integers) -> pl.DataFrame:
    """Rows of active firm-years: a year without a row is that of the last row before it, and where the status is
    unknown it is that of the year before."""
    latest = np.maximum.accumulate(grid.row_of, axis=1)
    rows = grid.rows[latest[firm, year]].with_columns(
        pl.Series("year", grid.years[year]).cast(grid.rows.schema["year"])
    )
    known = [name for name in DIRECTIONS.values() if name in rows.columns]
    for name in known:
        status = grid.status(name)
        before = shifted(status, -1)
        status = np.where(np.isfinite(status), status, before)[firm, year]
        rows = rows.with_columns(pl.Series(name, status).fill_nan(None).cast(pl.Boolean))
    return with_modes(rows)


def _fates(panel: Panel, grid: PanelGrid) -> tuple[_Fate, tuple[Slot, ...]]:
    active = grid.active
    last = active & (grid.years == np.nanmax(grid.values("last_active"), axis=1)[:, None])
    ended: Flags = np.asarray(np.nanmax(grid.values("ended"), axis=1)) == 1
    dies = last & ended[:, None]
    dies[:, -1] = False
    vanished = panel.lacks("closed") and not panel.sample
    remarks = (phrase("survival.vanished"),) if vanished else ()
    return _Fate(active & ~last, dies), remarks


def spell_risk(panel: Panel, grid: PanelGrid, flag: str) -> Risk:
    """Years at risk of the end of spells of trade that are seen to begin.

    A spell begins in a year with trade after a year without, or in the firm's founding year. Spells that are
    under way when the panel opens have an unknown length; they are left out and counted. A spell ends when
    the firm is there and does not trade (it leaves the market) or dies; it is censored where the next year
    is not covered, whatever becomes of the firm, or where the firm's absence is unexplained.
    """
    status = grid.status(flag)
    fate, remarks = _fates(panel, grid)
    earlier = np.full(status.shape, np.nan)
    earlier[:, 1:] = status[:, :-1]
    if not panel.lacks("founded"):
        begun = grid.values("founded") > grid.years - grid.step
        earlier = np.where(begun, 0.0, earlier)
    begins = (status == 1) & (earlier == 0)
    length = np.zeros(status.shape, dtype=np.int64)
    for year in range(grid.n_years):
        going_on = (
            (status[:, year] == 1) & (length[:, year - 1] > 0) if year else np.zeros(len(status), np.bool_)
        )
        length[:, year] = np.where(begins[:, year], 1, np.where(going_on, length[:, year - 1] + 1, 0))
    following = np.full(status.shape, np.nan)
    following[:, :-1] = status[:, 1:]
    cause = np.where(fate.dies, DIES, np.where(following == 0, LEAVES, 0))
    covered: Flags = np.asarray(np.isfinite(status).any(axis=0))
    known = ((cause > 0) & np.append(covered[1:], False)) | (following == 1)
    firm, at = np.nonzero((length > 0) & known & grid.present)
    duration = length[firm, at]
    spell = np.cumsum(begins, axis=1)[firm, at]
    rows = grid.rows[grid.rows_of(firm, at)].with_columns(
        start=pl.Series((duration - 1) * grid.step),
        stop=pl.Series(duration * grid.step),
        cause=pl.Series(cause[firm, at].astype(np.int64)),
        spell=pl.Series(spell),
    )
    under_way = int(((status == 1) & ~begins & (np.nan_to_num(earlier, nan=-1.0) != 1)).sum())
    dropped: tuple[tuple[Slot, int], ...] = ((phrase("survival.under_way"), under_way),) if under_way else ()
    outside = rows.height - rows.filter(pl.col("in_population")).height
    if outside:
        dropped = (*dropped, (phrase("notes.outside"), outside))
    return Risk(rows.filter(pl.col("in_population")), dropped, remarks)
