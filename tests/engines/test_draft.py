"""What an engine that runs nothing writes down, DuckDB runs."""

from __future__ import annotations

import duckdb
import polars as pl

from firmtrade.engines import Draft


def test_a_list_of_the_program_s_own_is_written_out_literally() -> None:
    frame = pl.DataFrame({"name": ["it's", None, ""], "place": pl.Series([1, None, -3], dtype=pl.Int32)})
    draft = Draft({})
    draft.register("listed", frame)
    connection = duckdb.connect()
    for statement in draft.statements:
        connection.execute(statement)
    assert connection.sql("SELECT * FROM listed").pl().equals(frame)
