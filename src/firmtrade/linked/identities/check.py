"""One identity, checked: what it compares, and by how much it fails."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from firmtrade.linked.edition import PrintedCell
from firmtrade.linked.reading import Reading
from firmtrade.messages import Message
from firmtrade.outputs import CellKey


class Excess(StrEnum):
    """How far past rounding a contradiction goes, in ones of the last printed digit."""

    SLIP = "slip"
    """At most one: a number rounded from a rounded number, or cut where the others are rounded."""
    ERROR = "error"
    """More than one."""
    GRAVE = "grave"
    """More than ten: another number altogether, or other firms."""


def severity(discrepancy: float, digit: float) -> Excess:
    """The severity of a discrepancy, with ``digit`` the worth of one in the last printed digit.

    >>> severity(0.3, 0.1).value
    'error'
    """
    steps = discrepancy / digit
    if steps <= 1 + 1e-9:
        return Excess.SLIP
    return Excess.ERROR if steps <= 10 + 1e-9 else Excess.GRAVE


@dataclass(frozen=True, slots=True)
class Check:
    """An identity between printed cells.

    ``discrepancy`` is the distance that rounding does not explain, 0 where the identity holds, and ``digit``
    the worth of one in the last printed digit, in the same unit. ``rule`` names the identity, ``message`` is one
    sentence for the editor.
    """

    rule: Message
    cells: tuple[CellKey, ...]
    discrepancy: float
    digit: float
    message: Message

    @property
    def holds(self) -> bool:
        return self.discrepancy == 0

    @property
    def severity(self) -> Excess:
        return severity(self.discrepancy, self.digit)


def last_digit(*cells: PrintedCell) -> float:
    """The worth of one in the last printed digit of the coarsest cell."""
    return max(2 * cell.half_unit for cell in cells)


def other_digits(one: PrintedCell, other: PrintedCell) -> float:
    """By how much two numbers rounded to the same precision differ. One number rounds to one string of digits, so that
    intervals which only touch are no agreement."""
    rounded = one.reading is other.reading is Reading.ROUNDED
    return round(abs(one.value - other.value), 9) if rounded and one.half_unit == other.half_unit else 0.0


def unique(*cells: PrintedCell) -> tuple[PrintedCell, ...]:
    """Cells, each once."""
    return tuple({cell.key: cell for cell in cells}.values())


def keys(*cells: PrintedCell) -> tuple[CellKey, ...]:
    """The names of cells, each once."""
    return tuple(dict.fromkeys(cell.key for cell in cells))
