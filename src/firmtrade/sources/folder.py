"""A canonical folder, opened: which tables are there, in which files, with which columns.

Opening reads only the footers of the Parquet files. Whatever would make a later step fail in the middle is
said here: a folder or table that is missing, a file that is not Parquet, a column that is missing or of the
wrong type.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pyarrow as pa

from firmtrade.errors import (
    DataError,
    InputError,
    Place,
    UsageError,
    nearest,
    suggest_found,
    without_identifiers,
)
from firmtrade.outputs.contents import file_digest
from firmtrade.sources.canonical import REQUIRED_TABLES, STAMP, TABLES, CanonicalColumn, CanonicalTable
from firmtrade.sources.readable import files_below, may_be_read
from firmtrade.sources.stamp import Stamp, read_stamp, stamped_files
from firmtrade.storage import answering, located, schema_of, version_of


@dataclass(frozen=True, slots=True)
class TableFiles:
    """The files of one table.

    ``files`` are in name order and are what ``read_parquet`` should be given, together with ``union_by_name``
    and, where ``partitions`` is not empty, ``hive_partitioning``. ``columns`` maps the name of each column to
    its Arrow type as text; a column that only stands in the path (``year=2001/``) is there as ``string``.
    """

    table: CanonicalTable
    root: Path
    files: tuple[Path, ...]
    columns: dict[str, str]
    partitions: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def glob(self) -> str:
        """One pattern for all files. ``files`` is safer where a folder's name holds ``[`` or ``*``."""
        return str(self.root / "**" / "*.parquet") if self.root.is_dir() else str(self.root)

    def has(self, *columns: str) -> bool:
        """Whether all these columns are present."""
        return all(column in self.columns for column in columns)


class CanonicalFolder:
    """A folder of canonical tables.

    Parameters
    ----------
    path
        The folder, or its address in a storage service: see :func:`~firmtrade.storage.located`.
    require
        Tables that must be there. A command that can work with fewer says so.

    Raises
    ------
    UsageError
        The folder is not there, or the storage service does not answer.
    InputError
        A required table is missing, a Parquet file cannot be read, a required column is missing, a column has a
        type that cannot be read as its canonical kind, or the storage service broke off.
    """

    def __init__(self, path: Path | str, *, require: Iterable[str] = REQUIRED_TABLES) -> None:
        self.path = located(path)
        if not self.path.is_dir():
            raise UsageError(
                f"the data folder `{self.path}` is not there" if not self.path.exists()
                else f"`{self.path}` is a file, not a folder of canonical tables",
                fix="Give the folder that `firmtrade import` or `firmtrade synth` wrote.",
            )  # fmt: skip
        claimed, listed = read_stamp(self.path / STAMP), stamped_files(self.path / STAMP)
        self.stamp: Stamp = claimed if listed is not None else replace(claimed, kind="real")
        """What the data is. A stamp that lists no files says nothing of them: such data is taken as real."""
        self.old_stamp = claimed.synthetic and listed is None
        """Whether the stamp says synthetic and lists no files, as earlier versions wrote it."""
        self._listed = listed or {}
        with answering(self.path):
            roots = {table: _root(self.path, table.name) for table in TABLES.values()}
            self.tables = {
                table.name: _open(table, root) for table, root in roots.items() if root is not None
            }
        for name in require:
            if name not in self.tables:
                raise InputError(
                    f"the table `{name}` is missing: there is no `{name}.parquet` and no folder `{name}`",
                    where=Place(file=str(self.path)),
                    fix=self._advice(name),
                )

    @cached_property
    def unknown_files(self) -> tuple[str, ...]:
        """Names of Parquet files in the folder that are no canonical table."""
        found = {entry.name.removesuffix(".parquet") for entry in self.path.glob("*.parquet")}
        return tuple(sorted(map(without_identifiers, found - set(TABLES))))

    def digests(self) -> dict[str, str]:
        """The SHA-256 of every file of a table, by its path in the folder.

        Files are read in pieces; nothing is remembered, so that a change is always seen.

        Raises
        ------
        DataError
            The stamp says synthetic, and a table is not one of the files that it was written for.
        """
        with answering(self.path):
            found = {file.relative_to(self.path).as_posix(): file_digest(file) for file in self._files()}
        strange = sorted(name for name, digest in found.items() if self._listed.get(name) != digest)
        if self.stamp.synthetic and strange:
            raise DataError(
                f"the stamp says synthetic, and {len(strange)} table file(s) are not those that it was written for: "
                f"{strange[0]}",
                where=Place(file=str(self.path / STAMP)),
                fix="Draw the population or import the records again; if the files hold real firms, remove the stamp.",
            )
        return found

    def fingerprint(self, digests: Mapping[str, str] | None = None) -> str:
        """SHA-256 over the names and digests of the tables' files and the stamp, in name order.

        ``digests`` are those of :meth:`digests`, where they are known already.

        Raises
        ------
        DataError
            As :meth:`digests`.
        """
        found = {**(self.digests() if digests is None else digests)}
        digest = hashlib.sha256()
        if (self.path / STAMP).exists():
            found[STAMP] = file_digest(self.path / STAMP)
        for name, each in sorted(found.items()):
            digest.update(f"{len(name)}:{name}{each}".encode())
        return digest.hexdigest()

    def state(self) -> tuple[tuple[object, ...], ...]:
        """How large each file that is still there is, and when it was written: equal where a run read what it says."""
        return tuple(version_of(file) for file in self._files() if file.exists())

    def _files(self) -> list[Path]:
        return sorted(file for table in self.tables.values() for file in table.files)

    def _advice(self, name: str) -> str:
        guess = nearest(name, self.unknown_files)
        if guess:
            return f"Is `{guess}.parquet` meant? Then rename it to `{name}.parquet`."
        return f"Found: {', '.join(sorted(self.tables)) or 'no canonical table'}."


