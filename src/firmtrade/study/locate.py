"""The line on which a key of a TOML text stands: ``tomllib`` does not say, and a message should."""

from __future__ import annotations

import re

_HEADER = re.compile(r"^\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+))*)\s*=""")
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+)""")


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(next(group for group in match.groups() if group is not None) for match in _PART.finditer(dotted))


def locate(text: str, path: tuple[str | int, ...]) -> int | None:
    """The line (from 1) of the deepest part of ``path`` that stands in ``text``; None where nothing does.

    An integer in ``path`` is the position in an array of tables, from 0.

    >>> locate('[study]\\nname = "x"\\n[[tables]]\\nid = "1"\\n[[tables]]\\nid = "2"', ("tables", 1, "id"))
    6
    """
    best: tuple[int, int] | None = None
    here: tuple[str | int, ...] = ()
    counters: dict[tuple[str | int, ...], int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header and not _KEY.match(line):
            here = _resolve(_parts(header[2]), counters, is_array=header[1] == "[[")
            found = here
        elif key := _KEY.match(line):
            found = here + _parts(key[1])
        else:
            continue
        depth = _shared(found, path)
        if depth == len(found) and (best is None or depth > best[0]):
            best = depth, number
    return best[1] if best else None


def _resolve(
    names: tuple[str, ...], counters: dict[tuple[str | int, ...], int], *, is_array: bool
) -> tuple[str | int, ...]:
    """The path of a header, with the positions of the arrays of tables it passes through."""
    path: tuple[str | int, ...] = ()
    for depth, name in enumerate(names):
        path = (*path, name)
        if is_array and depth == len(names) - 1:
            counters[path] = counters.get(path, -1) + 1
        if path in counters:
            path = (*path, counters[path])
    return path


def _shared(first: tuple[str | int, ...], second: tuple[str | int, ...]) -> int:
    depth = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        depth += 1
    return depth
