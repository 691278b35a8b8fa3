"""Definitions on the pages of every language."""

from __future__ import annotations

from firmtrade.concepts import concept
from firmtrade.messages import LANGUAGES, Message, language_of, sentences
from firmtrade.surveys.plan import load_survey

FIELD = "concepts.definitions."


def test_what_the_catalogue_says_of_a_concept_is_its_definition() -> None:
    keys = [key.removeprefix(FIELD) for key in sentences("en") if key.startswith(FIELD)]
    assert len(keys) > 20
    for key in keys:
        said = concept(key).said
        assert isinstance(said, Message)
        assert str(said) == concept(key).definition


def test_definitions_of_criteria_are_said_in_every_language() -> None:
    criteria = load_survey("sns-belgium").plan.criteria.values()
    cited = {declared.concept for declared in criteria if declared.concept}
    assert cited
    for key in cited:
        said = concept(key).said
        assert isinstance(said, Message)
        assert len({language_of(language).render(said) for language in LANGUAGES}) == len(LANGUAGES)


def test_a_definition_that_is_not_translated_is_said_in_english() -> None:
    untranslated = concept("social_network_place")
    assert untranslated.said == untranslated.definition
