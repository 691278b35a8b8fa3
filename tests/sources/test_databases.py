"""A table or a query of a database is a raw file as well, and a query only reads."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from firmtrade.errors import InputError
from firmtrade.sources.raw import Raw
from sources.raw_files import rows_of, sqlite_file


def _duckdb(path: Path) -> None:
    with duckdb.connect(path) as base:
        base.execute("CREATE TABLE firms (id VARCHAR, staff DECIMAL(9, 3), n BIGINT, born DATE)")
        base.execute("INSERT INTO firms VALUES ('01', 12.5, 1, '1960-08-09'), ('NA', NULL, NULL, NULL)")


@pytest.mark.parametrize(
    ("scheme", "make", "staff"), [("sqlite", sqlite_file, "12.5"), ("duckdb", _duckdb, "12.500")]
)
def test_a_table_or_query_of_a_database_is_read(
    connection: Any,
    read: Callable[..., Raw],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
    make: Callable[[Path], None],
    staff: str,
) -> None:
    make(tmp_path / "office.db")
    url = f"{scheme}://office.db"
    assert rows_of(connection, read(url=url, table="firms")) == [
        ("01", staff, "1", "1960-08-09"),
        ("NA", None, None, None),
    ]
    monkeypatch.setenv("OFFICE", url)
    assert rows_of(connection, read(url_variable="OFFICE", query="SELECT id FROM firms WHERE n = 1")) == [
        ("01",)
    ]


@pytest.mark.parametrize(
    ("declared", "values", "texts"),
    [
        ("real", [1e12, None, "n/a", 123456789012.34], ["1000000000000.0", None, "n/a", "123456789012.34"]),
        ("", ["a", 5, 2.5, b"b"], ["a", "5", "2.5", "b"]),
        ("integer", [1, 2.5], ["1", "2.5"]),
        ("numeric(10, 2)", [1, 2.567], ["1", "2.567"]),
        ("date", ["31/12/2002", "2002-12-31", 1999], ["31/12/2002", "2002-12-31", "1999"]),
        ("timestamp", ["2002-12-31 00:00:00"], ["2002-12-31"]),
    ],
)
def test_values_of_sqlite_that_are_not_what_their_column_declares_are_read(
    connection: Any,
    read: Callable[..., Raw],
    tmp_path: Path,
    declared: str,
    values: list[Any],
    texts: list[str | None],
) -> None:
    with sqlite3.connect(tmp_path / "x.db") as base:
        base.execute(f"CREATE TABLE t (x {declared})")
        base.executemany("INSERT INTO t VALUES (?)", [(value,) for value in values])
    assert rows_of(connection, read(url="sqlite://x.db", table="t")) == [(text,) for text in texts]


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("'0101'::bit", "0101"),
        ("union_value(s := 'a')", "a"),
        ("12::bignum", "12"),
        ("interval 1 day", "1 day"),
    ],
)
def test_types_of_duckdb_alone_are_read_as_texts(
    connection: Any, read: Callable[..., Raw], tmp_path: Path, stored: str, text: str
) -> None:
    with duckdb.connect(str(tmp_path / "x.duckdb")) as base:
        base.execute(f"CREATE TABLE t AS SELECT {stored} AS x")
    assert rows_of(connection, read(url="duckdb://x.duckdb", table="t")) == [(text,)]


WRITES = [
    "DELETE FROM firms", "DROP TABLE firms", "ATTACH 'other.db' AS other", "CREATE TABLE x AS SELECT 1",
    "SELECT 1; DELETE FROM firms", "PRAGMA journal_mode = WAL", "INSERT INTO firms SELECT * FROM firms RETURNING *",
    "COPY firms TO 'stolen.csv'", "SELECT * FROM read_csv('secret.csv')", "SELECT load_extension('x')",
    "SELECT writefile('stolen.csv', id) FROM firms", "VACUUM INTO 'stolen.db'",
]  # fmt: skip


@pytest.mark.parametrize("query", WRITES)
@pytest.mark.parametrize(
    ("scheme", "make"), [("sqlite", sqlite_file), ("duckdb", _duckdb), ("DuckDB", _duckdb)]
)
def test_a_query_changes_no_database_and_reaches_no_other_file(
    read: Callable[..., Raw], tmp_path: Path, scheme: str, make: Callable[[Path], None], query: str
) -> None:
    make(tmp_path / "office.db")
    (tmp_path / "secret.csv").write_text("a\n1\n")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with contextlib.chdir(tmp_path), pytest.raises(InputError):
        read(url=f"{scheme}://office.db", query=query)
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_a_database_in_a_closed_folder_and_one_that_is_written_to_are_read(
    connection: Any, read: Callable[..., Raw], tmp_path: Path
) -> None:
    """A log beside the file holds what another program has written last."""
    sqlite_file(tmp_path / "a #1?.db")
    with sqlite3.connect(tmp_path / "a #1?.db") as base:
        base.execute("PRAGMA journal_mode = WAL")
    base.close()
    assert len(rows_of(connection, read(url="sqlite://a #1?.db", table="firms"))) == 2
    assert not [path.name for path in tmp_path.iterdir() if path.name.endswith(("-wal", "-shm"))]
    with sqlite3.connect(tmp_path / "a #1?.db") as base:
        base.execute("INSERT INTO firms VALUES ('02', 1, 1, NULL)")
        base.commit()
        assert len(rows_of(connection, read(url="sqlite://a #1?.db", table="firms"))) == 3
    base.close()


@pytest.mark.parametrize(
    "url", ["office.db", "books.parquet", "polars://", "util://x", "file://office.db", "pyspark://x"]
)
def test_what_is_no_database_is_no_address_of_one(read: Callable[..., Raw], tmp_path: Path, url: str) -> None:
    sqlite_file(tmp_path / "office.db")
    with contextlib.chdir(tmp_path), pytest.raises(InputError, match="this is not the address of a database"):
        read(url=url, table="firms")


def test_a_message_about_a_database_holds_no_password(read: Callable[..., Raw]) -> None:
    with pytest.raises(InputError) as told:
        read(url="postgresql://clerk:secret@127.0.0.1:1/office", table="firms")
    assert "secret" not in str(told.value)
    assert str(told.value).startswith("postgresql://127.0.0.1:1/office: the database cannot be reached")
