"""A folder of a storage service is a folder: the same tables, digests, findings and cells, whoever computes them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import fsspec
import polars as pl
import pytest
from typer.testing import CliRunner

import firmtrade as ft
from canonical_data import write
from firm_table import canonical, study_of
from firmtrade.cli.app import app
from firmtrade.engines import Engine
from firmtrade.engines.duck import DuckDB
from firmtrade.errors import InputError, UsageError
from firmtrade.observatory.study_data import StudyData
from firmtrade.sources.check import check_tables
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.statistics import compute
from firmtrade.storage import located
from firmtrade.study import Study
from sources.mounted import ADDRESS, LINK, Breaking, Mounted
from tested_engine import spark

STUDY = study_of("1", "4")
FIRMS = """
    firm | nace | employees_fte | trade
    a    | 15   | 12            | export FR 100, import US 50
    b    | 17   | 80            | export FR 300
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Tables in one file, and one in a folder for each year."""
    data = write(tmp_path / "data", canonical(STUDY, FIRMS))
    table = data / "trade.parquet"
    rows = pl.read_parquet(table)
    table.unlink()
    for (year,), part in rows.group_by("year"):
        place = data / "trade" / f"year={year}"
        place.mkdir(parents=True)
        part.drop("year").write_parquet(place / "part.parquet")
    return data


@pytest.fixture
def mounted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    fsspec.register_implementation("viewfs", Mounted, clobber=True)
    monkeypatch.setattr(Mounted, "root", folder, raising=False)
    return ADDRESS


def cells(data: Path | str, engine: Engine) -> list[object]:
    return list(compute(STUDY, StudyData(CanonicalFolder(data), STUDY, engine)).cells)


def test_its_tables_are_computed_as_those_of_a_folder(folder: Path, mounted: str) -> None:
    with DuckDB() as here, DuckDB() as there:
        assert cells(mounted, there) == cells(folder, here)


def test_spark_reads_it_through_its_own_driver(folder: Path, mounted: str) -> None:
    with spark(f"{LINK}={folder.as_uri()}") as there, DuckDB() as here:
        assert cells(mounted, there) == cells(folder, here)


def test_its_digests_are_those_of_the_same_files(folder: Path, mounted: str) -> None:
    here, there = CanonicalFolder(folder), CanonicalFolder(mounted)
    assert there.digests() == here.digests()
    assert there.fingerprint() == here.fingerprint()
    assert there.stamp == here.stamp
    assert there.tables["trade"].partitions == ("year",)


def test_it_is_checked_as_a_folder(folder: Path, mounted: str) -> None:
    assert check_tables(mounted, study=STUDY).findings == check_tables(folder, study=STUDY).findings


@pytest.mark.parametrize("command", [("check",), ("run", "belgium-2008", "--data")])
def test_a_command_takes_its_address_as_it_is_written(command: tuple[str, ...], tmp_path: Path) -> None:
    out = ("--out", str(tmp_path / "room")) if "run" in command else ()
    ran = CliRunner().invoke(app, [*command, "memory://nowhere", *out])
    assert ran.exit_code == 2
    assert "the data folder `memory://nowhere` is not there" in ran.stderr


def test_a_file_that_was_written_anew_is_seen(folder: Path, mounted: str) -> None:
    opened = CanonicalFolder(mounted)
    before = opened.state()
    assert opened.state() == before
    pl.concat([pl.read_parquet(folder / "firms.parquet")] * 2).write_parquet(folder / "firms.parquet")
    assert opened.state() != before


def test_a_damaged_file_is_named_by_its_address(folder: Path, mounted: str) -> None:
    (folder / "firms.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match=rf"{mounted}/firms.parquet: this is not a readable Parquet file"):
        CanonicalFolder(mounted)


@pytest.mark.parametrize("asked", [ft.run, lambda study, data: check_tables(data, study=study)])
@pytest.mark.parametrize("answers", [0, 2, 5, 10, 20, 25])
def test_a_service_that_breaks_off_at_any_time_is_told_without_what_its_driver_says(
    asked: Callable[[Study, str], object],
    answers: int,
    folder: Path,
    mounted: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fsspec.register_implementation("viewfs", Breaking, clobber=True)
    monkeypatch.setattr(Breaking, "left", answers, raising=False)
    with pytest.raises(
        InputError, match=rf"^{mounted}.*: the storage service broke off while this was read\n"
    ):
        asked(STUDY, mounted)


def test_a_folder_that_is_not_there_is_named_by_its_address(mounted: str) -> None:
    with pytest.raises(UsageError, match=rf"the data folder `{mounted}/nowhere` is not there"):
        CanonicalFolder(f"{mounted}/nowhere")


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("nosuch://bucket/tables", r"`nosuch://` has no driver here .*\n  Install its fsspec driver"),
        ("s3:/bucket", r"`s3:/` is no address of a storage service\n  Give it as text, as `s3://"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_with_what_is_missing(address: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        CanonicalFolder(address)


def test_without_the_library_a_service_can_be_mounted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "upath", None)
    with pytest.raises(UsageError, match=r"nothing here reads any\n  Install `firmtrade\[storage\]`"):
        CanonicalFolder("s3://bucket/tables")


def test_the_address_of_a_file_of_this_machine_is_its_path(folder: Path) -> None:
    assert located(folder.as_uri()) == folder
