"""What is written takes its place whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from firmtrade.errors import UsageError
from firmtrade.outputs.place import check_file, write_file, writing


def test_a_file_takes_the_place_of_an_earlier_one_in_folders_that_are_made(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "audit.html"
    for text in ("first", "zweite Fassung: größer"):
        check_file(out)
        write_file(out, text)
        assert out.read_text("utf-8") == text
    assert [path.name for path in out.parent.iterdir()] == ["audit.html"]


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(UsageError, match=r"taken is a folder\.\n  Give the name of a file\."):
        check_file(tmp_path / "taken")
    with pytest.raises(UsageError, match=r"taken could not be written"):
        write_file(tmp_path / "taken", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
    (tmp_path / "file").write_text("text")
    with pytest.raises(UsageError, match=r"file cannot be written"):
        check_file(tmp_path / "file" / "below")


def test_a_folder_that_fails_halfway_leaves_the_earlier_one(tmp_path: Path) -> None:
    out = tmp_path / "room"
    with writing(out) as fresh:
        (fresh / "cells.csv").write_text("one")
    with pytest.raises(ZeroDivisionError), writing(out) as fresh:
        (fresh / "cells.csv").write_text(f"{1 // 0}")
    assert (out / "cells.csv").read_text() == "one"
    assert [path.name for path in tmp_path.iterdir()] == ["room"]
