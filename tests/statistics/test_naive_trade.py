"""The judge of the kinds about traders is judged too: its tables by a pencil, its arithmetic here.

Every table of `kinds/test_dynamics.py`, `test_transition.py`, `test_distribution.py`, `test_concentration.py` and
`test_trade.py` is computed by the engine and by the judge, and both must find what stands in the test.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from naive.distribution import five_numbers, rounded


@pytest.mark.parametrize(
    ("exact", "expected"),
    [
        (Fraction(1, 3), "0.333333"),
        (Fraction(-2, 3), "-0.666667"),
        (Fraction(5, 10**7), "0.000001"),
        (Fraction(-5, 10**7), "-0.000001"),
    ],
)
def test_a_rate_of_a_firm_has_six_decimals_half_away_from_zero(exact: Fraction, expected: str) -> None:
    assert rounded(exact) == Decimal(expected)


@pytest.mark.parametrize(
    ("numbers", "quartiles"),
    [
        ("1", [1, 1, 1]),
        ("1 2", [1, 1.5, 2]),
        ("1 2 3", [1, 2, 3]),
        ("1 2 3 4", [1.5, 2.5, 3.5]),
        ("1 2 3 4 5", [2, 3, 4]),
        ("1 2 3 4 5 6", [2, 3.5, 5]),
        ("1 2 3 4 5 6 7 8", [2.5, 4.5, 6.5]),
    ],
)
def test_quartiles_average_only_where_the_position_is_whole(numbers: str, quartiles: list[float]) -> None:
    assert five_numbers([Fraction(one) for one in numbers.split()])[2:] == quartiles
