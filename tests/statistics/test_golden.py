"""The chapter on 300 drawn firms stays what it is, to the last digit and the last byte."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from firmtrade import api
from firmtrade.outputs.room import read_room

GOLDEN = Path(__file__).parent / "golden"


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("golden_make", GOLDEN / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same run twice, from two folders, into two folders."""
    make = _script()
    return make.room(tmp_path_factory.mktemp("one")), make.room(tmp_path_factory.mktemp("another place"))


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_no_cell_of_the_chapter_has_changed(rooms: tuple[Path, Path]) -> None:
    found = (rooms[0] / "cells.csv").read_text(encoding="utf-8").splitlines()
    expected = (GOLDEN / "cells.csv").read_text(encoding="utf-8").splitlines()
    changed = [(one, other) for one, other in zip(expected, found, strict=False) if one != other]
    assert changed[:5] == [], "if this is meant: python tests/statistics/golden/make.py"
    assert len(found) == len(expected)


def test_the_chapter_has_no_empty_corner(rooms: tuple[Path, Path]) -> None:
    cells = read_room(rooms[0]).cells
    assert {cell.key.table for cell in cells} == {
        *map(str, range(1, 32)),
        *(f"fig{number}" for number in range(15, 27)),
    }
    defined = sum(cell.value is not None for cell in cells)
    assert defined / len(cells) > 0.7
    assert {cell.status for cell in cells} == {"A", "M"}


def test_two_runs_give_the_same_bytes_in_every_file_of_the_room(rooms: tuple[Path, Path]) -> None:
    one, other = (files(room) for room in rooms)
    assert sorted(one) == sorted(other)
    assert [name for name in one if one[name] != other[name]] == []


def test_two_publications_give_the_same_bytes_in_every_file_of_the_release(
    rooms: tuple[Path, Path], tmp_path: Path
) -> None:
    releases = [api.release([room], tmp_path / f"release {number}") for number, room in enumerate(rooms)]
    one, other = (files(release) for release in releases)
    assert sorted(one) == sorted(other)
    assert [name for name in one if one[name] != other[name]] == []
    assert api.verify(releases[0]) == []