def _root(folder: Path, name: str) -> Path | None:
    """The file or folder of a table; `trade/`, `trade.parquet` and a folder `trade.parquet/` are accepted."""
    candidates = [path for path in (folder / f"{name}.parquet", folder / name) if path.exists()]
    if len(candidates) > 1:
        raise InputError(
            f"the table `{name}` is there twice, as `{candidates[0].name}` and as `{candidates[1].name}`",
            where=Place(file=str(folder)),
            fix="Remove one of them: both would be counted.",
        )
    return candidates[0] if candidates else None


def _open(table: CanonicalTable, root: Path) -> TableFiles:
    found = files_below(root, ".parquet") if root.is_dir() else (root,)
    files = tuple(sorted(path for path in found if path.is_file()))
    if not files:
        raise InputError(
            f"the folder of the table `{table.name}` holds no Parquet file",
            where=Place(file=str(root)),
            fix="Write the table into it, or remove the folder.",
        )
    columns: dict[str, str] = {}
    partitions: set[str] = set()
    for file in files:
        schema = read_schema(file)
        in_path = [part.split("=", 1)[0] for part in file.relative_to(root).parts[:-1] if "=" in part]
        partitions |= set(in_path)
        present = [*schema.names, *in_path]
        for name in table.required:
            if name not in present:
                raise InputError(
                    f"the table `{table.name}` has no column `{name}`",
                    where=Place(file=str(file)),
                    fix=suggest_found(name, present),
                )
        _check_once(table, present, file)
        for column in table.columns:
            if column.name in schema.names:
                _check_type(table, column, schema.field(column.name).type, file)
        columns |= {field.name: str(field.type) for field in schema}
        columns |= dict.fromkeys(in_path, "string")
    return TableFiles(table, root, files, columns, tuple(sorted(partitions)))


def _check_once(table: CanonicalTable, present: Sequence[str], file: Path) -> None:
    """Engines do not tell columns apart by capitals, and which of two is meant is not ours to say."""
    times = Counter(name.casefold() for name in present)
    for column in table.columns:
        if times[column.name] > 1:
            raise InputError(
                f"the table `{table.name}` has the column `{column.name}` {times[column.name]} times, capitals aside",
                where=Place(file=str(file), column=column.name),
                fix="Keep one of them.",
            )


def read_schema(file: Path) -> pa.Schema:
    """The Arrow schema in the footer of a Parquet file; an InputError names a file that has none."""
    may_be_read(file)
    try:
        return schema_of(file)
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(
            "this is not a readable Parquet file (empty, cut off, or of another format)",
            where=Place(file=str(file)),
            fix="Write it again, or import it with a mapping if it is of another format.",
        ) from error


def _check_type(table: CanonicalTable, column: CanonicalColumn, stored: pa.DataType, file: Path) -> None:
    if not fits(column.kind, stored):
        raise InputError(
            f"the column `{column.name}` of the table `{table.name}` is stored as {stored}, "
            f"which cannot stand for a {column.kind}",
            where=Place(file=str(file), column=column.name),
            fix=_REMEDY[column.kind],
        )


def fits(kind: str, stored: pa.DataType) -> bool:
    """Whether a stored type can be read as a canonical kind without guessing.

    Number types are cast to one another; text is never read as a number, nor a number as a code (``0111`` and
    ``111`` are different codes). A column of nothing but nulls fits every kind.

    >>> fits("year", pa.int64()), fits("year", pa.string()), fits("money", pa.float64())
    (True, False, True)
    """
    if pa.types.is_dictionary(stored):
        stored = stored.value_type
    if pa.types.is_null(stored):
        return True
    number = pa.types.is_integer(stored) or pa.types.is_floating(stored) or pa.types.is_decimal(stored)
    match kind:
        case "text":
            return any(test(stored) for test in _TEXT)
        case "flag":
            return bool(pa.types.is_boolean(stored))
        case "date":
            return bool(pa.types.is_date(stored) or pa.types.is_timestamp(stored))
        case _:
            return bool(number)


_TEXT = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
_NUMBER = "Store it as a number."
_REMEDY = {
    "text": "Store it as text: leading zeros are part of a code.",
    "flag": "Store it as a boolean.",
    "date": "Store it as a date.",
    "year": "Store it as a whole number, such as int32.",
    "integer": "Store it as a whole number, such as int32.",
    "money": _NUMBER,
    "quantity": _NUMBER,
    "total": _NUMBER,
}
