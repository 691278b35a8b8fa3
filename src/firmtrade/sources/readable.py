"""Whether a file may be read at all, asked before a reader is: each tells it in a way of its own."""

from __future__ import annotations

from pathlib import Path

from firmtrade.errors import InputError, Place, without_identifiers


def may_be_read(file: Path) -> None:
    """Raise an InputError about a file whose rights, or whose folder's, keep it closed to us.

    Readers tell that in ways of their own, and some take it for damage.
    """
    try:
        file.open("rb").close()
    except PermissionError as error:
        raise InputError(
            "this file may not be read",
            where=Place(file=file.name),
            fix=f"Ask its owner for the right to read `{without_identifiers(str(file))}`.",
        ) from error
