"""Words for messages: cells, groups and numbers as an editor names them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from math import inf

from firmtrade.kinds import specify
from firmtrade.linked.edition import PrintedCell
from firmtrade.linked.interval import Interval
from firmtrade.messages import Count, Listing, Message, Number, Slot, Text, message, printed
from firmtrade.outputs import CellKey
from firmtrade.query.cells import Formula, Line
from firmtrade.study import Study

LONGEST_HEAD = 60
"""Signs of a head above which its key stands for it."""


class CellWords:
    """How the tables of a study speak of their cells."""

    def __init__(self, study: Study) -> None:
        self.study = study

    @cached_property
    def _heads(self) -> dict[tuple[str, str, str], Line]:
        heads: dict[tuple[str, str, str], Line] = {}
        for table in specify(self.study):
            heads |= {(table.id, "row", line.key): line for line in table.rows}
            heads |= {(table.id, "column", line.key): line for line in table.columns}
        return heads

    def table(self, key: CellKey) -> Message:
        """``Table 5`` or ``Figure 15``."""
        if key.table.startswith("fig"):
            return message("audit.words.figure", id=key.table.removeprefix("fig"))
        return message("audit.words.table", id=key.table)

    def tables(self, keys: Iterable[CellKey]) -> Slot:
        """``Table 5`` or ``Tables 5 and 12``: the tables of some cells."""
        named = list(dict.fromkeys(keys_of.table for keys_of in keys))
        if len(named) > 1 and not any(name.startswith("fig") for name in named):
            return message("audit.words.tables", ids=Listing(tuple(named)))
        return Listing(tuple(self.table(CellKey(name, "", "", "")) for name in named))

    def row(self, key: CellKey) -> Slot:
        """The head of the cell's row."""
        return self._head(key, "row")

    def column(self, key: CellKey) -> Slot:
        """The head of the cell's column."""
        return self._head(key, "column")

    def _head(self, key: CellKey, side: str) -> Text | str:
        line, name = self._heads.get((key.table, side, getattr(key, side))), str(getattr(key, side))
        return name if line is None or len(line.label.say()) > LONGEST_HEAD else line.label

    def group(self, key: CellKey) -> Slot:
        """The group of a count: its row, or its column where the groups are columns."""
        return self.column(key) if key.row == "n" else self.row(key)

    def label(self, cell: PrintedCell) -> Slot:
        """A cell without its number: ``Export`` for a number of firms, ``Export, Employment`` for another."""
        if cell.spec.formula is Formula.COUNT and "n" in (cell.key.row, cell.key.column):
            return self.group(cell.key)
        return message("audit.words.label", row=self.row(cell.key), column=self.column(cell.key))

    def name(self, cell: PrintedCell) -> Message:
        """A cell as it is printed: ``Export 3,979 firms`` or ``Export, Employment +1.1``."""
        if cell.spec.formula is Formula.COUNT:
            return message("audit.words.firms", label=self.label(cell), printed=cell.printed)
        return message("audit.words.number", label=self.label(cell), printed=cell.printed)

    def cell(self, cell: PrintedCell) -> Message:
        """``Export, Employment +1.1 (Table 6)``."""
        return message("audit.words.cell", name=self.name(cell), table=self.table(cell.key))

    def cells(self, cells: Iterable[PrintedCell]) -> Listing:
        """``Table 12 (manufacturing): Import 4,271 firms; Table 6 (manufacturing): Export, Employment
        +1.1``.
        """
        tables: dict[tuple[Message, str], list[Message]] = {}
        for cell in cells:
            tables.setdefault((self.table(cell.key), cell.key.population), []).append(self.name(cell))
        return Listing(
            tuple(
                message("audit.words.cells", table=table, population=population, cells=Listing(tuple(names)))
                for (table, population), names in tables.items()
            ),
            "semicolon",
        )

    def place(self, cell: PrintedCell) -> Message:
        """``Table 5, manufacturing``."""
        return message("audit.words.place", table=self.table(cell.key), population=cell.key.population)

    def line(self, cell: PrintedCell) -> Message:
        """``Table 5, manufacturing, Export``: the row of a cell."""
        return message("audit.words.line", place=self.place(cell), row=self.row(cell.key))

    def with_number(self, label: Slot, cell: PrintedCell) -> Message:
        """``Export (3,979)``."""
        return message("audit.words.with_number", label=label, printed=cell.printed)


def first_of(parts: Sequence[Slot], most: int) -> Listing:
    """A list of texts; of more than ``most`` the first, and how many more."""
    left = len(parts) - most
    more = (message("audit.words.more", n=Count(left)),) if left > 0 else ()
    return Listing((*parts[:most], *more))


def span(interval: Interval, decimals: int) -> Message:
    """``3.1 to 3.4``, one number where both ends print alike, ``at most 3.4`` where one end is open."""
    low, high = Number(interval.low, decimals), Number(interval.high, decimals)
    if interval.low == -inf:
        return message("audit.words.at_most", number=high)
    if interval.high == inf:
        return message("audit.words.at_least", number=low)
    if printed(interval.low, decimals) == printed(interval.high, decimals):
        return message("audit.words.exactly", number=low)
    return message("audit.words.between", low=low, high=high)
