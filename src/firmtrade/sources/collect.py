"""The raw files of a declaration found, read and put together: files with the same columns become one table."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa

from firmtrade.engines.duck import literal_path
from firmtrade.errors import InputError, Place
from firmtrade.sources.files import raw_files
from firmtrade.sources.mapping import RawFile
from firmtrade.sources.part import RawPart, staged_file, staged_rows
from firmtrade.sources.raw import FILE, NUMBER, PATH, Raw, RawTable
from firmtrade.sources.readers.database import database_name, read_database
from firmtrade.study.locate import Key


def collect(
    connection: Any,
    name: str,
    declared: RawFile,
    folder: Path,
    scratch: Path,
    place: Callable[[Key], Place] | None = None,
    already: dict[RawFile, tuple[RawPart, ...]] | None = None,
) -> Raw:
    """Read the raw files of one declaration, relative to ``folder``, by way of ``scratch``.

    ``place`` says where in the mapping a key stands, for messages about paths that lead nowhere. Files that another
    declaration read in the same way are in ``already`` and are not read again.

    Raises
    ------
    InputError
        No file is there, or one cannot be read.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    room = Path(tempfile.mkdtemp(prefix="raw-", dir=scratch))
    known = {} if already is None else already
    way = declared.model_copy(update={"decimal": ".", "thousands": "", "missing": (), "replaces": None})
    if way not in known:
        if not declared.path:
            target = room / "rows.parquet"
            reading = read_database(folder, declared, target)
            shown = database_name(declared)
            part = staged_rows(shown, target, declared, reading, room / "again.parquet")
            known[way] = (replace(part, called=shown),)
        else:
            found = raw_files(name, declared, folder, room, place or _key_alone)
            names: set[str] = set()
            known[way] = tuple(
                staged_file(name, number, called, file, declared, room, names)
                for number, (called, file) in enumerate(found)
            )
    return Raw(name, declared, known[way], tuple(_layouts(connection, name, known[way])))


def _key_alone(key: Key) -> Place:
    return Place(key=".".join(map(str, key)))


def _layouts(connection: Any, name: str, parts: Iterable[RawPart]) -> Iterator[RawTable]:
    """Files with the same columns and types are scanned together, so that 5,000 of them cost little more."""
    alike: dict[tuple[str, ...], list[RawPart]] = {}
    for part in parts:
        alike.setdefault((str(part.schema), *part.reading.renamed), []).append(part)
    for number, together in enumerate(alike.values()):
        first = together[0]
        _without_own_names(first)
        scanned = connection.read_parquet(
            [literal_path(part.path) for part in together], filename=PATH, file_row_number=True
        )
        columns = tuple(column for column in first.columns if column not in first.opaque)
        plain = frozenset[str].intersection(*(part.reading.plain for part in together))
        if len(together) == 1:
            yield RawTable(scanned, columns, first.reading.renamed, plain, ibis.literal(first.name))
        else:
            paths = {"path": [str(part.path) for part in together], FILE: [part.name for part in together]}
            names = connection.create_table(f"files of {name} {number}", pa.table(paths))
            joined = scanned.join(names, scanned[PATH] == names.path, how="inner")
            yield RawTable(joined, columns, first.reading.renamed, plain, joined[FILE])


def _without_own_names(part: RawPart) -> None:
    """The engine has a column of its own."""
    if any(name.casefold() == NUMBER for name in part.columns):
        raise InputError(
            f"a column is called `{NUMBER}`, which is the engine's own name",
            where=Place(file=part.name),
            fix="Rename it.",
        )
