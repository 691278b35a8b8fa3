"""Numbers as they are printed: rounded half away from zero, in the manner of a language."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

MINUS = "−"


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """Decimal sign and thousands separator of a language."""

    decimal: str
    group: str

    def show(self, value: float | Decimal, decimals: int, *, signed: bool = False) -> str:
        """``value`` with ``decimals`` decimals; ``signed`` prints the plus of a positive number.

        >>> NumberFormat(".", ",").show(28284, 0)
        '28,284'
        >>> NumberFormat(",", ".").show(1.25, 1, signed=True)
        '+1,3'
        >>> NumberFormat(".", ",").show(-0.04, 1, signed=True)
        '0.0'
        """
        rounded = printed(value, decimals)
        sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
        whole, _, fraction = f"{abs(rounded):.{decimals}f}".partition(".")
        groups = f"{int(whole):,}".replace(",", self.group)
        return f"{sign}{groups}{self.decimal if fraction else ''}{fraction}"


def printed(value: float | Decimal, decimals: int) -> Decimal:
    """``value`` at its printed precision: the number that a reader sees, and that comparisons use.

    A float is taken at its shortest decimal reading, so that 2.675 with two decimals is 2.68.

    >>> printed(58.65, 1)
    Decimal('58.7')
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return rounded if rounded else abs(rounded)


def plain(value: float | Decimal, decimals: int) -> str:
    """``value`` for machines: a point, no separators, printed precision.

    >>> plain(21814.0, 0), plain(-0.04, 1)
    ('21814', '0.0')
    """
    return f"{printed(value, decimals):.{decimals}f}"
