"""The page that says what was hidden speaks of one number as of many."""

from __future__ import annotations

import pytest

from firmtrade.messages import language_of
from firmtrade.report.hidden_page import HiddenNumbers, hidden_section
from report.sample import document

SAID = {
    "en": ("1 of the 40 numbers of this publication is hidden", "1 of them says"),
    "fr": ("1 des 40 nombres de cette publication est masqué", "1 d’entre eux renseigne"),
    "nl": ("1 van de 40 cijfers van deze publicatie is verborgen", "1 daarvan zegt"),
    "de": ("1 der 40 Zahlen dieser Veröffentlichung ist verborgen", "1 davon sagt"),
}


@pytest.mark.parametrize("lang", SAID)
def test_a_single_hidden_number_is_told_in_the_singular(lang: str) -> None:
    page = hidden_section(document(), {"1": HiddenNumbers(40, 1, 0)}, language_of(lang))
    assert [text[: len(said)] for text, said in zip(page.paragraphs, SAID[lang], strict=False)] == [
        *SAID[lang]
    ]


def test_several_hidden_numbers_are_told_in_the_plural() -> None:
    page = hidden_section(document(), {"1": HiddenNumbers(1400, 3, 2)}, language_of("en"))
    assert page.paragraphs[0].startswith("5 of the 1,400 numbers of this publication are hidden (0.4%).")
    assert page.paragraphs[1].startswith("3 of them say ")
    assert page.paragraphs[2].startswith("2 are hidden because ")
