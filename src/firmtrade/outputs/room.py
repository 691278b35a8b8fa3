"""The results folder (a room): unprotected statements that stay inside, written and read back without loss.

A study, its evidence and a survey write the same files: ``cells.csv`` (its first columns are those of a published
edition, so that the two join), ``cells.parquet``, ``estimates.csv``, ``curves.csv``, ``contributions.parquet``,
``sections.json``, ``study.toml`` and ``manifest.json``; others beside them are listed in the manifest too.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from firmtrade.errors import DataError, InputError, Place, UsageError, suggest
from firmtrade.messages import Message, message_from_data, to_data
from firmtrade.outputs.cell import ROOM_COLUMNS, Cell, CellKey
from firmtrade.outputs.contents import differences, digests
from firmtrade.outputs.contribution import Contribution
from firmtrade.outputs.csv_file import csv_file
from firmtrade.outputs.layout import SectionLayout, references, sections_file, sections_of
from firmtrade.outputs.manifest import AGAIN, MANIFEST, UNPROTECTED, RoomManifest, read_room_manifest, room_of
from firmtrade.outputs.mark import MARK, Mark, mark_of
from firmtrade.outputs.models import curves_file, estimates_file, read_curves, read_estimates
from firmtrade.outputs.parquet_file import parquet_file
from firmtrade.outputs.parts import part_of
from firmtrade.outputs.place import check_place, writing
from firmtrade.outputs.statements import Statement, Statements
from firmtrade.outputs.status import Confidentiality, ObsStatus

STUDY, CELLS, CONTRIBUTIONS, SECTIONS = (
    "study.toml",
    "cells.parquet",
    "contributions.parquet",
    "sections.json",
)

_WIDE = pl.Decimal(38, 6)
_PARQUET: dict[str, Any] = {
    **dict.fromkeys(("table", "population", "row", "column"), pl.String),
    "value": pl.Float64,
    **dict.fromkeys(("unit", "year", "status", "confidentiality"), pl.String),
    "numerator": _WIDE,
    "denominator": _WIDE,
    "n_firms": pl.Int64,
    MARK: pl.String,
    "decimals": pl.Int64,
    "reason": pl.String,
}
_CONTRIBUTIONS: dict[str, Any] = {
    **dict.fromkeys(("table", "population", "row", "column", "component"), pl.String),
    **dict.fromkeys(("n_firms", "n_units"), pl.Int64),
    **dict.fromkeys(("total", "largest", "second_largest"), _WIDE),
}
Behind = Mapping[CellKey, list[Contribution]]


@dataclass(frozen=True, slots=True)
class Room:
    """What a results folder holds: statements with their contributions, the study's text and the manifest."""

    path: Path
    statements: Statements
    study: str
    manifest: RoomManifest
    sections: tuple[SectionLayout, ...] = ()

    def __repr__(self) -> str:
        return f"<room of {self.manifest.study.name}: {self.statements!r}>"

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The cells among the statements."""
        return self.statements.cells

    @property
    def by_key(self) -> dict[CellKey, Cell]:
        """The cells by key."""
        return {cell.key: cell for cell in self.cells}

    @property
    def unreleased(self) -> bool:
        """Whether a statement of real firms may not leave: nothing has protected the room, or not the whole of it."""
        if self.manifest.synthetic:
            return False
        return self.manifest.protection == UNPROTECTED or any(
            mark_of(one) is Mark.UNRELEASED for one in self.statements
        )

    def protected(self, statements: Statements, protection: str) -> Room:
        """The room with statements that ``protection``, said in a word or two, has made of its own."""
        return replace(
            self,
            statements=statements,
            manifest=self.manifest.model_copy(update={"protection": protection}),
        )


def write_room(
    out: Path,
    statements: Statements,
    study: str,
    about: RoomManifest,
    files: Mapping[str, bytes] | None = None,
    sections: Sequence[SectionLayout] = (),
) -> Path:
    """Write a results folder, whole or not at all, the same bytes every time.

    Parameters
    ----------
    study
        The study or survey as TOML text.
    about
        The manifest but for the digests.
    files
        Further files by their path in the folder: ``tables/4.csv``, ``figures/figure-E1.svg``.
    sections
        What is printed of the statements, and where.

    Raises
    ------
    UsageError
        The place is taken by something else, or cannot be written.
    """
    content = {
        STUDY: study.encode("utf-8"),
        CELLS: _parquet([_row(cell) for cell in statements.cells], _PARQUET),
        "cells.csv": _cells_file(statements.cells),
        CONTRIBUTIONS: _contributions_file(statements),
        "estimates.csv": estimates_file(statements.estimates),
        "curves.csv": curves_file(statements.curves),
        SECTIONS: sections_file(sections),
        **(files or {}),
    }
    kind = room_of(about.contents)
    check_place(out, kind)
    with writing(out, kind) as fresh:
        for name, what in content.items():
            place = fresh / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(what)
        manifest = about.model_copy(update={"files": digests(fresh)})
        (fresh / MANIFEST).write_text(manifest.text(), encoding="utf-8")
    return out


def read_room(folder: Path) -> Room:
    """Read a results folder back, once every file has proved to be as it was written.

    Raises
    ------
    UsageError
        The folder is not there, or is no results folder.
    InputError
        Another version wrote it.
    DataError
        A file is missing, altered or added, or contradicts the manifest; the message names it.
    """
    manifest = read_room_manifest(folder)
    for difference in differences(folder, manifest.files, but=(MANIFEST,)):
        raise DataError(
            f"the room is not as it was written: {difference}",
            where=Place(file=str(folder / difference.path)),
            fix=AGAIN,
        )
    behind = _behind(_read(folder / CONTRIBUTIONS, _CONTRIBUTIONS))
    statements = Statements(
        tuple(_cells(folder / CELLS, behind)),
        read_estimates(folder, behind),
        read_curves(folder, behind),
    )
    _agree(statements, manifest, folder)
    sections = _sections(folder / SECTIONS, statements)
    return Room(folder, statements, (folder / STUDY).read_text(encoding="utf-8"), manifest, sections)


def _sections(path: Path, statements: Statements) -> tuple[SectionLayout, ...]:
    """The sections, each of whose references leads to a statement."""
    try:
        found = sections_of(path.read_bytes())
        lost = next((each for each in references(found) if CellKey(*each.key) not in statements.by_key), None)
        if lost is None:
            for each in references(found):
                part_of(statements.by_key[CellKey(*each.key)], each.part)
    except (InputError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise DataError(
            "a file of the room is not as the program writes it", where=Place(file=str(path)), fix=AGAIN
        ) from error
    if lost is not None:
        raise DataError(
            f"a section refers to the statement {'/'.join(lost.key)}, which is not in the room",
            where=Place(file=str(path)),
            fix=AGAIN,
        )
    return found


def _agree(statements: Statements, manifest: RoomManifest, folder: Path) -> None:
    """The data that the manifest names is that of every statement, and what is not shown has no number."""
    flag = Confidentiality.FREE if manifest.synthetic else Confidentiality.INTERNAL
    for one in statements:
        hidden = one.status is ObsStatus.SUPPRESSED
        if one.synthetic is not manifest.synthetic or not (hidden or one.confidentiality is flag):
            raise DataError(
                f"the manifest says {manifest.data.kind} data, and the statement {one.key} says otherwise",
                where=Place(file=str(folder / MANIFEST), key="data.kind"),
                fix=AGAIN,
            )
        if isinstance(one, Cell) and one.status is not ObsStatus.NORMAL and one.value is not None:
            raise DataError(
                f"the cell {one.key} has a value and a status that says it has none",
                where=Place(file=str(folder / CELLS)),
                fix=AGAIN,
            )


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


def _row(cell: Cell) -> tuple[Any, ...]:
    return (
        *cell.key, cell.value, cell.unit, cell.year, str(cell.status), str(cell.confidentiality),
        _decimal(cell.numerator), _decimal(cell.denominator), cell.n_firms, str(mark_of(cell)), cell.decimals,
        _reason(cell.reason),
    )  # fmt: skip


def _cells_file(cells: Iterable[Cell]) -> bytes:
    columns = (*ROOM_COLUMNS, MARK)
    return csv_file(columns, ([plain(value) for value in _row(cell)[: len(columns)]] for cell in cells))


def _reason(reason: Message | None) -> str:
    return "" if reason is None else json.dumps(to_data(reason), ensure_ascii=False)


def plain(value: Any) -> str:
    """A value as text: the shortest that reads back as the same number, and nothing for a missing one."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return str(value)


