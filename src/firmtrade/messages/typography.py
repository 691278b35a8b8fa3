"""The typography of a language: one rule for spaces before signs and for apostrophes, whoever wrote the text.

French sets a narrow no-break space before ``;``, ``!`` and ``?``, a no-break space before a colon and ``%`` and inside
guillemets (Imprimerie nationale, *Lexique des règles typographiques*), German a no-break space before ``%`` (DIN 5008).
A space that stands there is made the right one; none is added, so that a time, an address or a key stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

SPACE = "[ \u00a0\u202f]+"

_RULES: Mapping[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "fr": (
        (re.compile(rf"{SPACE}(?=[;!?])"), "\u202f"),
        (re.compile(rf"{SPACE}(?=[:%»])"), "\u00a0"),
        (re.compile(rf"(?<=«){SPACE}"), "\u00a0"),
        (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    ),
    "de": ((re.compile(rf"(?<=[\d}}]){SPACE}(?=%)"), "\u00a0"),),
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
