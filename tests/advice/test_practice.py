"""What to settle before the first order follows from what is sold, where, and by which law."""

from __future__ import annotations

import pytest

from firmtrade.advice import AnswerFile, advise
from firmtrade.advice.practice import terms
from firmtrade.messages import LANGUAGES, language_of
from firmtrade.study.declaration import parse


def settled(text: str) -> set[str]:
    return {each.key for each in advise(parse(AnswerFile, text, "answers.toml")).practice}


def test_every_point_has_its_source_and_its_words_in_every_language() -> None:
    for point in terms().points:
        assert point.source
        assert bool(point.codes) == bool(point.hs)
        for lang in LANGUAGES:
            for part in ("name", "about"):
                assert language_of(lang).say(f"advice.practice.{point.key}.{part}")


@pytest.mark.parametrize(
    ("market", "points", "others"),
    [
        ('sold_to = ["US"]', {"customs", "vat_goods"}, set()),
        ("", {"vat_goods"}, {"customs"}),
        ('consider = ["JP"]', {"customs", "vat_goods"}, set()),
        ('consider = ["RU"]', {"vat_goods"}, {"customs"}),
    ],
)
def test_customs_matter_where_a_market_outside_the_union_is_looked_at(
    market: str, points: set[str], others: set[str]
) -> None:
    found = settled(f'answered_on = 2026-12-01\n[firm]\nregion = "flanders"\n[markets]\n{market}\n')
    assert points <= found
    assert not others & found


@pytest.mark.parametrize(
    ("firm", "product", "excise"),
    [
        ('nace = "15.96"\nnace_revision = "1.1"', "", True),
        ('nace = "C11.05"\nnace_revision = "2"', "", True),
        ('nace = "11.07"\nnace_revision = "2"', "", False),
        ('nace = "15"\nnace_revision = "1.1"', "", False),
        ('nace = "11.05"', "", False),
        ('nace = "46"\nnace_revision = "2"', "220300", True),
        ('nace = "11.05"\nnace_revision = "2"', "2202", False),
    ],
)
def test_the_product_tells_who_bears_excise_and_else_the_activity_by_its_revision(
    firm: str, product: str, excise: bool
) -> None:
    wished = f'[markets]\nproduct = "{product}"\n' if product else ""
    assert ("excise" in settled(f"[firm]\n{firm}\n{wished}")) is excise


def test_crews_are_posted_inside_the_union_alone() -> None:
    builder = '[firm]\nnace = "41"\nnace_revision = "2"\n'
    assert {"posted_workers", "vat_on_site"} <= settled(builder)
    assert "posted_workers" not in settled(builder.replace("41", "62"))


def test_who_only_buys_settles_nothing_of_selling() -> None:
    assert settled('[plans]\naim = "source"\n') == {"imports", "purchases"}
    assert {"imports", "payment"} <= settled('[plans]\naim = "both"\n')


def test_a_firm_of_another_country_is_told_no_belgian_point() -> None:
    assert settled('[firm]\ncountry = "NL"\n') == set()
