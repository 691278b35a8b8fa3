"""Wrong usage and unusable data leave with their exit status, a message that helps, and no traceback."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from cli.called import STUDY, call, copied

WRONG_USAGE = {
    "a study that does not exist": (
        "run belgium-2009 --data . --out room",
        "Did you mean `belgium-2008`?",
    ),
    "a study file that does not exist": (
        "run mine.toml --data . --out room",
        "mine.toml cannot be read",
    ),
    "a data folder that does not exist": (
        "run belgium-2008 --data nowhere --out room",
        "`nowhere` is not there",
    ),
    "a folder without tables": (
        "run belgium-2008 --data . --out room",
        "table `firms` is missing",
    ),
    "a room that does not exist": (
        "explain nowhere 1/manufacturing/export_only/n",
        "there is no such folder",
    ),
    "a folder that is no room": (
        "release . --out release",
        "this is no room",
    ),
    "a release that does not exist": (
        "verify nowhere",
        "There is no folder nowhere",
    ),
    "an edition that does not exist": (
        "audit nowhere.csv",
        "nowhere.csv",
    ),
    "a format of an audit that does not exist, before the edition is read": (
        "audit nowhere.csv --format htm",
        "Did you mean `html`?",
    ),
    "a folder in place of the file of an audit, before the edition is read": (
        "audit nowhere.csv --out .",
        ". is a folder. Give the name of a file.",
    ),
    "an edition to compare with that is a slip of the pen": (
        "compare ROOM --published belgium-208",
        "Did you mean `belgium-2008`?",
    ),
    "a mapping that does not exist": (
        "import nowhere.toml --out canonical",
        "nowhere.toml",
    ),
    "a folder to check that does not exist": (
        "check nowhere",
        "nowhere",
    ),
    "a language that nobody speaks": (
        "report belgium-2008 --out release --lang xx",
        "xx",
    ),
    "a format that does not exist, before the data is opened": (
        "report belgium-2008 --data nowhere --out release --format html,pfd",
        "There is no format `pfd`. Did you mean `pdf`?",
    ),
    "an edition to set beside that does not exist, before the data is opened": (
        "report belgium-2008 --data nowhere --out release --against belgium-208",
        "There is no edition `belgium-208`. Give a file of published cells, the folder of a release, or a bundled "
        "name. Did you mean `belgium-2008`?",
    ),
    "a room to publish with it that does not exist, before the data is opened": (
        "report belgium-2008 --data nowhere --out release --room missing",
        "missing: there is no such folder",
    ),
    "a format that does not exist, before the rooms are read": (
        "release nowhere --out release --format pfd",
        "Did you mean `pdf`?",
    ),
    "an option without its value": (
        "run belgium-2008 --data",
        "requires an argument",
    ),
    "a missing argument": (
        "explain room",
        "Missing argument",
    ),
    "an engine that is not available": (
        "run belgium-2008 --data DATA --out room --engine spark://x",
        "no Spark master answers at spark://x:7077",
    ),
}


@pytest.mark.parametrize("case", WRONG_USAGE)
def test_wrong_usage_leaves_with_2_and_says_what_to_do(
    case: str, data: Path, room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments, says = WRONG_USAGE[case]
    places = {"DATA": data, "ROOM": room}
    status, text, said = call(*(places.get(one, one) for one in arguments.split()))
    assert status == 2
    assert says in " ".join(said.split())
    assert text == ""


def test_data_that_cannot_be_used_leaves_with_its_status_and_names_the_file(
    data: Path, tmp_path: Path
) -> None:
    folder = copied(data, tmp_path / "spoiled")
    run = ("run", STUDY, "--data", folder, "--out", tmp_path / "room")
    accounts = pl.read_parquet(folder / "accounts.parquet")
    accounts.filter(pl.col("year") != 2006).write_parquet(folder / "accounts.parquet")
    status, _, said = call(*run)
    assert (status, "asks about 2006, which the table `accounts` does not hold" in said) == (1, True)
    accounts.rename({"year": "jaar"}).write_parquet(folder / "accounts.parquet")
    status, _, said = call(*run)
    assert (status, "has no column `year`" in said) == (2, True)
    accounts.with_columns(pl.col("year").cast(pl.String)).write_parquet(folder / "accounts.parquet")
    status, _, said = call(*run)
    assert (status, "accounts.parquet, column year" in said) == (2, True)
    (folder / "accounts.parquet").write_bytes(b"no Parquet")
    status, _, said = call(*run)
    assert (status, "not a readable Parquet file" in said) == (2, True)
    assert not (tmp_path / "room").exists()


@pytest.mark.parametrize("name", ["firms", "accounts", "trade"])
def test_a_file_that_breaks_in_the_middle_is_named_without_a_traceback(
    name: str, data: Path, tmp_path: Path
) -> None:
    folder = copied(data, tmp_path / "spoiled")
    content = bytearray((folder / f"{name}.parquet").read_bytes())
    end = len(content) - 8 - int.from_bytes(content[-8:-4], "little")  # the footer stays whole
    content[4:end] = b"\xff" * (end - 4)
    (folder / f"{name}.parquet").write_bytes(content)
    status, _, said = call("run", STUDY, "--data", folder, "--out", tmp_path / "room")
    assert status == 2
    assert "a file cannot be read to its end" in said
    assert f"{name}.parquet" in said


def test_check_leaves_with_1_where_the_tables_hold_an_error(data: Path, tmp_path: Path) -> None:
    folder = copied(data, tmp_path / "checked")
    accounts = pl.read_parquet(folder / "accounts.parquet")
    accounts.with_columns(pl.col("turnover").abs()).write_parquet(folder / "accounts.parquet")
    status, text, said = call("check", folder)
    assert (status, said) == (0, "")
    assert "Warnings" in text
    assert "Errors" not in text
    accounts.with_columns(-pl.col("turnover").abs()).write_parquet(folder / "accounts.parquet")
    status, text, said = call("check", folder)
    assert (status, said) == (1, "")
    assert "Errors\n  accounts.turnover: turnover below zero" in text


def test_check_leaves_with_1_where_a_table_is_missing_that_every_study_needs(
    data: Path, tmp_path: Path
) -> None:
    folder = copied(data, tmp_path / "without")
    accounts = pl.read_parquet(folder / "accounts.parquet")
    accounts.with_columns(pl.col("turnover").abs()).write_parquet(folder / "accounts.parquet")
    assert call("check", folder)[0] == 0
    (folder / "trade.parquet").unlink()
    status, text, said = call("check", folder)
    assert (status, said) == (1, "")
    assert "Errors\n  trade: a required table that is not there: no study can run without it" in text


def test_check_knows_the_postcodes_and_partners_of_a_study(data: Path, tmp_path: Path) -> None:
    folder = copied(data, tmp_path / "national")
    firms = pl.read_parquet(folder / "firms.parquet")
    firms.with_columns(postcode=pl.lit("0999")).write_parquet(folder / "firms.parquet")
    trade = pl.read_parquet(folder / "trade.parquet")
    trade.with_columns(partner=pl.lit("BE")).write_parquet(folder / "trade.parquet")
    national = ("a postcode that the country does not have", "a partner that is the firms' own country")
    assert [sentence in call("check", folder)[1] for sentence in national] == [False, False]
    text = call("check", folder, "--study", "belgium-2008")[1]
    assert [sentence in text for sentence in national] == [True, True]
    assert call("check", folder, "--study", "belgium-2009")[0] == 2


def test_a_fault_of_the_program_is_a_line_without_a_traceback_or_data(
    monkeypatch: pytest.MonkeyPatch, room: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from firmtrade.api import rooms

    def fails(*_: object) -> str:
        raise ValueError("firm 12345 has a turnover of 7")

    monkeypatch.setattr(rooms, "read_room", fails)
    status, _, said = call("explain", room, "1/2/3/4")
    assert status == 1
    assert "a fault of the program (ValueError in api/rooms.py, line " in said
    assert "12345" not in said
