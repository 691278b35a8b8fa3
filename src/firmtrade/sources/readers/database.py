"""A table or query of a database, through Ibis: PostgreSQL, DuckDB, SQLite and whatever else Ibis can reach.

Rows are fetched in pieces. The URL may hold a password, and what a driver complains of may quote either it or values of
the data: no message quotes them. A database is only read, whatever a query asks for: files are opened so, and so are
sessions of PostgreSQL.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from firmtrade.engines.duck import batches
from firmtrade.errors import InputError, Place, StudyError, address, is_name, suggest, suggest_found
from firmtrade.sources.mapping import RawFile
from firmtrade.sources.readers import sqlite
from firmtrade.sources.readers.reading import FileReading, staging

PIECE = 100_000
FILES = ("duckdb", "sqlite")
SERVERS = (
    "postgresql", "postgres", "mysql", "mssql", "oracle", "athena", "bigquery", "clickhouse", "databricks", "druid",
    "exasol", "impala", "materialize", "risingwave", "singlestoredb", "snowflake", "trino",
)  # fmt: skip
"""Kinds of databases, as their addresses begin; others that Ibis knows would read and write files of this machine."""


def read_database(folder: Path, declared: RawFile, target: Path) -> FileReading:
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
            if connection.name == "postgres":  # Ibis makes a view to see what a query answers, and only that
                connection.raw_sql("SET default_transaction_read_only = on")
        on_sqlite = connection.name == "sqlite"
        schema = sqlite.schema_of(connection, rows) if on_sqlite else rows.schema().to_pyarrow()
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
    return FileReading()


def database_name(declared: RawFile) -> str:
    """What a database is called in messages: its scheme, host and name, never user or password."""
    if declared.url is None:
        return f"database of ${declared.url_variable}"
    return address(declared.url)


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
    scheme, there, rest = url.partition("://")
    scheme = scheme.lower()
    if not there or scheme not in (*FILES, *SERVERS):
        known = suggest(scheme, FILES + SERVERS) if there else ""
        raise InputError(
            "this is not the address of a database",
            where=Place(file=name),
            fix=f"Write it like postgresql://host/name or duckdb://file. {known}".rstrip(),
        )
    try:
        if scheme in FILES:
            file = folder / rest
            if not file.is_file():
                raise InputError(
                    "this database file is not there", where=Place(file=name), fix="Check the `url`."
                )
            return _duckdb(file) if scheme == "duckdb" else sqlite.connect(file)
        return ibis.connect(url)
    except InputError:
        raise
    except Exception as error:  # every driver has a family of its own
        raise InputError(
            f"the database cannot be reached{_reason(error)}",
            where=Place(file=name),
            fix="Check that it runs, and the host, name and user in the URL. For PostgreSQL, install "
            "`firmtrade[postgres]`.",
        ) from error


def _duckdb(file: Path) -> Any:
    """A database that is only read, and whose queries reach no other file; neither can be changed by a query."""
    connection = ibis.duckdb.connect(file, read_only=True)
    connection.raw_sql("SET enable_external_access = false")
    connection.raw_sql("SET lock_configuration = true")
    return connection


def _rows(connection: Any, declared: RawFile, name: str) -> ibis.Table:
    """The table or query; numbers without a declared precision come as text, which keeps every digit, and so do types
    of the database's own (bits, lengths of time)."""
    if declared.query is not None:
        try:
            rows = connection.sql(declared.query)
        except Exception as error:  # every driver has a family of its own
            raise InputError(
                f"the database does not accept the query{_reason(error)}",
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
                f"there is no table `{declared.table}`",
                where=Place(file=name),
                fix=suggest_found(table, known, "tables"),
            ) from error
    return rows.mutate(
        **{
            column: rows[column].cast("string")
            for column, kind in rows.schema().items()
            if kind.is_unknown() or kind.is_interval() or (kind.is_decimal() and kind.precision is None)
        }
    )


def _batches(connection: Any, rows: ibis.Table, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    if connection.name == "duckdb":
        yield from batches(connection, rows, PIECE)
    elif connection.name == "sqlite":
        yield from sqlite.batches(connection, rows, schema, PIECE)
    else:
        yield from connection.to_pyarrow_batches(rows, chunk_size=PIECE)


REASONS = (
    (r"password authentication failed|no password supplied|access denied", "user or password is refused"),
    (r"connection refused|could not connect|can't connect", "nothing answers there"),
    (
        r"could not translate host name|name or service not known|nodename nor servname",
        "the host is not known",
    ),
    (r"timed? ?out|timeout", "it does not answer in time"),
    (r'database "[^"]*" does not exist|unknown database', "it has no database of this name"),
    (r"no module named|not installed|importerror", "its driver is not installed"),
    (r"read-only|read only", "it is only read"),
    (
        r"file system operations are disabled|configuration has been locked",
        "it reads nothing but its own tables",
    ),
    (
        r"(?:column|relation|table|function|schema)[^\"'\n]{0,20}[\"'](\w+)[\"'][^\n]*(?:not exist|not found)",
        "there is no",
    ),
    (r"no such (?:table|column|function): (\w+)", "there is no"),
    (r"table with name (\w+) does not exist", "there is no"),
    (
        r"syntax error at or near [\"'](\w+)[\"']|near [\"'](\w+)[\"']: syntax error",
        "it cannot be read from here on:",
    ),
    (r"syntax error", "it is no query of this database"),
    (r"not a database|invalid.*database file|not.*a valid duckdb", "the file is no database of this kind"),
)
"""What drivers complain of, and what is said instead; the name that a pattern has found is said behind it."""


def _reason(error: Exception) -> str:
    """Why a database refuses, as far as it can be said without quoting it."""
    for pattern, reason in REASONS:
        if found := re.search(pattern, str(error), re.IGNORECASE):
            name = next((group for group in found.groups() if group and is_name(group)), "")
            if found.re.groups and not name:
                continue
            return f": {reason} `{name}`" if name else f": {reason}"
    return ""
