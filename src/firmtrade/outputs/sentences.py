"""Sentences with slots, ``the column {column} of {table}``: told apart by what they become when they are filled."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from functools import cache


def recognized(text: str, sentences: Mapping[str, str]) -> tuple[str, dict[str, str]] | None:
    """The key of the sentence that a text is, and what fills its slots; None where it is none of them.

    >>> recognized("needs nace of firms", {"whole": "needs {table}", "column": "needs {column} of {table}"})
    ('whole', {'table': 'nace of firms'})
    """
    for key, sentence in sentences.items():
        if found := _pattern(sentence).fullmatch(text):
            return key, found.groupdict()
    return None


@cache
def _pattern(sentence: str) -> re.Pattern[str]:
    pieces = string.Formatter().parse(sentence)
    return re.compile(
        "".join(re.escape(text) + (f"(?P<{slot}>.+)" if slot else "") for text, slot, *_ in pieces)
    )
