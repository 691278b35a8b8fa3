"""Words for messages: cells, groups and numbers as an editor names them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from firmtrade.kinds import specify
from firmtrade.linked.edition import PrintedCell
from firmtrade.linked.interval import Interval
from firmtrade.messages import DEFAULT_LANGUAGE, language_of
from firmtrade.outputs import CellKey
from firmtrade.query.cells import Formula, Line
from firmtrade.study import Study

ENGLISH = language_of(DEFAULT_LANGUAGE)
"""An audit speaks to the editor of an edition, in one language."""


class Words:
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

    def table(self, key: CellKey) -> str:
        """``Table 5`` or ``Figure 15``."""
        return (
            f"Figure {key.table.removeprefix('fig')}" if key.table.startswith("fig") else f"Table {key.table}"
        )

    def tables(self, keys: Iterable[CellKey]) -> str:
        """``Table 5`` or ``Tables 5 and 12``: the tables of some cells."""
        names = list(dict.fromkeys(self.table(key) for key in keys))
        if len(names) > 1 and all(name.startswith("Table ") for name in names):
            return "Tables " + listing([name.removeprefix("Table ") for name in names])
        return listing(names)

    def row(self, key: CellKey) -> str:
        """The head of the cell's row."""
        return self._head(key, "row")

    def column(self, key: CellKey) -> str:
        """The head of the cell's column."""
        return self._head(key, "column")

    def _head(self, key: CellKey, side: str) -> str:
        line = self._heads.get((key.table, side, getattr(key, side)))
        text = line.label.say() if line is not None else str(getattr(key, side))
        return text if len(text) <= 60 else str(getattr(key, side))

    def group(self, key: CellKey) -> str:
        """The group of a count: its row, or its column where the groups are columns."""
        return self.column(key) if key.row == "n" else self.row(key)

    def label(self, cell: PrintedCell) -> str:
        """A cell without its number: ``Export`` for a number of firms, ``Export, Employment`` for another."""
        if cell.spec.formula is Formula.COUNT and "n" in (cell.key.row, cell.key.column):
            return self.group(cell.key)
        return f"{self.row(cell.key)}, {self.column(cell.key)}"

    def name(self, cell: PrintedCell) -> str:
        """A cell as it is printed: ``Export 3,979 firms`` or ``Export, Employment +1.1``."""
        firms = " firms" if cell.spec.formula is Formula.COUNT else ""
        return f"{self.label(cell)} {cell.printed}{firms}"

    def cell(self, cell: PrintedCell) -> str:
        """``Export, Employment +1.1 (Table 6)``."""
        return f"{self.name(cell)} ({self.table(cell.key)})"

    def cells(self, cells: Iterable[PrintedCell]) -> str:
        """``Table 12 (manufacturing): Import 4,271 firms; Table 6 (manufacturing): Export, Employment
        +1.1``.
        """
        tables: dict[tuple[str, str], list[str]] = {}
        for cell in cells:
            tables.setdefault((self.table(cell.key), cell.key.population), []).append(self.name(cell))
        return "; ".join(f"{table} ({firms}): {listing(shown)}" for (table, firms), shown in tables.items())


def listing(parts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return ENGLISH.listing(parts)


def number(value: float, decimals: int = 0) -> str:
    """``21,814`` or ``58.7``."""
    return ENGLISH.number(value, decimals)


def span(interval: Interval, decimals: int) -> str:
    """``3.1 to 3.4``, one number where both ends print alike, ``at most 3.4`` where one end is open."""
    if interval.low == -float("inf"):
        return f"at most {number(interval.high, decimals)}"
    if interval.high == float("inf"):
        return f"at least {number(interval.low, decimals)}"
    low, high = number(interval.low, decimals), number(interval.high, decimals)
    return low if low == high else f"{low} to {high}"
