"""Canonical tables, opened in the engine as they are stored, with NaN as what it means: missing."""

from __future__ import annotations

from typing import Any

import ibis

from firmtrade.engines.duck import DuckDBError, TooLargeError, is_of_a_driver, read_table
from firmtrade.errors import InputError, Place
from firmtrade.sources.canonical import AMOUNTS, STORED, TABLES
from firmtrade.sources.folder import CanonicalFolder, TableFiles
from firmtrade.storage import broke_off, is_stored

EMPTY = {"text": "string", "flag": "boolean", "date": "date"}
"""Types of columns without a value by their canonical kind; all others are numbers."""


def open_tables(connection: Any, folder: CanonicalFolder) -> dict[str, ibis.Table]:
    """Every table of a folder, in canonical order, restricted to its canonical columns.

    Amounts are decimals; whole numbers keep the type they are stored in: a fraction in them is a finding.
    """
    return {name: _open(connection, folder.tables[name]) for name in TABLES if name in folder.tables}


def _open(connection: Any, found: TableFiles) -> ibis.Table:
    stored = read_table(connection, f"stored {found.name}", found.files, partitioned=bool(found.partitions))
    columns = {}
    for column in found.table.columns:
        if column.name in stored.columns:
            value = stored[column.name]
            if found.columns.get(column.name) == "null":  # the engine takes it for a whole number
                value = value.cast(EMPTY.get(column.kind, "int32"))
            columns[column.name] = _read(value, column.kind, column.name in found.partitions)
    # A view keeps the queries small: Ibis would write these casts out in each of them.
    return connection.create_view(found.name, stored.select(**columns))


def _read(value: ibis.Value, kind: str, in_path: bool) -> ibis.Value:
    if in_path and kind in ("year", "integer"):
        return value.try_cast("int32")
    if value.type().is_floating():
        value = ibis.ifelse(value.isnan() | value.isinf(), ibis.null(value.type()), value)
    return value.cast(STORED[kind]) if kind in AMOUNTS else value


def unreadable(error: DuckDBError, folder: CanonicalFolder) -> InputError:
    """The engine's complaint about a file, without the values that it may quote."""
    files = [file for table in folder.tables.values() for file in table.files]
    named = next((file for file in files if str(file) in str(error)), folder.path)
    if is_stored(folder.path) and is_of_a_driver(error):
        return broke_off(named)
    if isinstance(error, TooLargeError):
        return InputError(
            "a number is too large for its column",
            where=Place(file=str(named)),
            fix=f"Money is stored as {STORED['money']}, an employment as {STORED['quantity']}.",
        )
    return InputError(
        "a file cannot be read to its end: it is damaged",
        where=Place(file=str(named)),
        fix="Write or import it again.",
    )
