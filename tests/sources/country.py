"""A small country in which nothing is odd, and the ways to plant faults in its tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from firmtrade.sources.stamp import Stamp, write_stamp

Frames = dict[str, pl.DataFrame]
YEARS = (2001, 2002, 2003)
FIRMS = 40


def clean() -> Frames:
    """A small country in which nothing is odd: 40 firms, three years, exports and imports of every firm."""
    ids = [f"f{number:03d}" for number in range(FIRMS)]
    cells = [(firm, year) for firm in ids for year in YEARS]
    number = range(len(cells))
    flows = [(firm, year, flow) for firm, year in cells for flow in ("import", "export")]
    return {
        "firms": pl.DataFrame(
            {
                "firm_id": ids,
                "founded": [1960 + n % 40 for n in range(FIRMS)],
                "founded_on": [date(1960 + n % 40, 1, 1) for n in range(FIRMS)],
                "closed": [None, 2005] * (FIRMS // 2),
                "nace": ["15.81", "2811", "52", "DA", "K"] * (FIRMS // 5),
                "nace_revision": ["nace-1.1"] * FIRMS,
                "postcode": ["1000", "2000", "4000", "9999"] * (FIRMS // 4),
            },
            schema_overrides={"founded": pl.Int32, "closed": pl.Int32},
        ),
        "accounts": pl.DataFrame(
            {
                "firm_id": [firm for firm, _ in cells],
                "year": [year for _, year in cells],
                "employees_fte": [Decimal(n * 7 % 90) + Decimal("0.5") for n in number],
                "employees": [Decimal(n * 7 % 90 + 1) for n in number],
                "turnover": [Decimal(100_000 + 137 * n) for n in number],
                "value_added": [Decimal(40_000 - 900 * n) for n in number],
                "total_assets": [Decimal(90_000 + n) for n in number],
                "labor_cost": [Decimal(30_000 + 11 * n) for n in number],
                "tangible_assets": [Decimal(20_000 + 3 * n) for n in number],
                "book_months": [12] * len(cells),
            },
            schema_overrides={"year": pl.Int32, "book_months": pl.Int32, "employees": pl.Decimal(18, 6)},
        ),
        "trade": pl.DataFrame(
            {
                "firm_id": [firm for firm, _, _ in flows],
                "year": [year for _, year, _ in flows],
                "flow": [flow for _, _, flow in flows],
                "value": [Decimal(1_000 + 13 * n) for n in range(len(flows))],
                "month": [1 + n % 12 for n in range(len(flows))],
                "partner": [("FR", "NA", "US", "EL", "QV", "XI")[n % 6] for n in range(len(flows))],
                "zone": [("intra", "extra", None)[n % 3] for n in range(len(flows))],
            },
            schema_overrides={"year": pl.Int32, "month": pl.Int32},
        ),
        "coverage": pl.DataFrame(
            [(flow, zone, year) for flow in ("import", "export") for zone in ("intra", "extra") for year in YEARS],
            schema={"flow": pl.String, "zone": pl.String, "year": pl.Int32},
            orient="row",
        ),
        "links": pl.DataFrame({"firm_id": ["f000"], "successor_id": ["f001"], "year": [2002], "kind": ["merger"]}),
        "support": pl.DataFrame(
            {"firm_id": ["f002"], "year": [2002], "programme": ["fairs"], "amount": [Decimal(500)]}
        ),
    }  # fmt: skip


def write(frames: Frames, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for name, frame in frames.items():
        frame.write_parquet(folder / f"{name}.parquet")
    write_stamp(folder / "stamp.json", Stamp("synthetic", "A small country", "this test", "EUR", "BE"))
    return folder


def set_rows(frame: pl.DataFrame, column: str, value: Any, first: int, count: int) -> pl.DataFrame:
    """The frame with ``value`` in ``count`` rows of a column, from row ``first``."""
    here = pl.int_range(pl.len()).is_between(first, first + count - 1)
    dtype = frame.schema[column]
    return frame.with_columns(
        pl.when(here).then(pl.lit(value, dtype)).otherwise(pl.col(column)).alias(column)
    )


def put(table: str, column: str, value: Any, count: int, first: int = 3) -> Callable[[Frames], None]:
    def plant(frames: Frames) -> None:
        frames[table] = set_rows(frames[table], column, value, first, count)

    return plant


def again(table: str, count: int, **changed: Any) -> Callable[[Frames], None]:
    """Repeat the first rows of a table, changed or not."""

    def plant(frames: Frames) -> None:
        copied = frames[table].head(count)
        copied = copied.with_columns(
            pl.lit(value, copied.schema[name]).alias(name) for name, value in changed.items()
        )
        frames[table] = pl.concat([frames[table], copied])

    return plant


def drop(table: str, condition: pl.Expr) -> Callable[[Frames], None]:
    def plant(frames: Frames) -> None:
        frames[table] = frames[table].filter(~condition)

    return plant


def yearly(late: dict[int, int | None]) -> Callable[[Frames], None]:
    """A register with years: that of a firm is 1990, or where ``late`` says so another one, or none."""

    def plant(frames: Frames) -> None:
        present = frames["firms"]
        before = present["year"] if "year" in present.columns else [1990] * FIRMS
        years = [late.get(number, year) for number, year in enumerate(before)]
        frames["firms"] = present.with_columns(year=pl.Series(years, dtype=pl.Int32))

    return plant


def cast(table: str, column: str, value: float, count: int) -> Callable[[Frames], None]:
    def plant(frames: Frames) -> None:
        frames[table] = frames[table].with_columns(pl.col(column).cast(pl.Float64))
        put(table, column, value, count)(frames)

    return plant
