"""The sentences of the first page about traders: who enters, leaves and stays, and who holds the value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from firmtrade.messages import Language, Slot, Year, printed
from firmtrade.outputs import Cell
from firmtrade.report.model import Finding, Row, Table
from firmtrade.report.words import MARKS, cell_text

Writer = Callable[[Table, Language], Iterator[Finding]]

GONE = "gone"


def said_number(cell: Cell | None) -> Decimal | None:
    """The number that a reader sees; None where a mark stands in its place."""
    if cell is None or cell.value is None or cell.status in MARKS:
        return None
    return printed(cell.value, cell.decimals)


def finding(
    table: Table, text: str, cells: Iterable[Cell | None], *, about: str = "", period: str = ""
) -> Finding:
    """A sentence of a table, and the cells that it says."""
    said = about or " · ".join(part for part in (table.population, period or table.period) if part)
    return Finding(said, text, table.id, tuple(cell.key for cell in cells if cell is not None))


def _sentence(
    name: str, table: Table, words: Language, cells: dict[str, Cell | None], **more: Slot
) -> Iterator[Finding]:
    """The sentence ``name`` with these cells in its slots; nothing where one of them has no number."""
    if all(said_number(cell) is not None for cell in cells.values()):
        shown = {slot: cell_text(cell, words) for slot, cell in cells.items() if cell is not None}
        yield finding(table, words.say(f"report.findings.{name}", **shown, **more), cells.values())


def dynamics(flow: str) -> Writer:
    """Entry, exit and survival in the one year that the table is cut to."""

    def write(table: Table, words: Language) -> Iterator[Finding]:
        column = table.columns[0]
        year = int(column.key)
        rows = {"entry": "entry_rate", "exit": "exit_rate", "survival": "survival_1"}
        cells = {slot: table.cell(row, column) for slot, row in rows.items()}
        yield from _sentence(
            f"{flow}_dynamics",
            table,
            words,
            cells,
            year=Year(year),
            before=Year(year - 1),
            after=Year(year + 1),
        )

    return write


def concentration(flow: str) -> Writer:
    """What the largest traders hold of the value of all."""

    def write(table: Table, words: Language) -> Iterator[Finding]:
        cells = {"percent": table.cell("total", "top_5_percent"), "ten": table.cell("total", "top_10")}
        yield from _sentence(f"{flow}_concentration", table, words, cells)

    return write


def two_way(flow: str) -> Writer:
    """The part of those that trade in both directions, in firms and in value."""

    def write(table: Table, words: Language) -> Iterator[Finding]:
        cells = {"n": table.cell("two_way", "n_share"), "value": table.cell("two_way", "value_share")}
        yield from _sentence(f"{flow}_two_way", table, words, cells)

    return write


def transition(table: Table, words: Language) -> Iterator[Finding]:
    """Who kept the mode, and the largest change of mode where one is larger than all others as printed."""
    first, last = table.period.split("–")
    kept = [(row, table.cell(row, row.key)) for row in table.rows]
    if any(said_number(cell) is None for _, cell in kept):
        return
    items = words.say("report.words.list_separator").join(
        f"{row.label} {words.say('report.words.percent_value', value=cell_text(cell, words))}"
        for row, cell in kept
        if cell is not None
    )
    largest = _largest_move(table)
    move = ""
    cells = [cell for _, cell in kept]
    if largest is not None:
        row, label, cell = largest
        cells.append(cell)
        move = words.say("report.findings.move", a=row.label, b=label, value=cell_text(cell, words))
    text = words.say("report.findings.transition", first=first, last=last, items=items, move=move)
    yield finding(table, text, cells)


def _largest_move(table: Table) -> tuple[Row, str, Cell] | None:
    """The largest share that changed from one mode to another; none where two are equal or one is not printed."""
    modes = {row.key for row in table.rows}
    moves = [
        (row, column.label, cell)
        for row, column, cell in table.ordered_cells()
        if column.key in modes and column.key != row.key
    ]
    numbers = [said_number(cell) for *_, cell in moves]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers) or not known or not max(known) or known.count(max(known)) > 1:
        return None
    return moves[known.index(max(known))]


WRITERS: dict[str, Writer] = {
    "transition": transition,
    **{
        f"{flow}_{name}": write(flow)
        for flow in ("export", "import")
        for name, write in (("dynamics", dynamics), ("concentration", concentration), ("two_way", two_way))
    },
}
