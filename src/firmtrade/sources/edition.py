"""Files of printed cells as offices write them: CSV with any separator and encoding, Excel, or a release folder.

The audit, the comparison beside a release and the attack read them alike. What stands in them may be confidential (a
room has the same columns): no message quotes a number, and of other texts only what looks like a name.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from firmtrade.errors import InputError, Place, suggest_found
from firmtrade.outputs import CellKey
from firmtrade.sources.notation import bounds_of, is_not_shown, numbers_in
from firmtrade.sources.readable import may_be_read

KEYED = (*CellKey._fields, "value")
"""The columns without which a file says nothing of a cell."""
REQUIRED = (*KEYED, "unit")
MOST_TITLES = 5
"""Lines of titles and headings that may stand above the head of a table."""
KNOWN = (*REQUIRED, "year", "printed", "reading", "status", "confidentiality")
"""Columns that are known in capitals too."""
LAYOUT = f"An edition is a CSV file: {', '.join(REQUIRED)} and, if known, year, printed and reading."
CELLS = "cells.csv"
"""The edition in a release folder, or in a room."""
_ROUNDED = re.compile(r"\bcounts?\b.*\bround|\bround.*\bcounts?\b|\brandom(?:ly)? round")
"""What a line before the head of a file says that declares its counts rounded."""
_UNROUNDED = re.compile(r"\bunrounded\b|\bnot\b.*\bround|\bno\b.*\bround")
_BY_CHANCE = re.compile(r"\brandom")
_SEPARATORS = (",", ";", "\t", "|")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Marks at the start of a file; that of UTF-32 begins with that of UTF-16."""
_WIDE = (
    (b"[^\0]\0\0\0", "utf-32-le"),
    (b"\0\0\0[^\0]", "utf-32-be"),
    (b"[^\0]\0", "utf-16-le"),
    (b"\0[^\0]", "utf-16-be"),
)
"""How the first letter of a table stands in a file without a mark."""

Row = tuple[int, Mapping[str, str]]


@dataclass(frozen=True)
class CountRounding:
    """What all counts of an edition are rounded to, to the nearest multiple or by chance to either neighbour; a base
    of 0 leaves them as they are."""

    base: int = 0
    by_chance: bool = False

    @property
    def reach(self) -> float:
        """How far a count may lie from what is printed."""
        return self.base - 1 if self.by_chance else self.base / 2


AS_COUNTED = CountRounding()
"""Counts as they are."""


@dataclass(frozen=True)
class EditionFile:
    """The rows of a file with their lines, its name in messages, and how its counts are rounded."""

    name: str
    rows: tuple[Row, ...]
    rounding: CountRounding = AS_COUNTED


def read_file(path: Path, required: Sequence[str] = REQUIRED) -> EditionFile:
    """Read the rows of an edition, which has the columns ``required`` and any others.

    Raises
    ------
    InputError
        The file cannot be read, is empty, lacks a column or has one twice; the message names the line.
    """
    file = path / CELLS if path.is_dir() else path
    may_be_read(file)
    if file.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods"):
        return _rows(file.name, *_declared(file.name, _sheet(file)), required)
    try:
        return parse_text(file.name, _decoded(file.read_bytes()), required)
    except UnicodeError:
        raise InputError(
            "this file cannot be read as text", where=Place(file=file.name), fix=LAYOUT
        ) from None


def parse_text(name: str, text: str, required: Sequence[str] = REQUIRED) -> EditionFile:
    """The rows of the text of a CSV file, whatever separates its columns."""
    lines = text.splitlines(keepends=True)
    skipped = 0
    while lines[skipped:] and lines[skipped].lstrip('"').startswith("#"):
        skipped += 1
    rounding = _rounding(name, enumerate(lines[:skipped], start=1))
    body = "".join(lines[skipped:])
    separator = _separator(lines[skipped : skipped + 1 + MOST_TITLES])
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator)
    try:
        table = [(reader.line_num + skipped, fields) for fields in reader]
    except csv.Error as error:
        where = Place(file=name, line=reader.line_num + skipped)
        raise InputError(f"this is no CSV file: {error}", where=where, fix=LAYOUT) from None
    return _rows(name, table, rounding, required)


