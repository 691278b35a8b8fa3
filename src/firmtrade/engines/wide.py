"""Products of decimals beyond the digits of an engine: numbers are split in two before they are multiplied."""

from __future__ import annotations

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

BASE = 10**10
"""Numbers are split here, so that sums of products fit into 38 digits."""
WIDE = "decimal(19, 0)"
"""DuckDB multiplies decimals of up to 18 digits in 64 bits: one digit more, and it takes 128."""


def halves(number: ir.NumericValue) -> tuple[ir.NumericValue, ir.NumericValue]:
    """A number without its point as ``high * BASE + low``."""
    scale = scale_of(number.type())
    whole = (number.cast(dt.Decimal(38, scale)) * 10**scale).cast("decimal(38, 0)")
    low = whole % ibis.literal(BASE).cast("decimal(38, 0)")
    high = ((whole - low) / BASE).round().cast("int64").cast(WIDE)
    return high, low.cast(WIDE)


def scale_of(kind: dt.DataType) -> int:
    """Digits behind the point."""
    return int(kind.scale or 0) if isinstance(kind, dt.Decimal) else 0
