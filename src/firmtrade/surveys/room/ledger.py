"""Numbers of a survey's report that are no estimate: each becomes a cell with the firms behind it."""

from __future__ import annotations

import math

from firmtrade.messages import P_VALUE, message
from firmtrade.messages import Statement as Reference
from firmtrade.outputs import Cell, CellKey, Contribution, ObsStatus
from firmtrade.outputs.parts import COUNT, PLAIN

POPULATION = "respondents"
DIGITS = 12
"""More than any share knows, and without what the order of additions decides."""


def ones(component: str, n: int) -> Contribution:
    """A count of firms, each of which adds one."""
    return Contribution(component, n, n, n, min(n, 1), int(n > 1))


def known(value: float | None) -> float | None:
    """A number, or None where there is none."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.{DIGITS}g}")


def in_cell(table: str, row: str, column: str, decimals: int | None = None) -> Reference:
    """A reference to a cell of the survey."""
    return Reference((table, POPULATION, row, column), "value", decimals)


def in_estimate(
    block: str, specification: str, outcome: str, term: str, part: str = "estimate", decimals: int = 3
) -> Reference:
    """A reference to a number of a model."""
    return Reference((f"survey.{block}", specification, outcome, term), part, decimals)


class Ledger:
    """Collects the cells that a report refers to.

    Parameters
    ----------
    year
        The year of the survey.
    """

    def __init__(self, year: int) -> None:
        self._year = str(year)
        self._cells: dict[CellKey, Cell] = {}

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell that was referred to, in order."""
        return tuple(self._cells.values())

    def number(
        self,
        table: str,
        row: str,
        column: str,
        value: float | None,
        n: int,
        decimals: int,
        unit: str = PLAIN,
    ) -> Reference:
        """A number that rests on the answers of ``n`` firms."""
        return self._stated(table, row, column, value, unit, decimals, ones("base", n))

    def p_value(self, table: str, row: str, column: str, value: float | None, n: int) -> Reference:
        """A p-value of a test on the answers of ``n`` firms."""
        return self.number(table, row, column, value, n, 3, P_VALUE)

    def count(self, table: str, row: str, column: str, n: int) -> Reference:
        """A number of firms."""
        return self._stated(table, row, column, n, COUNT, 0, ones("count", n))

    def _stated(
        self,
        table: str,
        row: str,
        column: str,
        value: float | None,
        unit: str,
        decimals: int,
        behind: Contribution,
    ) -> Reference:
        key = CellKey(f"survey_{table}", POPULATION, row, column)
        value = known(value)
        self._cells[key] = Cell(
            key,
            value,
            unit,
            self._year,
            decimals,
            ObsStatus.UNDEFINED if value is None else ObsStatus.NORMAL,
            n_firms=behind.n_firms,
            contributions=(behind,),
            reason=message("reasons.undefined_statistic") if value is None else None,
        )
        return Reference(tuple(key))
