"""The pins of the engine: what breaks without them, and that what is installed does not."""

from __future__ import annotations

from importlib.metadata import version

import ibis
from packaging.version import Version


def test_sqlglot_is_older_than_the_release_that_drops_tables_without_a_name() -> None:
    assert Version(version("sqlglot")) < Version("30.18")


def test_duckdb_is_older_than_the_release_without_fetch_arrow_table() -> None:
    assert Version(version("duckdb")) < Version("2")


def test_a_temporary_table_is_made_and_dropped_by_its_name() -> None:
    connection = ibis.duckdb.connect()
    connection.create_table("kept", ibis.memtable({"a": [1, 2]}), temp=True)
    connection.drop_table("kept")
    left = connection.raw_sql("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'kept'").fetchone()
    assert left == (0,)
