"""Files and columns of a folder that nothing reads, each with the name that may be meant."""

from __future__ import annotations

from collections.abc import Iterator

from firmtrade.errors import is_name, nearest
from firmtrade.messages import Code, Message, message
from firmtrade.sources.canonical import REQUIRED_TABLES, TABLES
from firmtrade.sources.folder import CanonicalFolder
from firmtrade.study import Study


def old_stamp(folder: CanonicalFolder) -> Iterator[Message]:
    """That data is taken as real although its stamp says synthetic: it lists no files, and may be of others."""
    if folder.old_stamp:
        yield message("notes.old_stamp")


def ignored_files(
    folder: CanonicalFolder, study: Study | None = None, *, only_meant: bool = False
) -> Iterator[Message]:
    """A note on each file and column that nothing reads; ``only_meant`` on those close to a name that is free.

    A ``study`` may read columns that a canonical table does not declare.
    """
    for name in folder.unknown_files:
        guess = nearest(name, [free for free in TABLES if free not in folder.tables])
        meant = guess if guess not in REQUIRED_TABLES else None
        if meant:
            yield message("notes.meant_file", file=_file(name), guess=_file(meant))
        elif not only_meant:
            yield message("notes.unknown_file", file=_file(name))
    for name, table in folder.tables.items():
        known = [column.name for column in TABLES[name].columns]
        free = [column for column in known if column not in table.columns]
        read = study.columns_of(name) if study is not None else ()
        for column in sorted(set(table.columns) - {*known, *read}):
            place = {"column": Code(column if is_name(column) else "…"), "table": Code(name)}
            if guess := nearest(column, free):
                yield message("notes.meant_column", **place, guess=Code(guess))
            elif not only_meant:
                yield message("notes.unknown_column", **place)


def _file(table: str) -> Code:
    return Code(f"{table}.parquet")
