"""Numbers, lists and days read as each language wants them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmtrade.errors import UsageError
from firmtrade.messages import (
    LANGUAGES,
    Count,
    Day,
    Firms,
    Money,
    Number,
    Percent,
    PValue,
    Text,
    Years,
    language_of,
    plain,
    printed,
)


@pytest.mark.parametrize(
    ("language", "number", "percent", "listed", "day"),
    [
        ("en", "28,284.5", "12.5%", "a, b and c", "31 December 2003"),
        ("fr", "28\u202f284,5", "12,5\u00a0%", "a, b et c", "31 décembre 2003"),
        ("nl", "28.284,5", "12,5%", "a, b en c", "31 december 2003"),
        ("de", "28.284,5", "12,5\u00a0%", "a, b und c", "31. Dezember 2003"),
    ],
)
def test_a_language_prints_numbers_lists_and_days_in_its_manner(
    language: str, number: str, percent: str, listed: str, day: str
) -> None:
    spoken = language_of(language)
    assert spoken.number(28284.46, 1) == number
    assert spoken.percent(12.45, 1) == percent
    assert spoken.listing(["a", "b", "c"]) == listed
    assert spoken.render(Day(date(2003, 12, 31))) == day


def test_a_half_is_rounded_away_from_zero_as_statisticians_print_it() -> None:
    assert printed(0.25, 1) == Decimal("0.3")
    assert printed(-0.25, 1) == Decimal("-0.3")
    assert printed(58.65, 1) == Decimal("58.7")


def test_a_negative_number_that_rounds_to_zero_prints_no_sign() -> None:
    assert language_of("en").number(-0.04, 1, signed=True) == "0.0"
    assert plain(-0.04, 1) == "0.0"


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_what_is_printed_is_within_half_a_unit_of_the_value(value: float, decimals: int) -> None:
    assert abs(printed(value, decimals) - Decimal(repr(value))) <= Decimal(1).scaleb(-decimals) / 2


@given(st.sampled_from(LANGUAGES), st.decimals(-(10**12), 10**12, places=3), st.integers(0, 3))
def test_a_printed_number_reads_back_as_what_was_printed(
    language: str, value: Decimal, decimals: int
) -> None:
    spoken = language_of(language)
    text = spoken.number(value, decimals).replace(spoken.group_sign, "").replace("−", "-")
    assert Decimal(text.replace(spoken.decimal_sign, ".")) == printed(value, decimals)


@pytest.mark.parametrize(
    "missing", [Number(None, 2), Percent(float("nan"), 1), PValue(None), Money(None, "EUR")]
)
def test_a_number_that_does_not_exist_is_a_dash_and_never_a_zero(missing: Number) -> None:
    assert {language_of(language).render(missing) for language in LANGUAGES} == {"–"}


def test_a_hidden_count_of_firms_is_a_mark_and_never_a_zero() -> None:
    assert language_of("en").render(Firms(None)) == "[c]"
    assert language_of("fr").render(Firms(1204)) == "1\u202f204"


def test_a_p_value_below_what_is_printed_is_said_to_be_below_it() -> None:
    assert language_of("de").render(PValue(0.00004)) == "<0,001"


def test_years_that_follow_each_other_are_a_span() -> None:
    assert language_of("nl").render(Years((2001, 1998, 1999, 2000, 2003))) == "1998–2001, 2003"


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "CLP\u00a01,250,000"),
        ("nl", "CLP\u00a01.250.000"),
        ("de", "1.250.000\u00a0CLP"),
        ("fr", "1\u202f250\u202f000\u00a0CLP"),
    ],
)
def test_money_names_its_currency_where_the_language_writes_it(lang: str, said: str) -> None:
    assert language_of(lang).render(Money(1250000, "CLP")) == said


def test_a_count_of_things_prints_with_separators() -> None:
    assert language_of("en").render(Count(98000)) == "98,000"


@pytest.mark.parametrize("mark", [" ;", "\u00a0;", "\u202f;"])
def test_french_sets_one_space_before_a_high_sign_whoever_wrote_the_text(mark: str) -> None:
    text = Text.model_validate({"en": "a; b", "fr": f"l'un{mark} l'autre : 5 %"})
    assert text.say("fr") == "l’un\u202f; l’autre\u00a0: 5\u00a0%"


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "5%"), ("nl", "5%"), ("de", "5\u00a0%"), ("fr", "5\u00a0%")]
)
def test_each_language_has_its_own_space_before_percent(lang: str, said: str) -> None:
    for written in ("5 %", "5\u00a0%"):
        assert Text.model_validate({"en": written, lang: written}).say(lang) == said


@pytest.mark.parametrize("lang", ["en", "fr", "nl", "de"])
def test_a_span_of_years_or_numbers_has_its_dash_whoever_wrote_the_text(lang: str) -> None:
    text = Text.model_validate({"en": "-", lang: "1998-2003 (6-10), 50-249"})
    assert text.say(lang) == "1998–2003 (6–10), 50–249"


@pytest.mark.parametrize(
    "kept",
    [
        "2003-05-01", "10.1016/0304-4076", "ISSN 0304-4076", "EU-15", "+32-2-2772504", "t-1", "-9",
        "{7/manufacturing, founded 1993-1997/export/n}", "`1998-2003`",
    ],
)  # fmt: skip
def test_days_numbers_of_journals_and_keys_keep_their_hyphens(kept: str) -> None:
    assert Text.model_validate(kept).say() == kept


def test_dutch_writes_its_apostrophes_curved() -> None:
    assert Text.model_validate({"en": "-", "nl": "kmo's van de regio's"}).say("nl") == "kmo’s van de regio’s"


def test_english_in_place_of_a_missing_language_keeps_the_signs_of_english() -> None:
    assert Text.model_validate("over 5 %").say("fr") == "over 5%"


@pytest.mark.parametrize(
    ("label", "lang", "said"),
    [
        ("Size class", "en", "Total (size class known)"),
        ("Division", "fr", "Total (division\u00a0: information connue)"),
        ("Afdeling", "nl", "Total (afdeling bekend)"),
        ("Abteilung", "de", "Total (Abteilung bekannt)"),
        ("EU member", "en", "Total (EU member known)"),
    ],
)
def test_a_label_within_a_sentence_begins_as_its_language_writes_words(
    label: str, lang: str, said: str
) -> None:
    assert language_of(lang).say("report.words.of_known", label="Total", what=label) == said


def test_a_time_and_an_address_keep_their_signs() -> None:
    text = Text.model_validate({"en": "-", "fr": "à 12:30, voir https://example.org?a=b"})
    assert text.say("fr") == "à 12:30, voir https://example.org?a=b"


def test_an_unknown_language_leads_to_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no report in the language `it`.\n  Known: de, en, fr, nl"):
        language_of("it")
