"""The formulas, on exact totals: what is undefined is empty, and division happens last."""

from __future__ import annotations

from decimal import Decimal

import pytest

from firmtrade.query.cells import Formula
from firmtrade.statistics.formulas import cagr, evaluate, level, level_change, productivity_cagr, share


def test_a_share_is_in_percent_of_its_group_and_undefined_for_an_empty_one() -> None:
    assert (share(1, 4), share(0, 4), share(4, 4), share(0, 0)) == (25, 0, 100, None)


def test_a_level_is_in_thousands_per_unit_of_employment() -> None:
    assert level(Decimal("90000.00"), Decimal("4.5")) == 20
    assert level(Decimal("-90000.00"), Decimal("4.5")) == -20
    assert level(Decimal(0), Decimal(1)) == 0
    assert level(Decimal(1), Decimal(0)) is None


def test_a_change_of_level_starts_from_a_positive_level() -> None:
    assert level_change(Decimal(20), Decimal(60), Decimal(1), Decimal(2)) == 50
    assert level_change(Decimal(20), Decimal(-60), Decimal(1), Decimal(2)) == -250
    assert level_change(Decimal(1), Decimal(2), Decimal(4), Decimal(4)) == 100
    assert level_change(Decimal(0), Decimal(60), Decimal(1), Decimal(2)) is None
    assert level_change(Decimal(-20), Decimal(60), Decimal(1), Decimal(2)) is None
    assert level_change(Decimal(20), Decimal(60), Decimal(0), Decimal(2)) is None
    assert level_change(Decimal(20), Decimal(60), Decimal(1), Decimal(0)) is None


@pytest.mark.parametrize(
    ("start", "end", "rate"),
    [("1", "32", 100), ("32", "1", -50), ("5", "5", 0), ("5", "0", -100), ("0", "5", None), ("-1", "5", None),
     ("5", "-0.01", None), ("0.01", "0.32", 100)],
)  # fmt: skip
def test_growth_is_compound_and_starts_from_more_than_nothing(
    start: str, end: str, rate: float | None
) -> None:
    assert cagr(Decimal(start), Decimal(end), 5) == (None if rate is None else pytest.approx(rate, abs=1e-12))


def test_productivity_growth_is_value_added_growth_over_employment_growth() -> None:
    one, many = Decimal(1), Decimal(32)
    assert productivity_cagr(one, many, one, one, 5) == pytest.approx(100)
    assert productivity_cagr(one, one, one, many, 5) == pytest.approx(-50)
    assert productivity_cagr(one, Decimal(0), one, many, 5) == -100
    assert productivity_cagr(Decimal(0), one, one, one, 5) is None
    assert productivity_cagr(one, one, Decimal(0), one, 5) is None
    assert productivity_cagr(one, one, one, Decimal(0), 5) is None


def test_the_numbers_behind_a_value_are_handed_on() -> None:
    assert evaluate(Formula.COUNT, {"count": 7}, 1) == (7, 7, None)
    assert evaluate(Formula.SHARE, {"count": 1, "base": 4}, 1) == (25, 1, 4)
    assert evaluate(Formula.CAGR, {"fte_start": Decimal(1), "fte_end": Decimal(32)}, 5) == (
        pytest.approx(100), 32, 1,
    )  # fmt: skip
    assert evaluate(Formula.LEVEL, {"value_added_end": Decimal(9000), "fte_end": Decimal(3)}, 1) == (
        3,
        9000,
        3,
    )
