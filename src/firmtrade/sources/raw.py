"""Raw files as one table of text: whatever the format, a value is the text that a person would write for it.

The whole number 18 is ``18`` even where the file stores it as 18.0, a date is ``2002-12-31``, NaN and the
empty text are missing. So identifiers and codes compare in one way, and numbers keep the digits that the file
shows.
"""

from __future__ import annotations

import gzip
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from firmtrade.errors import InputError, Place, nearest, suggest
from firmtrade.sources.engine import known_text, text_of_float
from firmtrade.sources.folder import may_be_read, read_schema
from firmtrade.sources.mapping import RawFile
from firmtrade.sources.readers import FORMATS, ROW, BrokenRow, Labels, Reading, format_of
from firmtrade.sources.readers.database import database_name, read_database
from firmtrade.study.locate import Key

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

    @property
    def n_rows(self) -> int:
        """Rows of the file, broken ones included."""
        return int(pq.read_metadata(self.path).num_rows) + self.reading.n_broken


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
        return sum(part.n_rows for part in self.parts)

    @property
    def empty(self) -> tuple[str, ...]:
        """Names of the files that have a header and no row."""
        return tuple(part.name for part in self.parts if part.n_rows == 0)

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
        self.require_unambiguous(columns)
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

    def require_unambiguous(self, columns: tuple[str, ...]) -> None:
        """Complain about a column that a file's header has more than once: which one counts is not ours to say.

        Raises
        ------
        InputError
            Names the file, the column, its positions, and the names that tell them apart.
        """
        for part in self.parts:
            for column in columns:
                if found := part.reading.repeated.get(column):
                    places = " and ".join(map(str, found))
                    choices = ", ".join(f"`{name}` for position {place}" for place, name in found.items())
                    raise InputError(
                        f"the header has `{column}` {len(found)} times, in positions {places}",
                        where=Place(file=part.name, column=column),
                        fix=f"Say which is read: map {choices}, or give them different names in the file.",
                    )


def collect(
    connection: Any,
    name: str,
    declared: RawFile,
    folder: Path,
    scratch: Path,
    place: Callable[[Key], Place] | None = None,
) -> Raw:
    """Read the raw files of one declaration, relative to ``folder``, by way of ``scratch``.

    ``place`` says where in the mapping a key stands, for messages about paths that lead nowhere.

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
            for number, (shown, file) in enumerate(_files(name, declared, folder, room, place or _key_alone))
        ]
    return Raw(name, declared, tuple(parts), tuple(_layouts(connection, name, parts)))


def _staged(shown: str, file: Path, declared: RawFile, target: Path) -> Part:
    read = format_of(file, declared).read
    if read is None:
        read_schema(file)
        return Part(shown, file)
    return Part(shown, target, read(file, declared, target))


def _key_alone(key: Key) -> Place:
    return Place(key=".".join(map(str, key)))


def _files(
    name: str, declared: RawFile, folder: Path, room: Path, place: Callable[[Key], Place]
) -> Iterator[tuple[str, Path]]:
    """Names and paths of the files of a declaration, archives unpacked one member at a time."""
    found: dict[Path, None] = {}
    for number, pattern in enumerate(declared.path):
        try:
            matching = _matching(folder, pattern)
        except PermissionError as error:
            raise InputError(
                f"the folder of `{pattern}` may not be opened",
                where=place(("files", name, "path", number)),
                fix=f"Ask its owner for the right to read `{error.filename}`.",
            ) from error
        if not any(path.is_file() for path in matching):
            what, fix = _nowhere(folder, pattern, matching)
            raise InputError(what, where=place(("files", name, "path", number)), fix=fix)
        found |= dict.fromkeys(path for path in matching if path.is_file())
    for path in found:
        may_be_read(path)
        if path.suffix.lower() == ".zip":
            yield from _members(path, declared, room)
        elif path.suffix.lower() == ".gz":
            unpacked = room / path.stem
            _gunzip(path, unpacked)
            yield path.name, unpacked
            unpacked.unlink()
        else:
            yield path.name, path


def _matching(folder: Path, pattern: str) -> list[Path]:
    """Files and folders of a name or pattern, relative to ``folder`` unless it says all."""
    whole = folder / pattern
    if not any(mark in pattern for mark in "*?["):
        return [whole] if whole.exists() else []
    root = Path(whole.anchor) if Path(pattern).is_absolute() else folder
    return sorted(root.glob(str(whole.relative_to(root))))


def _nowhere(folder: Path, pattern: str, matching: list[Path]) -> tuple[str, str]:
    """Why a path leads to no file, and what to write instead."""
    if matching:
        inside = "*" if any(mark in pattern for mark in "*?[") else f"{pattern.rstrip('/')}/*"
        return (
            f"`{pattern}` is a folder, not a file",
            f"Give a pattern of the files in it, such as `{inside}.csv`."
            if inside != "*"
            else "Give a pattern of files.",
        )
    beside = (folder / pattern).parent
    present = [path.name for path in beside.iterdir() if path.is_file()] if beside.is_dir() else []
    guess = nearest(Path(pattern).name, present)
    advice = "`path` is relative to the mapping file, or begins with `/`."
    return f"there is no file `{pattern}`", f"Did you mean `{guess}`?" if guess else advice


def _gunzip(packed: Path, unpacked: Path) -> None:
    try:
        with gzip.open(packed) as stream, unpacked.open("wb") as plain:
            shutil.copyfileobj(stream, plain)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise _no_archive(packed) from error


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
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise _no_archive(archive) from error


def _no_archive(archive: Path) -> InputError:
    return InputError(
        "this archive cannot be unpacked (damaged, or protected by a password)",
        where=Place(file=archive.name),
        fix="Unpack it by hand and give the files.",
    )


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
