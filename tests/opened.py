"""What a spreadsheet program finds in a CSV file, whichever separator its country takes."""

from __future__ import annotations

import csv
import io
import re

_SEPARATORS = ",;\t"


def formulas(content: bytes) -> list[str]:
    """The cells that some program would take for formulas."""
    text = content.decode("utf-8").replace("\x00", " ")
    return [
        cell
        for separator in _SEPARATORS
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        for cell in row
        if _is_formula(cell)
    ]


def _is_formula(cell: str) -> bool:
    plain = re.sub(r"[\s\u200b\ufeff]", "", cell)
    if cell[:1] in ("\t", "\r") or plain[:1] in ("=", "@", "\uff1d", "\uff20"):
        return bool(cell)
    try:
        float(plain.rstrip("%").replace(",", "."))
    except ValueError:
        return plain[:1] in ("+", "-", "\uff0b", "\uff0d")
    return False
