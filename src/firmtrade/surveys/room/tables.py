"""A table of a survey's report: columns of words become the names of its rows, the others stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from firmtrade.messages import Listing, Statement, message
from firmtrade.outputs.layout import ColumnLayout, DecidedWords, Entry, RowLayout, TableLayout, Words

LAYOUTS: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "comparison": ((0,), (1,)),
    "confirmatory": ((0,), (1,)),
    "checklist": ((0,), (1,)),
    "hypotheses": ((0, 1), (3,)),
    "published": ((0,), (1, 2)),
}
"""By table: the columns of the heading over a group of rows, and those of the row's name."""

ITEMS = "likert_"
"""Tables of the answers to items: the text of the item is the row's name."""

NOTED: Mapping[str, tuple[int, int]] = {"hypotheses": (0, 2)}
"""By table: the column of a name and the column said in a note beside it: too long for a cell."""


def laid(
    survey: str,
    key: str,
    title: Words,
    heads: Sequence[Words],
    rows: Sequence[Sequence[Entry]],
    notes: Sequence[Words] = (),
) -> TableLayout:
    """A table with its rows named by words.

    Parameters
    ----------
    survey
        Name of the survey: what its cells are of.
    heads, rows
        Heads of all columns, and an entry of each row for each.
    """
    items = key.startswith(ITEMS)
    heading, naming = LAYOUTS.get(key, ((), (1,) if items else (0,)))
    named, noted = NOTED.get(key, (0, -1))
    hidden = {*heading, *naming, noted, *((0,) if items else ())}
    shown = [place for place in range(len(heads)) if place not in hidden]
    sources = dict.fromkeys(
        message("survey.words.sourced", name=_words(row[named]), source=_words(row[noted]))
        for row in rows
        if noted >= 0 and row[noted]
    )
    return TableLayout(
        key,
        title,
        tuple(ColumnLayout(f"{key}_{place}", heads[place]) for place in shown),
        tuple(
            RowLayout(
                f"{key}_{number}",
                _joined([row[place] for place in naming]) or f"{number}",
                tuple(row[place] for place in shown),
                _joined([row[place] for place in heading]),
            )
            for number, row in enumerate(rows, start=1)
        ),
        survey,
        stub=_joined([heads[place] for place in naming]),
        notes=(*notes, *sources),
    )


def _joined(parts: Sequence[Entry]) -> Words:
    if len(parts) == 1:
        return _words(parts[0])
    return Listing(tuple(map(_words, parts)), "space") if parts else ""


def _words(entry: Entry) -> Words:
    """An entry as words: what names a row is neither a number nor a judgement of one."""
    if entry is None:
        return ""
    if isinstance(entry, DecidedWords | Statement):
        raise TypeError("a number names no row")
    return entry
