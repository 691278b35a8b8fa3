"""A small synthetic economy as canonical tables, for tests of commands. No firm of it exists."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from evidence.simulator import Truth, simulate
from firmtrade.sources.stamp import Stamp, write_stamp

MONEY, QUANTITY = pl.Decimal(18, 2), pl.Decimal(18, 6)


def write_economy(folder: Path, *, firms: int = 300, kind: str = "synthetic") -> Path:
    """Canonical tables of 1996-2003; every firm of a number divisible by 50 has 400 workers in 1999 alone."""
    rows = simulate(firms, 8, seed=5, truth=Truth(premium=0.2, selection=0.5))
    large = (pl.col("firm_id").str.slice(1).cast(pl.Int64) % 50 == 0) & (pl.col("year") == 1999)
    staff = pl.when(large).then(400.0).otherwise(pl.col("employment"))
    folder.mkdir(parents=True, exist_ok=True)
    registered = rows.unique("firm_id", keep="first", maintain_order=True)
    registered.select(
        "firm_id",
        "founded",
        (pl.col("division") + pl.lit(".1")).alias("nace"),
        pl.lit("1000").alias("postcode"),
    ).write_parquet(folder / "firms.parquet")
    rows.select(
        "firm_id",
        "year",
        staff.cast(QUANTITY).alias("employees_fte"),
        pl.col("turnover").cast(MONEY),
        pl.col("value_added").cast(MONEY),
        pl.col("labor_cost").cast(MONEY),
    ).write_parquet(folder / "accounts.parquet")
    pl.concat(
        rows.filter(trader).select(
            "firm_id",
            "year",
            pl.lit(flow).alias("flow"),
            pl.lit("FR").alias("partner"),
            (pl.col(f"{flow}_value") + 10_000).cast(MONEY).alias("value"),
        )
        for flow, trader in (("export", pl.col("exporter")), ("import", pl.col("importer")))
    ).write_parquet(folder / "trade.parquet")
    write_stamp(folder / "stamp.json", Stamp(kind, f"{kind} economy of the tests", "simulated"))
    return folder
