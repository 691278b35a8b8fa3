"""A program that is stopped, or whose reader has gone, leaves without a word too many and without working files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.economy import write_economy
from firmtrade.cli.stopping import listening

SOURCE = Path(__file__).parents[2] / "src"
START = (
    "import runpy, signal; signal.signal(signal.{name}, signal.SIG_DFL); "
    "runpy.run_module('firmtrade', run_name='__main__')"
)
PATIENCE = 300
"""Seconds after which a program hangs: many more than it needs, on a machine that others use too."""


def started(*arguments: str | Path, working: Path, hears: str = "SIGTERM") -> subprocess.Popen[str]:
    """The program as a shell starts it: with a signal that nobody ignores, and its working files in a folder."""
    return subprocess.Popen(
        [sys.executable, "-c", START.format(name=hears), *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(SOURCE), "TMPDIR": str(working), "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="signals of Unix")
@pytest.mark.parametrize(("name", "status"), [("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_stopped_program_leaves_no_working_files_and_no_release(
    name: str, status: int, tmp_path: Path
) -> None:
    working = tmp_path / "working"
    working.mkdir()
    with started("report", "--out", tmp_path / "release", working=working, hears=name) as program:
        end = time.monotonic() + PATIENCE
        while not any(working.iterdir()) and program.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        assert any(working.glob("firmtrade-*"))
        program.send_signal(getattr(signal, name))
        text, said = program.communicate(timeout=PATIENCE)
    assert (program.returncode, text, said) == (status, "", "stopped\n")
    assert [path.name for path in tmp_path.iterdir()] == ["working"]
    assert list(working.iterdir()) == []


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="signals of Unix")
def test_a_program_that_is_to_outlive_its_terminal_does() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with listening():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_reader_who_has_seen_enough_is_no_fault(tmp_path: Path) -> None:
    data = write_economy(tmp_path / "data", firms=20)
    with started("check", data, working=tmp_path) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()  # as `head` does
        assert program.stderr.read() == ""
    assert program.returncode == 141


def test_a_folder_for_working_files_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with started("check", tmp_path, working=tmp_path / "nowhere") as program:
        text, said = program.communicate(timeout=PATIENCE)
    assert (program.returncode, text) == (2, "")
    assert f"the folder for working files, `{tmp_path / 'nowhere'}`, is not there" in said
    assert "TMPDIR" in said
