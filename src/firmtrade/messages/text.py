"""A text that a study brings along, by language: a title, a label, a note of its own."""

from __future__ import annotations

import re
from typing import Any

from pydantic import ConfigDict, RootModel, model_validator

from firmtrade.messages.catalogue import DEFAULT_LANGUAGE, LANGUAGES
from firmtrade.messages.language import Language, LookUp
from firmtrade.messages.typography import typeset

MOST_SIGNS = 10_000
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Signs that no text in XML may hold (XML 1.0, 2.2): pages, drawings and workbooks cannot show them."""


class Text(RootModel[dict[str, str]]):
    """A text by language. A plain string is English; a language that is missing falls back to English.

    >>> Text.model_validate({"en": "Size", "fr": "Taille"}).say("fr")
    'Taille'
    >>> Text.model_validate("Size").say("de")
    'Size'
    """

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _plain_is_english(cls, value: Any) -> Any:
        return {DEFAULT_LANGUAGE: value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _english_is_there(self) -> Text:
        unknown = sorted(set(self.root) - set(LANGUAGES))
        if unknown:
            raise ValueError(f"language {unknown[0]!r} is not one of {', '.join(LANGUAGES)}")
        if not self.root.get(DEFAULT_LANGUAGE):
            raise ValueError("the English text (`en`) is missing")
        for language, text in self.root.items():
            if found := UNPRINTABLE.search(text):
                sign = f"U+{ord(found.group()):04X}"
                raise ValueError(f"the text (`{language}`) has the sign {sign}, which no page can show")
            if len(text) > MOST_SIGNS:
                raise ValueError(f"the text (`{language}`) is longer than {MOST_SIGNS:,} signs")
        return self

    def with_word(self, pattern: str, word: str) -> Text:
        """The text in which a word stands for a pattern, in every language.

        >>> Text.model_validate("Intra-EU only").with_word("EU", "ASEAN").say()
        'Intra-ASEAN only'
        """
        return Text({language: re.sub(pattern, word, text) for language, text in self.root.items()})

    def say(self, language: str = DEFAULT_LANGUAGE) -> str:
        """The text in ``language`` and its typography, in English where there is none."""
        spoken = language if self.root.get(language) else DEFAULT_LANGUAGE
        return typeset(self.root[spoken], spoken)

    def rendered(self, language: Language, look_up: LookUp | None) -> str:
        """The text as a slot of a message."""
        return self.say(language.code)

    def __str__(self) -> str:
        return self.say()

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.root.items())))
