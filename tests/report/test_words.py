"""Numbers and words read as each language wants them, and no language lacks a word."""

from __future__ import annotations

import string
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmtrade.errors import UsageError
from firmtrade.outputs import Cell, CellKey, ObsStatus
from firmtrade.report.numbers import plain, printed
from firmtrade.report.words import LANGUAGES, words

KEY = CellKey("4", "services", "export", "n")


def flat(texts: Any, prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in texts.items():
        found |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return found


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_words_with_the_same_slots(language: str) -> None:
    english, other = flat(words("en").texts), flat(words(language).texts)
    assert other.keys() == english.keys()
    assert {key: slots(text) for key, text in other.items()} == {
        key: slots(text) for key, text in english.items()
    }


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", "28,284.5"), ("fr", "28\u202f284,5"), ("nl", "28.284,5"), ("de", "28.284,5")],
)
def test_a_language_has_its_own_decimal_sign_and_thousands(language: str, shown: str) -> None:
    assert words(language).numbers.show(28284.46, 1) == shown


def test_a_half_is_rounded_away_from_zero_as_statisticians_print_it() -> None:
    assert printed(0.25, 1) == Decimal("0.3")
    assert printed(-0.25, 1) == Decimal("-0.3")
    assert printed(58.65, 1) == Decimal("58.7")


def test_a_negative_number_that_rounds_to_zero_prints_no_sign() -> None:
    assert words("en").numbers.show(-0.04, 1, signed=True) == "0.0"
    assert plain(-0.04, 1) == "0.0"


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_what_is_printed_is_within_half_a_unit_of_the_value(value: float, decimals: int) -> None:
    assert abs(printed(value, decimals) - Decimal(repr(value))) <= Decimal(1).scaleb(-decimals) / 2


@pytest.mark.parametrize(
    ("status", "mark"),
    [(ObsStatus.SUPPRESSED, "[c]"), (ObsStatus.UNDEFINED, "[z]"), (ObsStatus.NOT_COMPUTED, "[x]")],
)
def test_a_value_that_is_not_there_prints_its_mark_and_never_a_zero(status: ObsStatus, mark: str) -> None:
    assert words("en").show(Cell(KEY, None, "percent", "2002", status=status)) == mark


def test_a_hidden_value_prints_its_mark_even_if_the_cell_still_holds_it() -> None:
    assert words("en").show(Cell(KEY, 12.0, "count", "2002", status=ObsStatus.SUPPRESSED)) == "[c]"


def test_a_code_keeps_its_leading_zero() -> None:
    assert words("en").show(Cell(KEY, 5.0, "code", "2002", 0)) == "05"


def test_an_unknown_language_leads_to_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no report in the language `it`.\n  Known: de, en, fr, nl"):
        words("it")
