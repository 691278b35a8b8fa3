"""The sentences of the first page: what a kind can say of a table's printed numbers.

A sentence says only what its own table prints. Comparisons are made on printed numbers, so that what reads as
equal is called equal; a sentence whose cells are hidden, undefined or missing is not said. Nothing is called
high or low, good or bad, and no cause is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from firmtrade.messages import Listing, Message, Number, Slot, message, printed
from firmtrade.outputs import Cell, CellKey, ObsStatus
from firmtrade.query.cells import Line
from firmtrade.query.dimensions import UNKNOWN


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A table of one population as its readers see it: the lines that have a cell, and the cells by line."""

    population: str
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    cells: Mapping[tuple[str, str], Cell]

    def cell(self, row: str, column: str) -> Cell | None:
        """The cell of a row and a column, by their keys; None where the table has none."""
        return self.cells.get((row, column))

    @property
    def years(self) -> tuple[str, str]:
        """The first and the last year that the cells are of."""
        years = sorted({year for cell in self.cells.values() for year in cell.year.split("-")})
        return years[0], years[-1]


@dataclass(frozen=True, slots=True)
class TableFinding:
    """One sentence of the first page and the cells that it says."""

    sentence: Message
    cells: tuple[CellKey, ...]
    period: str = ""
    """The year that it is about, where that is not the whole period of its table."""
    once: bool = False
    """Whether it is said of the first of several tables with the same sentence about the same firms."""


def number(cell: Cell | None) -> Decimal | None:
    """The number that a reader sees; None where a mark stands in its place."""
    if cell is None or cell.value is None or cell.status is not ObsStatus.NORMAL:
        return None
    return printed(cell.value, cell.decimals)


def shown(cell: Cell, *, signed: bool = False) -> Number:
    """A cell as it is printed, to fill a slot."""
    return Number(cell.value, cell.decimals, signed)


def finding_of(
    name: str,
    cells: Mapping[str, Cell | None],
    *,
    signed: bool = False,
    period: str = "",
    once: bool = False,
    **more: Slot,
) -> Iterator[TableFinding]:
    """The sentence ``name`` with these cells in its slots; none where one of them has no number."""
    there = {slot: cell for slot, cell in cells.items() if cell is not None and number(cell) is not None}
    if len(there) == len(cells):
        slots: dict[str, Slot] = {slot: shown(cell, signed=signed) for slot, cell in there.items()}
        sentence = message(f"report.findings.{name}", **slots, **more)
        yield TableFinding(sentence, tuple(cell.key for cell in there.values()), period, once)


def says_all(table: ReadTable) -> bool:
    """Whether the totals of a table's rows are of all firms: none is of known classes beside a row of unknown ones."""
    of_known = any(line.of_known for line in table.rows)
    return not of_known or all(line.key != UNKNOWN for line in table.rows)


def percentages(pairs: Iterable[tuple[Line, Cell]]) -> Listing:
    """Lines with their percentages, in a list."""
    return Listing(
        tuple(
            Listing((line.label, message("report.words.percent_value", value=shown(cell))), "space")
            for line, cell in pairs
        ),
        "comma",
    )
