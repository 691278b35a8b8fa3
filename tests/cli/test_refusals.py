"""What the machine refuses is said in a sentence, and never taken for a fault of the program."""

from __future__ import annotations

import errno
import io
import os
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from firmtrade.cli import screen
from firmtrade.cli.app import app
from firmtrade.cli.refusals import WHY, refusal

LONG = "x" * 300
COMMANDS = [
    ("run", LONG, "--data", "d", "--out", "o"), ("run", "belgium-2008", "--data", LONG, "--out", "o"),
    ("verify", LONG), ("check", LONG), ("import", LONG, "--out", "o"), ("attack", LONG), ("explain", LONG, "x"),
    ("audit", LONG), ("compare", LONG, "--published", "belgium-2008"), ("survey", LONG, "--out", "o"),
    ("advise", LONG, "--out", "o"), ("audit", "belgium-2008", "--out", LONG), ("release", LONG, "--out", "o"),
    ("report", "--out", "o", "--against", LONG), ("report", "--out", "o", "--profile", LONG),
    ("survey", "sns-belgium", "--data", LONG, "--out", "o"), ("survey", "sns-belgium", "--frame", LONG, "--out", "o"),
    ("run", "[/b]", "--data", "[/b]", "--out", "o"), ("verify", "[bold]"), ("check", "a\nb"), ("check", "\udcff"),
]  # fmt: skip


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda each: ascii(" ".join(each))[:24])
def test_names_that_no_system_takes_are_said(
    arguments: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        app(list(arguments))
    said = capsys.readouterr().err
    assert left.value.code == 2, said
    assert said.startswith("firmtrade: ")
    assert "fault of the program" not in said
    assert list(tmp_path.iterdir()) == []


def leaving(fault: BaseException) -> int:
    with pytest.raises(SystemExit) as left, screen.errors():
        raise fault
    assert isinstance(left.value.code, int)
    return left.value.code


@pytest.mark.parametrize("number", WHY)
def test_what_the_system_refuses_has_a_way_out(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert leaving(OSError(number, os.strerror(number), "BE0999000173.csv")) == 2
    said = capsys.readouterr().err
    assert WHY[number][0] in said
    assert "0999000173" not in said


@pytest.mark.parametrize(
    "quoted", ["underlying IO error: No space left on device (os error 28)", "[Errno 28] full"]
)
def test_a_full_disk_is_said_whichever_library_met_it(
    quoted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert leaving(pl.exceptions.ComputeError(quoted)) == 2
    said = capsys.readouterr().err
    assert "the disk is full" in said
    assert quoted not in said


class PanicException(BaseException):
    """As native libraries raise it."""


def test_memory_and_the_engine_run_out_and_a_panic_is_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    import duckdb

    assert leaving(MemoryError()) == 2
    assert leaving(ImportError("libx.so: failed to map segment from shared object")) == 2
    assert leaving(duckdb.OutOfMemoryException("could not allocate 987654321")) == 2
    assert leaving(duckdb.IOException("Could not write to file /secret: No space left")) == 2
    assert leaving(duckdb.TransactionException("Failed to commit: /secret: No space left")) == 2
    assert "987654321" not in capsys.readouterr().err
    assert leaving(PanicException("value 0999000173")) == 1
    said = capsys.readouterr().err
    assert "a fault of the program (PanicException" in said
    assert "0999000173" not in said
    assert refusal(ValueError("x")) is None
    assert refusal(ImportError("no module named x")) is None
    assert refusal(OSError(errno.EBADMSG, "x")) is None


def test_a_result_that_cannot_be_written_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        monkeypatch.setattr(screen, "_discard", lambda stream: None)
        with pytest.raises(SystemExit) as left:
            screen.show("x" * 100_000)
        assert left.value.code == 2
        monkeypatch.setattr(sys, "stdout", None)
        with pytest.raises(SystemExit) as left:
            screen.show("x")
        assert left.value.code == 2
        monkeypatch.undo()
    assert "the result cannot be written" in capsys.readouterr().err


def test_work_goes_on_without_a_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    screen.say("x")
    with screen.progress(quiet=False) as stage:
        stage("x")
    with pytest.raises(SystemExit), screen.errors():
        raise OSError(errno.ENOSPC, "x")


def test_signs_that_a_terminal_does_not_have_are_question_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    screen.show("Côte, \udcff")
    assert raw.getvalue() == b"C?te, ?\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_stage_on_a_terminal_is_text_and_no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    shown: Any = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    monkeypatch.setattr(screen, "WAIT", 0.0)
    with screen.progress(quiet=False) as stage:
        stage("reading [/b] [red]")
        time.sleep(0.4)
    assert "[/b]" in shown.getvalue()
