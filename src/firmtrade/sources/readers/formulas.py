"""Cells of an xlsx workbook that hold a formula but no stored value: programs that only write leave them so."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from firmtrade.sources.readers.reading import Cells

WITH_XML = (".xlsx", ".xlsm")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
PIECE = 1 << 20


def formulas_without_values(source: Path, sheet: str) -> dict[int, Cells]:
    """Such cells of a sheet by the position of their column, from 0. A sheet without formulas is only skimmed.

    Source: ECMA-376, part 1, 18.3.1.4 (``c``): the value of a formula is in ``v``; the text that is empty has the
    type ``str``.
    """
    if source.suffix.lower() not in WITH_XML:
        return {}
    found: dict[int, Cells] = {}
    try:
        with zipfile.ZipFile(source) as book:
            member = _member(book, sheet)
            if member is None or not _has_formulas(book, member):
                return {}
            with book.open(member) as stream:
                for address in _addresses(stream):
                    column = _position(address)
                    before = found.get(column)
                    found[column] = Cells(before.count + 1, before.first) if before else Cells(1, address)
    except (
        zipfile.BadZipFile,
        KeyError,
        ElementTree.ParseError,
    ):  # the reader of the values tells what is wrong
        return {}
    return found


def _member(book: zipfile.ZipFile, sheet: str) -> str | None:
    """The file of a sheet within the workbook."""
    sheets = ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
    link = next((one.get(_LINK) for one in sheets if one.get("name") == sheet), None)
    links = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    target = next((str(one.get("Target")) for one in links if one.get("Id") == link), None)
    if target is None:
        return None
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _has_formulas(book: zipfile.ZipFile, member: str) -> bool:
    with book.open(member) as stream:
        before = b""
        while piece := stream.read(PIECE):
            if re.search(rb"<f[ >/]", before + piece):
                return True
            before = piece[-8:]
    return False


def _addresses(stream: IO[bytes]) -> Iterator[str]:
    for _, cell in ElementTree.iterparse(stream):
        if cell.tag == f"{_MAIN}c":
            value = cell.find(f"{_MAIN}v")
            without = value is None or not value.text
            if cell.find(f"{_MAIN}f") is not None and without and cell.get("t") != "str":
                yield str(cell.get("r"))
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
