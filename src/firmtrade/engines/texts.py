"""Expressions on texts that mean the same on every engine."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

_BLANK = r" \t\n\r\x0b\x0c" + "\u0085\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2069\u3000\ufeff\u00ad"
"""Blanks of all kinds, and signs without a width; the first six as the regular expression names them: Spark reads
those that Ibis writes as letters too."""
BLANKS_AROUND = f"^[{_BLANK}]+|[{_BLANK}]+$"


def stripped(text: ir.StringValue) -> ir.StringValue:
    """A text without the blanks around it, and without signs that nobody sees there."""
    return text.re_replace(BLANKS_AROUND, "")


def lettered(text: ir.StringValue, codes: Iterable[str]) -> ir.StringValue:
    """A text with the letters of the code that it is: ``é`` may be one sign, or a letter and its accent."""
    coded = {
        form: code
        for code in codes
        for form in (unicodedata.normalize("NFC", code), unicodedata.normalize("NFD", code))
        if form != code
    }
    return ibis.cases(*((text == form, code) for form, code in coded.items()), else_=text) if coded else text
