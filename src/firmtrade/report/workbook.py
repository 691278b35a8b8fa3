"""The workbook, laid out as the British guidance for statistical spreadsheets asks.

A cover, contents, notes, then one table per sheet: real numbers with a number format, a marked-up table, no
merged cells, a mark in place of a missing value, no meaning in colour alone.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Sequence
from typing import Any

from firmtrade.messages import P_VALUE, YEAR, Language, language_of, printed, smallest, unprintable
from firmtrade.report.grid import Grid, grid, headings
from firmtrade.report.model import Document, Table
from firmtrade.report.names import bare, label, stem
from firmtrade.report.palette import INK
from firmtrade.report.provenance import about, produced
from firmtrade.report.words import MARKS, cell_text

EPOCH = datetime.datetime(2000, 1, 1)
"""The date a workbook says it was made: a constant, so that two runs give the same bytes."""

FONT = "Arial"
"""Every spreadsheet program has it; a workbook cannot carry its own type."""


def workbook(document: Document) -> bytes:
    """The publication as an XLSX file."""
    import xlsxwriter

    language = language_of(document.language)
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties(
            {"title": document.title, "comments": produced(document.provenance, language), "created": EPOCH}
        )
        book.formats[0].set_font_name(FONT)
        book.formats[0].set_font_size(11)
        tables = [table for table in document.tables() if table.computed]
        _Book(book, document, language).write(tables)
    return target.getvalue()


class _Book:
    """The sheets of one workbook, in order."""

    def __init__(self, book: Any, document: Document, language: Language) -> None:
        self.book = book
        self.document = document
        self.language = language
        base = {"font_name": FONT, "font_size": 11, "valign": "top"}
        self.title = book.add_format({**base, "bold": True, "font_size": 16, "font_color": INK})
        self.heading = book.add_format({**base, "bold": True, "font_size": 13})
        self.text = book.add_format({**base, "text_wrap": True})
        self.plain = book.add_format(base)
        self.bold = book.add_format({**base, "bold": True})
        self.link = book.add_format({**base, "font_color": "#0b4a8f", "underline": 1})
        self.head = book.add_format({**base, "bold": True, "text_wrap": True, "bottom": 1, "align": "right"})
        self.stub = book.add_format({**base, "bold": True, "text_wrap": True, "bottom": 1})
        self.mark = book.add_format({**base, "align": "right"})
        self.numbers: dict[tuple[str, int, bool], Any] = {}
        self.base = base

    def write(self, tables: list[Table]) -> None:
        say = self.language.say
        cover, contents, notes, *found = sheet_names(
            [
                *(say(f"report.sheets.{name}") for name in ("cover", "contents", "notes")),
                *(label(table, self.language) for table in tables),
            ]
        )
        names = dict(zip((table.id for table in tables), found, strict=True))
        self._cover(cover)
        self._contents(contents, tables, names)
        self._notes(notes, tables, names)
        marked_up = distinct(
            [stem(table).replace("-", "_").replace(".", "_") for table in tables], LONGEST_NAME
        )
        for table, name in zip(tables, marked_up, strict=True):
            self._table(names[table.id], table, contents, name)

    def _sheet(self, name: str) -> Any:
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        if self.document.banner:
            sheet.set_header(f"&L{self.document.banner.replace('&', '&&')}")
        return sheet

    def _cover(self, name: str) -> None:
        say, document = self.language.say, self.document
        sheet = self._sheet(name)
        sheet.set_column(0, 0, 92, self.text)
        lines: list[tuple[str, Any]] = [(document.title, self.title)]
        if document.banner:
            lines.append((document.banner, self.bold))
        lines += [
            (document.subtitle, self.text),
            (produced(document.provenance, self.language), self.text),
            (say(f"report.words.{document.provenance.data}_sentence"), self.text),
            (say("report.sheets.guidance"), self.text),
            (say("report.sheets.marks"), self.text),
            (say("report.words.about"), self.heading),
        ]
        lines += [
            (term + say("report.words.colon") + value, self.text)
            for term, value in about(document, self.language)
        ]
        if document.findings:
            lines.append((say("report.words.findings"), self.heading))
            lines += [(f"{item.about}. {item.text}", self.text) for item in document.findings]
        for row, (text, form) in enumerate(lines):
            sheet.write_string(row, 0, bare(text), form)

    def _contents(self, name: str, tables: list[Table], names: dict[str, str]) -> None:
        say = self.language.say
        sheet = self._sheet(name)
        sheet.set_column(0, 0, 18, self.plain)
        sheet.set_column(1, 1, 90, self.text)
        sheet.set_column(2, 2, 16, self.plain)
        sheet.write_string(0, 0, name, self.title)
        sheet.write_string(1, 0, say("report.sheets.one_table"), self.plain)
        columns = [
            {"header": header, "header_format": self.stub}
            for header in (say("report.sheets.sheet"), say("report.sheets.title"), say("report.words.period"))
        ]
        top = 2
        if tables:
            sheet.add_table(
                top, 0, top + len(tables), 2, {**_MARKED_UP, "name": "contents", "columns": columns}
            )
        for row, table in enumerate(tables, start=top + 1):
            sheet.write_url(row, 0, f"internal:'{names[table.id]}'!A1", self.link, names[table.id])
            sheet.write_string(row, 1, table.title, self.text)
            sheet.write_string(row, 2, table.period, self.plain)

    def _notes(self, name: str, tables: list[Table], names: dict[str, str]) -> None:
        say = self.language.say
        sheet = self._sheet(name)
        sheet.set_column(0, 0, 18, self.plain)
        sheet.set_column(1, 1, 100, self.text)
        sheet.write_string(0, 0, name, self.title)
        sheet.write_string(1, 0, say("report.sheets.one_table"), self.plain)
        rows = [(mark, say(f"marks.{status.name.lower()}")) for status, mark in MARKS.items()]
        rows += [(names[table.id], note) for table in tables for note in table.notes]
        missing = [table for table in self.document.tables() if not table.computed]
        rows += [
            (label(table, self.language), say("report.words.not_computed", needs=table.needs))
            for table in missing
        ]
        rows += [
            (term.name, text)
            for section in self.document.sections
            for term in section.terms
            for text in term.texts
        ]
        columns = [
            {"header": header, "header_format": self.stub}
            for header in (
                f"{say('report.sheets.mark')} / {say('report.sheets.sheet')}",
                say("report.sheets.meaning"),
            )
        ]
        sheet.add_table(2, 0, 2 + len(rows), 1, {**_MARKED_UP, "name": "notes", "columns": columns})
        for row, (what, text) in enumerate(rows, start=3):
            sheet.write_string(row, 0, what, self.plain)
            sheet.write_string(row, 1, bare(text), self.text)

    def _table(self, name: str, table: Table, contents: str, marked_up: str) -> None:
        say, language = self.language.say, self.language
        colon = say("report.words.colon")
        sheet = self._sheet(name)
        drawn = grid(table, language)
        sheet.write_string(0, 0, label(table, language) + colon + table.title, self.title)
        lines = [say("report.sheets.one_table")]
        if self.document.banner:
            lines.insert(0, self.document.banner)
        lines += [part for part in (table.subject, table.population, table.period, drawn.unit) if part]
        if drawn.legend:
            lines.append(
                language.listing([f"{mark} {meaning}" for mark, meaning in drawn.legend], "semicolon")
            )
        lines += [say("report.words.note") + colon + note for note in table.notes]
        lines += [say("report.words.source") + colon + table.source] if table.source else []
        for row, text in enumerate(lines, start=1):
            sheet.write_string(row, 0, bare(text), self.plain)
        sheet.write_url(len(lines) + 1, 0, f"internal:'{contents}'!A1", self.link, say("report.sheets.link"))
        self._body(sheet, table, drawn, marked_up, top=len(lines) + 2)

    def _body(self, sheet: Any, table: Table, drawn: Grid, name: str, top: int) -> None:
        headers = _unique([drawn.stub or self.language.say("report.words.row"), *self._headers(table, drawn)])
        lines = [line for block in drawn.blocks for line in block.lines]
        stubs = [f"{line.label} ({line.unit})" if line.unit else line.label for line in lines]
        sheet.set_column(
            0, 0, min(max(22, max(map(len, [*stubs, headers[0]]), default=0) + 2), 64), self.plain
        )
        sheet.set_column(1, len(headers) - 1, 16, self.plain)
        sheet.add_table(
            top, 0, top + max(len(lines), 1), len(headers) - 1,
            {
                **_MARKED_UP,
                "name": name,
                "columns": [
                    {"header": text, "header_format": self.head if place else self.stub}
                    for place, text in enumerate(headers)
                ],
            },
        )  # fmt: skip
        sheet.freeze_panes(top + 1, 1)
        sheet.repeat_rows(top)
        for down, (row, stub) in enumerate(zip(table.rows, stubs, strict=True), start=top + 1):
            sheet.write_string(down, 0, stub, self.bold if row.emphasis else self.plain)
            for across, column in enumerate(table.columns, start=1):
                if (row.key, column.key) in table.texts:
                    sheet.write_string(down, across, table.texts[row.key, column.key], self.text)
                cell = table.cell(row, column)
                if cell is None:
                    continue
                if cell.value is None or cell.status in MARKS:
                    sheet.write_string(down, across, cell_text(cell, self.language), self.mark)
                else:
                    below = cell.unit == P_VALUE and unprintable(cell.value, cell.decimals)
                    value = 0.0 if below else float(printed(cell.value, cell.decimals))
                    sheet.write_number(
                        down, across, value, self._number(cell.decimals, column.signed, cell.unit)
                    )

    def _headers(self, table: Table, drawn: Grid) -> list[str]:
        return [
            f"{text} ({head.unit})" if head.unit else text
            for text, head in zip(headings(table, self.language).values(), drawn.heads, strict=True)
        ]

    def _number(self, decimals: int, signed: bool, unit: str) -> Any:
        key = (unit if unit in {"code", P_VALUE, YEAR} else "", decimals, signed)
        if key not in self.numbers:
            body = ("0" if unit in {"code", YEAR} else "#,##0") + ("." + "0" * decimals if decimals else "")
            pattern = f"+{body};-{body};{body}" if signed else body
            if unit == P_VALUE:
                least = smallest(decimals)
                pattern = f'[<{least}]"<{least}";{body}'
            self.numbers[key] = self.book.add_format({**self.base, "num_format": pattern, "align": "right"})
        return self.numbers[key]


_MARKED_UP = {"style": None, "autofilter": False, "banded_rows": False}


LONGEST_SHEET, LONGEST_NAME = 31, 250
"""Characters that a spreadsheet program takes for the name of a sheet, and of a marked-up table."""


def sheet_names(texts: Sequence[str]) -> list[str]:
    """Names for sheets that a spreadsheet program accepts: short, without its signs, no two alike in any case.

    >>> sheet_names(["Notes", "Table a1", "Table A1", "Table x/y"])
    ['Notes', 'Table a1', 'Table A1 (2)', 'Table x y']
    """
    return distinct([re.sub(r"[\[\]:*?/\\']", " ", text) for text in texts], LONGEST_SHEET)


def distinct(names: Sequence[str], longest: int) -> list[str]:
    """The names cut to a length, no two alike in capitals and small letters: the second of a name gets its number."""
    found: dict[str, str] = {}
    for name in names:
        made, number = name[:longest], 2
        while made.casefold() in found:
            mark = f" ({number})" if " " in name else f"_{number}"
            made, number = name[: longest - len(mark)] + mark, number + 1
        found[made.casefold()] = made
    return list(found.values())


def _unique(headers: list[str]) -> list[str]:
    """Headers of a marked-up table must differ; a repeated one gets its place."""
    seen: dict[str, int] = {}
    found = []
    for header in headers:
        seen[header] = seen.get(header, 0) + 1
        found.append(header if seen[header] == 1 else f"{header} ({seen[header]})")
    return found
