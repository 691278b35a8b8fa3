"""Interval arithmetic never loses a possible value."""

from __future__ import annotations

from math import inf

from hypothesis import given
from hypothesis import strategies as st

from firmtrade.linked.interval import Interval, total

numbers = st.floats(-1e6, 1e6)


@st.composite
def inside(draw: st.DrawFn) -> tuple[Interval, float]:
    """An interval and a number in it."""
    low, high = sorted((draw(numbers), draw(numbers)))
    return Interval(low, high), min(max(draw(numbers), low), high)


@given(inside(), inside())
def test_the_result_holds_every_result_of_numbers_inside(
    one: tuple[Interval, float], other: tuple[Interval, float]
) -> None:
    (a, x), (b, y) = one, other
    for interval, value in ((a + b, x + y), (a - b, x - y), (a * b, x * y), (a.hull(b), x), (-a, -x)):
        assert interval.gap(Interval.point(value)) == 0
    if not b.low <= 0 <= b.high:
        assert (a / b).gap(Interval.point(x / y)) == 0


def test_division_by_an_interval_around_zero_says_nothing() -> None:
    assert Interval(1, 2) / Interval(-1, 1) == Interval(-inf, inf)


def test_intervals_that_touch_have_no_gap_and_others_have_their_distance() -> None:
    assert Interval(0.05, 0.15).gap(Interval(0.1 + 0.05, 0.25)) == 0
    assert Interval(1, 2).gap(Interval(2.5, 3)) == 0.5
    assert Interval(2.5, 3).gap(Interval(1, 2)) == 0.5


def test_nothing_times_an_open_end_is_nothing() -> None:
    assert Interval.point(0) * Interval(1, inf) == Interval.point(0)
    assert total([]) == Interval.point(0)
