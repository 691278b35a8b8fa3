"""Columns of canonical tables without a value, or there twice: read as nothing, or refused by name, never a fault."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from firmtrade.errors import FirmtradeError, InputError
from firmtrade.sources.check import check_tables
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.sources.stamp import Stamp, write_stamp
from sources.country import clean

TABLES = ("firms", "accounts", "trade")
FRAMES = clean()


def folder_with(place: Path, table: str, change: pa.Table) -> Path:
    for name in TABLES:
        pq.write_table(change if name == table else FRAMES[name].to_arrow(), place / f"{name}.parquet")
    write_stamp(place / "stamp.json", Stamp("real", "t", "s"))
    return place


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table in TABLES for column in FRAMES[table].columns]
)
def test_a_column_of_nothing_is_a_finding_and_no_fault(tmp_path: Path, table: str, column: str) -> None:
    given = FRAMES[table].to_arrow()
    place = given.schema.get_field_index(column)
    empty = given.set_column(place, column, pa.nulls(len(given)))
    found = check_tables(folder_with(tmp_path, table, empty))
    assert found.tables


def test_a_folder_of_columns_of_nothing_alone_is_checked(tmp_path: Path) -> None:
    for name in TABLES:
        given = FRAMES[name].to_arrow()
        pq.write_table(
            pa.table({each: pa.nulls(3) for each in given.schema.names}), tmp_path / f"{name}.parquet"
        )
    assert not check_tables(tmp_path).passed


@pytest.mark.parametrize("twin", ["turnover", "Turnover", "TURNOVER"])
def test_a_column_that_is_there_twice_is_refused_by_name(tmp_path: Path, twin: str) -> None:
    given = FRAMES["accounts"].to_arrow()
    twice = given.append_column(twin, given["turnover"])
    folder = folder_with(tmp_path, "accounts", twice)
    for call in (CanonicalFolder, check_tables):
        with pytest.raises(InputError, match=r"`accounts` has the column `turnover` 2 times, capitals aside"):
            call(folder)


def test_other_columns_that_are_there_twice_are_no_matter(tmp_path: Path) -> None:
    given = FRAMES["accounts"].to_arrow()
    more = given.append_column("note", given["turnover"]).append_column("note", given["turnover"])
    try:
        assert check_tables(folder_with(tmp_path, "accounts", more)).tables
    except FirmtradeError as error:
        raise AssertionError(str(error)) from error


def test_a_synthetic_stamp_without_files_is_said_and_taken_as_real(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "accounts", FRAMES["accounts"].to_arrow())
    (folder / "stamp.json").write_text('{"kind": "synthetic", "title": "t", "source": "s"}')
    opened = CanonicalFolder(folder)
    assert opened.old_stamp
    assert not opened.stamp.synthetic
    assert any("lists no files" in str(note) for note in check_tables(folder).notes)
