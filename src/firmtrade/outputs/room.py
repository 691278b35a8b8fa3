"""A room folder: unprotected outputs that stay inside, written and read back without loss.

``cells.csv`` (its first columns are those of a published edition, so that the two join), ``cells.parquet``,
``contributions.parquet``, one CSV per table under ``tables/``, ``study.toml`` and ``manifest.json``.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from firmtrade.errors import InputError, Place, UsageError, suggest
from firmtrade.outputs.cell import ROOM_COLUMNS, Cell, CellKey
from firmtrade.outputs.contribution import CONTRIBUTION_COLUMNS, Contribution
from firmtrade.outputs.place import check_place, writing
from firmtrade.outputs.status import Confidentiality, ObsStatus

MANIFEST, STUDY, CELLS, EVIDENCE = "manifest.json", "study.toml", "cells.parquet", "contributions.parquet"
ROOM = "room"

_WIDE = pl.Decimal(38, 6)
_PARQUET: dict[str, Any] = {
    **dict.fromkeys(("table", "population", "row", "column"), pl.String),
    "value": pl.Float64,
    **dict.fromkeys(("unit", "year", "status", "confidentiality"), pl.String),
    "numerator": _WIDE,
    "denominator": _WIDE,
    "n_firms": pl.Int64,
    "decimals": pl.Int64,
    "reason": pl.String,
}
_EVIDENCE: dict[str, Any] = {
    **dict.fromkeys(("table", "population", "row", "column", "component"), pl.String),
    **dict.fromkeys(("n_firms", "n_units"), pl.Int64),
    **dict.fromkeys(("total", "largest", "second_largest"), _WIDE),
}


@dataclass(frozen=True, slots=True)
class Room:
    """What a room folder holds: the cells with their contributions, the study's text and the manifest."""

    path: Path
    cells: tuple[Cell, ...]
    study: str
    manifest: Mapping[str, Any]

    @property
    def by_key(self) -> dict[CellKey, Cell]:
        return {cell.key: cell for cell in self.cells}


def is_room(folder: Path) -> bool:
    """Whether a folder is a room of this program."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("kind") == ROOM


def write_room(
    out: Path, cells: Sequence[Cell], study: str, tables: Mapping[str, bytes], about: Mapping[str, Any]
) -> Path:
    """Write a room. ``tables`` are the files under ``tables/``; ``about`` is the manifest but for the files.

    Raises
    ------
    UsageError
        The place is taken by something else, or cannot be written.
    """
    check_place(out, is_room, "a room")
    with writing(out) as fresh:
        (fresh / STUDY).write_text(study, encoding="utf-8")
        _write_cells(cells, fresh)
        write_contributions(((cell.key, part) for cell in cells for part in cell.contributions), fresh)
        (fresh / "tables").mkdir()
        for name, content in tables.items():
            (fresh / "tables" / name).write_bytes(content)
        write_manifest(fresh, {"kind": ROOM, **about})
    return out


def write_manifest(folder: Path, about: Mapping[str, Any]) -> None:
    """Write ``manifest.json`` with the SHA-256 of every other file, the same bytes for the same content."""
    files = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
    text = json.dumps({**about, "files": files}, ensure_ascii=False, indent=2, sort_keys=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def read_room(folder: Path) -> Room:
    """Read a room back.

    Raises
    ------
    UsageError
        The folder is not there, or is no room.
    InputError
        A file of the room is missing or damaged.
    """
    if not is_room(folder):
        what = (
            "there is no such folder" if not folder.is_dir() else "this is no room: it has no manifest of one"
        )
        raise UsageError(f"{folder}: {what}", fix="Give the folder that `firmtrade run` wrote.")
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        study = (folder / STUDY).read_text(encoding="utf-8")
        cells, evidence = pl.read_parquet(folder / CELLS), pl.read_parquet(folder / EVIDENCE)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(
            "a file of the room is missing or damaged",
            where=Place(file=str(folder)),
            fix="Run the study again.",
        ) from error
    return Room(folder, tuple(_cells(cells, evidence)), study, manifest)


def find_cell(cells: Iterable[Cell], text: str) -> Cell:
    """The cell of a key ``table/population/row/column``.

    Raises
    ------
    UsageError
        There is none; the message names the nearest.
    """
    by_key = {str(cell.key): cell for cell in cells}
    if text not in by_key:
        part = text.split("/")[0]
        near = [key for key in by_key if key.split("/")[0] == part] or list(by_key)
        raise UsageError(
            f"there is no cell {text!r}", fix=f"A key is table/population/row/column. {suggest(text, near)}"
        )
    return by_key[text]


def _write_cells(cells: Sequence[Cell], folder: Path) -> None:
    rows = [_row(cell) for cell in cells]
    pl.DataFrame(rows, schema=_PARQUET, orient="row").write_parquet(folder / CELLS)
    with (folder / "cells.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(ROOM_COLUMNS)
        writer.writerows([plain(value) for value in row[: len(ROOM_COLUMNS)]] for row in rows)


def _row(cell: Cell) -> tuple[Any, ...]:
    return (
        *cell.key, cell.value, cell.unit, cell.year, str(cell.status), str(cell.confidentiality),
        _decimal(cell.numerator), _decimal(cell.denominator), cell.n_firms, cell.decimals, cell.reason,
    )  # fmt: skip


def plain(value: Any) -> str:
    """A value as text: the shortest that reads back as the same number, and nothing for a missing one."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return str(value)


def write_contributions(behind: Iterable[tuple[CellKey, Contribution]], folder: Path) -> None:
    """Write ``contributions.parquet`` of a room: who stands behind each number, by its key."""
    rows = [
        (
            *key, part.component, part.n_firms, part.n_units,
            _decimal(part.total), _decimal(part.largest), _decimal(part.second_largest),
        )
        for key, part in behind
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=_EVIDENCE, orient="row")
    frame.select(CONTRIBUTION_COLUMNS).write_parquet(folder / EVIDENCE)


def read_contributions(folder: Path) -> dict[CellKey, list[Contribution]]:
    """Contributions of a room by the key of their number.

    Raises
    ------
    InputError
        The file is missing or damaged.
    """
    try:
        return _behind(pl.read_parquet(folder / EVIDENCE))
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(
            "a file of the room is missing or damaged",
            where=Place(file=str(folder / EVIDENCE)),
            fix="Write the room again.",
        ) from error


def _decimal(value: Decimal | int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _number(value: Decimal | None) -> Decimal | int | None:
    """Whole totals come back as integers, as counts are."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else value


def _behind(evidence: pl.DataFrame) -> dict[CellKey, list[Contribution]]:
    behind: dict[CellKey, list[Contribution]] = {}
    for *name, component, n_firms, n_units, total, largest, second in evidence.iter_rows():
        numbers = (_number(total) or 0, _number(largest) or 0, _number(second) or 0)
        behind.setdefault(CellKey(*name), []).append(Contribution(component, n_firms, n_units, *numbers))
    return behind


def _cells(cells: pl.DataFrame, evidence: pl.DataFrame) -> Iterable[Cell]:
    behind = _behind(evidence)
    for row in cells.iter_rows(named=True):
        key = CellKey(row["table"], row["population"], row["row"], row["column"])
        yield Cell(
            key,
            row["value"],
            row["unit"],
            row["year"],
            row["decimals"],
            ObsStatus(row["status"]),
            Confidentiality(row["confidentiality"]),
            _number(row["numerator"]),
            _number(row["denominator"]),
            row["n_firms"],
            tuple(behind.get(key, ())),
            row["reason"],
        )
