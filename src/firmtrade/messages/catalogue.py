"""The sentences of each language, as data: ``words/<language>/<part>.toml``; a key begins with the part's name.

A slot in braces stands for a value: ``the column {column} of {table}``; ``{outcome:capital}`` begins a sentence
and ``{attribute:inside}`` stands within one.
A sentence that depends on a number is a table of the language's plural forms (Unicode CLDR: ``one``, ``other``) with
the slot that decides: ``{ by = "count", one = "{count} row", other = "{count} rows" }``.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from firmtrade.errors import nearest
from firmtrade.messages.typography import typeset

LANGUAGES = ("en", "fr", "nl", "de")
"""A language is a folder of ``words`` and its name here."""

DEFAULT_LANGUAGE = "en"
"""Says which keys and slots there are; what has no language of its own (the screen, files of a room) is English."""

BY, OTHER = "by", "other"

Piece = tuple[str, str, str]
"""A literal text, the slot behind it (empty at the end), and the first letter it asks for (see ``cased``)."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of one language, parsed: its plural forms, each in pieces; ``by`` is empty where there is one form."""

    forms: Mapping[str, tuple[Piece, ...]]
    by: str = ""

    @property
    def slots(self) -> frozenset[str]:
        """Names of the slots."""
        inside = {slot for pieces in self.forms.values() for _, slot, _ in pieces if slot}
        return frozenset(inside | ({self.by} if self.by else set()))

    def form(self, category: str) -> tuple[Piece, ...]:
        """The pieces for a plural category; those of ``other`` where it has none of its own."""
        return self.forms.get(category) or self.forms[OTHER]


@cache
def sentences(language: str) -> Mapping[str, Sentence]:
    """Every sentence of a language by key, in its typography."""
    found: dict[str, Sentence] = {}
    for path in sorted((files(__package__) / "words" / language).iterdir(), key=lambda each: each.name):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        found |= _flat(content, path.name.removesuffix(".toml"), language)
    return found


def checked(key: str, slots: Collection[str]) -> None:
    """Refuse a key that the catalogue does not have, and slots that are not those of its sentence.

    Raises
    ------
    LookupError
        The catalogue has no such key.
    TypeError
        A slot is missing or unknown.
    """
    wanted = _slots(key)
    if set(slots) != wanted:
        raise TypeError(f"the slots of {key!r} are {sorted(wanted)}, not {sorted(slots)}")


@cache
def _slots(key: str) -> frozenset[str]:
    """The slots of a message: thousands are made of a few hundred sentences."""
    known = sentences(DEFAULT_LANGUAGE)
    if key not in known:
        raise LookupError(f"no message has the key {key!r}; the nearest is {nearest(key, known)!r}")
    return known[key].slots


def has(key: str) -> bool:
    """Whether the catalogue has a sentence for a key."""
    return key in sentences(DEFAULT_LANGUAGE)


def _flat(content: Any, key: str, language: str) -> dict[str, Sentence]:
    if isinstance(content, str):
        return {key: Sentence({OTHER: _pieces(content, language)})}
    if BY in content and OTHER in content:
        forms = {name: _pieces(text, language) for name, text in content.items() if name != BY}
        return {key: Sentence(forms, content[BY])}
    return {
        name: sentence
        for part, inside in content.items()
        for name, sentence in _flat(inside, f"{key}.{part}", language).items()
    }


def _pieces(text: str, language: str) -> tuple[Piece, ...]:
    return tuple(
        (literal, slot or "", form or "")
        for literal, slot, form, _ in string.Formatter().parse(typeset(text, language))
    )
