"""Numbers as offices write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from firmtrade.sources.notation import bounds_of, is_not_shown, numbers_in


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("21,814", "21814"), ("21.814", "21814"), ("21 814", "21814"), ("21\u202f814", "21814"),
        ("21\u2009814", "21814"), ("21\u00a0814", "21814"), ("21'814", "21814"), ("21\u2019814", "21814"),
        ("1.234.567", "1234567"), ("1,234,567", "1234567"), ("12 p", "12"), ("12*", "12"), ("12\u00b9", "12"),
        ("12 (2)", "12"), ("12(a)", "12"), ("12 1)", "12"), ("12bp", "12"), ("12 ep", "12"), ("0", "0"),
        ("12\u207d\u00b9\u207e", "12"), ("12\u1d43", "12"), ("12 1/", "12"), ("1,234 2/", "1234"),
    ],
)  # fmt: skip
def test_a_count_is_read_however_its_thousands_are_parted(text: str, number: str) -> None:
    assert numbers_in(text, whole=True) == (Decimal(number),)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("58,7", "58.7"), ("58.7 %", "58.7"), ("\u22120,6", "-0.6"), ("\u20130.6", "-0.6"), ("+3.2", "3.2"),
        ("1.234,5", "1234.5"), ("1,234.5", "1234.5"), ("1 234,5", "1234.5"), ("0,125", "0.125"), ("3.2e", "3.2"),
        ("12,50", "12.50"), ("3.33e-06", "0.00000333"), (".5", "0.5"),
    ],
)  # fmt: skip
def test_decimals_are_read_with_comma_or_point(text: str, number: str) -> None:
    assert numbers_in(text) == (Decimal(number),)


def test_a_mark_before_three_digits_may_part_thousands_or_decimals() -> None:
    assert numbers_in("1,094") == (Decimal("1.094"), Decimal("1094"))


@pytest.mark.parametrize(
    "text",
    ["", "many", "12 34", "1,23,456", "1.2.3", "12-13", "12/13", "12 1/2", "10\u207b\u00b3", "1..2", "--3"],
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert numbers_in(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        *(
            ":",
            "c",
            "C",
            "-",
            "\u2013",
            "n.a.",
            "N.A.",
            "...",
            "\u2026",
            "x",
            ": c",
            "  ",
            "/",
            "--",
            "(D)",
            "z",
        ),
        *(":(c)", ": (u)", ":bu", "..c", "k.A.", "n.v.t.", "geheim", "Confidential", "\u2022"),
    ],
)
def test_signs_for_what_is_not_shown_are_known(text: str) -> None:
    assert is_not_shown(text)
    assert numbers_in(text) == ()


@pytest.mark.parametrize(
    ("text", "sign", "number"),
    [
        ("<5", "<", "5"), ("<=5", "<=", "5"), ("\u2264 5", "<=", "5"), ("\u2265 95", ">=", "95"),
        ("> 1,000", ">", "1,000"),
        ("under 5", "<", "5"), ("Fewer than 5", "<", "5"), ("moins de 5", "<", "5"), ("unter 5", "<", "5"),
        ("minder dan 5", "<", "5"), ("up to 5", "<=", "5"), ("h\u00f6chstens 5", "<=", "5"), ("5 or less", "<=", "5"),
        ("5+", ">=", "5"), ("5 and over", ">=", "5"), ("250 ou plus", ">=", "250"), ("at least 5", ">=", "5"),
        ("over 5", ">", "5"), ("meer dan 5", ">", "5"),
    ],
)  # fmt: skip
def test_a_bound_says_on_which_side_of_its_number_the_value_lies(text: str, sign: str, number: str) -> None:
    assert bounds_of(text) == ((sign, number),)
    assert numbers_in(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        *("1-4", "1 - 4", "1\u20134", "1 to 4", "1 \u00e0 4", "1 tot 4", "1 bis 4"),
        *("between 1 and 4", "entre 1 et 4", "tussen 1 en 4", "Zwischen 1 und 4"),
    ],
)
def test_a_range_has_two_sides(text: str) -> None:
    assert bounds_of(text) == ((">=", "1"), ("<=", "4"))
    assert numbers_in(text) == ()


@pytest.mark.parametrize(
    "text", ["5", "-5", "+5", "1-2-3", "1 and 4", "5-", "1e-400", "ca. 5", "~5", "about 5", "many", "< ", ""]
)
def test_what_is_no_bound_has_no_sides(text: str) -> None:
    assert bounds_of(text) == ()


@pytest.mark.parametrize("mark", ["\u02bc", "\u2032", "`", "\u00b4", "\u2018", "\u2002", "\u2005", "\u200a"])
def test_thousands_are_parted_by_any_mark_that_parts_nothing_else(mark: str) -> None:
    assert numbers_in(f"21{mark}814", whole=True) == (Decimal("21814"),)


def test_a_raised_point_is_a_point() -> None:
    assert numbers_in("58\u00b77") == (Decimal("58.7"),)