def _contributions_file(statements: Statements) -> bytes:
    """Who stands behind each statement, a row for each component; models sorted by key, cells in print order."""
    models: list[Statement] = [*statements.estimates, *statements.curves]
    stated: list[Statement] = [*statements.cells, *sorted(models, key=lambda one: one.key)]
    rows = [
        (
            *one.key, part.component, part.n_firms, part.n_units,
            _decimal(part.total), _decimal(part.largest), _decimal(part.second_largest),
        )
        for one in stated
        for part in one.contributions
    ]  # fmt: skip
    return _parquet(rows, _CONTRIBUTIONS)


def _parquet(rows: list[tuple[Any, ...]], schema: Mapping[str, Any]) -> bytes:
    content = io.BytesIO()
    pl.DataFrame(rows, schema=dict(schema), orient="row").write_parquet(content)
    return content.getvalue()


def _decimal(value: Decimal | int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _number(value: Decimal | None) -> Decimal | int | None:
    """Whole totals come back as integers, as counts are."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else value


def _read(path: Path, schema: Mapping[str, Any]) -> pl.DataFrame:
    try:
        return parquet_file(path).select(pl.col(name).cast(kind) for name, kind in schema.items())
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise DataError(
            "a file of the room is not as the program writes it", where=Place(file=str(path)), fix=AGAIN
        ) from error


def _behind(contributions: pl.DataFrame) -> Behind:
    behind: dict[CellKey, list[Contribution]] = {}
    for *name, component, n_firms, n_units, total, largest, second in contributions.iter_rows():
        numbers = (_number(total) or 0, _number(largest) or 0, _number(second) or 0)
        behind.setdefault(CellKey(*name), []).append(Contribution(component, n_firms, n_units, *numbers))
    return behind


def _cells(path: Path, behind: Behind) -> Iterable[Cell]:
    for row in _read(path, _PARQUET).iter_rows(named=True):
        key = CellKey(row["table"], row["population"], row["row"], row["column"])
        try:
            status, confidentiality = ObsStatus(row["status"]), Confidentiality(row["confidentiality"])
        except ValueError:
            raise DataError(
                f"the cell {key} has a status that is none of SDMX", where=Place(file=str(path)), fix=AGAIN
            ) from None
        yield Cell(
            key,
            row["value"],
            row["unit"],
            row["year"],
            row["decimals"],
            status,
            confidentiality,
            _number(row["numerator"]),
            _number(row["denominator"]),
            row["n_firms"],
            tuple(behind.get(key, ())),
            message_from_data(json.loads(row["reason"])) if row["reason"] else None,
            row[MARK] == Mark.SYNTHETIC,
        )
