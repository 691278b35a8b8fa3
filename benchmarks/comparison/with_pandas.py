"""The chapter of the comparison with pandas: narrow columns, categories for text, whole cents for decimals."""

import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

data, out = sys.argv[1:]
EU15 = [
    "AT", "AX", "DE", "DK", "EL", "ES", "FI", "FR", "GB", "GF", "GP", "GR", "IC", "IE", "IM", "IT",
    "LU", "MC", "MF", "MQ", "NL", "PT", "QR", "QV", "QY", "RE", "SE", "UK", "XI", "XU",
]  # fmt: skip
FLOWS = ["intra_eu_import", "extra_eu_import", "intra_eu_export", "extra_eu_export"]
KEY = ["firm_id", "year"]


def read(name: str, columns: list[str], *, words: tuple[str, ...] = ()) -> pd.DataFrame:
    """Columns of a table: decimals as floating-point numbers, words as categories."""
    table = pq.read_table(f"{data}/{name}", columns=columns, read_dictionary=list(words))
    for place, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type):
            table = table.set_column(place, field.name, pc.cast(table[field.name], pa.float64()))
    return table.to_pandas()


trade = read("trade", [*KEY, "flow", "partner", "value"], words=("firm_id", "flow", "partner"))
trade = trade[trade.partner != "BE"]
trade["cents"] = (trade.value * 100).round().astype("int64")
trade["kind"] = 2 * (trade.flow == "export").astype("int8") + (~trade.partner.isin(EU15)).astype("int8")
sums = trade.groupby([*KEY, "kind"], observed=True, sort=False).cents.sum().reset_index()
sums = sums[sums.cents > 0]
flags = pd.DataFrame({flow: sums.kind == place for place, flow in enumerate(FLOWS)}).assign(
    firm_id=sums.firm_id.astype(str), year=sums.year
)
flags = flags.groupby(KEY)[FLOWS].any().reset_index()

firms = read("firms.parquet", ["firm_id", "nace", "domestic_owned"])
division = pd.to_numeric(firms.nace.str[:2], errors="coerce")
manufacturing = division.between(10, 45) | firms.nace.isin(list("CDEF"))
services = division.between(50, 74) | firms.nace.isin(list("GHIJK"))
firms["population"] = np.select([manufacturing, services], ["manufacturing", "services"], default="")
kept = (firms.population != "") & firms.domestic_owned.ne(False)
firms = firms.loc[kept, ["firm_id", "population"]]

books = read(
    "accounts.parquet", [*KEY, "employees_fte", "employees", "turnover", "value_added", "book_months"]
).merge(firms, on="firm_id")
months = books.book_months.fillna(12)
scale = pd.Series(np.where(months.between(6, 18), 12 / months, np.nan), books.index)
turnover = (books.turnover * scale).round(2)
books["value"] = (books.value_added * scale).round(2)
small = (books.employees.fillna(books.employees_fte) < 250) & (books.employees_fte >= 1)
members = books[small & ~(turnover >= 50_000_000)].merge(flags, on=KEY, how="left")
members[FLOWS] = members[FLOWS].eq(True)
members["importer"] = members.intra_eu_import | members.extra_eu_import
members["exporter"] = members.intra_eu_export | members.extra_eu_export
reference = members[members.year == 2002].copy()

intra = reference.intra_eu_import | reference.intra_eu_export
extra = reference.extra_eu_import | reference.extra_eu_export
reference["row"] = np.select(
    [reference.exporter & reference.importer, reference.exporter, reference.importer],
    ["import_and_export", "export_only", "import_only"],
    default="no_internationalization",
)
reference["scope"] = np.select([intra & extra, intra], ["both_intra_extra", "intra_eu"], default="extra_eu")
reference["size"] = pd.cut(
    reference.employees, [-np.inf, 10, 50, 100, 250], right=False,
    labels=["size_lt10", "size_10_49", "size_50_99", "size_100_250"],
).cat.add_categories("unknown").fillna("unknown")  # fmt: skip


def cells(table: str, found: pd.DataFrame, row: str, column: str) -> pd.DataFrame:
    """A frame of cells in the order of the answer."""
    found = found.rename(columns={row: "row", column: "column"}).assign(table=table)
    return found[["table", "population", "row", "column", "value"]]


def by_flow(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Percentages of firms with each flow, one row for each."""
    groups = frame.groupby(["population", column], observed=True)
    return (100 * groups[FLOWS].mean()).assign(n=groups.size()).reset_index().melt(["population", column])


traders = reference[reference.row != "no_internationalization"]
scopes = traders.groupby(["population", "row", "scope"]).size().reset_index(name="value")
wholes = reference.groupby(["population", "row"]).size().reset_index(name="value").assign(column="n")
series = by_flow(members[members.year <= 2002], "year").query("variable != 'n'")

ends = {
    year: books.loc[(books.year == year) & (books.employees_fte > 0), ["firm_id", "employees_fte", "value"]]
    for year in (1998, 2003)
}
panel = reference[["firm_id", "population", "exporter"]]
panel = panel.merge(ends[1998], on="firm_id").merge(ends[2003], on="firm_id", suffixes=("", "_end"))
then = flags[(flags.year == 1998) & (flags.intra_eu_export | flags.extra_eu_export)]
earlier = panel.firm_id.isin(then.firm_id)
status = {
    "export": panel.exporter, "constant_export": panel.exporter & earlier, "new_to_export": panel.exporter & ~earlier,
    "stopped_export": ~panel.exporter & earlier, "no_export": ~panel.exporter,
}  # fmt: skip
found = []
for name, condition in status.items():
    inside = panel[condition]
    groups = inside.dropna(subset=["value", "value_end"]).groupby("population")
    totals = groups[["employees_fte", "employees_fte_end", "value", "value_end"]].sum()
    employment = (totals.employees_fte_end / totals.employees_fte) ** 0.2 - 1
    value_added = (totals.value_end / totals.value) ** 0.2 - 1
    rates = pd.DataFrame({
        "n": inside.groupby("population").size(),
        "employment_cagr": 100 * employment,
        "value_added_cagr": 100 * value_added,
        "labor_productivity_cagr": 100 * ((1 + value_added) / (1 + employment) - 1),
    })  # fmt: skip
    found.append(rates.reset_index().melt("population").assign(row=name))
pd.concat([
    cells("mode", scopes, "row", "scope"),
    cells("mode", wholes, "row", "column"),
    cells("share", by_flow(reference, "size"), "variable", "size"),
    cells("fig1", series, "variable", "year"),
    cells("growth", pd.concat(found), "row", "variable"),
]).to_csv(out, index=False)  # fmt: skip
