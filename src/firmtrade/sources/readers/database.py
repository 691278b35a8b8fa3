"""A table or query of a database, through Ibis: PostgreSQL, DuckDB, SQLite and whatever else Ibis can reach.

Rows are fetched in pieces. The URL may hold a password, so no message quotes it.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ibis
import pyarrow as pa

from firmtrade.engines.duck import batches
from firmtrade.errors import InputError, Place, StudyError, suggest
from firmtrade.sources.mapping import RawFile
from firmtrade.sources.readers.reading import Reading, staging

PIECE = 100_000


def read_database(folder: Path, declared: RawFile, target: Path) -> Reading:
    """Read a table or the answer to a query; files of DuckDB and SQLite are relative to ``folder``.

    Raises
    ------
    StudyError
        The environment variable of the URL is not set.
    InputError
        The database cannot be reached, the table is not there, or the query is refused.
    """
    url = _url(declared)
    name = database_name(declared)
    connection = _connect(url, folder, name)
    try:
        with warnings.catch_warnings():
            # Ibis 12 asks DuckDB for schemas by way of functions that DuckDB 1.5 calls deprecated.
            warnings.simplefilter("ignore", DeprecationWarning)
            rows = _rows(connection, declared, name)
        schema = rows.schema().to_pyarrow()
        with staging(target, schema) as writer:
            for batch in _batches(connection, rows, schema):
                writer.write_table(pa.Table.from_batches([batch]).cast(schema))
    except InputError:
        raise
    except Exception as error:  # every driver has a family of its own, and may quote values of the data
        raise InputError(
            "the database broke off while it answered",
            where=Place(file=name),
            fix="Try the query in the database's own client.",
        ) from error
    finally:
        connection.disconnect()
    return Reading()


def database_name(declared: RawFile) -> str:
    """What a database is called in messages: its scheme, host and name, never user or password."""
    if declared.url is None:
        return f"database of ${declared.url_variable}"
    parts = urlsplit(declared.url)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"


def _url(declared: RawFile) -> str:
    if declared.url is not None:
        return declared.url
    url = os.environ.get(declared.url_variable or "")
    if not url:
        raise StudyError(
            f"the environment variable `{declared.url_variable}` is not set",
            fix=f"Set it to the database's URL: export {declared.url_variable}=postgresql://host/name",
        )
    return url


def _connect(url: str, folder: Path, name: str) -> Any:
    scheme, _, rest = url.partition("://")
    try:
        if scheme in ("duckdb", "sqlite"):
            file = folder / rest
            if not file.is_file():
                raise InputError(
                    "this database file is not there", where=Place(file=file.name), fix="Check the `url`."
                )
            return (
                ibis.duckdb.connect(file, read_only=True) if scheme == "duckdb" else ibis.sqlite.connect(file)
            )
        return ibis.connect(url)
    except InputError:
        raise
    except Exception as error:  # every driver has a family of its own
        raise InputError(
            f"the database cannot be reached: {_first_line(error)}",
            where=Place(file=name),
            fix="Check that it runs, and the host, name and user in the URL. For PostgreSQL, install "
            "`firmtrade[postgres]`.",
        ) from error


def _rows(connection: Any, declared: RawFile, name: str) -> ibis.Table:
    """The table or query; numbers without a declared precision come as text, which keeps every digit."""
    if declared.query is not None:
        try:
            rows = connection.sql(declared.query)
        except Exception as error:  # every driver has a family of its own
            raise InputError(
                f"the database does not accept the query: {_first_line(error)}",
                where=Place(file=name),
                fix="Try the query in the database's own client.",
            ) from error
    else:
        schema, _, table = (declared.table or "").rpartition(".")
        try:
            rows = connection.table(table, database=schema or None)
        except ibis.common.exceptions.TableNotFound as error:
            known = connection.list_tables(database=schema or None)
            raise InputError(
                f"there is no table `{declared.table}`", where=Place(file=name), fix=suggest(table, known)
            ) from error
    return rows.mutate(
        **{
            column: rows[column].cast("string")
            for column, kind in rows.schema().items()
            if kind.is_decimal() and kind.precision is None
        }
    )


def _batches(connection: Any, rows: ibis.Table, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    if connection.name == "duckdb":
        yield from batches(connection, rows, PIECE)
        return
    if connection.name != "sqlite":
        yield from connection.to_pyarrow_batches(rows, chunk_size=PIECE)
        return
    # Ibis reads the whole answer of SQLite at once; its cursor does not have to.
    cursor = connection.raw_sql(ibis.to_sql(rows, dialect="sqlite"))
    while fetched := cursor.fetchmany(PIECE):
        columns = zip(*fetched, strict=True)
        arrays = [pa.array(values, from_pandas=True) for values in columns]
        yield pa.RecordBatch.from_arrays(arrays, names=schema.names).cast(schema)


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", maxsplit=1)[0].rstrip(".")
