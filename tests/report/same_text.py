"""The text of every table as each format prints it: page and workbook against the grid that all are drawn from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

from firmtrade.messages import Language, language_of
from firmtrade.report.grid import Grid, grid
from firmtrade.report.largest import shortened
from firmtrade.report.model import Document, Figure, Table
from firmtrade.report.names import stem
from firmtrade.report.words import MARKS

Rows = list[list[str]]


def said(text: str) -> str:
    """A text without the signs that break lines, every space alike."""
    return " ".join(text.replace("\u200b", "").replace("\u00ad", "").split())


def expected(drawn: Grid) -> Rows:
    """The body of a table, one list for each row: headings of blocks alone, labels with their unit, and cells."""
    rows: Rows = []
    for block in drawn.blocks:
        if block.heading:
            rows.append([said(block.heading)])
        for line in block.lines:
            label = f"{line.label} ({line.unit})" if line.unit else line.label
            rows.append([said(label), *(said(entry.text) for entry in line.entries)])
    return rows


class _Tables(HTMLParser):
    """The bodies of the tables of a page, by the anchor of what they stand in."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Rows] = {}
        self.anchor, self.body, self.cell = "", False, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        if tag == "div" and str(facts.get("class", "")).startswith("exhibit"):
            self.anchor = str(facts["id"])
        if tag == "tbody":
            self.body = True
        if self.body and tag == "tr":
            self.found.setdefault(self.anchor, []).append([])
        if self.body and tag in ("th", "td"):
            self.cell = True
            self.found[self.anchor][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "tbody":
            self.body = False
        if tag in ("th", "td"):
            self.cell = False

    def handle_data(self, data: str) -> None:
        if self.body and self.cell:
            self.found[self.anchor][-1][-1] += data


def on_the_page(page: str) -> dict[str, Rows]:
    """The body of every table of ``index.html``, by its anchor."""
    parser = _Tables()
    parser.feed(page)
    return {anchor: [[said(text) for text in row] for row in rows] for anchor, rows in parser.found.items()}


def in_the_workbook(content: bytes, document: Document) -> Iterator[tuple[Table, Rows]]:
    """The body of the marked-up table of every sheet, its numbers written as their format shows them."""
    import openpyxl

    language = language_of(document.language)
    book = openpyxl.load_workbook(BytesIO(content))
    tables = [table for table in document.tables() if table.computed]
    for table, sheet in zip(tables, book.worksheets[3:], strict=True):
        (marked_up,) = sheet.tables.values()
        yield (
            table,
            [[_shown(cell, language) for cell in row] for row in list(sheet[marked_up.ref])[1:]],
        )


def _shown(cell: Any, language: Language) -> str:
    """A cell as a reader of the workbook sees it, in the language of the publication."""
    if cell.value is None or isinstance(cell.value, str):
        return said(str(cell.value or ""))
    pattern = cell.number_format
    least = re.match(r'\[<[\d.]+\]"(<[\d.]+)";', pattern)
    body = pattern.split(";")[-1] if least else pattern.split(";")[0]
    decimals = len(body.partition(".")[2])
    if least and cell.value < 10**-decimals:
        return said(least[1].replace(".", language.decimal_sign))
    grouped = bool(least) or body.lstrip("+").startswith("#")
    if not grouped and not decimals:
        return f"{cell.value:02.0f}"
    number = language.number(cell.value, decimals, signed=body.startswith("+"))
    return said(number if grouped else number.replace(language.group_sign, ""))


def differences(document: Document, page: str, workbook: bytes) -> list[str]:
    """Every row of a table that the page or the workbook does not print as the table says it."""
    language = language_of(document.language)
    shown = on_the_page(page)
    found = []
    for item in document.items():
        table = item.table if isinstance(item, Figure) else item
        if isinstance(item, Figure) and item.printed_by and stem(table) not in shown:
            continue
        if table.computed:
            wanted = expected(grid(shortened(table, language), language))
            if shown.get(stem(table)) != wanted:
                found.append(f"page, {table.id}: {_first(wanted, shown.get(stem(table), []))}")
        elif stem(table) in shown:
            found.append(f"page, {table.id}: printed though not computed")
    for table, rows in in_the_workbook(workbook, document):
        lines = [row for row in expected(grid(table, language)) if len(row) > 1]
        if rows != lines:
            found.append(f"workbook, {table.id}: {_first(lines, rows)}")
    return found


def _first(wanted: Rows, found: Rows) -> str:
    pairs = zip(wanted, found, strict=False)
    return next((f"{one} is printed {other}" for one, other in pairs if one != other), "rows are missing")


def marks(page: str) -> int:
    """How many marks of missing values a page prints in tables."""
    texts = (text for rows in on_the_page(page).values() for row in rows for text in row)
    return sum(text in MARKS.values() for text in texts)
