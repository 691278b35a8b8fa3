"""Labels of answers as they are compared: small letters, straight apostrophes, plain hyphens and spaces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

_APOSTROPHES = "[\u2019\u02bc\u2018]"
_DASHES = "[\u2010-\u2015]"
NO_ANSWER = ("n/a", "na", "#n/a", "#null!", "null", "nan", ".", "-", "--")
"""What systems and spreadsheets write where there is no answer, unless it is the label of one."""

_SPACES = r"\s+"
"""Blanks of any width, one or several."""
_BEFORE_PERCENT = r"(\d)\s+%"


def plain_label(words: str) -> str:
    """A label of the questionnaire, however its language sets apostrophes, dashes and spaces.

    >>> plain_label("Pas d\u2019accord\u202f!"), plain_label("10\u201349 %")
    ("pas d'accord !", '10-49%')
    """
    return plain_labels([words])[0]


def plain_labels(labels: Iterable[str]) -> list[str]:
    """Labels of the questionnaire, in their order: for many it is one call of the library and not one each."""
    return plain_texts(pl.Series(list(labels), dtype=pl.String)).to_list()


def plain_texts(texts: pl.Series) -> pl.Series:
    """Texts of answers, to be looked up among plain labels."""
    return (
        texts.str.replace_all(_APOSTROPHES, "'")
        .str.replace_all(_DASHES, "-")
        .str.replace_all(_BEFORE_PERCENT, "$1%")
        .str.replace_all(_SPACES, " ")
        .str.strip_chars()
        .str.to_lowercase()
    )


def plain_numbers(texts: pl.Series) -> pl.Series:
    """Texts without spaces around them; whole numbers of statistical packages, which arrive as 3.0, as 3."""
    return texts.str.strip_chars().str.replace(r"^(-?\d+)\.0+$", "$1")


def by_label(values: pl.Series, labels: Mapping[str, str], meant: Mapping[str, str]) -> pl.Series:
    """Values of a file that labels them itself, as the codes of the answers that have these labels.

    Systems number the answers to a question anew when they export it. A value whose label is no answer keeps its
    code, unless another value is labelled as the answer with that code: then the label stands for it.

    Parameters
    ----------
    labels
        The labels of the file by value.
    meant
        The codes of the questionnaire by plain label.

    >>> by_label(pl.Series(["1", "2", "3"]), {"1": "Yes", "2": "No"}, {"yes": "1", "no": "0"}).to_list()
    ['1', '0', '3']
    """
    plain = dict(zip(labels, plain_labels(labels.values()), strict=True))
    found = {value: meant[label] for value, label in plain.items() if label in meant}
    claimed = set(found.values())
    others = {value: label for value, label in labels.items() if value not in found and value in claimed}
    return values.replace(others | found)
