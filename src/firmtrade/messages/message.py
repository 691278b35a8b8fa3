"""A message: a key of the catalogue and what fills its slots, translated once, where it is rendered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from firmtrade.messages.catalogue import DEFAULT_LANGUAGE, checked
from firmtrade.messages.language import Join, Language, LookUp, language_of
from firmtrade.messages.slots import (
    Code,
    Count,
    Day,
    Firms,
    Money,
    Number,
    Percent,
    PValue,
    Statement,
    Year,
    Years,
)
from firmtrade.messages.text import Text


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence, a heading or a name in any language: its key, and its slots by name in alphabetical order.

    As text it is its English rendering, for files and screens that are English.

    >>> reason = message("reasons.column", column=Code("partner"), table="trade")
    >>> str(reason)
    'the column `partner` of trade'
    >>> reason == message("reasons.column", table="trade", column=Code("partner"))
    True
    """

    key: str
    slots: tuple[tuple[str, Slot], ...] = ()

    def __str__(self) -> str:
        return language_of(DEFAULT_LANGUAGE).render(self)

    def rendered(self, language: Language, look_up: LookUp | None) -> str:
        """The sentence in a language."""
        return language.filled(self.key, dict(self.slots), look_up)


@dataclass(frozen=True, slots=True)
class Listing:
    """Several values as a list of the language.

    >>> language_of("nl").render(Listing((Code("a"), Code("b"))))
    '`a` en `b`'
    """

    items: tuple[Slot, ...]
    join: Join = "and"

    def rendered(self, language: Language, look_up: LookUp | None) -> str:
        """The list in a language."""
        return language.listing([language.render(item, look_up) for item in self.items], self.join)


Slot: TypeAlias = (
    str | Message | Text | Listing | Code | Count | Firms | Number | Percent | PValue | Money | Year | Years
    | Day | Statement
)  # fmt: skip
"""What fills a slot."""

SLOTS = (
    str, Message, Text, Listing, Code, Count, Firms, Number, Percent, PValue, Money, Year, Years, Day, Statement
)  # fmt: skip


def message(key: str, /, **slots: Slot) -> Message:
    """The message at ``key``, its slots filled.

    Raises
    ------
    LookupError
        The catalogue has no such key.
    TypeError
        A slot is missing or unknown, or a number does not say what it counts.
    """
    checked(key, slots)
    for name, slot in slots.items():
        if not isinstance(slot, SLOTS):
            raise TypeError(f"the slot {name!r} of {key!r} does not say what it is: {type(slot).__name__}")
    return Message(key, tuple(sorted(slots.items(), key=lambda pair: pair[0])))


def slots_of(slot: Slot) -> Iterator[Slot]:
    """A slot and every slot inside it, in order.

    >>> [type(slot).__name__ for slot in slots_of(Listing((Firms(7), "services")))]
    ['Listing', 'Firms', 'str']
    """
    yield slot
    match slot:
        case Message():
            for _, inside in slot.slots:
                yield from slots_of(inside)
        case Listing():
            for item in slot.items:
                yield from slots_of(item)


def replaced(slot: Slot, change: Callable[[Slot], Slot]) -> Slot:
    """A slot with every slot inside it, and then itself, changed.

    >>> hide = lambda slot: Firms(None) if isinstance(slot, Firms) else slot
    >>> replaced(Listing((Firms(7), "services")), hide)
    Listing(items=(Firms(number=None), 'services'), join='and')
    """
    match slot:
        case Message(key, slots):
            return change(Message(key, tuple((name, replaced(inside, change)) for name, inside in slots)))
        case Listing(items, join):
            return change(Listing(tuple(replaced(item, change) for item in items), join))
        case _:
            return change(slot)
