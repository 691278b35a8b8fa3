"""Native code runs in a process of its own, and whatever becomes of it is an answer."""

from __future__ import annotations

import errno
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from firmtrade.sources.apart import ABORTED, answer_apart
from firmtrade.sources.package_file import UnreadableError, package_file


def test_a_process_that_ends_without_an_answer_was_aborted() -> None:
    assert answer_apart("package_process.py", {}) == {"fault": ABORTED}


def test_a_disk_that_refuses_is_said_as_such(tmp_path: Path) -> None:
    pyreadstat.write_sav(pl.DataFrame({"x": [1.0]}), tmp_path / "x.sav")
    job = {
        "path": str(tmp_path / "x.sav"),
        "reader": "read_sav",
        "folder": str(tmp_path / "none"),
        "rows": 5,
        "how": {},
    }
    with pytest.raises(OSError, match="No such file") as error:
        answer_apart("package_process.py", job)
    assert error.value.errno == errno.ENOENT


@pytest.mark.parametrize("length", [0, 100, 170])
def test_a_file_that_is_cut_short_is_unreadable(tmp_path: Path, length: int) -> None:
    path = tmp_path / "x.sav"
    pyreadstat.write_sav(pl.DataFrame({"firm": ["a", "bb"], "year": [2001.0, 2002.0]}), path)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(UnreadableError), package_file(path, ".sav"):
        pass
