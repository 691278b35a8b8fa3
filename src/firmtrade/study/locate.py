"""The line on which a key of a TOML text stands: ``tomllib`` does not say, and a message should."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from functools import lru_cache

Key = tuple[str | int, ...]
"""A path into a TOML document: names of keys, and positions (from 0) in arrays."""


def locate(text: str, path: Key) -> int | None:
    """The line (from 1) of the deepest part of ``path`` that stands in ``text``; None where nothing does.

    ``text`` is valid TOML. An integer in ``path`` is a position in an array, from 0.

    >>> locate('[study]\\nname = "x"\\n[[tables]]\\nid = "1"\\n[[tables]]\\nid = "2"', ("tables", 1, "id"))
    6
    """
    lines = key_lines(text)
    return next((lines[path[:depth]] for depth in range(len(path), 0, -1) if path[:depth] in lines), None)


@lru_cache(maxsize=8)
def key_lines(text: str) -> Mapping[Key, int]:
    """The line of every key of a valid TOML text, and of every element of its arrays.

    A file whose parts each ask for their place is walked through once.

    Keys inside inline tables and arrays that run over several lines have lines of their own; what stands
    inside a string is no key.

    >>> key_lines('a = { b = 1 }')
    {('a',): 1, ('a', 'b'): 1}
    """
    scanner = _Scanner(text)
    scanner.document()
    return scanner.lines


class _Scanner:
    """Walks over the grammar of TOML and notes where keys begin. It reads no values."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Key, int] = {}
        self._ends = [index for index, character in enumerate(text) if character == "\n"]
        self._last: dict[Key, int] = {}
        """The position of the latest element of each array of tables."""

    def document(self) -> None:
        here: Key = ()
        while self._skip(" \t\r\n"):
            if self.text[self.at] == "[":
                here = self._header()
            else:
                self._pair(here)

    def _header(self) -> Key:
        line = self._line()
        array = self.text.startswith("[[", self.at)
        self.at += 2 if array else 1
        path: Key = ()
        names = self._names()
        for depth, name in enumerate(names, start=1):
            path = (*path, name)
            self.lines.setdefault(path, line)
            if array and depth == len(names):
                self._last[path] = self._last.get(path, -1) + 1
            if path in self._last:
                path = (*path, self._last[path])
                self.lines.setdefault(path, line)
        self.at += 2 if array else 1
        return path

    def _pair(self, prefix: Key) -> None:
        line = self._line()
        path = prefix
        for name in self._names():
            path = (*path, name)
            self.lines.setdefault(path, line)
        self.at += 1
        self._value(path)

    def _names(self) -> list[str]:
        """A dotted key, up to the ``=`` or ``]`` behind it."""
        names: list[str] = []
        while self._skip(" \t."):
            if self.text[self.at] in "=]":
                break
            start = self.at
            if self.text[self.at] in "\"'":
                self._string()
                names.append(self.text[start + 1 : self.at - 1])
            else:
                self._run(" \t.=]")
                names.append(self.text[start : self.at])
        return names

    def _value(self, path: Key) -> None:
        self._skip(" \t\r\n")
        match self.text[self.at]:
            case '"' | "'":
                self._string()
            case "[":
                self._list(path)
            case "{":
                self.at += 1
                while self._skip(" \t\r\n,") and self.text[self.at] != "}":
                    self._pair(path)
                self.at += 1
            case _:
                self._run(",]}#\n")

    def _list(self, path: Key) -> None:
        self.at += 1
        position = 0
        while self._skip(" \t\r\n,") and self.text[self.at] != "]":
            self.lines[*path, position] = self._line()
            self._value((*path, position))
            position += 1
        self.at += 1

    def _string(self) -> None:
        quote = self.text[self.at]
        fence = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        self.at += len(fence)
        while not self.text.startswith(fence, self.at) and self.at < len(self.text):
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
        self.at += len(fence)
        while len(fence) == 3 and self.text.startswith(quote, self.at):
            self.at += 1

    def _run(self, until: str) -> None:
        while self.at < len(self.text) and self.text[self.at] not in until:
            self.at += 1

    def _skip(self, blanks: str) -> bool:
        """Go past blanks and comments; False at the end of the text."""
        while self.at < len(self.text) and (self.text[self.at] in blanks or self.text[self.at] == "#"):
            if self.text[self.at] == "#":
                self._run("\n")
            else:
                self.at += 1
        return self.at < len(self.text)

    def _line(self) -> int:
        return bisect_right(self._ends, self.at - 1) + 1
