"""What a comparison firm shares with a supported one in the base year: the cells of each method.

The local projections compare within division and year, the matched design within division, year and everything that was
registered beside them, coarsened before matching (Iacus, King & Porro 2012, *Political Analysis* 20). Whoever is
alone in a cell is compared with nobody and counted.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from firmtrade.evidence.grid import PanelGrid, shifted
from firmtrade.evidence.impact.outcomes import exported_so_far
from firmtrade.evidence.impact.preregistration import Preregistration
from firmtrade.inference.arrays import Flags, Floats, Integers, codes

AGES = (5, 10, 20)
"""Ages at which the classes of age begin, after the first."""


OWN = {"labor_productivity": "productivity", "employment": "growth"}
"""What an outcome is not matched on, being it itself: firms alike by chance in the base year are not so in the next."""


def cells(grid: PanelGrid, design: Preregistration, method: str, outcome: str, untouched: Flags) -> Integers:
    """The cell of every firm and year (matrix): what a comparison must share in its base year; -1 without a row.

    ``untouched`` marks firms and years before any support: fifths and halves are those of them, so that what became of
    supported firms decides no cell. An outcome is not matched on its own level of the base year, which would make a
    trend of chance (Daw & Hatfield 2018, *Health Services Research* 53).
    """
    parts = [grid.labels("division").astype(np.float64), _years(grid)]
    if method == "matched":
        parts += [
            _MATCHES[name][1](grid, untouched) for name in design.design.match_on if name != OWN.get(outcome)
        ]
    code: Integers = np.zeros(int(grid.present.sum()), dtype=np.int64)
    for part in parts:
        label, n_labels = codes(np.nan_to_num(part[grid.present], nan=-1.0))
        code, _ = codes(code * n_labels + label)
    found: Integers = np.full(grid.present.shape, -1, dtype=np.int64)
    found[grid.present] = code
    return found


def needed(design: Preregistration) -> tuple[str, ...]:
    """Columns that the matched design reads."""
    if "matched" not in design.design.methods:
        return ()
    return tuple(dict.fromkeys(column for name in design.design.match_on for column in _MATCHES[name][0]))


def _years(grid: PanelGrid) -> Floats:
    return np.broadcast_to(np.arange(grid.n_years, dtype=np.float64), grid.row_of.shape)


def _labels(column: str) -> Callable[[PanelGrid, Flags], Floats]:
    def found(grid: PanelGrid, untouched: Flags) -> Floats:
        filled = grid.rows.with_columns(pl.col(column).fill_null("unknown"))
        source = filled[column].rank("dense").cast(pl.Float64).to_numpy()
        return np.where(grid.present, source[grid.row_of], np.nan)

    return found


def _fifths(column: str) -> Callable[[PanelGrid, Flags], Floats]:
    """Fifths of a number among the firms of the population in each year.

    Five classes take away nine tenths of what a number confounds, three four fifths (Cochran 1968, *Biometrics* 24).
    """

    def found(grid: PanelGrid, untouched: Flags) -> Floats:
        return _cut(grid, grid.values(column), untouched, (1 / 5, 2 / 5, 3 / 5, 4 / 5))

    return found


def _growth(grid: PanelGrid, untouched: Flags) -> Floats:
    """Whether employment grew more since the year before than the median; unknown is a class of its own."""
    level = grid.values("log_employment")
    return _cut(grid, level - shifted(level, -1), untouched, (1 / 2,))


def _cut(grid: PanelGrid, values: Floats, untouched: Flags, shares: tuple[float, ...]) -> Floats:
    member = (grid.values("in_population") == 1) & untouched
    found = np.full(values.shape, -1.0)
    for year in range(grid.n_years):
        known = np.isfinite(values[:, year])
        basis = values[known & member[:, year], year]
        if len(basis):
            found[known, year] = np.searchsorted(np.quantile(basis, shares), values[known, year])
    return found


def _age(grid: PanelGrid, untouched: Flags) -> Floats:
    age = grid.first_year + np.arange(grid.n_years) - grid.values("founded")
    return np.where(np.isfinite(age), np.searchsorted(np.array(AGES), age, side="right"), -1.0)


_MATCHES: dict[str, tuple[tuple[str, ...], Callable[[PanelGrid, Flags], Floats]]] = {
    "size_class": (("size_class",), _labels("size_class")),
    "region": (("region",), _labels("region")),
    "technology_class": (("technology_class",), _labels("technology_class")),
    "exported_before": (("exporter",), lambda grid, untouched: exported_so_far(grid)),
    "importer": (("importer",), lambda grid, untouched: grid.values("importer")),
    "age": (("founded",), _age),
    "productivity": (("log_labor_productivity",), _fifths("log_labor_productivity")),
    "growth": (("log_employment",), _growth),
}
"""What firms are matched on: the columns it needs, and its classes in every firm and year."""
