"""Every language says the same things: the same keys, with the same slots."""

from __future__ import annotations

import pytest

from firmtrade.messages import LANGUAGES, language_of, sentences

OTHERS = [language for language in LANGUAGES if language != "en"]


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_keys_of_english(language: str) -> None:
    assert sentences(language).keys() == sentences("en").keys()


@pytest.mark.parametrize("language", OTHERS)
def test_a_sentence_has_the_same_slots_in_every_language(language: str) -> None:
    english = {key: sentence.slots for key, sentence in sentences("en").items()}
    assert {key: sentence.slots for key, sentence in sentences(language).items()} == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_with_plural_forms_has_those_of_its_language(language: str) -> None:
    """``many`` of French begins at a million and reads as ``other`` where it is not written."""
    asked = {language_of(language).plural(number) for number in range(200)}
    for key, sentence in sentences(language).items():
        if sentence.by:
            assert asked <= sentence.forms.keys(), key


@pytest.mark.parametrize("language", OTHERS)
def test_a_sentence_of_several_words_is_translated(language: str) -> None:
    """Names and marks may be alike; a sentence that ends with a full stop is not."""
    english = sentences("en")
    same = [
        key
        for key, sentence in sentences(language).items()
        if sentence.forms == english[key].forms and _is_sentence(sentence.forms["other"])
    ]
    assert not same


def _is_sentence(pieces: tuple[tuple[str, str, bool], ...]) -> bool:
    words = " ".join(text for text, _, _ in pieces).split()
    return bool(words) and words[-1].endswith(".") and sum(word.isalpha() for word in words) > 2
