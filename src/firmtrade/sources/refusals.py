"""Why a raw row is refused: as a short text that an engine carries beside the row, and as a message.

A text holds one or more reasons, one on a line; a reason is its name and, after tabulators, what it is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, reduce
from operator import or_

import ibis

from firmtrade.messages import DEFAULT_LANGUAGE, Listing, Message, Slot, language_of, message

ASIDE = "aside"
"""Not refused, but ranked behind another row by ``prefer``."""
REPEATED = "repeated"
BROKEN = "broken"
CONTRADICTION = "contradiction"
FLOW = "flow"


def unreadable(column: str, kind: str) -> str:
    """A value that is not of its column's kind."""
    return f"unreadable_{kind}\t{column}"


def inexact(column: str) -> str:
    """A long number that a file holds as a float."""
    return f"inexact\t{column}"


def missing(column: str) -> str:
    """No value where there must be one."""
    return f"missing\t{column}"


def different(key: Sequence[str]) -> str:
    """Rows of one key that differ."""
    return "\t".join(("different", *key))


def joined(reasons: Sequence[tuple[ibis.Value, str]]) -> ibis.Value:
    """The reasons that hold of a row, of conditions with their texts, as one text; null where none holds."""
    texts = [ibis.ifelse(condition, reason, ibis.null("string")) for condition, reason in reasons]
    # Few rows are refused: the text is put together for these alone.
    some = reduce(or_, (condition for condition, _ in reasons))
    return ibis.ifelse(some, ibis.literal("\n").join(texts), ibis.null("string"))


@cache
def reason_of(text: str) -> Slot:
    """The message of a text.

    >>> str(reason_of(missing("year"))), str(reason_of(different(("firm_id", "year"))))
    ('year is missing', 'differs from another row of the same firm_id and year')
    """
    reasons = tuple(map(_reason, text.split("\n")))
    return reasons[0] if len(reasons) == 1 else Listing(reasons, "semicolon")


@cache
def in_english(text: str) -> str:
    """The reason as files hold it."""
    return language_of(DEFAULT_LANGUAGE).render(reason_of(text))


def _reason(text: str) -> Message:
    name, *about = text.split("\t")
    key = f"quality.refusals.{name}"
    if name == "different":
        return message(key, key=Listing(tuple(about)))
    return message(key, column=about[0]) if about else message(key)
