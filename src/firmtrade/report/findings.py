"""The sentences of the first page, made from cells.

A sentence says only what its own table prints. Comparisons are made on printed numbers, so that what reads as
equal is called equal; a sentence whose cells are hidden, undefined or missing is not said. Nothing is called
high or low, good or bad, and no cause is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from firmtrade.messages import Language
from firmtrade.outputs import Cell
from firmtrade.report import trader_findings
from firmtrade.report.model import Finding, Row, Table
from firmtrade.report.trader_findings import Writer, finding, said_number
from firmtrade.report.words import cell_text, unit_name


def findings(tables: Sequence[tuple[str, Table]], words: Language) -> tuple[Finding, ...]:
    """The findings of (kind, table) pairs, in their order. A kind without a writer says nothing."""
    return tuple(
        said
        for kind, table in tables
        if table.computed and kind in _WRITERS
        for said in _WRITERS[kind](table, words)
    )


def _composition(table: Table, words: Language) -> Iterator[Finding]:
    """How firms split over the modes; the table has one column of shares."""
    slots = {
        "no": "no_internationalization",
        "both": "import_and_export",
        "import_only": "import_only",
        "export_only": "export_only",
    }
    cells = {slot: table.cell(row, table.columns[0]) for slot, row in slots.items()}
    if all(said_number(cell) is not None for cell in cells.values()):
        shown = {slot: cell_text(cell, words) for slot, cell in cells.items() if cell is not None}
        yield finding(table, words.say("report.findings.composition", **shown), cells.values())


def _regions(table: Table, words: Language) -> Iterator[Finding]:
    """Every group with its number, for each population of a table whose columns are populations."""
    for column in table.columns:
        cells = [(row, table.cell(row, column)) for row in table.rows if row.key != "unknown"]
        if any(said_number(cell) is None for _, cell in cells):
            continue
        items = words.say("report.words.list_separator").join(
            f"{row.label} {words.say('report.words.percent_value', value=cell_text(cell, words))}"
            for row, cell in cells
            if cell is not None
        )
        text = words.say("report.findings.regions", items=items)
        about = f"{column.label} · {table.period}"
        yield finding(table, text, (cell for _, cell in cells), about=about)


def _classes(table: Table, words: Language) -> Iterator[Finding]:
    """The first flow from the first class to the last; the order of classes is that of the table."""
    columns = [column for column in table.columns if column.key != "unknown"]
    row = table.rows[0]
    cells = [table.cell(row, column) for column in columns]
    numbers = [said_number(cell) for cell in cells]
    known = [number for number in numbers if number is not None]
    first, last = cells[0], cells[-1]
    if len(columns) < 2 or first is None or last is None or numbers[0] is None or numbers[-1] is None:
        return
    text = words.say(
        "report.findings.classes",
        row=row.label,
        first=cell_text(first, words),
        first_label=columns[0].label,
        last=cell_text(last, words),
        last_label=columns[-1].label,
        trend=_trend(known, words) if len(known) == len(columns) and len(columns) > 2 else "",
    )
    yield finding(table, text, (first, last))


def _trend(numbers: Sequence[Decimal], words: Language) -> str:
    steps = list(pairwise(numbers))
    if all(before < after for before, after in steps):
        return words.say("report.findings.rising")
    if all(before > after for before, after in steps):
        return words.say("report.findings.falling")
    return ""


def _level(table: Table, words: Language) -> Iterator[Finding]:
    """The last level of the first row (traders) and the last row (non-traders), and which is higher."""
    levels = [column for column in table.columns if re.fullmatch(r"labor_productivity_\d{4}", column.key)]
    if not levels:
        return
    column, a_row, b_row = levels[-1], table.rows[0], table.rows[-1]
    a, b = table.cell(a_row, column), table.cell(b_row, column)
    a_number, b_number = said_number(a), said_number(b)
    if a is None or b is None or a_number is None or b_number is None:
        return
    difference = a_number - b_number
    apart = {"difference": words.number(abs(difference), a.decimals)} if difference else {}
    relation = "equal" if not difference else "higher" if difference > 0 else "lower"
    text = words.say(
        "report.findings.level",
        a=cell_text(a, words),
        b=cell_text(b, words),
        a_label=a_row.label,
        b_label=b_row.label,
        unit=unit_name(a.unit, words),
        relation=words.say(f"report.findings.{relation}", **apart),
    )
    yield finding(table, text, (a, b), period=a.year)


def _growth(table: Table, words: Language) -> Iterator[Finding]:
    """Employment and value added of the first row (traders) and the last row (non-traders), with signs."""
    a_row, b_row = table.rows[0], table.rows[-1]
    cells = {
        f"{measure}_{side}": table.cell(row, f"{measure}_cagr")
        for measure in ("employment", "value_added")
        for side, row in (("a", a_row), ("b", b_row))
    }
    if all(said_number(cell) is not None for cell in cells.values()):
        shown = {
            slot: cell_text(cell, words, signed=True) for slot, cell in cells.items() if cell is not None
        }
        text = words.say("report.findings.growth", a_label=a_row.label, b_label=b_row.label, **shown)
        yield finding(table, text, cells.values())


def _series(table: Table, words: Language) -> Iterator[Finding]:
    """The series that moved most between the first and the last year."""
    moves: list[tuple[Decimal, Row, Cell, Cell]] = []
    start, end = table.columns[0], table.columns[-1]
    for row in table.rows:
        first, last = table.cell(row, start), table.cell(row, end)
        before, after = said_number(first), said_number(last)
        if first is not None and last is not None and before is not None and after is not None:
            moves.append((after - before, row, first, last))
    if not moves:
        return
    change, row, first, last = max(moves, key=lambda move: abs(move[0]))
    slots = {
        "row": row.label,
        "first": cell_text(first, words),
        "first_year": start.label,
        "last_year": end.label,
    }
    if change:
        slots["last"] = cell_text(last, words)
        slots["difference"] = words.number(change, first.decimals, signed=True)
    text = words.say("report.findings.series" if change else "report.findings.series_equal", **slots)
    yield finding(table, text, (first, last))


_WRITERS: dict[str, Writer] = {
    "composition": _composition,
    "regions": _regions,
    "classes": _classes,
    "level": _level,
    "growth": _growth,
    "series": _series,
    **trader_findings.WRITERS,
}
