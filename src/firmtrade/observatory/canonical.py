"""Canonical tables as expressions: opened where an engine finds them, every column in its canonical type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from firmtrade.engines.protocol import ParquetFiles, Tables
from firmtrade.sources.canonical import TABLES, Table
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
    "date": dt.date,
    "money": MONEY,
    "quantity": QUANTITY,
    "total": dt.Decimal(24, 6),
}


@dataclass(frozen=True, slots=True)
class StoredTable:
    """How a canonical table is stored: its path in the data folder (a pattern), and the type of each column."""

    path: str
    partitioned: bool
    columns: Mapping[str, str]

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

    Only declared columns are kept, and those of its ``own`` that a study names. NaN is missing, as null is.
    """
    found = folder.tables.get(name)
    if found is None:
        return None
    inside = found.root.relative_to(folder.path).as_posix()
    pattern = f"{inside}/**/*.parquet" if found.root.is_dir() else inside
    raw = tables.read(ParquetFiles(name, folder.path, pattern, found.files, bool(found.partitions)))
    table = canonical(raw, found.table, own)
    kinds = {column: str(raw[column].type()) for column in table.columns}
    return Opened(table, StoredTable(pattern, bool(found.partitions), kinds))


def described_table(tables: Tables, name: str, stored: StoredTable, own: Iterable[str] = ()) -> ir.Table:
    """A canonical table of which only this is known."""
    return canonical(tables.read(stored.files(name)), TABLES[name], own)


def canonical(raw: ir.Table, table: Table, own: Iterable[str] = ()) -> ir.Table:
    """The declared columns of a table as it is stored, with their canonical types, and its own that are named.

    Numbers of a table's own columns are whole or have six decimals; everything else is text.
    """
    present = [column for column in table.columns if column.name in raw.columns]
    columns = {column.name: _canonical(raw[column.name], _TYPES[column.kind]) for column in present}
    others = [name for name in sorted(own) if name in raw.columns and name not in columns]
    return raw.select(**columns, **{name: _own(raw[name]) for name in others})


def _own(value: ir.Value) -> ir.Value:
    kind = value.type()
    if kind.is_numeric() and not kind.is_boolean():
        return _canonical(value, dt.int64 if kind.is_integer() else LARGE)
    return value.cast("string").strip().nullif("")


def _canonical(value: ir.Value, wanted: dt.DataType) -> ir.Value:
    if value.type().is_floating():
        # Engines cast 32 bits in 32 bits, which hold seven digits.
        value = value.cast("float64")
        value = value.isnan().ifelse(ibis.null(), value)
    return value if value.type() == wanted else value.cast(wanted)
