"""Raw files as one table of text: whatever the format, a value is the text that a person would write for it.

The whole number 18 is ``18`` even where the file stores it as 18.0, a date is ``2002-12-31``, NaN and the
empty text are missing. So identifiers and codes compare in one way, and numbers keep the digits that the file
shows.
"""

from __future__ import annotations

import gzip
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from firmtrade.errors import InputError, Place, nearest, suggest
from firmtrade.sources.engine import known_text, text_of_float
from firmtrade.sources.folder import read_schema
from firmtrade.sources.mapping import RawFile
from firmtrade.sources.readers import FORMATS, ROW, BrokenRow, Labels, Reading, format_of
from firmtrade.sources.readers.database import database_name, read_database

FILE, PATH = "__file", "__path"
NUMBER = "file_row_number"
"""What the engine calls the position of a row in its file, from 0."""


@dataclass(frozen=True, slots=True)
class Part:
    """One raw file, ready to be scanned: its name in messages, its Parquet file, and what its reader saw."""

    name: str
    path: Path
    reading: Reading = field(default_factory=Reading)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for name in read_schema(self.path).names if name != ROW)


@dataclass(frozen=True, slots=True)
class Layout:
    """Raw files with the same columns, as one table of the engine; ``name`` tells which file a row is of."""

    scanned: ibis.Table
    columns: tuple[str, ...]
    name: ibis.Value

    def select(self, columns: tuple[str, ...], missing: tuple[str, ...]) -> ibis.Table:
        """These columns as text, the file's name and the row's number; what is not here is missing."""
        number = self.scanned[ROW] if ROW in self.scanned.columns else self.scanned[NUMBER] + 1
        texts = {
            name: text_of(self.scanned[name], missing) if name in self.columns else ibis.null("string")
            for name in columns
        }
        return self.scanned.select(**texts, **{FILE: self.name, ROW: number.cast("int64")})


@dataclass(frozen=True, slots=True)
class Raw:
    """All raw files of one declaration."""

    name: str
    declared: RawFile
    parts: tuple[Part, ...]
    layouts: tuple[Layout, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for layout in self.layouts for name in layout.columns))

    def rows(self, columns: Iterable[str]) -> ibis.Table:
        """These raw columns as trimmed text, with the file's name (``FILE``) and the row's number (``ROW``).

        Only what is asked for is in the query: a census has hundreds of columns, and a study needs ten.
        """
        wanted = tuple(dict.fromkeys(columns))
        tables = [layout.select(wanted, self.declared.missing) for layout in self.layouts]
        return tables[0] if len(tables) == 1 else ibis.union(*tables)

    @property
    def n_rows(self) -> int:
        """Rows of all files, broken ones included."""
        return sum(pq.read_metadata(part.path).num_rows + part.reading.n_broken for part in self.parts)

    @property
    def n_broken(self) -> int:
        return sum(part.reading.n_broken for part in self.parts)

    def broken(self) -> Iterator[tuple[str, BrokenRow]]:
        """Rows that could not be split into columns, with the name of their file."""
        for part in self.parts:
            for row in part.reading.broken:
                yield part.name, row

    def labels(self) -> dict[str, Labels]:
        """Labels by file, where a file has any."""
        return {part.name: part.reading.labels for part in self.parts if part.reading.labels != Labels()}

    def require(self, columns: tuple[str, ...]) -> None:
        """Complain about a column that a file does not have.

        Raises
        ------
        InputError
            Names the file, the column and the nearest one that is there.
        """
        for part in self.parts:
            present = part.columns
            for column in columns:
                if column not in present:
                    hint = "" if len(present) > 1 else " It has one column only: is the `separator` right?"
                    raise InputError(
                        f"there is no column `{column}`",
                        where=Place(file=part.name),
                        fix=suggest(column, present) + hint,
                    )


def collect(connection: Any, name: str, declared: RawFile, folder: Path, scratch: Path) -> Raw:
    """Read the raw files of one declaration, relative to ``folder``, by way of ``scratch``.

    Raises
    ------
    InputError
        No file is there, or one cannot be read.
    """
    room = scratch / "raw" / name
    room.mkdir(parents=True, exist_ok=True)
    if not declared.path:
        target = room / "rows.parquet"
        parts = [Part(database_name(declared), target, read_database(folder, declared, target))]
    else:
        parts = [
            _staged(shown, file, declared, room / f"{number:06d}.parquet")
            for number, (shown, file) in enumerate(_files(declared, folder, room))
        ]
    return Raw(name, declared, tuple(parts), tuple(_layouts(connection, name, parts)))


def _staged(shown: str, file: Path, declared: RawFile, target: Path) -> Part:
    read = format_of(file, declared).read
    if read is None:
        read_schema(file)
        return Part(shown, file)
    try:
        reading = read(file, declared, target)
    except PermissionError:
        raise InputError(
            "this file may not be read", where=Place(file=shown), fix="Check its owner."
        ) from None
    return Part(shown, target, reading)


