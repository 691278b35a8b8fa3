"""Chile's census of plants as a panel: real data for local validation, never part of the project."""

from __future__ import annotations

import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pyreadstat

YEARS = (1990, 1991, 1992, 1993, 1994)


def _stata(folder: Path, year: int) -> pl.DataFrame:
    name = f"Enia{year - 1900}"
    columns = ["xx1", "xx2", "xx165", "xx159", "xx161", "xx157", "xx41"]
    if (folder / f"{name}.dta").exists():
        return pyreadstat.read_dta(str(folder / f"{name}.dta"), output_format="polars", usecols=columns)[0]
    with TemporaryDirectory() as place, zipfile.ZipFile(folder / f"{name}.zip") as archive:
        archive.extractall(place)
        [found] = Path(place).rglob("*.dta")
        return pyreadstat.read_dta(str(found), output_format="polars", usecols=columns)[0]


def chile_panel(folder: Path) -> pl.DataFrame:
    """Plants of 1990-1994 in the shape that the observatory delivers; money in thousand pesos."""
    frames = [_stata(folder, year).with_columns(year=pl.lit(year, dtype=pl.Int32)) for year in YEARS]
    rows = pl.concat(frames, how="diagonal_relaxed").filter(pl.col("xx1").is_not_null())
    exporter, importer = pl.col("xx157").fill_null(0) > 0, pl.col("xx41").fill_null(0) > 0
    return (
        rows.unique(["xx1", "year"], keep="first", maintain_order=True)
        .select(
            firm_id=pl.col("xx1").cast(pl.Int64).cast(pl.String),
            year="year",
            division=(pl.col("xx2").cast(pl.Int64) // 10).cast(pl.String),
            employment=pl.col("xx165").cast(pl.Float64),
            value_added=pl.col("xx159").cast(pl.Float64),
            turnover=pl.col("xx161").cast(pl.Float64),
            exporter=exporter,
            importer=importer,
            export_value=pl.col("xx157").fill_null(0).cast(pl.Float64),
            import_value=pl.col("xx41").fill_null(0).cast(pl.Float64),
        )
        .sort("firm_id", "year")
    )


def chile_deflator(folder: Path) -> pl.DataFrame:
    """Price index of output by year and ISIC division of three digits."""
    table = pyreadstat.read_dta(str(folder / "deflate.dta"), output_format="polars")[0]
    columns = [name for name in table.columns if name.startswith("y3") and name[1:].isdigit()]
    long = table.select("year", *columns).unpivot(index="year", variable_name="division", value_name="index")
    prices = long.select(
        (pl.col("year") + 1900).cast(pl.Int32).alias("year"), pl.col("division").str.slice(1), "index"
    )
    # ISIC Rev.2 splits food manufacturing in 311 and 312; the table has one index for both.
    food = prices.filter(pl.col("division") == "312").with_columns(division=pl.lit("311"))
    return pl.concat([prices.filter(pl.col("division") != "311"), food])
