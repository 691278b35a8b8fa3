"""Canonical tables as expressions: opened where an engine finds them, every column in its canonical type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from firmtrade.engines.protocol import ParquetFiles, Tables
from firmtrade.engines.texts import stripped
from firmtrade.sources.canonical import TABLES, CanonicalColumn, CanonicalTable
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.study import Study

MONEY = dt.Decimal(18, 2)
QUANTITY = dt.Decimal(18, 6)
LARGE = dt.Decimal(38, 6)
"""A number of a column that the program does not know: as large as an engine holds."""

_TYPES: dict[str, dt.DataType] = {
    "text": dt.string,
    "year": dt.int32,
    "integer": dt.int32,
    "flag": dt.boolean,
    "money": MONEY,
    "quantity": QUANTITY,
    "total": dt.Decimal(24, 6),
}


@dataclass(frozen=True, slots=True)
class StoredTable:
    """How a canonical table is stored: its path in the data folder (a pattern), and the type of each column.

    ``without_zero`` are the activity codes of a register that lost the zero in front of their division, where any did.
    """

    path: str
    partitioned: bool
    columns: Mapping[str, str]
    without_zero: tuple[str, ...] | None = None

    def files(self, name: str) -> ParquetFiles:
        """The table as an engine that runs nothing is asked to read it."""
        return ParquetFiles(name, Path(), self.path, (), self.partitioned)


@dataclass(frozen=True, slots=True)
class Opened:
    """A canonical table, and how it is stored."""

    table: ir.Table
    stored: StoredTable


def own_columns(study: Study, table: str) -> frozenset[str]:
    """The columns that a study groups by and the canonical table does not declare."""
    declared = {column.name for column in TABLES[table].columns}
    return frozenset(study.columns_of(table)) - declared


def open_table(tables: Tables, folder: CanonicalFolder, name: str, own: Iterable[str] = ()) -> Opened | None:
    """A canonical table with its canonical types; None where the folder lacks it.

    Only columns that numbers are made of are kept, and those of its ``own`` that a study names. NaN is missing, as null
    is.
    """
    found = folder.tables.get(name)
    if found is None:
        return None
    inside = found.root.relative_to(folder.path).as_posix()
    pattern = f"{inside}/**/*.parquet" if found.root.is_dir() else inside
    columns = tuple(column.name for column in asked_of(found.table) if column.name in found.columns)
    more = tuple(name for name in sorted(own) if name in found.columns and name not in columns)
    files = ParquetFiles(name, folder.path, pattern, found.files, bool(found.partitions), columns + more)
    raw = tables.read(files)
    table = canonical(raw, found.table, own)
    kinds = {column: str(raw[column].type()) for column in table.columns}
    return Opened(table, StoredTable(pattern, bool(found.partitions), kinds))


def described_table(tables: Tables, name: str, stored: StoredTable, own: Iterable[str] = ()) -> ir.Table:
    """A canonical table of which only this is known."""
    return canonical(tables.read(stored.files(name)), TABLES[name], own)


def asked_of(table: CanonicalTable) -> list[CanonicalColumn]:
    """The columns that numbers are made of: days tell no more than the years beside them."""
    return [column for column in table.columns if column.kind != "date"]


def canonical(raw: ir.Table, table: CanonicalTable, own: Iterable[str] = ()) -> ir.Table:
    """The columns of a table that numbers are made of, with their canonical types, and its own that are named.

    Numbers of a table's own columns are whole or have six decimals; everything else is text.
    """
    present = [column for column in asked_of(table) if column.name in raw.columns]
    columns = {column.name: _canonical(raw[column.name], _TYPES[column.kind]) for column in present}
    others = [name for name in sorted(own) if name in raw.columns and name not in columns]
    return raw.select(**columns, **{name: _own(raw[name]) for name in others})


def _own(value: ir.Value) -> ir.Value:
    kind = value.type()
    if kind.is_numeric() and not kind.is_boolean():
        return _canonical(value, dt.int64 if kind.is_integer() else LARGE)
    return stripped(value.cast("string")).nullif("")


def _canonical(value: ir.Value, wanted: dt.DataType) -> ir.Value:
    """A stored value in its canonical type, with arithmetic that leaves nothing to an engine's own casts.

    Engines cast fractions to whole numbers, and floating-point numbers to decimals, each in its way: half to even, half
    away from zero, cut off, or by the digits that are printed.
    """
    stored = value.type()
    if stored == wanted:
        return value
    if stored.is_floating():
        # Engines compute with 32 bits in 32 bits, which hold seven digits.
        number = value.cast("float64")
        number = number.isnan().ifelse(ibis.null("float64"), number)
        return _decimal(number, wanted) if wanted.is_decimal() else number.round().cast(wanted)
    if stored.is_decimal() and wanted.is_integer():
        return value.round().cast(wanted)
    return value.cast(wanted)


def _decimal(number: ir.FloatingValue, wanted: dt.Decimal) -> ir.DecimalValue:
    """The decimal nearest to a floating-point number, by way of a whole number of its last digit.

    Of decimals that are wider than that number the part behind the point is taken for itself.
    """
    if wanted.precision > QUANTITY.precision:
        ones = number.floor()
        return ones.cast("int64").cast(wanted) + _decimal(number - ones, QUANTITY).cast(wanted)
    whole = (number * 10**wanted.scale).round().cast("int64").cast("decimal(19, 0)")
    unit = ibis.literal(f"{Decimal(1).scaleb(-wanted.scale):f}").cast(dt.Decimal(19, wanted.scale))
    return (whole * unit).cast(dt.Decimal(38, wanted.scale)).cast(wanted)
