"""Frames that engines bring, in types that follow from the expression and not from the engine."""

from __future__ import annotations

import ibis.expr.schema as sch
import polars as pl

DIGITS = 38
_INTEGERS = {8: pl.Int8(), 16: pl.Int16(), 32: pl.Int32(), 64: pl.Int64()}


def as_declared(frame: pl.DataFrame, schema: sch.Schema) -> pl.DataFrame:
    """Whole numbers and decimals as wide as the expression says: engines widen sums each in its way."""
    wanted: dict[str, pl.DataType] = {}
    for name, kind in schema.items():
        found = frame.schema[name]
        if kind.is_integer():
            wanted[name] = _INTEGERS[8 * kind.nbytes]
        elif isinstance(found, pl.Decimal):
            wanted[name] = pl.Decimal(kind.precision or DIGITS, found.scale)
    return frame.cast(pl.Schema(wanted))
