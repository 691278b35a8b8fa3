"""The precision at which a number is printed: rounded half away from zero, as published tables are."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

P_VALUE = "p_value"
"""The unit of p-values: one that is smaller than what is printed is not printed as nothing."""

YEAR = "year"
"""The unit of years and of their means, which have no separators."""


def printed(value: float | Decimal, decimals: int) -> Decimal:
    """``value`` at its printed precision: the number that a reader sees, and that comparisons use.

    A float is taken at its shortest decimal reading, so that 2.675 with two decimals is 2.68.

    >>> printed(58.65, 1)
    Decimal('58.7')
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
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


def runs(numbers: tuple[int, ...]) -> list[tuple[int, int]]:
    """First and last of each run of numbers that follow each other, in order.

    >>> runs((1998, 1996, 1997, 2001))
    [(1996, 1998), (2001, 2001)]
    """
    found: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][1] + 1:
            found[-1] = found[-1][0], number
        else:
            found.append((number, number))
    return found
