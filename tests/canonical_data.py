"""Small canonical folders for tests, and a hypothesis strategy that draws them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import strategies as st

Row = dict[str, Any]
Tables = dict[str, list[Row]]

MONEY, QUANTITY = pl.Decimal(18, 2), pl.Decimal(18, 6)
SCHEMAS: dict[str, dict[str, Any]] = {
    "firms": {
        "firm_id": pl.String, "year": pl.Int32, "founded": pl.Int32, "nace": pl.String, "postcode": pl.String,
        "region": pl.String, "domestic_owned": pl.Boolean, "group_id": pl.String,
    },
    "accounts": {
        "firm_id": pl.String, "year": pl.Int32, "employees_fte": QUANTITY, "employees": QUANTITY, "turnover": MONEY,
        "value_added": MONEY, "book_months": pl.Int32,
    },
    "trade": {
        "firm_id": pl.String, "year": pl.Int32, "month": pl.Int32, "flow": pl.String, "value": MONEY,
        "partner": pl.String, "zone": pl.String,
    },
    "coverage": {"flow": pl.String, "zone": pl.String, "year": pl.Int32},
}  # fmt: skip


def write(folder: Path, tables: Tables) -> Path:
    """Write tables; a column that no row has is absent from the file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        present = [column for column in SCHEMAS[name] if not rows or any(column in row for row in rows)]
        schema = {column: SCHEMAS[name][column] for column in present}
        frame = pl.DataFrame([[row.get(column) for column in present] for row in rows], schema=schema, orient="row")
        frame.write_parquet(folder / f"{name}.parquet")
    return folder


# Few values, many of them at an edge, so that classes and limits are hit often.
_employment = st.sampled_from(["0", "0.5", "0.999999", "1", "9.99", "10", "49.5", "50", "99", "100", "249.99", "250", "300"])
_money = st.sampled_from(["-5000.01", "0", "0.01", "1000", "333.33", "49999999.99", "50000000", "123456.78"])


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


@st.composite
def worlds(draw: st.DrawFn, years: tuple[int, ...], last_trade_year: int) -> Tables:
    """A few firms with registers, accounts and declarations; every year of the study is present."""
    ids = [f"firm {number}" for number in range(draw(st.integers(1, 7)))]
    yearly, grouped = draw(st.booleans()), draw(st.booleans())
    firms: list[Row] = []
    for firm in ids:
        for year in draw(st.lists(st.sampled_from(years), min_size=1, max_size=2, unique=True)) if yearly else [None]:
            row: Row = {
                "firm_id": firm,
                "founded": draw(maybe(st.sampled_from([1950, 1982, 1983, 1992, 1993, 1997, 1998, 2001, 2002, 2003, 2010]))),
                "nace": draw(maybe(st.sampled_from(["15.81", "10", "4521", "45", "24.4", "5", "99", "K", "DA", "D", "74.1", "51", "01.1", "0", "28"]))),
                "postcode": draw(maybe(st.sampled_from(["1000", "1299", "1300", "9999", "0999", "L-10", "4000"]))),
                "domestic_owned": draw(maybe(st.booleans())),
            }  # fmt: skip
            if yearly:
                row["year"] = year
            if grouped:
                row["group_id"] = draw(maybe(st.sampled_from(["A", "B"])))
            firms.append(row)
    headcount = draw(st.booleans())
    accounts: list[Row] = []
    for firm in ids:
        for year in years:
            if draw(st.integers(0, 9)):
                book: Row = {
                    "firm_id": firm,
                    "year": year,
                    "employees_fte": _decimal(draw(maybe(_employment))),
                    "turnover": _decimal(draw(maybe(_money))),
                    "value_added": _decimal(draw(maybe(_money))),
                    "book_months": draw(st.sampled_from([None, 12, 12, 5, 6, 7, 18, 19])),
                }
                if headcount:
                    book["employees"] = _decimal(draw(maybe(_employment)))
                accounts.append(book)
    # A firm without any class keeps every year present in accounts.
    accounts += [{"firm_id": "nobody", "year": year, "employees_fte": None} for year in years]
    partners, zones = draw(st.booleans()), draw(st.booleans())
    trade: list[Row] = [
        {
            "firm_id": draw(st.sampled_from([*ids, "stranger"])),
            "year": draw(st.sampled_from([year for year in years if year <= last_trade_year])),
            "flow": draw(st.sampled_from(["import", "export"])),
            "value": _decimal(draw(st.sampled_from(["100", "-100", "0", "0.01", "50.5"]))),
            **({"partner": draw(maybe(st.sampled_from(["FR", "EL", "GB", "US", "NA", "PL", "BE", "QV", "QU", "??"])))} if partners else {}),
            **({"zone": draw(maybe(st.sampled_from(["intra", "extra"])))} if zones or not partners else {}),
        }
        for _ in range(draw(st.integers(0, 30)))
    ]  # fmt: skip
    return {"firms": firms, "accounts": accounts, "trade": trade, "coverage": full_coverage(years)}


def full_coverage(years: tuple[int, ...]) -> list[Row]:
    return [{"flow": flow, "zone": zone, "year": year} for flow in ("import", "export") for zone in ("intra", "extra") for year in years]


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
