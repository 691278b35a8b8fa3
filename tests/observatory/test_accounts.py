"""Flows of money of 6 to 18 months are scaled to twelve, exact to the cent; those of other lengths are missing."""

from __future__ import annotations

from decimal import Decimal

import ibis
import polars as pl
import pytest

from firmtrade.observatory.panel import annual_accounts

MONEY = pl.Decimal(18, 2)


def scaled(value: str, months: int | None) -> tuple[Decimal | None, Decimal | None]:
    """Value added and balance sheet total, a stock, of one book year after scaling."""
    money = Decimal(value)
    frame = pl.DataFrame(
        {"value_added": [money], "total_assets": [money], "book_months": [months]},
        schema={"value_added": MONEY, "total_assets": MONEY, "book_months": pl.Int32},
    )
    table = ibis.memtable(
        frame,
        schema={"value_added": "decimal(18, 2)", "total_assets": "decimal(18, 2)", "book_months": "int32"},
    )
    row = ibis.duckdb.connect().to_polars(annual_accounts(table)).row(0, named=True)
    return row["value_added"], row["total_assets"]


@pytest.mark.parametrize(
    ("value", "months", "twelve"),
    [
        ("100.00", 12, "100.00"),
        ("100.00", None, "100.00"),
        ("100.00", 6, "200.00"),
        ("100.00", 18, "66.67"),
        ("100.00", 7, "171.43"),
        ("130.00", 13, "120.00"),
        ("110.00", 11, "120.00"),
        ("9999999999999999.99", 18, "6666666666666666.66"),
        ("4999999999999999.99", 6, "9999999999999999.98"),
        ("-8765432109876543.21", 13, "-8091168101424501.42"),
        ("0.01", 8, "0.02"),  # 0.015: half a cent goes away from zero
        ("-0.01", 8, "-0.02"),
        ("0.06", 16, "0.05"),  # 0.045: not to the even cent
        ("-0.06", 16, "-0.05"),
        ("0.02", 16, "0.02"),
        ("0.00", 8, "0.00"),
        ("9999999999999.99", 18, "6666666666666.66"),
        ("100.00", 5, None),
        ("100.00", 19, None),
        ("100.00", 0, None),
        ("100.00", -12, None),
    ],
)
def test_a_book_year_is_brought_to_twelve_months_and_a_stock_stays_as_it_is(
    value: str, months: int | None, twelve: str | None
) -> None:
    flow, stock = scaled(value, months)
    assert flow == (None if twelve is None else Decimal(twelve))
    assert stock == Decimal(value)
