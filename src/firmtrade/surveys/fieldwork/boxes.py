"""The boxes of a multiple choice: one column each, or all in one, ticked as every system writes it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from firmtrade.messages import Text
from firmtrade.surveys.fieldwork.labels import plain_label, plain_texts
from firmtrade.surveys.instrument.placement import PlacedQuestion

_TICKED = {
    "not": ("selected", "checked", "ticked", "quoted", "mentioned"),
    "non": ("sélectionné", "coché", "cité"),
    "niet": ("geselecteerd", "aangevinkt", "aangekruist", "genoemd"),
    "nicht": ("ausgewählt", "gewählt", "angekreuzt", "genannt"),
}
"""What packages write for a ticked box, by the word before it where a box was not."""
YES = (
    *("1", "x", "✓", "✔", "☑", "☒", "y", "yes", "oui", "ja", "true", "vrai", "waar", "wahr"),
    *(word for words in _TICKED.values() for word in words),
)
SEEN = "-99"
"""Qualtrics writes it for what was seen and not answered."""
NO = (
    *("0", "☐", "n", "no", "non", "nee", "nein", "false", "faux", "onwaar", "falsch", "unchecked", SEEN),
    *(f"{no} {word}" for no, words in _TICKED.items() for word in words),
)
"""An explicit no."""
NOT_ASKED = ("n/a", "na")
"""LimeSurvey writes N/A where a question was not shown."""

_BETWEEN = r"[;,|\[\]\"]"
_EDGE = r"[;,|/\s\[\]\"]"
"""Marks between labels, and between ids or numbers, in which no such mark can be."""


def box_words(text: Text) -> dict[str, str]:
    """What the label of a value of a box may be: words for a tick, the box's own text, or words for none."""
    yes = dict.fromkeys((*YES, *map(plain_label, text.root.values())), "1")
    return yes | dict.fromkeys(NO, "0")


@dataclass(frozen=True, slots=True)
class Boxes:
    """Ticks by item: 1, 0, or missing; and how many values by item were none of the words for a tick."""

    ticks: Mapping[str, pl.Series]
    wrong: Mapping[str, int]


def separate_boxes(question: PlacedQuestion, columns: Mapping[str, pl.Series], asked: pl.Series) -> Boxes:
    """Boxes that have a column each.

    Most systems write nothing where a box was not ticked, so nothing is a no wherever the question was ``asked``.
    Where a system writes a no of its own in any box of the question, nothing is missing. Where a box holds both 1 and
    2, the file numbers yes and no, and 2 is a no.

    Parameters
    ----------
    columns
        Raw texts by item, empty ones missing, shape (n,).
    asked
        Whether each respondent was asked the question, shape (n,).
    """
    lower = {name: plain_texts(values) for name, values in columns.items()}
    numbered = any({"1", "2"} <= set(values.unique()) for values in lower.values())
    no = (*NO, "2") if numbered else NO
    explicit = any(values.is_in(no).any() for values in lower.values())
    ticks, wrong = {}, {}
    for number, (name, text, _) in enumerate(question.items, 1):
        if name not in lower:
            continue
        values = lower[name]
        yes = {*YES, name.lower(), str(number), *map(plain_label, text.root.values())} - set(no)
        blank = None if explicit else 0
        tick = pl.select(
            pl.when(pl.lit(values.is_in(sorted(yes))).fill_null(False)).then(1)
            .when(pl.lit(values.is_in(no)).fill_null(False)).then(0)
            .when(pl.lit(values.is_null() & asked)).then(blank)
            .otherwise(None).cast(pl.Int64)
        ).to_series()  # fmt: skip
        ticks[name] = tick.alias(name)
        known = {*yes, *no, *NOT_ASKED}
        wrong[name] = int((~values.is_in(sorted(known))).fill_null(False).sum())
    return Boxes(ticks, {name: count for name, count in wrong.items() if count})


def joined_boxes(question: PlacedQuestion, values: pl.Series, asked: pl.Series) -> Boxes:
    """Boxes that were exported as one column: ids, numbers or labels of what was ticked, with marks between.

    Labels are looked for whole, since one may hold a comma itself. An empty value is a no to every box where the
    question was ``asked``.
    """
    text = plain_texts(values.str.replace_all(r"[\r\n]+", ";"))
    shown = text.is_not_null() & ~text.is_in(NOT_ASKED).fill_null(False)
    rest = text.set(~shown, None)
    found: dict[str, list[pl.Series]] = {name: [] for name, _, _ in question.items}
    for name, patterns in _patterns(question):
        for pattern in patterns:
            found[name].append(rest.str.contains(pattern).fill_null(False))
            rest = rest.str.replace_all(pattern, ";")
    ticks = {}
    for name, hits in found.items():
        ticked = _either(hits, len(values))
        ticks[name] = (
            pl.select(
                pl.when(pl.lit(ticked)).then(1)
                .when(pl.lit(shown) | pl.lit(values.is_null() & asked)).then(0)
                .otherwise(None).cast(pl.Int64)
            ).to_series().alias(name)
        )  # fmt: skip
    left = rest.str.replace_all(_EDGE, "").fill_null("")
    count = int((left != "").sum())
    return Boxes(ticks, {question.id: count} if count else {})


def _either(hits: Sequence[pl.Series], n: int) -> pl.Series:
    found = pl.Series([False] * n, dtype=pl.Boolean)
    for hit in hits:
        found |= hit
    return found


def _patterns(question: PlacedQuestion) -> list[tuple[str, list[str]]]:
    """Regular expressions of each box: whole labels first, the longest of all boxes first, then ids and numbers."""
    labels = [(plain_label(label), name) for name, text, _ in question.items for label in text.root.values()]
    ordered = sorted(dict.fromkeys(labels), key=lambda each: -len(each[0]))
    patterns = [(name, [_whole(label, _BETWEEN)]) for label, name in ordered if label]
    for number, (name, _, _) in enumerate(question.items, 1):
        patterns.append((name, [_whole(name.lower(), _EDGE), _whole(str(number), _EDGE)]))
    return patterns


def _whole(word: str, edge: str) -> str:
    return rf"(?:^|{edge})\s*{re.escape(word)}\s*(?:{edge}|$)"
