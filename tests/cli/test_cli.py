"""The command line keeps its contract: help with an example, exit status 0, 1 and 2, messages and no traceback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from canonical_data import World, world, write
from firmtrade.cli.app import app
from firmtrade.cli.compared import show
from firmtrade.linked.compare import compare
from firmtrade.linked.edition import read_edition
from firmtrade.sources.stamp import Stamp, read_stamp, write_stamp
from firmtrade.studies import load_study

COMMANDS = sorted(typer.main.get_group(app).commands)
STUDY = Path(__file__).parents[1] / "statistics" / "studies" / "elsewhere.toml"
SOURCE = Path(__file__).parents[2] / "src"


def call(*arguments: str | Path) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of a command."""
    ran = CliRunner().invoke(
        app, [str(one) for one in arguments], env={"COLUMNS": "80", "FIRMTRADE_TRACEBACK": ""}
    )
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    assert "Traceback" not in ran.output
    return ran.exit_code, ran.stdout, ran.stderr


def process(*arguments: str | Path, python: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """The program as a user starts it."""
    return subprocess.run(
        [sys.executable, *python, "-m", "firmtrade", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(SOURCE), "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drawn_firms(tmp_path_factory.mktemp("data"), 40)


def drawn_firms(folder: Path, firms: int) -> Path:
    """Canonical tables of some synthetic firms."""
    write(folder, world(load_study(STUDY), 3, World(firms=firms, headcount=True, regions=True)))
    write_stamp(folder / "stamp.json", Stamp("synthetic", "Drawn firms", "tests"))
    return folder


@pytest.fixture(scope="module")
def room(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "room"
    ran = CliRunner().invoke(app, ["run", str(STUDY), "--data", str(data), "--out", str(out), "--quiet"])
    assert ran.exit_code == 0, ran.output
    return out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_examples_of_itself_one_a_line(command: str) -> None:
    status, text, _ = call(command, "--help")
    assert status == 0
    examples = text.partition("Example:\n")[2].splitlines()
    assert examples
    assert all(line.startswith(f"    firmtrade {command} ") for line in examples)


def test_the_list_of_commands_says_each_in_a_whole_sentence() -> None:
    lines = call("--help")[1].partition("Commands:\n")[2].splitlines()
    assert [line for line in lines if line.endswith("...") or not line.endswith(".")] == []
    assert sorted(line.split()[0] for line in lines) == COMMANDS


def test_help_waits_for_no_engine_and_no_drawing_of_text() -> None:
    ran = process("--help", python=("-X", "importtime"))
    assert ran.returncode == 0
    loaded = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in ran.stderr.splitlines()}
    assert "firmtrade" in loaded
    engines = {"ibis", "duckdb", "polars", "numpy", "pyarrow", "pandas", "pydantic"}
    assert not loaded & {*engines, "rich", "markdown_it", "pygments", "jinja2"}


def test_the_program_says_its_version_and_refuses_an_option_that_does_not_exist() -> None:
    from firmtrade import __version__

    assert call("--version")[:2] == call("-V")[:2] == (0, f"firmtrade {__version__}\n")
    ran = process("run", "belgium-2008", "--daata", "x")
    assert ran.returncode == 2
    assert "No such option" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_run_writes_a_room_and_keeps_standard_output_empty(room: Path, data: Path, tmp_path: Path) -> None:
    assert {path.name for path in room.iterdir()} == {
        "cells.csv", "cells.parquet", "contributions.parquet", "curves.csv", "estimates.csv", "manifest.json",
        "sections.json", "study.toml", "tables",
    }  # fmt: skip
    status, text, said = call("run", STUDY, "--data", data, "--out", tmp_path / "again")
    assert (status, text) == (0, "")
    assert "identities checked, all hold" in said
    assert "It holds unprotected outputs: keep it inside." in said.replace("\n", " ")


def test_quiet_says_nothing(data: Path, tmp_path: Path) -> None:
    assert call("run", STUDY, "--data", data, "--out", tmp_path / "room", "--quiet") == (0, "", "")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_can_be_quiet(command: str) -> None:
    parameters = typer.main.get_group(app).commands[command].params
    assert [one.opts for one in parameters if one.name == "quiet"] == [["--quiet", "-q"]]


def test_a_quiet_command_still_gives_its_result(room: Path, tmp_path: Path) -> None:
    key = "F/industry/export/labor_productivity_2003"
    assert call("explain", room, key, "--quiet") == call("explain", room, key)
    printed = edition(room, tmp_path / "printed.csv")
    assert "Cells that rounding reconciles" in call("compare", room, "--published", printed, "-q")[1]


def test_a_report_says_what_it_left_out_and_noted_as_a_run_does(data: Path, tmp_path: Path) -> None:
    folder = copied(data, tmp_path / "without")
    (folder / "coverage.parquet").unlink(missing_ok=True)
    firms = pl.read_parquet(folder / "firms.parquet")
    firms.drop("founded").write_parquet(folder / "firms.parquet")
    stamped_anew(folder)
    ran = call("run", STUDY, "--data", folder, "--out", tmp_path / "room")[2]
    publish = ("report", STUDY, "--data", folder, "--out", tmp_path / "release", "--format", "csv")
    status, text, said = call(*publish)
    assert (status, text) == (0, "")
    for sentence in ran.splitlines()[:-1]:
        assert sentence in said
    assert "Not computed: E; G; H: needs the column `founded` of firms" in said
    assert "There is no table `coverage`" in said
    assert said.endswith("release.\n")  # and no page to open, for none was asked for
    assert call(*publish, "--quiet") == (0, "", "")


def test_a_run_that_computes_nothing_says_so_and_not_that_all_holds(data: Path, tmp_path: Path) -> None:
    folder = copied(data, tmp_path / "without")
    firms = pl.read_parquet(folder / "firms.parquet")
    firms.drop("nace").write_parquet(folder / "firms.parquet")
    stamped_anew(folder)
    status, _, said = call("run", STUDY, "--data", folder, "--out", tmp_path / "room")
    assert status == 0
    assert said.startswith("Nothing was computed: none of ")
    assert "all hold" not in said


def test_explain_names_definition_terms_and_query_and_leads_a_wrong_key_to_the_nearest(room: Path) -> None:
    key = "F/industry/export/labor_productivity_2003"
    status, text, _ = call("explain", room, key)
    assert status == 0
    assert text.startswith(key)
    for part in ("definition", "formula", "value_added_start", "inputs", "query", "SELECT"):
        assert part in text
    status, statements, _ = call("explain", room, key, "--sql")
    assert status == 0
    assert statements.startswith(f"-- {key}: ")
    assert "read_parquet('trade.parquet')" in statements
    status, _, said = call("explain", room, "F/industry/exports/labor_productivity_2003")
    assert status == 2
    assert "Did you mean `F/industry/export/labor_productivity_2003`?" in said


def edition(room: Path, out: Path, *, spoil: str = "") -> Path:
    """The counts of a room as if they were printed; ``spoil`` names a cell that is printed wrong."""
    frame = pl.read_csv(room / "cells.csv", infer_schema=False).filter(pl.col("unit") == "count")
    key = pl.concat_str("table", "population", "row", "column", separator="/")
    value = pl.when(key == spoil).then(pl.lit("99999")).otherwise("value")
    frame.with_columns(value=value).select("table", "population", "row", "column", "value", "unit").write_csv(
        out
    )
    return out


def test_compare_shows_keys_whole_however_narrow_the_screen_is(room: Path, tmp_path: Path) -> None:
    key = "H/all owners/inv/n"
    status, text, _ = call("compare", room, "--published", edition(room, tmp_path / "printed.csv", spoil=key))
    assert status == 0
    assert "Farthest apart in H" in text
    assert key in text
    assert "99999" in text
    assert "Farthest apart in C" not in text


def test_a_long_key_is_neither_wrapped_nor_cut() -> None:
    comparison = compare(read_edition("belgium-2008"), [])
    lines = show(comparison, 1000).splitlines()
    for difference in comparison.differences:
        assert any(line.endswith(f"  {difference.printed.key}") for line in lines)


def test_a_release_is_verified_and_an_altered_one_says_no(room: Path, tmp_path: Path) -> None:
    out = tmp_path / "release"
    assert call("release", room, "--out", out, "--format", "csv", "--quiet") == (0, "", "")
    status, shown = call("verify", out)[:2]
    assert (status, shown.splitlines()[0]) == (0, "Complete and unaltered.")
    assert "Seal: " in shown
    assert call("verify", out, "--quiet") == (0, "", "")
    with (out / "cells.csv").open("a") as file:
        file.write("one more line\n")
    for quiet in ((), ("--quiet",)):
        status, text, said = call("verify", out, *quiet)
        assert (status, said) == (1, "")
        assert "cells.csv" in text


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


def stamped_anew(folder: Path) -> None:
    """A synthetic folder whose tables were changed on purpose, with a stamp for what they are now."""
    write_stamp(folder / "stamp.json", read_stamp(folder / "stamp.json"))


def copied(data: Path, folder: Path) -> Path:
    folder.mkdir()
    for file in data.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


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


def test_real_data_is_published_protected_and_attacked(data: Path, tmp_path: Path) -> None:
    folder, out = tmp_path / "real", tmp_path / "release"
    folder.mkdir()
    for file in data.glob("*.parquet"):
        (folder / file.name).write_bytes(file.read_bytes())
    status, _, _ = call("report", STUDY, "--data", folder, "--out", out, "--format", "csv,html")
    assert status == 0
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["protection"] == "profile publication"
    assert manifest["banner"] == ""
    cells = (out / "cells.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert {line.rsplit(",", 1)[1] for line in cells} == {"released"}
    assert "What was hidden, and why" in (out / "index.html").read_text(encoding="utf-8")
    status, printed, _ = call("attack", out, "--format", "json")
    assert status == 0
    assert json.loads(printed)["known"] == 0


def test_a_number_that_is_hidden_alone_is_worked_out_from_outside(tmp_path: Path) -> None:
    """Exporters went on or began to export: whoever sees two of the three numbers knows the third."""
    data, out = drawn_firms(tmp_path / "data", 150), tmp_path / "release"
    asked = ("--data", data, "--profile", "publication", "--format", "csv")
    assert call("report", STUDY, *asked, "--out", out)[0] == 0
    cells = (out / "cells.csv").read_text(encoding="utf-8")
    for row in ("export", "constant_export", "new_to_export"):
        key = f"F,industry,{row},n"
        ((shown, number),) = re.findall(rf"^({key},(\d+),count,2003-2006,A,F,)", cells, re.M)
        hidden = cells.replace(shown, f"{key},,count,2003-2006,Q,C,")
        (out / "cells.csv").write_text(hidden, encoding="utf-8")
        status, printed, _ = call("attack", out, "--format", "csv")
        assert status == 1
        known = [line for line in printed.splitlines() if line.endswith(",known")]
        assert known == [f"{key},count,{number},{number},known"]


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