def _files(declared: RawFile, folder: Path, room: Path) -> Iterator[tuple[str, Path]]:
    """Names and paths of the files that are meant, archives unpacked one member at a time."""
    found: dict[Path, None] = {}
    for pattern in declared.path:
        if any(mark in pattern for mark in "*?["):
            meant = sorted(path for path in folder.glob(pattern) if path.is_file())
        else:
            meant = [folder / pattern] if (folder / pattern).is_file() else []
        if not meant:
            raise InputError(
                f"there is no file `{pattern}`",
                where=Place(file=str(folder)),
                fix=_near_files(pattern, folder),
            )
        found |= dict.fromkeys(meant)
    for path in found:
        if path.suffix.lower() == ".zip":
            yield from _members(path, declared, room)
        elif path.suffix.lower() == ".gz":
            unpacked = room / path.stem
            with gzip.open(path) as packed, unpacked.open("wb") as plain:
                shutil.copyfileobj(packed, plain)
            yield path.name, unpacked
            unpacked.unlink()
        else:
            yield path.name, path


def _near_files(pattern: str, folder: Path) -> str:
    inside = (folder / pattern).parent
    present = [path.name for path in inside.iterdir() if path.is_file()] if inside.is_dir() else []
    guess = nearest(Path(pattern).name, present)
    return f"Did you mean `{guess}`?" if guess else "`path` is relative to the mapping file."


def _members(archive: Path, declared: RawFile, room: Path) -> Iterator[tuple[str, Path]]:
    endings = tuple(ending for known in FORMATS.values() for ending in known.endings)
    try:
        with zipfile.ZipFile(archive) as opened:
            names = sorted(name for name in opened.namelist() if not name.endswith("/"))
            meant = [name for name in names if fnmatch(name, declared.inside)] if declared.inside else [
                name for name in names if name.lower().endswith(endings)
            ]  # fmt: skip
            if not meant:
                wanted = declared.inside or "a file of a known format"
                raise InputError(
                    f"the archive holds no `{wanted}`",
                    where=Place(file=archive.name),
                    fix=suggest(wanted, names),
                )
            for name in meant:
                unpacked = room / Path(name).name
                with opened.open(name) as packed, unpacked.open("wb") as plain:
                    shutil.copyfileobj(packed, plain)
                yield f"{archive.name}/{name}", unpacked
                unpacked.unlink()
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise InputError(
            "this archive cannot be unpacked (damaged, or protected by a password)",
            where=Place(file=archive.name),
            fix="Unpack it by hand and give the files.",
        ) from error


def _layouts(connection: Any, name: str, parts: list[Part]) -> Iterator[Layout]:
    """Files with the same columns and types are scanned together, so that 5,000 of them cost little more."""
    alike: dict[str, list[Part]] = {}
    for part in parts:
        alike.setdefault(str(read_schema(part.path)), []).append(part)
    for number, together in enumerate(alike.values()):
        _tell_apart(together[0])
        scanned = connection.read_parquet(
            [str(part.path) for part in together], filename=PATH, file_row_number=True
        )
        columns = tuple(column for column in together[0].columns if _writable(scanned[column]))
        if len(together) == 1:
            yield Layout(scanned, columns, ibis.literal(together[0].name))
        else:
            paths = {"path": [str(part.path) for part in together], FILE: [part.name for part in together]}
            names = connection.create_table(f"files of {name} {number}", pa.table(paths))
            joined = scanned.join(names, scanned[PATH] == names.path, how="inner")
            yield Layout(joined, columns, joined[FILE])


def _tell_apart(part: Part) -> None:
    """The engine does not tell capitals from small letters, and has a column of its own."""
    seen = {NUMBER: NUMBER}
    for name in part.columns:
        if name.casefold() in seen:
            raise InputError(
                f"the columns `{seen[name.casefold()]}` and `{name}` have the same name but for capitals",
                where=Place(file=part.name),
                fix="Rename one of them.",
            )
        seen[name.casefold()] = name


def _writable(column: ibis.Value) -> bool:
    kind = column.type()
    return bool(
        kind.is_string() or kind.is_numeric() or kind.is_boolean() or kind.is_temporal() or kind.is_null()
    )


def text_of(column: ibis.Value, missing: tuple[str, ...] = ()) -> ibis.Value:
    """A raw value as the text that a person would write; null where it is missing."""
    kind = column.type()
    if kind.is_floating():
        text = text_of_float(column)
    elif kind.is_decimal():
        text = column.cast("string").re_replace(r"\.0+$", "")
    elif kind.is_timestamp():
        text = column.cast("string").re_replace(" 00:00:00$", "")
    else:
        text = known_text(column.cast("string"))
    return ibis.ifelse(text.isin(missing), ibis.null("string"), text) if missing else text
