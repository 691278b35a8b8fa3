"""Every byte of a protected release, unpacked: no number that was hidden is in it, neither as it was computed nor with
the totals and largest contributions behind it."""

from __future__ import annotations

import csv
import struct
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import firmtrade as ft
from firmtrade.outputs import Cell, Estimate, ObsStatus
from firmtrade.outputs.room import Room, read_room
from firmtrade.releases import release
from packed import contents

KINDS = {
    "chapter": ("html", "xlsx", "csv", "sdmx"),
    "evidence": ("html", "pdf", "csv"),
    "survey": ("csv",),
}
DIGITS = 7
"""So many digits are no year, no size of a file and no place on a page by accident."""
SEPARATORS = (",", ".", " ", "'", "\u00a0", "\u202f", "\u2019")


def real(room: Room) -> Room:
    """The room as if real firms stood behind it."""
    data = room.manifest.data.model_copy(update={"kind": "real"})
    return replace(
        room,
        statements=room.statements.stamped(synthetic=False),
        manifest=room.manifest.model_copy(update={"data": data}),
    )


def numbers_of(cells: Iterable[Cell], estimates: Iterable[Estimate]) -> set[float]:
    """Every number that statements hold, with what stands behind them."""
    found: list[float | None] = []
    for cell in cells:
        found += [cell.value, cell.numerator, cell.denominator]
        for part in cell.contributions:
            found += [part.total, part.largest, part.second_largest]
    for one in estimates:
        found += [one.estimate, one.std_error, one.conf_low, one.conf_high, one.p_value]
    return {float(number) for number in found if number is not None}


def spellings(number: float) -> Iterator[bytes]:
    """A number as text at full precision, with and without separators of thousands, and as machines store it."""
    exact = repr(number).removesuffix(".0")
    texts = {exact, f"{number:.10g}"}
    if number.is_integer():
        texts |= {f"{int(number):,}".replace(",", mark) for mark in SEPARATORS}
    for text in texts:
        if sum(letter.isdigit() for letter in text.split("e")[0].strip("-0.")) >= DIGITS:
            yield text.lstrip("-").encode()
    if len(exact.strip("-0.").replace(".", "")) >= DIGITS:
        yield from (struct.pack(order, number) for order in ("<d", ">d"))


def marks(hidden: set[float]) -> dict[bytes, float]:
    return {mark: number for number in hidden for mark in spellings(number)}


def runs(part: bytes) -> NDArray[np.uint64]:
    """Each run of ``DIGITS`` bytes as one number."""
    letters = np.frombuffer(part, np.uint8).astype(np.uint64)
    count = max(len(letters) - DIGITS + 1, 0)
    found = np.zeros(count, np.uint64)
    for place in range(DIGITS):
        found = (found << np.uint64(8)) | letters[place : place + count]
    return found


def within(sought: NDArray[np.uint64], numbers: NDArray[np.uint64]) -> list[int]:
    """Those of the numbers that are among the sought ones, which are in order."""
    nearest = sought[np.searchsorted(sought, numbers, "right") - 1]
    found: list[int] = numbers[nearest == numbers].tolist()
    return found


def found_in(folder: Path, searched: dict[bytes, float]) -> dict[str, int]:
    """How many of the marks are in each file, its name included: those whose first bytes are there are looked for."""
    first = {mark: int(runs(mark)[0]) for mark in searched}
    sought = np.unique(np.fromiter(first.values(), np.uint64))
    found = {}
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        parts = [path.name.encode(), *contents(path.read_bytes())]
        begun = {each for part in parts for each in within(sought, runs(part))}
        number = sum(
            any(mark in part for part in parts) for mark, beginning in first.items() if beginning in begun
        )
        if number:
            found[path.relative_to(folder).as_posix()] = number
    return found


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
