"""A stand-in is drawn from what a release shows: with the shown cells alone one comes to the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import firmtrade as ft
from cli.economy import write_economy
from firmtrade.cli.app import app
from firmtrade.sources.stamp import read_stamp

CHAPTER = Path(__file__).parents[2] / "benchmarks" / "comparison" / "chapter.toml"
"""A short study: modes, flows by size and year, and growth."""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real")
    return ft.run(CHAPTER, write_economy(folder / "data", kind="real")).write(folder / "room")


def files(folder: Path) -> dict[str, bytes]:
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def test_nothing_but_the_shown_cells_of_a_release_goes_in(room: Path, tmp_path: Path) -> None:
    released = ft.release([room], tmp_path / "release", formats=["csv"])
    assert "C" in (released / "cells.csv").read_text(encoding="utf-8")
    drawn = ft.stand_in(room, tmp_path / "stand-in")
    ft.synth(CHAPTER, tmp_path / "by-hand", edition=released / "cells.csv")
    assert files(tmp_path / "stand-in") == files(tmp_path / "by-hand")
    assert drawn.printed > 50
    assert read_stamp(tmp_path / "stand-in" / "stamp.json").kind == "synthetic"


def test_a_room_without_tables_is_refused_by_what_it_holds(rooms: Path, tmp_path: Path) -> None:
    with pytest.raises(ft.UsageError, match="it is a room of evidence"):
        ft.stand_in(rooms / "evidence", tmp_path / "stand-in")
    assert not (tmp_path / "stand-in").exists()


@pytest.mark.parametrize(
    "others", [["belgium-2008"], ["--faults"], ["--edition", "cells.csv"]], ids=lambda one: one[0]
)
def test_the_numbers_of_a_stand_in_come_from_its_room_alone(
    others: list[str], rooms: Path, tmp_path: Path
) -> None:
    out = str(tmp_path / "stand-in")
    ran = CliRunner().invoke(app, ["synth", "--against", str(rooms / "chapter"), "--out", out, *others])
    assert ran.exit_code == 2
    assert "are those of the room" in ran.output
