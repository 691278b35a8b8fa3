"""The panel as matrices, one row per firm and one column per wave: leads and lags are slices.

Of yearly data every year is a wave; distances between columns are counted in waves, and ``step`` says how many years
one is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from firmtrade.evidence.panel import Panel
from firmtrade.evidence.samples import Owners, owners_of
from firmtrade.inference.arrays import Flags, Floats, Integers


@dataclass(frozen=True, slots=True)
class PanelGrid:
    """Matrices (firms, waves) of a panel; ``row_of`` is the row behind each entry, -1 where none is."""

    rows: pl.DataFrame
    first_year: int
    row_of: Integers
    owners: Owners
    step: int = 1
    sample: bool = False

    @property
    def n_firms(self) -> int:
        return int(self.row_of.shape[0])

    @property
    def n_years(self) -> int:
        return int(self.row_of.shape[1])

    @property
    def years(self) -> Integers:
        """The year of every column."""
        return self.first_year + self.step * np.arange(self.n_years)

    @property
    def present(self) -> Flags:
        """Whether the firm has a row in the year."""
        return np.asarray(self.row_of >= 0)

    def rows_of(self, firm: Integers, year: Integers) -> Integers:
        """The rows of the panel at entries (firm, year), every one of which has a row.

        Raises
        ------
        IndexError
            If an entry has none: -1 would silently read the last row of the panel.
        """
        rows = self.row_of[firm, year]
        if len(rows) and int(rows.min()) < 0:
            raise IndexError("an entry of the grid has no row")
        return rows

    @property
    def active(self) -> Flags:
        """Whether the firm is there: from its first to its last row, years without a row between them included."""
        first = np.argmax(self.present, axis=1)[:, None]
        last = self.n_years - 1 - np.argmax(self.present[:, ::-1], axis=1)[:, None]
        years = np.arange(self.n_years)
        return np.asarray((years >= first) & (years <= last))

    def values(self, column: str) -> Floats:
        """A numeric column; NaN where the firm has no row or no value."""
        source = self.rows[column].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        return np.where(self.present, source[self.row_of], np.nan)

    def status(self, flag: str) -> Floats:
        """A trade flag: 1, 0, or NaN where unknown.

        A year without a row has neither accounts nor trade, so between the first and the last row of a firm
        such a year is 0 where the trade data covers it; before and after, the firm is not there. A firm of a sample
        was not asked in such a year.
        """
        status = self.values(flag)
        if self.sample:
            return status
        covered = np.isfinite(status).any(axis=0)
        return np.where(~self.present & covered & self.active, 0.0, status)

    def labels(self, column: str) -> Integers:
        """A label column as integers, its own where it has some; -1 where the firm has no row."""
        labels = self.rows[column]
        source = (labels if labels.dtype.is_integer() else labels.rank("dense")).cast(pl.Int64).to_numpy()
        return np.where(self.present, source[self.row_of], -1)


def grid_of(panel: Panel) -> PanelGrid:
    """The panel's rows laid out by firm and wave."""
    rows, first, step = panel.rows, panel.first_year, panel.step
    row_of = np.full((rows["firm"].n_unique(), (panel.last_year - first) // step + 1), -1, dtype=np.int64)
    row_of[rows["firm"].to_numpy(), (rows["year"].to_numpy() - first) // step] = np.arange(rows.height)
    return PanelGrid(rows, first, row_of, owners_of(rows), step, panel.sample)


def shifted(matrix: Floats, waves: int) -> Floats:
    """The matrix ``waves`` later (earlier where negative), NaN beyond the edges.

    >>> shifted(np.array([[1.0, 2.0, 3.0]]), 1).tolist()
    [[2.0, 3.0, nan]]
    """
    result = np.full(matrix.shape, np.nan)
    n = matrix.shape[1]
    if waves >= n or -waves >= n:
        return result
    if waves >= 0:
        result[:, : n - waves] = matrix[:, waves:]
    else:
        result[:, -waves:] = matrix[:, : n + waves]
    return result
