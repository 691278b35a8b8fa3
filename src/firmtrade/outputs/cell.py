"""A cell: one number of a table or figure, with its key, unit and status."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from firmtrade.messages import Message
from firmtrade.outputs.contribution import Contribution
from firmtrade.outputs.status import Confidentiality, ObsStatus

CELL_COLUMNS = (
    "table", "population", "row", "column", "value", "unit", "year", "status", "confidentiality",
)  # fmt: skip
ROOM_COLUMNS = (*CELL_COLUMNS, "numerator", "denominator", "n_firms")


class CellKey(NamedTuple):
    """The name of a statement, unique within a study: ``table/population/row/column``.

    Of an estimate these are its block, specification, outcome and term; of a curve its block, specification, outcome
    and series.
    """

    table: str
    population: str
    row: str
    column: str

    def __str__(self) -> str:
        return "/".join(self)


@dataclass(frozen=True, slots=True)
class Cell:
    """One statistic.

    ``value`` is unrounded (percentages and growth rates in percent) and None where it is undefined, hidden or not
    computed; ``decimals`` is the printed precision; ``year`` is ``2002`` or ``1998-2003``. ``reason`` says what a
    value that was not computed needs, or why it is undefined. ``synthetic`` is true where no real firm stands
    behind it.
    """

    key: CellKey
    value: float | None
    unit: str
    year: str
    decimals: int = 1
    status: ObsStatus = ObsStatus.NORMAL
    confidentiality: Confidentiality = Confidentiality.INTERNAL
    numerator: Decimal | int | None = None
    denominator: Decimal | int | None = None
    n_firms: int | None = None
    contributions: tuple[Contribution, ...] = ()
    reason: Message | None = None
    synthetic: bool = False

    def hidden(self, confidentiality: Confidentiality) -> Cell:
        """The cell without its numbers; the contributions behind it stay, for those who protect it."""
        return replace(
            self,
            value=None,
            status=ObsStatus.SUPPRESSED,
            confidentiality=confidentiality,
            numerator=None,
            denominator=None,
            n_firms=None,
        )
