"""Numbers as they are printed: rounded half away from zero, in the manner of a language."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

MINUS = "−"
P_VALUE = "p_value"
"""The unit of p-values: one that is smaller than what is printed is not printed as nothing."""


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

    def show_p_value(self, value: float, decimals: int) -> str:
        """A p-value; below the smallest number with ``decimals`` decimals, that it is below it.

        >>> NumberFormat(",", ".").show_p_value(0.0004, 3), NumberFormat(".", ",").show_p_value(0.0012, 3)
        ('<0,001', '0.001')
        """
        if unprintable(value, decimals):
            return f"<{self.show(smallest(decimals), decimals)}"
        return self.show(value, decimals)


def printed(value: float | Decimal, decimals: int) -> Decimal:
    """``value`` at its printed precision: the number that a reader sees, and that comparisons use.

    A float is taken at its shortest decimal reading, so that 2.675 with two decimals is 2.68.

    >>> printed(58.65, 1), f"{printed(1e30, 0):.0e}"
    (Decimal('58.7'), '1e+30')
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    digits = Context(prec=max(28, exact.adjusted() + decimals + 2))
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP, context=digits)
    return rounded if rounded else abs(rounded)


def smallest(decimals: int) -> Decimal:
    """The smallest positive number with so many decimals.

    >>> smallest(3)
    Decimal('0.001')
    """
    return Decimal(1).scaleb(-decimals)


def unprintable(value: float | Decimal, decimals: int) -> bool:
    """Whether a p-value is below the smallest number that would be printed.

    >>> unprintable(0.0009, 3), unprintable(0.001, 3)
    (True, False)
    """
    return 0 <= value < float(smallest(decimals))


def plain(value: float | Decimal, decimals: int) -> str:
    """``value`` for machines: a point, no separators, printed precision.

    >>> plain(21814.0, 0), plain(-0.04, 1)
    ('21814', '0.0')
    """
    return f"{printed(value, decimals):.{decimals}f}"
