"""The tables and cells that a profile names must be in the release: a waiver, a weight or a request that names none
does nothing, and whoever wrote it would not see that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from firmtrade.errors import StudyError, suggest
from firmtrade.protection.profile import Profile
from firmtrade.query.cells import TableSpec

Path = tuple[str | int, ...]


def check_names(profile: Profile, tables: Sequence[TableSpec]) -> None:
    """Hold a profile to the tables that it is to protect.

    Raises
    ------
    StudyError
        A name of the profile is none of a table or cell; the message says where, with the nearest one.
    """
    cells = {table.id: {str(cell.key) for cell in table.cells} for table in tables}
    for path, table in _tables(profile):
        if table not in cells:
            raise StudyError(
                f"the release has no table {table!r}", where=profile.where(*path), fix=suggest(table, cells)
            )
    for path, cell in _cells(profile):
        table = cell.split("/")[0]
        if cell not in cells.get(table, ()):
            raise StudyError(
                f"the release has no cell {cell!r}",
                where=profile.where(*path),
                fix=suggest(cell, cells[table]) if table in cells else suggest(table, cells),
            )


def _tables(profile: Profile) -> Iterator[tuple[Path, str]]:
    """The tables that a profile names, each with where it does so."""
    for table in profile.secondary.weights:
        yield ("secondary", "weights", table), table
    for at, table in enumerate(profile.rules.request.tables if profile.rules.request else ()):
        yield ("rules", "request", "tables", at), table


def _cells(profile: Profile) -> Iterator[tuple[Path, str]]:
    """The cells that a profile names, each with where it does so."""
    for at, waiver in enumerate(profile.waivers):
        yield ("waivers", at, "cell"), waiver.cell
    for at, cell in enumerate(profile.rules.request.cells if profile.rules.request else ()):
        yield ("rules", "request", "cells", at), cell
