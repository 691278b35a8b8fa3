"""Names in a folder that nothing reads, each with the name that may be meant."""

from __future__ import annotations

from collections.abc import Iterator

from firmtrade.errors import nearest
from firmtrade.sources.canonical import REQUIRED_TABLES, TABLES
from firmtrade.sources.folder import CanonicalFolder


def unread(folder: CanonicalFolder, *, only_meant: bool = False) -> Iterator[str]:
    """A sentence for each file and column that nothing reads; ``only_meant`` for those close to a name that is free."""
    for name in folder.strangers:
        guess = nearest(name, [free for free in TABLES if free not in folder.tables])
        meant = f" Is `{guess}.parquet` meant?" if guess and guess not in REQUIRED_TABLES else ""
        if meant or not only_meant:
            yield f"`{name}.parquet` is no canonical table: nothing reads it.{meant}"
    for name, table in folder.tables.items():
        known = [column.name for column in TABLES[name].columns]
        free = [column for column in known if column not in table.columns]
        for column in sorted(set(table.columns) - set(known)):
            guess = nearest(column, free)
            meant = f" Is `{guess}` meant?" if guess else ""
            if meant or not only_meant:
                yield f"`{column}` is no column of the table `{name}`: nothing reads it.{meant}"
