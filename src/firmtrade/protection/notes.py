"""Notes with counts: a number of firms in a sentence is protected like one in a table, by the number of units
asked for."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TypeVar

from firmtrade.messages import Firms, Message
from firmtrade.messages.message import Listing, Slot, slots_of
from firmtrade.outputs.room import Room
from firmtrade.protection.profile import Profile

Said = TypeVar("Said")


def veil_notes(room: Room, profile: Profile) -> Room:
    """The room with the small counts of firms hidden in its notes, its reasons and its sentences."""
    least = profile.rules.minimum_units.units
    about = room.manifest
    update = {
        "notes": tuple(veiled(note, least) for note in about.notes),
        "switched_off": tuple(veiled(reason, least) for reason in about.switched_off),
    }
    sections = tuple(
        replace(
            section,
            paragraphs=tuple(veiled(words, least) for words in section.paragraphs),
            switched_off=tuple(veiled(words, least) for words in section.switched_off),
        )
        for section in room.sections
    )
    return replace(room, manifest=about.model_copy(update=update), sections=sections)


def veiled(said: Said, least: int) -> Said:
    """A sentence without its numbers of firms where one is below ``least`` and above 0, or where two differ by as
    little: what is left of one after the other is as small.

    >>> from firmtrade.messages import message
    >>> note = message("notes.reorganized", count=Firms(2))
    >>> dict(veiled(note, 3).slots)["count"]
    Firms(number=None)
    """
    if not isinstance(said, Message):
        return said
    counts = [slot.number for slot in slots_of(said) if isinstance(slot, Firms) and slot.number is not None]
    small = any(0 < count < least for count in counts)
    close = any(0 < abs(one - other) < least for one, other in combinations(counts, 2))
    return _hidden(said) if small or close else said


def _hidden(slot: Said) -> Said:
    """A slot with every number of firms inside it hidden."""
    found: Slot
    match slot:
        case Firms():
            found = Firms(None)
        case Message():
            found = Message(slot.key, tuple((name, _hidden(inside)) for name, inside in slot.slots))
        case Listing():
            found = replace(slot, items=tuple(_hidden(item) for item in slot.items))
        case _:
            return slot
    return found  # type: ignore[return-value]
