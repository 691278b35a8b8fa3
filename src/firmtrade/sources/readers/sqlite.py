"""SQLite: each value has a type of its own, whatever its column is declared to be.

Source: Datatypes In SQLite, https://www.sqlite.org/datatype3.html: a column of type ``REAL`` may hold ``n/a``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from firmtrade.sources.readers.reading import MIDNIGHT

KINDS = ("integer", "real", "text", "blob")
"""What SQLite's ``typeof`` says of a value that is there."""


def connect(file: Path) -> Any:
    """A database that is only read, and whose queries reach no other file. Nothing is written beside it either, unless
    another program is writing to it: its log must be read then."""
    live = file.with_name(f"{file.name}-wal").exists()
    opened = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro{'' if live else '&immutable=1'}", uri=True)
    opened.set_authorizer(_without_files)
    return ibis.sqlite.from_connection(opened)


def _without_files(action: int, *_: str | None) -> int:
    return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_ATTACH else sqlite3.SQLITE_OK


def schema_of(connection: Any, rows: ibis.Table) -> pa.Schema:
    """The columns with a type that holds all of their values: text where their types differ, or where what a column is
    declared to be does not hold them."""
    declared = rows.schema().to_pyarrow()
    asked = {
        f"{place} {kind}": (rows[name].typeof() == kind).max()
        for place, name in enumerate(declared.names)
        for kind in KINDS
    }
    [answer] = connection.raw_sql(ibis.to_sql(rows.agg(**asked), dialect="sqlite")).fetchall()
    found = dict(zip(asked, answer, strict=True))
    return pa.schema(
        pa.field(
            field.name,
            _type_of(field.type, frozenset(kind for kind in KINDS if found[f"{place} {kind}"])),
        )
        for place, field in enumerate(declared)
    )


def _type_of(declared: pa.DataType, kinds: frozenset[str]) -> pa.DataType:
    """The type of a column whose values are of some kinds. Dates are texts: SQLite has no type for them."""
    if kinds <= {"integer"} and (pa.types.is_integer(declared) or pa.types.is_boolean(declared)):
        return declared
    if kinds <= {"integer", "real"} and not pa.types.is_temporal(declared):
        return pa.int64() if kinds == {"integer"} else pa.float64()
    return declared if pa.types.is_binary(declared) and kinds == {"blob"} else pa.string()


def batches(connection: Any, rows: ibis.Table, schema: pa.Schema, size: int) -> Iterator[pa.RecordBatch]:
    """The rows in batches of ``size``; Ibis would read the whole answer at once."""
    cursor = connection.raw_sql(ibis.to_sql(rows, dialect="sqlite"))
    while fetched := cursor.fetchmany(size):
        columns = zip(*fetched, strict=True)
        arrays = [
            pa.array(map(_text, values), pa.string())
            if pa.types.is_string(field.type)
            else pa.array(values, from_pandas=True).cast(field.type)
            for values, field in zip(columns, schema, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _text(value: Any) -> str | None:
    """A value as text; a day is written without its midnight."""
    if value is None:
        return None
    return value.decode() if isinstance(value, bytes) else str(value).removesuffix(MIDNIGHT)
