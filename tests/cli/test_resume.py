"""A run that is killed and started again ends in the same bytes, and leaves nothing beside its room."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from canonical_data import World, damage, world, write
from firmtrade.cli.app import app
from firmtrade.engines import stages
from firmtrade.outputs.stages import beside, holding
from firmtrade.studies import load_study

SOURCE = Path(__file__).parents[2] / "src"
STUDY = Path(__file__).parents[1] / "statistics" / "studies" / "elsewhere.toml"
DIES = """
import os, runpy, signal, sys
from firmtrade.engines import stages
stages.WORTH = 0  # small tables too
save, left = stages.Resumed._save, 3
def save_and_die(*arguments):
    global left
    save(*arguments)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
stages.Resumed._save = save_and_die
runpy.run_module("firmtrade", run_name="__main__")
"""
"""The program, killed when it has finished three stages."""


@pytest.fixture(autouse=True)
def every_table_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "WORTH", 0)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("data"), world(load_study(str(STUDY)), 3, World(firms=40)))


def run(data: Path, out: Path, *more: str | Path) -> Any:
    words = ["run", STUDY, "--data", data, "--out", out, *more]
    return CliRunner().invoke(app, [*map(str, words)], env={"COLUMNS": "200"})


@pytest.fixture
def killed(data: Path, tmp_path: Path) -> Path:
    """The place of a room whose run was killed."""
    out = tmp_path / "room"
    words = ["run", STUDY, "--data", data, "--out", out]
    done = subprocess.run(
        [sys.executable, "-c", DIES, *map(str, words)],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        check=False,
        capture_output=True,
    )
    assert done.returncode == -signal.SIGKILL
    assert [each.name for each in tmp_path.iterdir()] == [beside(out).name]
    return out


def content(room: Path) -> dict[str, bytes]:
    return {str(file.relative_to(room)): file.read_bytes() for file in room.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def whole(data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The room of a run that nobody disturbs."""
    out = tmp_path_factory.mktemp("whole") / "room"
    assert run(data, out).exit_code == 0
    return content(out)


def test_a_killed_run_ends_in_the_same_bytes(data: Path, whole: dict[str, bytes], killed: Path) -> None:
    last = run(data, killed, "--profile")
    assert last.exit_code == 0, last.stderr
    assert last.stdout.count("take up ") == 3
    assert content(killed) == whole
    assert [each.name for each in killed.parent.iterdir()] == ["room"]


def test_stages_that_are_to_stay_serve_the_next_room_unless_it_is_to_be_fresh(
    data: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    stay = ["--profile", "--stages", tmp_path / "stages"]
    first, second, fresh = (
        run(data, tmp_path / name, *stay, *more)
        for name, more in (("first", []), ("second", []), ("fresh", ["--fresh"]))
    )
    assert content(tmp_path / "first") == content(tmp_path / "second") == content(tmp_path / "fresh") == whole
    assert "take up " not in first.stdout + fresh.stdout
    assert "make and keep " not in second.stdout
    assert {each.name for each in tmp_path.iterdir()} == {"first", "second", "fresh", "stages"}


def test_a_second_run_to_the_same_room_says_so(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "room"
    with holding(beside(out)) as held:
        (held / ("0" * 64)).mkdir()
        second = run(data, out)
    assert second.exit_code == 2
    assert "another run" in second.stderr
    assert "stages are kept" not in second.stderr, "they are those of the run that works"
    assert not out.exists()


def test_a_run_that_fails_names_what_it_leaves(data: Path, killed: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(data, damaged)
    damage(damaged / "accounts.parquet")
    failed = run(damaged, killed)
    assert failed.exit_code == 2
    assert str(beside(killed)) in failed.stderr
    assert "confidential" in failed.stderr
