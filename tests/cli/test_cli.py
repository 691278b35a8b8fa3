"""The command line keeps its contract: help with an example, exit status 0, 1 and 2, and quiet output."""

from __future__ import annotations

import json
import re
from pathlib import Path

import polars as pl
import pytest
import typer

from cli.called import STUDY, call, copied, drawn_firms, process, stamped_anew
from firmtrade.cli.app import app
from firmtrade.cli.compared import show
from firmtrade.linked.compare import compare
from firmtrade.linked.edition import read_edition

COMMANDS = sorted(typer.main.get_group(app).commands)


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
