"""Labels of answers as they are compared: small letters, straight apostrophes, plain spaces."""

from __future__ import annotations

import polars as pl

_APOSTROPHES = "[\u2019\u02bc\u2018]"
_SPACES = "[\u00a0\u202f\u2009]"


def plain_label(words: str) -> str:
    """A label of the questionnaire, however its language sets apostrophes and spaces.

    >>> plain_label("Pas d\u2019accord\u202f!")
    "pas d'accord !"
    """
    return str(plain_texts(pl.Series([words]))[0])


def plain_texts(texts: pl.Series) -> pl.Series:
    """Texts of answers, to be looked up among plain labels."""
    return (
        texts.str.replace_all(_APOSTROPHES, "'")
        .str.replace_all(_SPACES, " ")
        .str.strip_chars()
        .str.to_lowercase()
    )
