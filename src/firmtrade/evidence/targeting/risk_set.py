"""Who might export for the first time: firms of the population without exports so far, and whether they begin in time.

A row is a firm in a year in which it is in the population, does not export and has not exported in any year seen
before. Its outcome is whether it exports in one of the next two years (24 months of annual data); a firm that is gone
does not. What is known of it is what stands in its accounts and declarations of that year and the year before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from firmtrade.evidence.grid import grid_of
from firmtrade.evidence.panel import Panel, lead_column
from firmtrade.inference.arrays import Integers

YEARS = 2
"""Years within which a first export counts: 24 months."""

NUMBERS = (
    "log_employment", "log_labor_productivity", "log_wage", "log_assets_per_head", "employment_growth",
    "labor_productivity_growth", "log_age", "importer", "import_partners", "in_group",
    "exporters_of_division", "exporters_of_region",
)  # fmt: skip
"""What a forecast reads of a firm, numbers and flags; what the data does not have is left out."""
CLASSES = ("division", "region", "technology_class")
"""Classes that a forecast reads."""


@dataclass(frozen=True, slots=True)
class RiskSet:
    """Firm-years at risk of a first export.

    ``rows`` has ``firm_id``, ``firm``, ``unit_code``, ``year``, the classes, the numbers of the forecast (float, null
    where unknown) and ``starts`` (null where it cannot be known yet); ``numbers`` and ``classes`` are the columns that
    the data has.
    """

    rows: pl.DataFrame
    numbers: tuple[str, ...]
    classes: tuple[str, ...]

    @property
    def labelled(self) -> pl.DataFrame:
        """Rows whose outcome is known."""
        return self.rows.filter(pl.col("starts").is_not_null())

    @property
    def latest(self) -> pl.DataFrame:
        """Firms at risk in the last year with any."""
        return self.rows.filter(pl.col("year") == pl.col("year").max())


def risk_set(panel: Panel) -> RiskSet:
    """The firms at risk of a first export in every year of a panel that has the column ``exporter``."""
    grid = grid_of(panel)
    seen = grid.values("exporter")
    covered = np.isfinite(seen).any(axis=0)
    trades = seen if grid.sample else np.where(covered, np.nan_to_num(seen, nan=0.0), np.nan)
    so_far = np.maximum.accumulate(np.nan_to_num(trades, nan=0.0), axis=1)
    at_risk = grid.present & (so_far == 0) & (seen == 0) & (grid.values("in_population") == 1)
    following = YEARS // grid.step
    ahead = np.full((grid.n_firms, grid.n_years, following), np.nan)
    for waves in range(1, following + 1):
        ahead[:, : grid.n_years - waves, waves - 1] = trades[:, waves:]
    starts = np.where(np.isfinite(ahead).all(axis=2), (ahead == 1).any(axis=2), np.nan)
    firm, year = np.nonzero(at_risk)
    rows = _described(panel)[grid.rows_of(firm, year)]
    rows = rows.with_columns(starts=pl.Series(starts[firm, year]).fill_nan(None).cast(pl.Boolean))
    numbers = tuple(
        name for name in NUMBERS if name in rows.columns and rows[name].null_count() < rows.height
    )
    classes = tuple(
        name for name in CLASSES if name in rows.columns and rows[name].null_count() < rows.height
    )
    return RiskSet(rows, numbers, classes)


def parted(risk: RiskSet, share: float = 0.4) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows to learn from and rows to test on, apart by firm and by time.

    Tested are a share of the firms, drawn by a fixed seed, in the last year whose outcome is known; learned is from
    the other firms in the years whose outcome was known by then.
    """
    labelled = risk.labelled
    if labelled.is_empty():
        return labelled, labelled
    last = int(labelled["year"].to_numpy().max())
    held_out = held_out_firms(risk.rows["firm"].to_numpy(), share)
    mine, year = np.isin(labelled["firm"].to_numpy(), held_out), labelled["year"].to_numpy()
    return labelled.filter(~mine & (year <= last - YEARS)), labelled.filter(mine & (year == last))


def held_out_firms(firms: Integers, share: float) -> Integers:
    """A share of the firms, the same for the same firms whatever the order of rows."""
    each = np.unique(firms)
    drawn = np.random.default_rng(7).random(len(each)) < share
    return np.asarray(each[drawn])


def _described(panel: Panel) -> pl.DataFrame:
    """The panel's rows with the numbers of the forecast, as far as its columns allow."""
    rows = panel.rows
    for name in ("log_employment", "log_labor_productivity"):
        if name in rows.columns:
            rows = lead_column(rows, name, -panel.step, f"{name}_before")
    has = set(rows.columns)
    derived = {
        "employment_growth": ({"log_employment"}, pl.col("log_employment") - _before("log_employment")),
        "labor_productivity_growth": (
            {"log_labor_productivity"},
            pl.col("log_labor_productivity") - _before("log_labor_productivity"),
        ),
        "log_age": ({"founded"}, _log(pl.col("year") - pl.col("founded") + 1)),
        "log_assets_per_head": ({"tangible_assets", "employment"}, _per_head("tangible_assets")),
        "importer": ({"importer"}, pl.col("importer").cast(pl.Float64)),
        "import_partners": ({"import_partners"}, pl.col("import_partners").cast(pl.Float64)),
        "in_group": ({"unit"}, (pl.col("unit") != pl.col("firm_id")).cast(pl.Float64)),
        "exporters_of_division": (
            {"division"},
            pl.col("exporter").cast(pl.Float64).mean().over("division", "year"),
        ),
        "exporters_of_region": (
            {"region"},
            pl.col("exporter").cast(pl.Float64).mean().over("region", "year"),
        ),
    }
    return rows.with_columns(**{name: value for name, (needs, value) in derived.items() if needs <= has})


def _before(name: str) -> pl.Expr:
    return pl.col(f"{name}_before")


def _log(value: pl.Expr) -> pl.Expr:
    return pl.when(value > 0).then(value.cast(pl.Float64).log())


def _per_head(amount: str) -> pl.Expr:
    positive = (pl.col(amount) > 0) & (pl.col("employment") > 0)
    return pl.when(positive).then((pl.col(amount) / pl.col("employment")).log())
