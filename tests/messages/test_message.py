"""A message is a value: equal where it says the same, whole after JSON, and refused where it could not be said."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmtrade.errors import InputError
from firmtrade.messages import (
    Code,
    Count,
    Day,
    Firms,
    Listing,
    Message,
    Money,
    Number,
    Percent,
    PValue,
    Slot,
    Statement,
    Text,
    Year,
    Years,
    from_data,
    language_of,
    message,
    message_from_data,
    replaced,
    slots_of,
    to_data,
)

COLUMN = message("reasons.column", column=Code("nace"), table="firms")

numbers = (
    st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.decimals(allow_nan=False, allow_infinity=False)
)
years = st.integers(1900, 2100)
plain_slots = st.one_of(
    st.text(),
    st.builds(Code, st.text()),
    st.builds(Count, st.integers(0)),
    st.builds(Firms, st.none() | st.integers(0)),
    st.builds(Number, st.none() | numbers, st.integers(0, 6), st.booleans()),
    st.builds(Percent, st.none() | numbers, st.integers(0, 6), st.booleans()),
    st.builds(PValue, st.none() | st.floats(0, 1), st.integers(1, 6)),
    st.builds(Money, st.none() | numbers, st.just("EUR"), st.integers(0, 2)),
    st.builds(Year, years),
    st.builds(Years, st.lists(years, max_size=4).map(tuple)),
    st.builds(Day, st.dates(date(1900, 1, 1))),
    st.builds(
        Statement, st.lists(st.text(), min_size=1).map(tuple), st.text(), st.none() | st.integers(0, 4)
    ),
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), min_size=1).map(
        lambda text: Text.model_validate({"en": text, "nl": text})
    ),
)
slots = st.recursive(
    plain_slots,
    lambda inside: st.one_of(
        st.builds(Listing, st.lists(inside, max_size=3).map(tuple), st.sampled_from(["and", "or", "comma"])),
        st.builds(lambda one: message("report.words.not_computed", needs=one), inside),
    ),
    max_leaves=5,
)


@given(slots)
def test_a_message_is_whole_after_json(slot: Slot) -> None:
    assert from_data(json.loads(json.dumps(to_data(slot)))) == slot


@given(slots)
def test_what_says_the_same_is_equal_and_stands_once_in_a_set(slot: Slot) -> None:
    again = message("report.words.not_computed", needs=slot), message("report.words.not_computed", needs=slot)
    assert len(set(again)) == 1


def test_the_order_of_slots_does_not_matter() -> None:
    assert message("reasons.column", table="firms", column=Code("nace")) == COLUMN


def test_a_message_says_in_each_language_what_its_slots_hold() -> None:
    said = {
        code: language_of(code).render(message("report.words.not_computed", needs=COLUMN))
        for code in ("en", "fr", "nl", "de")
    }
    assert said == {
        "en": "not computed: needs the column `nace` of firms",
        "fr": "non calculé\u00a0: nécessite la colonne `nace` de firms",
        "nl": "niet berekend: vereist de kolom `nace` van firms",
        "de": "nicht berechnet: benötigt die Spalte `nace` von firms",
    }


def test_as_text_a_message_is_english() -> None:
    assert f"{COLUMN}" == "the column `nace` of firms"


def test_every_count_of_firms_is_found_and_can_be_hidden() -> None:
    noted = message(
        "report.words.not_computed",
        needs=Listing((message("report.words.not_computed", needs=Firms(3)), Count(9))),
    )
    assert [slot for slot in slots_of(noted) if isinstance(slot, Firms)] == [Firms(3)]
    hidden = replaced(noted, lambda slot: Firms(None) if isinstance(slot, Firms) else slot)
    assert str(hidden) == "not computed: needs not computed: needs [c] and 9"


def test_a_number_that_does_not_say_what_it_counts_is_refused() -> None:
    with pytest.raises(TypeError, match="does not say what it is: int"):
        message("report.words.not_computed", needs=3)  # type: ignore[arg-type]


def test_an_unknown_key_and_unknown_slots_are_refused_where_the_message_is_made() -> None:
    with pytest.raises(LookupError, match=r"the nearest is 'reasons\.column'"):
        message("reasons.colum", column="nace", table="firms")
    with pytest.raises(TypeError, match=r"are \['column', 'table'\], not \['column'\]"):
        message("reasons.column", column="nace")


@pytest.mark.parametrize(
    "damaged",
    [None, 3, [], {}, {"key": "reasons.gone", "slots": {}}, {"key": "reasons.column", "slots": {}}, {"pieces": 3},
     {"year": 1998, "unknown": 1} | {"list": 3}, {"list": 3}, {"number": "x", "decimals": 1}],
)  # fmt: skip
def test_what_is_no_message_is_refused_in_words(damaged: object) -> None:
    with pytest.raises(InputError, match=r"damaged|no message"):
        message_from_data(damaged)


def test_a_reference_says_what_the_statement_says_when_it_is_rendered() -> None:
    referring = message("report.words.not_computed", needs=Statement(("survey", "rates", "all", "rr1")))
    shown: dict[Statement, Slot] = {
        Statement(("survey", "rates", "all", "rr1")): Percent(Decimal("41.25"), 1)
    }
    assert language_of("de").render(referring, shown.__getitem__) == "nicht berechnet: benötigt 41,3\u00a0%"
    with pytest.raises(LookupError, match="survey/rates/all/rr1"):
        str(referring)


def test_equal_messages_have_equal_data() -> None:
    assert to_data(COLUMN) == {
        "key": "reasons.column",
        "slots": {"column": {"code": "nace"}, "table": "firms"},
    }
    assert isinstance(from_data(to_data(COLUMN)), Message)
