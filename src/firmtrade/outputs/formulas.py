"""Texts in CSV files that people open: none of them is a formula there."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"[\s\x00]*(?:[=@\t\r]|[+-](?![0-9.,]+\s*%?$))")
"""How a text begins that a spreadsheet program takes for a formula. A sign before a number is one of a number."""
NOTE = "A text that a spreadsheet program would take for a formula has an apostrophe (') before it."
"""What the metadata of such a file says."""


def defused(text: str) -> str:
    """A text that stays one in a spreadsheet program: an apostrophe stands before what would begin a formula.

    >>> [defused(text) for text in ("=1+1", "+cmd|x", "@sum", "-a", "-5", "-1.5", "+3", "a=b")]
    ["'=1+1", "'+cmd|x", "'@sum", "'-a", '-5', '-1.5', '+3', 'a=b']
    """
    return f"'{text}" if text[:1] in ("\t", "\r") or _FORMULA.match(text) else text
