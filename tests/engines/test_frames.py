"""Frames have the types that the expression says, however wide an engine makes its sums."""

from __future__ import annotations

from decimal import Decimal

import ibis
import polars as pl
import pytest

from firmtrade.engines.frames import as_declared


@pytest.mark.parametrize(
    ("kind", "wanted"), [("int8", pl.Int8), ("int16", pl.Int16), ("int32", pl.Int32), ("int64", pl.Int64)]
)
def test_whole_numbers_are_as_wide_as_declared(kind: str, wanted: type[pl.DataType]) -> None:
    frame = pl.DataFrame({"n": [1, None]}, schema={"n": pl.Int64})
    assert as_declared(frame, ibis.schema({"n": kind})).schema == {"n": wanted}


def test_decimals_keep_their_scale_and_have_38_digits_where_nothing_is_declared() -> None:
    frame = pl.DataFrame({"sum": [Decimal("1.25")], "share": [Decimal("0.5")], "name": ["a"]})
    declared = ibis.schema({"sum": "decimal(18, 2)", "share": "decimal", "name": "string"})
    found = as_declared(frame, declared)
    assert found.schema == {"sum": pl.Decimal(18, 2), "share": pl.Decimal(38, 1), "name": pl.String}
    assert found.rows() == frame.rows()
