"""What killed runs leave in the folder for working files is removed by the next run, which says so."""

from __future__ import annotations

import fcntl
import logging
import tempfile
from pathlib import Path
from typing import Any

import pytest

from firmtrade.outputs.working import LOCK, PREFIX, WorkingFolder


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_for_working_files_is_its_users_alone_and_goes_with_the_work(place: Path) -> None:
    with WorkingFolder() as folder:
        assert folder.parent == place
        assert folder.stat().st_mode & 0o077 == 0
        (folder / "records.csv").write_text("records")
    left = WorkingFolder()
    del left
    assert list(place.iterdir()) == []


def test_what_a_killed_run_left_is_removed_and_said(place: Path, caplog: pytest.LogCaptureFixture) -> None:
    left = place / f"{PREFIX}abc"
    left.mkdir()
    (left / "records.csv").write_text("records")
    (place / "firmtrade-mine").mkdir()
    (place / f"{PREFIX}link").symlink_to(place / "firmtrade-mine")
    with caplog.at_level(logging.WARNING, "firmtrade"), WorkingFolder():
        assert not left.exists()
    assert [record.getMessage() for record in caplog.records] == [
        f"removed {left}, which a run that was killed had left"
    ]
    assert {path.name for path in place.iterdir()} == {"firmtrade-mine", f"{PREFIX}link"}


def test_the_folder_of_a_run_that_goes_on_stays(place: Path) -> None:
    busy = place / f"{PREFIX}abc"
    busy.mkdir()
    with (busy / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with WorkingFolder() as first, WorkingFolder() as second, WorkingFolder():
            assert first.is_dir()
            assert second.is_dir()
            assert busy.is_dir()


def test_a_folder_that_another_run_takes_for_a_left_one_is_given_up(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock, opened = fcntl.flock, []

    def taken(file: Any, how: int) -> None:
        opened.append(file)
        if len(opened) == 1:
            raise BlockingIOError
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", taken)
    with WorkingFolder() as folder:
        assert opened[0].closed
        assert Path(opened[1].name).parent == folder
