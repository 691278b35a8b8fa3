"""The chapter of the comparison with Polars, lazily, its engine of streams where the declarations are."""

import sys
from functools import reduce

import polars as pl
from polars import col, when

data, out = sys.argv[1:]
EU15 = [
    "AT", "AX", "DE", "DK", "EL", "ES", "FI", "FR", "GB", "GF", "GP", "GR", "IC", "IE", "IM", "IT",
    "LU", "MC", "MF", "MQ", "NL", "PT", "QR", "QV", "QY", "RE", "SE", "UK", "XI", "XU",
]  # fmt: skip
FLOWS = ["intra_eu_import", "extra_eu_import", "intra_eu_export", "extra_eu_export"]
DIVISIONS = {"manufacturing": range(10, 46), "services": range(50, 75)}
LETTERS = {"manufacturing": "CDEF", "services": "GHIJK"}

trade = pl.scan_parquet(f"{data}/trade/*.parquet").select("firm_id", "year", "flow", "partner", "value")
sums = (
    trade.filter(col("partner") != "BE")
    .with_columns(
        kind=when(col("partner").cast(pl.String).is_in(EU15)).then(pl.lit("intra")).otherwise(pl.lit("extra"))
        + pl.lit("_eu_")
        + col("flow").cast(pl.String)
    )
    .group_by("firm_id", "year", "kind")
    .agg(col("value").sum())
    .filter(col("value") > 0)
    .collect(engine="streaming")
)
flags = sums.group_by(col("firm_id").cast(pl.String), "year").agg(
    (col("kind") == flow).any().alias(flow) for flow in FLOWS
)

division = col("nace").str.slice(0, 2).cast(pl.Int32, strict=False)
sector = reduce(
    lambda otherwise, name: when(
        division.is_in(list(DIVISIONS[name])) | col("nace").is_in(list(LETTERS[name]))
    ).then(pl.lit(name)).otherwise(otherwise),
    DIVISIONS, pl.lit(None, pl.String),
)  # fmt: skip
firms = (
    pl.read_parquet(f"{data}/firms.parquet", columns=["firm_id", "nace", "domestic_owned"])
    .filter(col("domestic_owned").fill_null(True))
    .select("firm_id", population=sector)
    .drop_nulls()
)
months = col("book_months").fill_null(12)
scale = when(months == 12).then(1.0).when(months.is_between(6, 18)).then(12 / months)
turnover = (col("turnover").cast(pl.Float64) * scale).round(2)
books = (
    pl.read_parquet(
        f"{data}/accounts.parquet",
        columns=["firm_id", "year", "employees_fte", "employees", "turnover", "value_added", "book_months"],
    )
    .join(firms, on="firm_id")
    .with_columns(fte=col("employees_fte").cast(pl.Float64), staff=col("employees").cast(pl.Float64))
    .with_columns(
        member=(pl.coalesce("staff", "fte") < 250) & (col("fte") >= 1) & (turnover < 5e7).fill_null(True),
        value=(col("value_added").cast(pl.Float64) * scale).round(2),
    )
    .select("firm_id", "population", "year", "fte", "staff", "member", "value")
)
members = (
    books.filter("member").join(flags, on=["firm_id", "year"], how="left").with_columns(col(FLOWS).fill_null(False))
)  # fmt: skip
importer = col("intra_eu_import") | col("extra_eu_import")
exporter = col("intra_eu_export") | col("extra_eu_export")
reference = members.filter(col("year") == 2002)
CELL = ["population", "row", "column"]


def cells(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(pl.lit(name).alias("table"), *CELL, col("value").cast(pl.Float64))


intra = col("intra_eu_import") | col("intra_eu_export")
extra = col("extra_eu_import") | col("extra_eu_export")
modes = reference.select(
    "population",
    row=when(exporter & importer).then(pl.lit("import_and_export")).when(exporter).then(pl.lit("export_only"))
    .when(importer).then(pl.lit("import_only")).otherwise(pl.lit("no_internationalization")),
    column=when(intra & extra).then(pl.lit("both_intra_extra")).when(intra).then(pl.lit("intra_eu"))
    .otherwise(pl.lit("extra_eu")),
)  # fmt: skip
scopes = modes.filter(col("row") != "no_internationalization").group_by(CELL).agg(value=pl.len())
wholes = modes.with_columns(column=pl.lit("n")).group_by(CELL).agg(value=pl.len())

size = when(col("staff") < 10).then(pl.lit("size_lt10")).when(col("staff") < 50).then(pl.lit("size_10_49"))
size = (
    size.when(col("staff") < 100)
    .then(pl.lit("size_50_99"))
    .when(col("staff") < 250)
    .then(pl.lit("size_100_250"))
)
shares = [(100 * col(flow).mean()).alias(flow) for flow in FLOWS]


def by_flow(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.unpivot(index=["population", "column"], variable_name="row")


sized = reference.group_by("population", size.otherwise(pl.lit("unknown")).alias("column")).agg(
    pl.len().cast(pl.Float64).alias("n"), *shares
)
yearly = members.filter(col("year") <= 2002).group_by(
    "population", col("year").cast(pl.String).alias("column")
)

ends = {
    end: books.filter(col("year") == year, col("fte") > 0).select("firm_id", "fte", "value")
    for end, year in (("start", 1998), ("end", 2003))
}
then = flags.filter(col("year") == 1998).select("firm_id", earlier=exporter)
panel = (
    reference.select("firm_id", "population", now=exporter)
    .join(ends["start"], on="firm_id")
    .join(ends["end"], on="firm_id", suffix="_end")
    .join(then, on="firm_id", how="left")
    .with_columns(col("earlier").fill_null(False))
)
status = {
    "export": col("now"),
    "constant_export": col("now") & col("earlier"),
    "new_to_export": col("now") & ~col("earlier"),
    "stopped_export": ~col("now") & col("earlier"),
    "no_export": ~col("now"),
}
complete = col("value").is_not_null() & col("value_end").is_not_null()


def rate(name: str) -> pl.Expr:
    return (col(f"{name}_end").filter(complete).sum() / col(name).filter(complete).sum()) ** 0.2 - 1


growth = pl.concat(
    panel.filter(condition)
    .group_by("population")
    .agg(pl.lit(name).alias("row"), n=pl.len().cast(pl.Float64), e=rate("fte"), v=rate("value"))
    for name, condition in status.items()
).select(
    "population", "row", "n", employment_cagr=100 * col("e"), value_added_cagr=100 * col("v"),
    labor_productivity_cagr=100 * ((1 + col("v")) / (1 + col("e")) - 1),
)  # fmt: skip
pl.concat(
    [
        cells("mode", scopes),
        cells("mode", wholes),
        cells("share", by_flow(sized)),
        cells("fig1", by_flow(yearly.agg(shares))),
        cells("growth", growth.unpivot(index=["population", "row"], variable_name="column")),
    ]
).write_csv(out)
