"""Words in several languages."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, RootModel, model_validator

LANGUAGES = ("en", "fr", "nl", "de")


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
        return {"en": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _english_is_there(self) -> Text:
        unknown = sorted(set(self.root) - set(LANGUAGES))
        if unknown:
            raise ValueError(f"language {unknown[0]!r} is not one of {', '.join(LANGUAGES)}")
        if not self.root.get("en"):
            raise ValueError("the English text (`en`) is missing")
        return self

    def say(self, language: str = "en") -> str:
        """The text in ``language``, in English where there is none."""
        return self.root.get(language) or self.root["en"]

    def __str__(self) -> str:
        return self.say()

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.root.items())))
