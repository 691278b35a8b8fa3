"""Every byte of a protected release, unpacked: no number that was hidden is in it, neither as it was computed nor with
the totals and largest contributions behind it."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

import firmtrade as ft
from cli.searched import found_in, marks, numbers_of
from firmtrade.outputs import ObsStatus
from firmtrade.outputs.room import Room, read_room
from firmtrade.releases import release
from packed import contents

KINDS = {
    "chapter": ("html", "xlsx", "csv", "sdmx"),
    "evidence": ("html", "pdf", "csv"),
    "survey": ("csv",),
}


def real(room: Room) -> Room:
    """The room as if real firms stood behind it."""
    data = room.manifest.data.model_copy(update={"kind": "real"})
    return replace(
        room,
        statements=room.statements.stamped(synthetic=False),
        manifest=room.manifest.model_copy(update={"data": data}),
    )


@pytest.mark.parametrize("kind", KINDS)
def test_no_byte_of_a_release_holds_what_was_hidden(rooms: Path, tmp_path: Path, kind: str) -> None:
    room = real(read_room(rooms / kind))
    out = release((room,), profile="research-output").publish(tmp_path / "out", formats=KINDS[kind])
    shown = set[str]()
    for name in ("cells.csv", "estimates.csv"):
        if (out / name).exists():
            with (out / name).open(encoding="utf-8", newline="") as file:
                shown |= {_name(row) for row in csv.DictReader(file) if row["status"] != ObsStatus.SUPPRESSED}
    cells = {str(cell.key): cell for cell in room.cells}
    estimates = {str(one.key): one for one in room.statements.estimates}
    open_numbers = numbers_of(
        (cell for key, cell in cells.items() if key in shown),
        (one for key, one in estimates.items() if key in shown),
    )
    hidden = numbers_of(cells.values(), estimates.values()) - open_numbers
    searched = marks(hidden)
    assert len(searched) > 20
    assert not found_in(out, searched)


def _name(row: dict[str, str]) -> str:
    names = (
        ("table", "population", "row", "column")
        if "table" in row
        else ("block", "specification", "outcome", "term")
    )
    return "/".join(row[name] for name in names)


def test_the_search_finds_what_a_room_holds(rooms: Path) -> None:
    room = read_room(rooms / "chapter")
    found = found_in(rooms / "chapter", marks(numbers_of(room.cells, ())))
    assert {"cells.csv", "cells.parquet"} <= {*found}


def test_the_search_opens_a_workbook(rooms: Path, tmp_path: Path) -> None:
    out = ft.release([rooms / "chapter"], tmp_path / "out", formats=("xlsx",), unprotected=True)
    parts = [*contents((out / "tables.xlsx").read_bytes())]
    assert sum(b"<worksheet" in part for part in parts) > 31
