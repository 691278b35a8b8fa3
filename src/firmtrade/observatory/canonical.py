"""Canonical tables as expressions: opened where an engine finds them, every column in its canonical type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from firmtrade.engines.protocol import ParquetFiles, Tables
from firmtrade.sources.canonical import TABLES, Column, Table
from firmtrade.sources.folder import CanonicalFolder

MONEY = dt.Decimal(18, 2)
QUANTITY = dt.Decimal(18, 6)

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


def open_table(tables: Tables, folder: CanonicalFolder, name: str) -> Opened | None:
    """A canonical table with its canonical types; None where the folder lacks it.

    Only declared columns are kept. NaN is missing, as null is.
    """
    found = folder.tables.get(name)
    if found is None:
        return None
    inside = found.root.relative_to(folder.path).as_posix()
    pattern = f"{inside}/**/*.parquet" if found.root.is_dir() else inside
    raw = tables.read(ParquetFiles(name, folder.path, pattern, found.files, bool(found.partitions)))
    table = canonical(raw, found.table)
    kinds = {column: str(raw[column].type()) for column in table.columns}
    return Opened(table, StoredTable(pattern, bool(found.partitions), kinds))


def described_table(tables: Tables, name: str, stored: StoredTable) -> ir.Table:
    """A canonical table of which only this is known."""
    return canonical(tables.read(stored.files(name)), TABLES[name])


def canonical(raw: ir.Table, table: Table) -> ir.Table:
    """The declared columns of a table as it is stored, with their canonical types."""
    present = [column for column in table.columns if column.name in raw.columns]
    return raw.select(**{column.name: _canonical(raw[column.name], column) for column in present})


def _canonical(value: ir.Value, column: Column) -> ir.Value:
    if value.type().is_floating():
        # Engines cast 32 bits in 32 bits, which hold seven digits.
        value = value.cast("float64")
        value = value.isnan().ifelse(ibis.null(), value)
    wanted = _TYPES[column.kind]
    return value if value.type() == wanted else value.cast(wanted)
