"""Barriers: what the founding study says of them, and which ones a firm's answers show."""

from __future__ import annotations

import pytest

from firmtrade.advice.barriers import barriers, terms
from firmtrade.advice.readiness import Answer, Veto, scheme
from firmtrade.advice.support import rules
from firmtrade.messages import has
from shared import shared

ITEMS = {item for dimension in scheme().dimensions for item in dimension.items}


def felt(points: dict[str, int]) -> dict[str, Veto]:
    answers = {item: Answer(given) for item, given in points.items()}
    return {each.barrier.key: each.felt for each in barriers(answers)}


def test_the_main_barriers_are_those_of_chapter_seven() -> None:
    main = {each.key: each.belgium for each in terms().barriers if each.published == "main"}
    assert main == {"costs": None, "product": "more", "regulation": "alike", "financing": "alike"}
    folder = shared()
    if folder is None:
        pytest.skip("the founding study is not here")
    text = (folder / "seeds" / "internationalization-of-smes-belgium-chapters-5-7.txt").read_text(
        encoding="utf-8"
    )
    plain = " ".join(text.split())
    for said in (
        "most important internal barriers for SMEs are the costs involved in internationalization",
        "Laws and regulations and lack of financing are the main external barriers",
        "no considerable differences in terms of external barriers",
        "quality and specifications seem to be much more important for Belgian SMEs",
    ):
        assert said in plain


def test_each_barrier_names_items_rules_and_kinds_that_exist_and_has_words() -> None:
    numbers = {rule.number for rule in rules().rules}
    for each in terms().barriers:
        assert set(each.items) <= ITEMS
        assert set(each.rules) <= numbers
        assert set(each.kinds) <= set(rules().kinds)
        assert each.source
        assert has(f"advice.barriers.names.{each.key}")


@pytest.mark.parametrize("barrier", terms().barriers, ids=lambda each: each.key)
def test_a_barrier_is_felt_below_two_fifths_of_its_points_and_not_above(barrier: object) -> None:
    items, key = barrier.items, barrier.key  # type: ignore[attr-defined]
    assert felt(dict.fromkeys(items, 1))[key] is Veto.CERTAIN
    assert felt(dict.fromkeys(items, 2))[key] is Veto.NONE
    assert felt({})[key] is Veto.POSSIBLE


def test_a_better_answer_never_makes_a_barrier_felt() -> None:
    order = [Veto.CERTAIN, Veto.POSSIBLE, Veto.NONE]
    for item in sorted(ITEMS):
        worse, better = felt({item: 0}), felt({item: 5})
        assert all(order.index(better[key]) >= order.index(worse[key]) for key in worse)


def test_an_answer_shows_only_the_barriers_that_ask_for_it() -> None:
    before = felt({})
    after = felt({"finance": 0, "working_capital": 0, "payment_risk": 0})
    assert {key for key in after if after[key] != before[key]} == {"financing"}
