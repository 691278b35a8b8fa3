"""The synthetic firm-years, support and relations of trade that the R references are computed from.

Run in this folder: PYTHONPATH=../../../src:../.. python make_data.py
"""

from __future__ import annotations

import numpy as np
import polars as pl

from evidence.supported import Programme, supported

COUNTRIES, PRODUCTS = ("CN", "DE", "FR", "NL", "US"), ("847130", "940360")


def relations(rows: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """Exports over up to four countries and up to two products each, in shares drawn at random."""
    found = []
    for firm, year, value in rows.filter("exporter").select("firm_id", "year", "export_value").rows():
        pairs = [
            (country, product)
            for country in random.choice(COUNTRIES, size=random.integers(1, 5), replace=False)
            for product in random.choice(PRODUCTS, size=random.integers(1, 3), replace=False)
        ]
        for (country, product), share in zip(pairs, random.dirichlet(np.ones(len(pairs))), strict=True):
            found.append((firm, year, "export", country, product, round(value * share, 2)))
    schema = ["firm_id", "year", "flow", "country", "product", "value"]
    return pl.DataFrame(found, schema=schema, orient="row")


def main() -> None:
    frame, took = supported(400, 7, seed=77, programme=Programme(effect=0.15, takes=0.06), start=0.06)
    random = np.random.default_rng(7)
    rows = frame.select(
        "firm_id", "year", "division",
        pl.col("employment").round(3), pl.col("value_added").round(2), "exporter", pl.col("export_value").round(2),
    )  # fmt: skip
    lines = relations(rows, random)
    totals = lines.group_by("firm_id", "year").agg(pl.col("value").sum().round(2).alias("export_value"))
    rows = rows.drop("export_value").join(totals, on=["firm_id", "year"], how="left", maintain_order="left")
    unknown = pl.Series(random.random(rows.height) < 0.05)
    rows = rows.with_columns(
        pl.col("export_value").fill_null(0.0), pl.when(~unknown).then("value_added").alias("value_added")
    )
    rows.write_csv("firm_years.csv")
    took.select("firm_id", "year").write_csv("support.csv")
    lines.write_csv("relations.csv")


if __name__ == "__main__":
    main()
