"""Commands called in the process or started as a user starts them, and firms to call them on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from canonical_data import World, world, write
from firmtrade.cli.app import app
from firmtrade.sources.stamp import Stamp, read_stamp, write_stamp
from firmtrade.studies import load_study

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


def drawn_firms(folder: Path, firms: int) -> Path:
    """Canonical tables of some synthetic firms."""
    write(folder, world(load_study(STUDY), 3, World(firms=firms, headcount=True, regions=True)))
    write_stamp(folder / "stamp.json", Stamp("synthetic", "Drawn firms", "tests"))
    return folder


def stamped_anew(folder: Path) -> None:
    """A synthetic folder whose tables were changed on purpose, with a stamp for what they are now."""
    write_stamp(folder / "stamp.json", read_stamp(folder / "stamp.json"))


def copied(data: Path, folder: Path) -> Path:
    folder.mkdir()
    for file in data.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder
