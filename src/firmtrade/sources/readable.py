"""Whether files and folders may be read at all, asked before a reader is.

Readers tell it in ways of their own, and a search for files passes over a folder that is closed to it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from firmtrade.errors import InputError, Place, without_identifiers
from firmtrade.storage import is_stored


def may_be_read(file: Path) -> None:
    """Raise an InputError about a file whose rights, or whose folder's, keep it closed to us."""
    try:
        file.open("rb").close()
    except PermissionError as error:
        raise InputError(
            "this file may not be read",
            where=Place(file=file.name),
            fix=f"Ask its owner for the right to read `{without_identifiers(str(file))}`.",
        ) from error


def files_below(folder: Path, ending: str) -> Iterator[Path]:
    """The files in a folder, and in those inside it or linked there, whose names end so.

    Raises
    ------
    InputError
        A folder is closed, or is reached twice: its files would be missed, or counted twice.
    """

    if is_stored(folder):  # which has no links, and tells by itself what is closed
        yield from folder.rglob(f"*{ending}")
        return

    def closed(error: OSError) -> None:
        raise InputError(
            "this folder may not be opened",
            where=Place(file=Path(error.filename).name),
            fix=f"Ask its owner for the right to read `{without_identifiers(str(error.filename))}`.",
        ) from error

    seen: set[str] = set()
    for place, _, files in os.walk(folder, onerror=closed, followlinks=True):
        if (real := os.path.realpath(place)) in seen:
            raise InputError(
                "this folder is reached twice, once through a link",
                where=Place(file=Path(place).name),
                fix="Remove the link: what lies behind it would be counted twice.",
            )
        seen.add(real)
        yield from (Path(place, name) for name in files if name.endswith(ending))


def check_open(root: Path, pattern: str) -> None:
    """Raise a PermissionError about a folder on the way of a pattern that is closed: what it holds would be missed."""
    parts = Path(pattern).parts[:-1]
    for length in range(1, len(parts) + 1):
        for found in root.glob(str(Path(*parts[:length]))):
            if found.is_dir():
                os.scandir(found).close()
