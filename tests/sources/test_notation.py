"""Numbers as offices write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from firmtrade.sources.notation import bound_of, is_not_shown, numbers_in


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("21,814", "21814"), ("21.814", "21814"), ("21 814", "21814"), ("21\u202f814", "21814"),
        ("21\u2009814", "21814"), ("21\u00a0814", "21814"), ("21'814", "21814"), ("21\u2019814", "21814"),
        ("1.234.567", "1234567"), ("1,234,567", "1234567"), ("12 p", "12"), ("12*", "12"), ("12\u00b9", "12"),
        ("12 (2)", "12"), ("12(a)", "12"), ("12 1)", "12"), ("12bp", "12"), ("12 ep", "12"), ("0", "0"),
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


@pytest.mark.parametrize("text", ["", "many", "12 34", "1,23,456", "1.2.3", "12-13", "1..2", "--3"])
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


def test_a_bound_is_told_from_a_number() -> None:
    assert bound_of("<5") == ("<", "5")
    assert bound_of("\u2265 95") == (">=", "95")
    assert bound_of("-5") is None
