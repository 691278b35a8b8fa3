"""Cell by cell against a printed edition: which computed numbers lie where the printed ones say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from firmtrade.linked.edition import Edition, PrintedCell
from firmtrade.outputs import Cell, CellKey
from firmtrade.outputs.notebook import card


@dataclass(frozen=True, slots=True)
class PrintedDifference:
    """A printed number and the computed one. ``half_units`` is how far outside the printed interval it lies."""

    printed: PrintedCell
    computed: float | None
    half_units: float

    @property
    def agrees(self) -> bool:
        return self.half_units == 0


@dataclass(frozen=True)
class Comparison:
    """All printed numbers of an edition against computed cells."""

    differences: tuple[PrintedDifference, ...]

    @property
    def agreeing(self) -> int:
        return sum(difference.agrees for difference in self.differences)

    def __repr__(self) -> str:
        return f"<comparison: {self.agreeing:,} of {len(self.differences):,} cells agree>"

    def _repr_html_(self) -> str:
        rows = [
            (table, f"{sum(one.agrees for one in members):,}", f"{len(members):,}")
            for table, members in self.by_table.items()
        ]
        lines = [f"{self.agreeing:,} of {len(self.differences):,} cells agree with the printed ones."]
        return card("Comparison with an edition", lines, ("table", "agree", "of"), rows)

    @cached_property
    def by_table(self) -> dict[str, tuple[PrintedDifference, ...]]:
        """Differences by table, worst first."""
        tables: dict[str, list[PrintedDifference]] = {}
        for difference in self.differences:
            tables.setdefault(difference.printed.key.table, []).append(difference)
        return {
            table: tuple(sorted(members, key=lambda one: (-one.half_units, one.printed.key)))
            for table, members in tables.items()
        }


def compare(edition: Edition, cells: Iterable[Cell]) -> Comparison:
    """Set computed cells beside an edition; a number agrees if rounding can explain the printed one."""
    by_key = {cell.key: cell for cell in cells}
    return Comparison(tuple(_difference(printed, by_key) for printed in edition.numbers))


def _difference(printed: PrintedCell, cells: dict[CellKey, Cell]) -> PrintedDifference:
    cell = cells.get(printed.key)
    if cell is None or cell.value is None:
        return PrintedDifference(printed, None, float("inf"))
    outside = max(printed.interval.low - cell.value, cell.value - printed.interval.high, 0.0)
    # The edge of an interval is decimal, the computed value binary: the last bits decide nothing.
    tolerance = 1e-9 * max(1.0, abs(cell.value))
    return PrintedDifference(
        printed, cell.value, 0.0 if outside <= tolerance else outside / printed.half_unit
    )
