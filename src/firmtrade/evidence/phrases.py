"""What the evidence says, in every language of a report.

A block names a phrase and its values, ``words/*.toml`` hold the sentences. A phrase is its English text, so the
files of a room read in English, and it remembers how it was made, so a report says it in its own language.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

Value: TypeAlias = str | int | tuple[str, ...]
"""What fills a slot: a text (perhaps a phrase itself), a number, or several texts."""

NAMES, FORMS, FAULTS = "names", "forms", "faults"
"""Parts of the words: names of keys, keys made of keys, and what a model says that cannot be fitted."""


class Phrase(str):
    """A text in English that knows how it is said in the other languages.

    ``key`` is its place in the words, ``values`` fill its slots. A language without the key says it in English.

    >>> Phrase("Growth", "growth.what").say("nl")
    'Groei'
    """

    __slots__ = ("key", "values")

    key: str
    values: Mapping[str, Value]

    def __new__(cls, english: str, key: str, values: Mapping[str, Value] | None = None) -> Phrase:
        made = super().__new__(cls, english)
        made.key, made.values = key, dict(values or {})
        return made

    def __getnewargs__(self) -> tuple[str, str, Mapping[str, Value]]:  # type: ignore[override]
        return str(self), self.key, self.values

    def say(self, language: str) -> str:
        """The text in a language of the report."""
        sentence = None if language == "en" else sentences(language).get(self.key)
        return str(self) if sentence is None else _filled(sentence, self.values, language)


def phrase(key: str, /, **values: Value) -> Phrase:
    """The phrase at ``key`` of the words, its slots filled.

    >>> phrase("off.not_computed", what=phrase("growth.what"), reason=phrase("reasons.one_year"))
    'Growth: not computed, because the panel has a single year.'
    """
    return Phrase(_filled(sentences("en")[key], values, "en"), key, values)


@cache
def named(key: str) -> Phrase:
    """A key of a number as words; a key that the words do not know, a study's own outcome say, is its own words.

    >>> named("import_and_export - export_only (percent)")
    'import and export - export only (percent)'
    >>> named("import_and_export - export_only (percent)").say("nl")
    'invoer en uitvoer - alleen uitvoer (procent)'
    >>> named("own_outcome").say("fr")
    'own outcome'
    """
    english = key.replace("_", " ")
    found = recognized(key, _part(FORMS))
    if found is None:
        return Phrase(english, f"{NAMES}.{key.replace(' ', '_')}")
    form, parts = found
    return Phrase(english, form, {slot: named(part) for slot, part in parts.items()})


def fault(message: str) -> str:
    """What a model says that cannot be fitted, as a phrase where the words know it.

    >>> fault("the likelihood has no maximum in venture").say("de")
    'die Likelihood hat kein Maximum in venture'
    """
    found = recognized(message, _part(FAULTS))
    return message if found is None else Phrase(message, *found)


def remarked(*parts: str) -> Phrase:
    """Several remarks as one; empty ones are left out."""
    return phrase("notes.whole", parts=tuple(part for part in parts if part))


def say(text: str, language: str) -> str:
    """A text in a language: a phrase is said in it, anything else stands as it is written."""
    return text.say(language) if isinstance(text, Phrase) else text


@cache
def sentences(language: str) -> Mapping[str, str]:
    """The sentences of a language by key."""
    path = files(__package__) / "words" / f"{language}.toml"
    return dict(_flat(tomllib.loads(path.read_text(encoding="utf-8"))))


def _flat(texts: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in texts.items():
        if isinstance(value, str):
            yield prefix + key, value
        else:
            yield from _flat(value, f"{prefix}{key}.")


def recognized(text: str, known: Mapping[str, str]) -> tuple[str, dict[str, str]] | None:
    """The key of the sentence that a text is, and what fills its slots; None where it is none of them."""
    for key, sentence in known.items():
        if found := _pattern(sentence).fullmatch(text):
            return key, found.groupdict()
    return None


@cache
def _pattern(sentence: str) -> re.Pattern[str]:
    pieces = string.Formatter().parse(sentence)
    return re.compile(
        "".join(re.escape(text) + (f"(?P<{slot}>.+)" if slot else "") for text, slot, *_ in pieces)
    )


class _Filler(string.Formatter):
    """``{names: and }`` joins several texts by what follows the colon, ``{outcome:capital}`` begins a sentence."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, tuple):
            return format_spec.join(value)
        text = str(value)
        return text[:1].upper() + text[1:] if format_spec == "capital" else text


_FILLER = _Filler()


def _filled(sentence: str, values: Mapping[str, Value], language: str) -> str:
    return _FILLER.vformat(sentence, (), {slot: _said(value, language) for slot, value in values.items()})


def _said(value: Value, language: str) -> Value:
    if isinstance(value, tuple):
        return tuple(say(each, language) for each in value)
    return value if isinstance(value, int) else say(value, language)


@cache
def _part(name: str) -> Mapping[str, str]:
    """The sentences of a part of the words, in English."""
    return {key: text for key, text in sentences("en").items() if key.startswith(f"{name}.")}


def to_data(value: Value) -> Any:
    """A phrase, or what fills a slot, as JSON can hold it."""
    if isinstance(value, Phrase):
        values = {slot: to_data(each) for slot, each in value.values.items()}
        return {"text": str(value), "key": value.key, "values": values}
    return [to_data(each) for each in value] if isinstance(value, tuple) else value


def from_data(data: Any) -> Any:
    """What :func:`to_data` made of a phrase, or of what fills a slot.

    Raises
    ------
    KeyError, TypeError, AttributeError
        A part is missing or is of the wrong kind.
    """
    if isinstance(data, dict):
        return Phrase(
            data["text"], data["key"], {slot: from_data(part) for slot, part in data["values"].items()}
        )
    return tuple(map(from_data, data)) if isinstance(data, list) else data
