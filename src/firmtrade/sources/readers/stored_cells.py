"""What an xlsx workbook stores in its cells beyond their values: formulas without one, as programs that only write
leave them, and numbers of more digits than a spreadsheet keeps."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from firmtrade.sources.readers.reading import Cells

WITH_XML = (".xlsx", ".xlsm")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
PIECE = 1 << 20
_LONG = r"-?(?:[0-9]{16}|[0-9.]+[eE][+]?(?:1[5-9]|[2-9][0-9]))"
"""A number of 16 digits or more before its point, which may be written in powers of ten."""
_LONG_NUMBER = re.compile(_LONG)
_ODD = re.compile(rf"<f[ >/]|<v>{_LONG}".encode())


@dataclass(frozen=True, slots=True)
class StoredCells:
    """Cells of a sheet by the position of their column, from 0: formulas without a value, and the columns in which some
    number has 16 digits or more."""

    formulas: Mapping[int, Cells]
    long_numbers: frozenset[int]


NOTHING = StoredCells({}, frozenset())


def stored_cells(source: Path, sheet: str) -> StoredCells:
    """Such cells of a sheet. A sheet without any is only skimmed.

    Source: ECMA-376, part 1, 18.3.1.4 (``c``): the value of a formula is in ``v``; the text that is empty has the
    type ``str``, and a number the type ``n`` or none.
    """
    if source.suffix.lower() not in WITH_XML:
        return NOTHING
    formulas: dict[int, Cells] = {}
    long_numbers: set[int] = set()
    try:
        with zipfile.ZipFile(source) as book:
            member = _member(book, sheet)
            if member is None or not _has_odd_cells(book, member):
                return NOTHING
            with book.open(member) as stream:
                for address, is_formula in _odd_cells(stream):
                    column = _position(address)
                    if not is_formula:
                        long_numbers.add(column)
                    elif before := formulas.get(column):
                        formulas[column] = Cells(before.count + 1, before.first)
                    else:
                        formulas[column] = Cells(1, address)
    except (
        zipfile.BadZipFile,
        KeyError,
        ElementTree.ParseError,
    ):  # the reader of the values tells what is wrong
        return NOTHING
    return StoredCells(formulas, frozenset(long_numbers))


def _member(book: zipfile.ZipFile, sheet: str) -> str | None:
    """The file of a sheet within the workbook."""
    sheets = ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
    link = next((one.get(_LINK) for one in sheets if one.get("name") == sheet), None)
    links = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    target = next((str(one.get("Target")) for one in links if one.get("Id") == link), None)
    if target is None:
        return None
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _has_odd_cells(book: zipfile.ZipFile, member: str) -> bool:
    with book.open(member) as stream:
        before = b""
        while piece := stream.read(PIECE):
            if _ODD.search(before + piece):
                return True
            before = piece[-40:]
    return False


def _odd_cells(stream: IO[bytes]) -> Iterator[tuple[str, bool]]:
    """Addresses of formulas without a value (true) and of long numbers (false)."""
    for _, cell in ElementTree.iterparse(stream):
        if cell.tag == f"{_MAIN}c":
            value = cell.find(f"{_MAIN}v")
            text = "" if value is None else value.text or ""
            if cell.find(f"{_MAIN}f") is not None and not text and cell.get("t") != "str":
                yield str(cell.get("r")), True
            elif cell.get("t", "n") == "n" and _LONG_NUMBER.match(text):
                yield str(cell.get("r")), False
            cell.clear()


def _position(address: str) -> int:
    """The position of a cell's column, from 0.

    >>> _position("A1"), _position("AB7")
    (0, 27)
    """
    position = 0
    for letter in address.rstrip("0123456789"):
        position = position * 26 + ord(letter) - ord("A") + 1
    return position - 1
