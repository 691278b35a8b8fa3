"""What a quality rule is: a name, a severity, what breaks it; what it says is in the catalogue of messages.

A rule counts and lists; it repairs nothing. Rules about one row are computed together, in one pass over their
table; rules about several rows or tables each take a query of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import ibis

from firmtrade.classifications import Activity
from firmtrade.classifications.activity import Zeros
from firmtrade.messages import Message, Slot, message


class Severity(StrEnum):
    """``ERROR``: contradicts itself or what is possible. ``WARNING``: likely wrong. ``NOTE``: to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class JudgedAgainst:
    """What rules need to know beside the row.

    ``last_year`` is the last year of accounts and trade: foundations after it lie in the future of the data.
    ``scheme`` is the activity scheme of firms that state none. ``country`` is the firms' own. ``regions`` are
    those that the study's classes name, where it groups firms by region. ``zeros`` are the activity codes that have
    lost the zero in front of their division, and those that may have.
    """

    country: str | None = None
    scheme: Activity | None = None
    last_year: int | None = None
    regions: tuple[str, ...] = ()
    zeros: Zeros = field(default_factory=Zeros)


Breaks = Callable[[ibis.Table, str, JudgedAgainst], ibis.Value | None]
"""``breaks(table, column, facts)`` is true where a row breaks the rule; None where it cannot be judged."""


def sentence_of(name: str) -> Message:
    """What a rule finds, as part of a sentence."""
    return message(f"quality.rules.{name}.what")


def fix_of(name: str, **slots: Slot) -> Message:
    """What to do about what a rule finds."""
    return message(f"quality.rules.{name}.fix", **slots)


@dataclass(frozen=True, slots=True)
class QualityRule:
    """A rule about single rows.

    It is judged for each of ``columns`` that the table has, and reads the columns of ``beside``, too. A rule about
    codes has their list in ``codes`` and reads their column alone: a code that stands there in other letters is
    reported with the right ones.
    ``words`` names its sentences where a rule of the same ``id`` says another thing of another table, ``slots`` what
    fills them.
    """

    id: str
    table: str
    columns: tuple[str, ...]
    severity: Severity
    breaks: Breaks
    beside: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    words: str = ""
    slots: Mapping[str, Slot] = field(default_factory=dict)

    @property
    def sentence(self) -> Message:
        """What it finds."""
        return sentence_of(self.words or self.id)

    @property
    def fix(self) -> Message:
        """What to do about it."""
        return fix_of(self.words or self.id, **self.slots)


@dataclass(frozen=True, slots=True)
class Relation:
    """A rule about rows in relation to others; what breaks it is in the query that counts it."""

    id: str
    severity: Severity

    @property
    def sentence(self) -> Message:
        """What it finds."""
        return sentence_of(self.id)

    @property
    def fix(self) -> Message:
        """What to do about it."""
        return fix_of(self.id)


WEIGHTS = {"accounts": ("turnover", "value_added"), "trade": ("value",), "support": ("amount",)}
"""The amount by which a table's findings are weighed: the first of these columns that it has."""


def weight_of(table: str, columns: Iterable[str]) -> str | None:
    """The amount by which findings of a table with these columns are weighed."""
    present = set(columns)
    return next((column for column in WEIGHTS.get(table, ()) if column in present), None)
