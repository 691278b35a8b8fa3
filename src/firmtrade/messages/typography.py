"""The typography of a language: one rule for spaces before signs, spans and apostrophes, whoever wrote the text.

French sets a narrow no-break space before ``;``, ``!`` and ``?``, a no-break space before a colon and ``%`` and inside
guillemets (Imprimerie nationale, *Lexique des règles typographiques*), German a no-break space before ``%`` (DIN 5008);
English and Dutch set ``%`` close to its number. A space that stands there is made the right one or taken out; none is
added, so that a time, an address or a key stays as it is. Every language writes a span of years or small numbers with
the dash of a span, and Dutch and French their apostrophe curved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

SPACE = "[ \u00a0\u202f]+"
PERCENT = re.compile(rf"(?<=[\d}}]){SPACE}(?=%)")
"""The space between a number, or a slot for one, and its sign."""

APOSTROPHE = (re.compile(r"(?<=\w)'(?=\w)"), "’")
APART = r"(?![^{}]*\})(?=(?:[^`]*`[^`]*`)*[^`]*$)"
"""Neither in braces nor between backticks, where keys stand."""
NUMBER = r"((?:1\d|20)\d\d|\d{1,3})"
SPAN = (re.compile(rf"(?<![\w.–-]){NUMBER}-{NUMBER}(?!\w|[-.–]\w){APART}"), r"\1–\2")
"""From one year or number to another; no day, telephone number, address of a paper or number of a journal."""

CAPITAL, INSIDE = "capital", "inside"
"""Where in a sentence a word stands that may be written large or small."""

_RULES: Mapping[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "en": ((PERCENT, ""), SPAN),
    "nl": ((PERCENT, ""), SPAN, APOSTROPHE),
    "fr": (
        (re.compile(rf"{SPACE}(?=[;!?])"), "\u202f"),
        (re.compile(rf"{SPACE}(?=[:%»])"), "\u00a0"),
        (re.compile(rf"(?<=«){SPACE}"), "\u00a0"),
        SPAN,
        APOSTROPHE,
    ),
    "de": ((PERCENT, "\u00a0"), SPAN),
}


def typeset(text: str, language: str) -> str:
    """A text as its language sets it.

    >>> typeset("L'indice : 5 % ; « fort » ?", "fr")
    'L’indice\\xa0: 5\\xa0%\\u202f; «\\xa0fort\\xa0»\\u202f?'
    >>> typeset("12:30 ; a:b", "en")
    '12:30 ; a:b'
    """
    for pattern, sign in _RULES.get(language, ()):
        text = pattern.sub(sign, text)
    return text


def cased(text: str, place: str, language: str) -> str:
    """A text with the first letter of its place: large at the beginning of a sentence, small within one.

    German writes its nouns large everywhere; a word with more capitals, such as EU or NACE, keeps the first.

    >>> cased("Size class", "inside", "en"), cased("EU member", "inside", "en"), cased("Klasse", "inside", "de")
    ('size class', 'EU member', 'Klasse')
    """
    if place == CAPITAL:
        return text[:1].upper() + text[1:]
    word = text.partition(" ")[0]
    if place == INSIDE and language != "de" and word[1:] == word[1:].lower() and len(word) > 1:
        return text[:1].lower() + text[1:]
    return text
