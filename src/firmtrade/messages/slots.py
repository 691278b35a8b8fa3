"""What may fill a slot of a message: each value says what it is, so that a language knows how to print it.

A plain string is a name that is written alike in every language: a key of a study, a code, a citation. A number is
never plain: it is a count, a percentage, a year, and a count of firms has a type of its own, so that disclosure
protection finds every one and can hide it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeGuard

from firmtrade.messages.language import Amount, Language, LookUp

HIDDEN = "[c]"
"""Stands for a number of firms that is hidden."""

NOTHING = "–"
"""Stands for a number that does not exist."""


@dataclass(frozen=True, slots=True)
class Code:
    """A name of a column, a file or a key, which stands between backticks."""

    name: str

    def rendered(self, language: Language, look_up: LookUp | None) -> str:
        return f"`{self.name}`"


@dataclass(frozen=True, slots=True)
class Count:
    """A number of things that are no firms: rows, declarations, years of history, degrees of freedom."""

    number: int

    def rendered(self, language: Language, look_up: LookUp | None) -> str:
        return language.number(self.number, 0)


@dataclass(frozen=True, slots=True)
class Firms:
    """A number of firms; None where protection hides it."""

    number: int | None

    def rendered(self, language: Language, look_up: LookUp | None) -> str:
        return HIDDEN if self.number is None else language.number(self.number, 0)


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its printed decimals; ``signed`` prints the plus of a positive one. None where there is none."""

    value: Amount | None
    decimals: int = 0
    signed: bool = False

    def rendered(self, language: Language, look_up: LookUp | None) -> str:
        if _known(self.value):
            return language.number(self.value, self.decimals, signed=self.signed)
        return NOTHING


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage, in percent (12.5 is 12.5%), with its sign. None where there is none."""

    value: Amount | None
    decimals: int = 0
    signed: bool = False

    def rendered(self, language: Language, look_up: LookUp | None) -> str:
        if _known(self.value):
            return language.percent(self.value, self.decimals, signed=self.signed)
        return NOTHING


@dataclass(frozen=True, slots=True)
class PValue:
    """A p-value: one below the smallest number that its decimals can print is said to be below it."""

    value: Amount | None
    decimals: int = 3

    def rendered(self, language: Language, look_up: LookUp | None) -> str:
        return language.p_value(self.value, self.decimals) if _known(self.value) else NOTHING


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency, by its ISO 4217 code."""

    value: Amount | None
    currency: str
    decimals: int = 0

    def rendered(self, language: Language, look_up: LookUp | None) -> str:
        if _known(self.value):
            return language.money(self.value, self.currency, self.decimals)
        return NOTHING


@dataclass(frozen=True, slots=True)
class Year:
    """A year, printed without separators."""

    number: int

    def rendered(self, language: Language, look_up: LookUp | None) -> str:
        return str(self.number)


@dataclass(frozen=True, slots=True)
class Years:
    """Several years, those that follow each other printed as a span."""

    numbers: tuple[int, ...]

    def rendered(self, language: Language, look_up: LookUp | None) -> str:
        return language.years(self.numbers)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar."""

    day: date

    def rendered(self, language: Language, look_up: LookUp | None) -> str:
        return language.day(self.day)


@dataclass(frozen=True, slots=True)
class Statement:
    """A number that stands among the statements of a results folder, by its key.

    It is looked up when the message is rendered, so that what is hidden there is hidden here. ``part`` is what is
    meant of it (``value``, ``n_firms``, ``conf_low``); ``decimals`` the printed precision, where its own is not meant.
    """

    key: tuple[str, ...]
    part: str = "value"
    decimals: int | None = None

    def rendered(self, language: Language, look_up: LookUp | None) -> str:
        if look_up is None:
            raise LookupError(f"a message refers to the statement {'/'.join(self.key)}, and none are at hand")
        return language.render(look_up(self), look_up)


def _known(value: Amount | None) -> TypeGuard[Amount]:
    """Whether there is a number: neither None nor NaN."""
    return value is not None and value == value
