"""What a study will ask of an engine, and where the time of a run went, as a user reads it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

import firmtrade as ft
from canonical_data import World, world, write
from firmtrade.cli.app import app
from firmtrade.engines.duck import DuckDB
from firmtrade.observatory.study_data import StudyData
from firmtrade.sources.canonical import STORED, TABLES
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.statistics import compute
from firmtrade.studies import load_study

WHOLE = World(firms=60, headcount=True, zones=True, months=True, regions=True, products=True, balances=True)


@pytest.mark.parametrize("name", ["belgium-2008", "belgium-traders"])
def test_the_plan_is_what_a_run_asks_where_the_data_has_everything(name: str, tmp_path: Path) -> None:
    study = load_study(name)
    folder = write(tmp_path, world(study, 1, WHOLE))
    with DuckDB() as engine:
        computed = compute(study, StudyData(CanonicalFolder(folder), study, engine))
    planned = ft.plan(name)
    assert {*computed.queries} == {one for one, _ in (*planned.views, *planned.distributions)}
    assert {"firm_id", "nace", "domestic_owned"} <= {*planned.columns["firms"]}


def test_the_statements_of_a_plan_run_with_duckdb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On files that have every column of the canonical tables."""
    for name in ("firms", "accounts", "trade"):
        columns = ", ".join(
            f'CAST(NULL AS {STORED[one.kind].replace("string", "varchar")}) AS "{one.name}"'
            for one in TABLES[name].columns
        )
        duckdb.sql(f"SELECT {columns}").write_parquet(str(tmp_path / f"{name}.parquet"))
    monkeypatch.chdir(tmp_path)
    planned = ft.plan("belgium-2008")
    with duckdb.connect() as base:
        base.execute(planned.sql())
        made = {name for (name,) in base.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert made >= {*planned.kept} >= {"flows", "panel", "window"}


def test_a_timing_has_a_line_for_each_table_and_adds_up(tmp_path: Path) -> None:
    timing = ft.Timing()
    study = load_study("belgium-2008")
    ft.run(study, write(tmp_path, world(study, 1, World(firms=20))), timing=timing)
    lines = str(timing).splitlines()
    assert lines[0].split() == ["stage", "seconds", "rows", "bytes"]
    assert [line.split()[0] for line in lines if line.startswith("open")] == ["open"] * 4
    assert any(line.startswith("make and keep panel") for line in lines)
    seconds = [float(line[38:47]) for line in lines[1:]]
    assert sum(seconds[:-1]) == pytest.approx(seconds[-1], abs=0.01 * len(seconds))


def test_the_commands_print_them(tmp_path: Path) -> None:
    study = load_study("belgium-2008")
    data = write(tmp_path / "data", world(study, 1, World(firms=20)))
    said = CliRunner().invoke(app, ["plan", "belgium-2008"])
    assert said.exit_code == 0
    assert said.stdout.strip() == str(ft.plan("belgium-2008"))
    said = CliRunner().invoke(app, ["plan", "belgium-2008", "--sql"])
    assert said.stdout.startswith("CREATE VIEW raw_firms")
    words = [
        "run",
        "belgium-2008",
        "--data",
        str(data),
        "--out",
        str(tmp_path / "room"),
        "--profile",
        "--quiet",
    ]
    said = CliRunner().invoke(app, words)
    assert said.stdout.startswith("stage ")
    assert (tmp_path / "room" / "cells.csv").exists()
