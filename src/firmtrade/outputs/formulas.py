"""Texts in CSV files that people open: none of them is a formula there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_BLANK, _PARTS = r"[\s\x00\u200b\ufeff]*", r"[;\t\r\n]"
_SIGNS, _SIGNED = "=@\uff1d\uff20", "+\\-\uff0b\uff0d"
"""What a formula begins with, also in the wide letters of East Asia; a plus or minus may begin a number, too."""
_NUMBER = r"(?:[0-9.,]+(?:[eE][+-]?[0-9]+)?\s*%?|inf|nan)\s*"
_FORMULA = re.compile(
    rf"^(?=[\t\r]|{_BLANK}(?:[{_SIGNS}]|[{_SIGNED}](?!{_NUMBER}$)))"
    rf"|(?<={_PARTS})(?={_BLANK}(?:[{_SIGNS}]|[{_SIGNED}](?!{_NUMBER}{_PARTS})))"
)
"""At the end of a text stands the separator of the file, which may be none for the program: what is signed there is no
number yet."""
_SUSPECT = rf"^[\t\r]|(?:^|{_PARTS}){_BLANK}[{_SIGNS}{_SIGNED}]"
"""What every formula matches, and some numbers: for engines that cannot look ahead."""
NOTE = (
    "Where a spreadsheet program would take a text for a formula, at its beginning or behind a semicolon, a tab or a "
    "new line, an apostrophe (') stands before it."
)
"""What the metadata of such a file says."""


def defused(text: str) -> str:
    """A text that stays one in a spreadsheet program: an apostrophe stands before what would begin a formula.

    Programs of many countries part cells at semicolons, whatever a file says, so what follows one is looked at too.

    >>> [defused(text) for text in ("=1+1", "+cmd|x", "@sum", "-a", "-5", "-1.5e-05", "+3", "a=b", "a;=b")]
    ["'=1+1", "'+cmd|x", "'@sum", "'-a", '-5', '-1.5e-05', '+3', 'a=b', "a;'=b"]
    """
    return _FORMULA.sub("'", text)


def defused_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with its texts and the names of its columns as :func:`defused` has them."""
    import polars as pl

    changed = []
    for column in frame.select(pl.col(pl.String)).get_columns():
        suspect = column.filter(column.str.contains(_SUSPECT)).unique().to_list()
        changed.append(column.replace(suspect, [defused(text) for text in suspect]))
    return frame.with_columns(changed).rename(defused)
