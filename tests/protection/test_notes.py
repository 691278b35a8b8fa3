"""Sentences with numbers of firms are protected as numbers in tables are."""

from __future__ import annotations

import pytest

from firmtrade.messages import Count, Firms, message
from firmtrade.protection.notes import veiled


@pytest.mark.parametrize(("firms", "hidden"), [(0, False), (1, True), (2, True), (3, False)])
def test_a_note_keeps_its_number_of_firms_only_where_enough_are_in_it(firms: int, hidden: bool) -> None:
    said = veiled(message("notes.reorganized", count=Firms(firms)), 3)
    assert dict(said.slots)["count"] == Firms(None if hidden else firms)


def test_a_number_that_is_no_number_of_firms_stays() -> None:
    said = veiled(message("notes.joined", firms=Firms(2), numbers=Count(5)), 3)
    assert dict(said.slots)["firms"] == Firms(None)
    assert dict(said.slots)["numbers"] == Count(5)


def test_what_is_not_a_sentence_is_left_alone() -> None:
    assert veiled("services", 3) == "services"
