"""The words of the report, in every language of the report."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from firmtrade.messages import Text


@cache
def _all() -> dict[str, dict[str, Text]]:
    content = tomllib.loads((files(__package__) / "phrases.toml").read_text(encoding="utf-8"))
    return {
        part: {key: Text.model_validate(words) for key, words in entries.items()}
        for part, entries in content.items()
    }


class Phrases:
    """The words of one language.

    >>> Phrases("fr").column("p_corrected")
    'p corrigé'
    """

    def __init__(self, language: str = "en") -> None:
        self.language = language

    def _say(self, part: str, key: str, **values: object) -> str:
        words = _all()[part][key].say(self.language)
        return words.format(**values) if values else words

    def section(self, key: str) -> str:
        """Title of a section."""
        return self._say("sections", key)

    def table(self, key: str, **values: object) -> str:
        """Title of a table."""
        return self._say("tables", key, **values)

    def column(self, key: str) -> str:
        """Head of a column."""
        return self._say("columns", key)

    def columns(self, *keys: str) -> tuple[str, ...]:
        """Heads of several columns."""
        return tuple(self.column(key) for key in keys)

    def note(self, key: str, **values: object) -> str:
        """A note below a table."""
        return self._say("notes", key, **values)

    def paragraph(self, key: str, **values: object) -> str:
        """A paragraph with its numbers filled in."""
        return self._say("paragraphs", key, **values)

    def sentence(self, key: str, **values: object) -> str:
        """A short sentence or name with its values filled in."""
        return self._say("words", key, **values)

    def word(self, part: str, key: str) -> str:
        """A verdict, a strength or a step of the field; nothing for an empty key."""
        return self._say(part, key) if key else ""

    def number(self, value: float | None, decimals: int = 2) -> str:
        """A number for running text, with the decimal sign of the language."""
        if value is None or value != value:
            return "–"
        printed = f"{value:.{decimals}f}"
        return printed.replace(".", ",") if self.language in ("fr", "nl", "de") else printed

    def p_value(self, value: float) -> str:
        """A p-value as it is said: with three decimals, or that it is below 0.001."""
        return f"p < {self.number(0.001, 3)}" if value < 0.001 else f"p = {self.number(value, 3)}"
