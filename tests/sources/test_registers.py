"""Registers by name on the command line, and tables of several registers in one folder."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from firmtrade import import_records
from firmtrade.cli.app import app
from firmtrade.errors import DataError
from firmtrade.sources.registers import REGISTERS, import_register, register_of
from firmtrade.sources.registers.importing import PLANS
from sources.kbo_extracts import Extract, drawn

ACCOUNTS = """
[stamp]
kind = "{kind}"
title = "Books"
source = "An office"
country = "{country}"
[import]
max_bad_rows = 1
[files.books]
path = "books.csv"
[accounts]
file = "books"
columns = {{ firm_id = "firm", year = "year", turnover = "turnover" }}
"""


def books(folder: Path, rows: str, *, kind: str = "real", country: str = "BE") -> Path:
    """A mapping of accounts, and their file."""
    (folder / "books.csv").write_text("firm,year,turnover\n" + rows)
    path = folder / "mapping.toml"
    path.write_text(ACCOUNTS.format(kind=kind, country=country))
    return path


def run(*words: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["import", *map(str, words)])
    return done.exit_code, done.output


def extract(folder: Path) -> Path:
    return Extract("03-10-2025", 140, drawn(1, range(1, 30))).write(folder)


def test_every_register_tells_its_files_source_and_licence() -> None:
    status, text = run("--list")
    assert status == 0
    assert set(PLANS) == set(REGISTERS)
    for name in REGISTERS:
        register = register_of(name)
        for part in (register.title, register.expects, register.licence, register.source, register.example):
            assert part in text


def test_a_register_is_named_before_its_files(tmp_path: Path) -> None:
    status, text = run("kbo", extract(tmp_path), "--out", tmp_path / "out", "--choose", "nace=2003")
    assert status == 0, text
    frame = pl.read_parquet(tmp_path / "out" / "firms.parquet")
    assert set(frame["nace_revision"].drop_nulls()) == {"nace-1.1"}


def test_a_mapping_called_like_a_register_is_given_with_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`kbo` is the register, `./kbo` the file; without files the register asks for them."""
    books(tmp_path, "a,2001,5\n").rename(tmp_path / "kbo")
    monkeypatch.chdir(tmp_path)
    status, text = run("kbo", "--out", "out")
    assert (status, "needs files" in text) == (2, True)
    assert run("./kbo", "--out", "out")[0] == 0


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["kboo", "full.zip"], 2, "`kbo`"),
        (["bank"], 2, "there is no register `bank`"),
        (["mapping.toml", "full.zip"], 2, "a mapping says itself which files are read"),
        (["kbo", "full.zip", "--choose", "nace"], 2, "--choose nace=2003"),
    ],
)
def test_wrong_words_are_answered_with_the_right_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], status: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    found, text = run(*words, "--out", "out")
    assert found == status
    assert said in text
    assert "Traceback" not in text


def test_a_register_keeps_the_tables_that_it_does_not_fill(tmp_path: Path) -> None:
    """Accounts by a mapping, then firms by KBO, and KBO again: both tables are there, each with its source once."""
    out = tmp_path / "out"
    import_records(books(tmp_path, "a,2001,5\na,2001,6\nb,2002,1\nc,2002,3\n"), out)
    accounts = (out / "accounts.parquet").read_bytes()
    for _ in range(2):
        report = import_register("kbo", [extract(tmp_path)], out)
    assert (out / "accounts.parquet").read_bytes() == accounts
    assert pl.read_csv(out / "rejected" / "accounts.csv").height == 2
    assert report.rows == {"firms": 29}
    stamp = json.loads((out / "stamp.json").read_text())
    assert stamp["source"].count("An office") == 1
    assert stamp["source"].count("KBO Open Data") == 1
    assert {summary.name for summary in report.quality.tables} == {"firms", "accounts"}


@pytest.mark.parametrize(("kind", "country"), [("synthetic", "BE"), ("real", "NL")])
def test_tables_of_another_kind_or_country_do_not_mix(tmp_path: Path, kind: str, country: str) -> None:
    out = tmp_path / "out"
    import_records(books(tmp_path, "a,2001,5\n", kind=kind, country=country), out)
    before = (out / "stamp.json").read_bytes()
    with pytest.raises(DataError, match="differ from these files"):
        import_register("kbo", [extract(tmp_path)], out)
    assert (out / "stamp.json").read_bytes() == before
