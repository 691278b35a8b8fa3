"""What is not there is said once for each cause, with its places."""

from __future__ import annotations

import pytest

from firmtrade.messages import LANGUAGES, Firms, Listing, Message, by_cause, language_of, message, slots_of

NACE = message("reasons.column", column="nace", table="firms")
YEAR = message("reasons.uncovered", zone="intra", flow="export", year="1995")


def off(where: str, needs: Message) -> Message:
    return message("reasons.off", where=where, needs=needs)


def test_lines_of_one_cause_are_one_line_in_the_order_of_the_first() -> None:
    lines = by_cause([off("3", NACE), off("5", YEAR), off("19", NACE), off("5", YEAR)])
    assert [str(line) for line in lines] == [str(off("3; 19", NACE)), str(off("5", YEAR))]


def test_lines_grouped_once_are_grouped_further() -> None:
    """Each of several folders groups its own."""
    once = [*by_cause([off("3", NACE), off("19", NACE)]), *by_cause([off("1", NACE), off("2", NACE)])]
    (line,) = by_cause(once)
    assert str(line) == str(off("3; 19; 1; 2", NACE))


def test_one_cause_of_models_is_told_from_the_same_words_about_fewer_firms() -> None:
    def few(what: str, minimum: int) -> Message:
        reason = message(
            "evidence.reasons.few", minimum=str(minimum), group=message("evidence.groups.outside")
        )
        return message("evidence.off.not_computed", what=what, reason=reason)

    assert len(by_cause([few("A", 10), few("B", 20), few("C", 10)])) == 2


def test_other_sentences_stay_as_they_are_and_keep_their_numbers_of_firms() -> None:
    said = message("notes.joined", firms=Firms(7), numbers="9")
    lines = by_cause([said, off("3", NACE), "a sentence"])
    assert lines == (said, off("3", NACE), "a sentence")
    assert Firms(7) in [slot for line in lines for slot in slots_of(line)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_places_are_a_list_in_every_language(language: str) -> None:
    (line,) = by_cause([off("3", NACE), off("19", NACE)])
    assert "3; 19" in language_of(language).render(line).replace("\N{NARROW NO-BREAK SPACE}", "").replace(
        "\N{NO-BREAK SPACE}", ""
    )
    assert isinstance(line, Message)
    assert isinstance(dict(line.slots)["where"], Listing)
