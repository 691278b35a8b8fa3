"""Files of an edition as offices write them: CSV with any separator and encoding, Excel, or a release folder."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from firmtrade.errors import InputError, Place, suggest_found

REQUIRED = ("table", "population", "row", "column", "value", "unit")
LAYOUT = f"An edition is a CSV file: {', '.join(REQUIRED)} and, if known, year, printed and reading."
CELLS = "cells.csv"
"""The edition in a release folder, or in a room."""
ROUNDED = {"# counts rounded to": False, "# counts rounded at random to": True}
"""Lines before the head of a file by which an edition declares that its counts are rounded, and whether by chance."""
_SEPARATORS = (",", ";", "\t", "|")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

Row = tuple[int, Mapping[str, str]]


@dataclass(frozen=True)
class Rounding:
    """What all counts of an edition are rounded to, to the nearest multiple or by chance to either neighbour; a base
    of 0 leaves them as they are."""

    base: int = 0
    by_chance: bool = False

    @property
    def reach(self) -> float:
        """How far a count may lie from what is printed."""
        return self.base - 1 if self.by_chance else self.base / 2


AS_COUNTED = Rounding()
"""Counts as they are."""


@dataclass(frozen=True)
class EditionFile:
    """The rows of a file with their lines, its name in messages, and how its counts are rounded."""

    name: str
    rows: tuple[Row, ...]
    rounding: Rounding = AS_COUNTED


def read_file(path: Path) -> EditionFile:
    """Read the rows of an edition.

    Raises
    ------
    InputError
        The file cannot be read, is empty, lacks a column or has one twice; the message names the line.
    """
    file = path / CELLS if path.is_dir() else path
    if file.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods"):
        return _rows(file.name, *_declared(file.name, _sheet(file)))
    try:
        return parse_text(file.name, _decoded(file.read_bytes()))
    except FileNotFoundError:
        raise
    except (OSError, UnicodeError):
        raise InputError(
            "this file cannot be read as text", where=Place(file=file.name), fix=LAYOUT
        ) from None


def parse_text(name: str, text: str) -> EditionFile:
    """The rows of the text of a CSV file, whatever separates its columns."""
    lines = text.splitlines()
    skipped = 0
    while lines[skipped:] and lines[skipped].lstrip('"').startswith("#"):
        skipped += 1
    rounding = _rounding(name, enumerate(lines[:skipped], start=1))
    body = "\n".join(lines[skipped:])
    separator = _separator(lines[skipped] if lines[skipped:] else "")
    reader = csv.reader(io.StringIO(body), delimiter=separator)
    try:
        table = [(reader.line_num + skipped, fields) for fields in reader]
    except csv.Error as error:
        where = Place(file=name, line=reader.line_num + skipped)
        raise InputError(f"this is no CSV file: {error}", where=where, fix=LAYOUT) from None
    return _rows(name, table, rounding)


def _declared(name: str, table: list[tuple[int, list[str]]]) -> tuple[list[tuple[int, list[str]]], Rounding]:
    """The rows of a sheet behind those that declare something, and how its counts are rounded."""
    first = next(
        (at for at, (_, fields) in enumerate(table) if not "".join(fields).strip().startswith("#")), 0
    )
    return table[first:], _rounding(name, ((line, " ".join(fields)) for line, fields in table[:first]))


def _rounding(name: str, lines: Iterable[tuple[int, str]]) -> Rounding:
    """What the lines before the head of a file say of its counts."""
    found = AS_COUNTED
    for line, text in lines:
        said = text.strip().strip('",;\t ').lower()
        for words, by_chance in ROUNDED.items():
            if said.startswith(words):
                found = Rounding(_base(said.removeprefix(words).strip(" :=."), name, line), by_chance)
    return found


def _base(text: str, name: str, line: int) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise InputError(
            f"counts cannot be rounded to {text!r}",
            where=Place(file=name, line=line),
            fix="Write a whole number, as in `# counts rounded to 5`.",
        )
    return int(text)


def _decoded(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding)
    if b"\x00" in content[:400]:
        little = content[1:2] == b"\x00"
        text = content.decode("utf-16-le" if little else "utf-16-be")
        if "\x00" in text:
            raise UnicodeError("no text")
        return text
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
        if any(ord(character) < 9 for character in text):
            raise
        return text


def _separator(head: str) -> str:
    """The separator that finds most of the required columns in the head of a file."""
    wanted = set(REQUIRED)

    def known(separator: str) -> int:
        return len(wanted & {field.strip().strip('"').lower() for field in head.split(separator)})

    return max(_SEPARATORS, key=known)


def _sheet(file: Path) -> list[tuple[int, list[str]]]:
    from firmtrade.sources.workbook import read_sheet  # only where a workbook is read: it loads polars

    sheet = read_sheet(file)
    return [
        (number, [field or "" for field in fields])
        for number, fields in enumerate(sheet.cells.iter_rows() if sheet else (), start=1)
    ]


def _rows(name: str, table: list[tuple[int, list[str]]], rounding: Rounding) -> EditionFile:
    filled = [(line, fields) for line, fields in table if any(field.strip() for field in fields)]
    if not filled:
        raise InputError("the file is empty", where=Place(file=name), fix=LAYOUT)
    (line, head), *body = filled
    columns = [column.strip() for column in head]
    while columns and not columns[-1]:
        columns.pop()
    for column in REQUIRED:
        if column not in columns:
            place = Place(file=name, line=line)
            raise InputError(
                f"the column `{column}` is missing", where=place, fix=suggest_found(column, columns)
            )
    twice = next((column for column in columns if column and columns.count(column) > 1), None)
    if twice is not None:
        raise InputError(
            f"the column `{twice}` stands twice in the head of the file",
            where=Place(file=name, line=line),
            fix="Keep one of the two columns, or rename one.",
        )
    rows = []
    for number, fields in body:
        if len(fields) > len(head) or any(field.strip() for field in fields[len(columns) :]):
            raise InputError(
                "this line has more fields than the head of the file",
                where=Place(file=name, line=number),
                fix='Put fields that hold a comma in double quotes, as in "21,814".',
            )
        padded = [*fields, *[""] * len(columns)]
        rows.append((number, dict(zip(columns, padded, strict=False))))
    return EditionFile(name, tuple(rows), rounding)
