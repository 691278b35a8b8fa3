"""The stamp speaks of the files that it was written for, and of no others."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from canonical_data import World, world, write
from firmtrade.api import Observatory
from firmtrade.errors import DataError, InputError, UsageError
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.sources.importer import import_records
from firmtrade.sources.stamp import Stamp, stamped_files, write_stamp
from firmtrade.studies import load_study


def drawn(folder: Path, seed: int = 7) -> Path:
    write(folder, world(load_study("belgium-2008"), seed, World(firms=60, partners=True)))
    write_stamp(folder / "stamp.json", Stamp("synthetic", "Drawn firms", "tests"))
    return folder


def test_a_stamp_lists_the_files_beside_it(tmp_path: Path) -> None:
    folder = drawn(tmp_path / "data")
    listed = stamped_files(folder / "stamp.json")
    assert listed is not None
    assert "firms.parquet" in listed
    assert "stamp.json" not in listed
    assert CanonicalFolder(folder).stamp.synthetic


def test_real_files_in_a_synthetic_folder_are_refused(tmp_path: Path) -> None:
    folder, other = drawn(tmp_path / "data"), drawn(tmp_path / "real", 8)
    shutil.copy(other / "firms.parquet", folder / "firms.parquet")
    with pytest.raises(
        DataError, match=r"says synthetic, and 1 table file\(s\) are not those .* firms.parquet"
    ):
        Observatory(folder).run("belgium-2008")


def test_a_stamp_that_lists_nothing_is_not_believed(tmp_path: Path) -> None:
    folder = drawn(tmp_path / "data")
    (folder / "stamp.json").write_text(json.dumps({"kind": "synthetic", "title": "said by hand"}))
    assert not CanonicalFolder(folder).stamp.synthetic


def fewer_rows(file: Path) -> None:
    pl.read_parquet(file).head(30).write_parquet(file)


def half_a_file(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


@pytest.mark.parametrize(
    ("stage", "table", "change"),
    [
        ("reading declarations", "trade", half_a_file),
        ("reading declarations", "accounts", Path.unlink),
        ("building the panel", "firms", fewer_rows),
        ("building the panel", "accounts", half_a_file),
        ("computing tables and figures", "trade", Path.unlink),
    ],
)
def test_a_table_that_changes_while_it_is_read_ends_the_run(
    tmp_path: Path, stage: str, table: str, change: Callable[[Path], None]
) -> None:
    folder = drawn(tmp_path / "data")
    stages = [stage]

    def meddle(now: str) -> None:
        if now in stages:
            stages.remove(now)
            change(folder / f"{table}.parquet")

    with pytest.raises(InputError, match="changed while it was read"):
        Observatory(folder, progress=meddle).run("belgium-2008")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two folders of different firms, to read."""
    base = tmp_path_factory.mktemp("folders")
    return drawn(base / "one"), drawn(base / "other", 8)


@pytest.fixture(scope="module")
def shares(folders: tuple[Path, Path]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A table of each."""
    one, other = (Observatory(folder).run("belgium-2008").table("4") for folder in folders)
    return one, other


@pytest.mark.parametrize("name", ["data[1]", "da*ta", "data?", "~data", "a b", "[a-z]", "x]y["])
def test_signs_of_patterns_in_the_name_of_a_folder_stand_for_themselves(
    tmp_path: Path, folders: tuple[Path, Path], shares: tuple[pl.DataFrame, pl.DataFrame], name: str
) -> None:
    assert not shares[0].equals(shares[1])
    for decoy in ("data1", "dataX", "dabta", "m"):
        shutil.copytree(folders[1], tmp_path / decoy)
    shutil.copytree(folders[0], tmp_path / name)
    assert Observatory(tmp_path / name).run("belgium-2008").table("4").equals(shares[0])


def test_raw_files_beside_an_import_are_not_deleted(tmp_path: Path) -> None:
    raw = tmp_path / "records"
    raw.mkdir()
    (raw / "firms.csv").write_text("id,nace\na,15\nb,16\n")
    (raw / "mapping.toml").write_text(
        '[stamp]\nkind = "real"\ntitle = "t"\nsource = "s"\n\n[files.firms]\npath = "firms.csv"\n\n'
        '[[firms]]\nfile = "firms"\n\n[firms.columns]\nfirm_id = "id"\nnace = "nace"\n'
    )
    (raw / "stamp.json").write_text('{"kind": "real"}')
    with pytest.raises(UsageError, match="holds files that are not of an import"):
        import_records(raw / "mapping.toml", raw)
    assert (raw / "firms.csv").exists()
