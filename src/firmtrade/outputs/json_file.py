"""JSON that says what a folder holds: whatever stands there, it is an object or an error that is expected."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def read_object(path: Path, *, once: bool = True) -> dict[str, Any]:
    """The object in a JSON file, in UTF-8 with or without its mark; ``once`` refuses a key that stands twice.

    Raises
    ------
    OSError
        The file is not there, is no file (a pipe would be waited for without end), or cannot be read.
    ValueError
        It is no JSON, no object, nested without end, or has a key twice.
    """
    if not path.is_file():
        raise FileNotFoundError(path.name)
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=_once if once else None)
    except RecursionError as error:
        raise ValueError("it is nested without end") from error
    if not isinstance(found, dict):
        raise ValueError("it is no object")
    return found


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    given = list(pairs)
    found = dict(given)
    if len(found) < len(given):
        raise ValueError("a key stands twice")
    return found