def keyed(
    rows: Iterable[tuple[int, Mapping[str, str]]], name: str
) -> Iterator[tuple[int, CellKey, Mapping[str, str]]]:
    """The rows of a file with the cells that they print.

    Raises
    ------
    InputError
        A cell stands in two rows.
    """
    seen: dict[CellKey, int] = {}
    for line, row in rows:
        key = CellKey(*(row[part].strip() for part in CellKey._fields))
        if key in seen:
            raise InputError(
                f"a cell is printed twice, on lines {seen[key]} and {line}",
                where=Place(file=name, line=line),
                fix="Keep one of the two rows.",
            )
        seen[key] = line
        yield line, key, row


def number_of(text: str, where: Place, *, whole: bool = False) -> Decimal | None:
    """The one number that a cell prints; None where it says that it is not shown.

    Raises
    ------
    InputError
        It is no number, a bound, or may be read as two.
    """
    if is_not_shown(text):
        return None
    meant = numbers_in(text, whole=whole)
    if not meant or bounds_of(text):
        raise InputError(
            "the value is not a number", where=where, fix="Write it with a point, as in 21814 or 58.7."
        )
    if len(meant) > 1 and "," in text:
        raise ambiguous(where)
    return meant[0]


def ambiguous(where: Place) -> InputError:
    """What is said of a number whose comma may part thousands or decimals."""
    return InputError(
        "the comma may part thousands or decimals", where=where, fix="Write a plain number with a point."
    )


def _declared(
    name: str, table: list[tuple[int, list[str]]]
) -> tuple[list[tuple[int, list[str]]], CountRounding]:
    """The rows of a sheet behind those that declare something, and how its counts are rounded."""
    first = next(
        (at for at, (_, fields) in enumerate(table) if not "".join(fields).strip().startswith("#")), 0
    )
    return table[first:], _rounding(name, ((line, " ".join(fields)) for line, fields in table[:first]))


def _rounding(name: str, lines: Iterable[tuple[int, str]]) -> CountRounding:
    """What the lines before the head of a file say of its counts."""
    found = AS_COUNTED
    for line, text in lines:
        lowered = text.lower()
        if _ROUNDED.search(lowered) and not _UNROUNDED.search(lowered):
            found = CountRounding(_base(lowered, name, line), bool(_BY_CHANCE.search(lowered)))
    return found


def _base(text: str, name: str, line: int) -> int:
    found = re.findall(r"\d[\d.,]*", text)
    if len(found) != 1 or not found[0].strip(".,").isdecimal() or int(found[0].strip(".,")) < 1:
        raise InputError(
            "what counts are rounded to is not one whole number",
            where=Place(file=name, line=line),
            fix="Write `# counts rounded to 5`, or `# counts rounded at random to 5`, and no other number.",
        )
    return int(found[0].strip(".,"))


def _decoded(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding)
    if b"\x00" in content[:400]:
        encoding = next((name for first, name in _WIDE if re.match(first, content)), "utf-16-le")
        text = content.decode(encoding)
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


def _separator(lines: Iterable[str]) -> str:
    """The separator that finds most of the required columns in the first lines of a file."""
    wanted, head = set(REQUIRED), [*lines]

    def known(separator: str) -> int:
        fields = (field for line in head for field in line.split(separator))
        return len(wanted & {field.strip().strip('"').lower() for field in fields})

    return max(_SEPARATORS, key=known)


def _sheet(file: Path) -> list[tuple[int, list[str]]]:
    from firmtrade.sources.workbook import read_sheet  # only where a workbook is read: it loads polars

    sheet = read_sheet(file)
    return [
        (number, [field or "" for field in fields])
        for number, fields in enumerate(sheet.cells.iter_rows() if sheet else (), start=1)
    ]


def _titles(filled: list[tuple[int, list[str]]], required: Sequence[str]) -> int:
    """How many lines stand above the head, such as titles and headings over several columns; none without a head."""
    return next(
        (
            at
            for at, (_, fields) in enumerate(filled[: 1 + MOST_TITLES])
            if {*required} <= {_column(field, required) for field in fields}
        ),
        0,
    )


def _column(text: str, required: Sequence[str]) -> str:
    """The name of a column as it is known, however the head of the file writes it."""
    known = text.strip().casefold()
    return known if known in {*KNOWN, *required} else text.strip()


def _rows(
    name: str, table: list[tuple[int, list[str]]], rounding: CountRounding, required: Sequence[str]
) -> EditionFile:
    filled = [(line, fields) for line, fields in table if any(field.strip() for field in fields)]
    if not filled:
        raise InputError("the file is empty", where=Place(file=name), fix=LAYOUT)
    (line, head), *body = filled[_titles(filled, required) :]
    columns = [_column(field, required) for field in head]
    while columns and not columns[-1]:
        columns.pop()
    for column in required:
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
