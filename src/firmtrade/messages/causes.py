"""Messages that say why something is not there, one for each cause instead of one for each place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from firmtrade.messages.message import Listing, Message, Slot, message

PLACES = {"reasons.off": ("where", "needs"), "evidence.off.not_computed": ("what", "reason")}
"""The slots of the place and of the cause, by message."""


def by_cause(lines: Iterable[Slot]) -> tuple[Slot, ...]:
    """The messages, those of one cause as one that lists their places; others as they are, in the order given.

    >>> needs = message("reasons.column", column="nace", table="firms")
    >>> [str(line) for line in by_cause([message("reasons.off", where=name, needs=needs) for name in ("3", "19")])]
    ['3; 19: needs the column nace of firms']
    """
    found: list[tuple[Slot, list[Slot]]] = []
    for line in dict.fromkeys(lines):
        place = _place(line)
        if place is None:
            found.append((line, []))
            continue
        cause = (line.key, _cause(line)) if isinstance(line, Message) else None
        for other, places in found:
            if isinstance(other, Message) and (other.key, _cause(other)) == cause:
                places += _parts(place)
                break
        else:
            found.append((line, [*_parts(place)]))
    return tuple(_joined(line, places) for line, places in found)


def _place(line: Slot) -> Slot | None:
    if not isinstance(line, Message) or line.key not in PLACES:
        return None
    return dict(line.slots)[PLACES[line.key][0]]


def _cause(line: Message) -> Slot | None:
    return dict(line.slots)[PLACES[line.key][1]] if line.key in PLACES else None


def _parts(place: Slot) -> Iterator[Slot]:
    """The places of a list of places; a place alone as it is."""
    if isinstance(place, Listing) and place.join == "semicolon":
        yield from place.items
    else:
        yield place


def _joined(line: Slot, places: list[Slot]) -> Slot:
    if not isinstance(line, Message) or len(places) < 2:
        return line
    where, why = PLACES[line.key]
    slots = dict(line.slots)
    return message(line.key, **{where: Listing(tuple(dict.fromkeys(places)), "semicolon"), why: slots[why]})
