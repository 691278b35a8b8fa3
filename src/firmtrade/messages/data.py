"""Messages as JSON can hold them, and back, without loss."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, cast

from pydantic import BeforeValidator, InstanceOf, PlainSerializer

from firmtrade.errors import InputError
from firmtrade.messages.catalogue import checked
from firmtrade.messages.language import Join
from firmtrade.messages.message import Listing, Message, Slot
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

KINDS: dict[str, type] = {
    "code": Code, "count": Count, "firms": Firms, "number": Number, "percent": Percent, "p_value": PValue,
    "money": Money, "year": Year, "years": Years, "day": Day, "statement": Statement,
}  # fmt: skip
"""The first field of a slot stands under the name of its kind, the others under their own."""

_NAMES = {kind: name for name, kind in KINDS.items()}


def to_data(slot: Slot) -> Any:
    """A message, or anything that may fill a slot, as JSON can hold it.

    >>> to_data(Message("reasons.column", (("column", Code("nace")), ("table", "firms"))))
    {'key': 'reasons.column', 'slots': {'column': {'code': 'nace'}, 'table': 'firms'}}
    >>> to_data(Percent(Decimal("12.5"), 1))
    {'percent': '12.5', 'decimals': 1}
    """
    match slot:
        case str():
            return slot
        case Message(key, slots):
            return {"key": key, "slots": {name: to_data(inside) for name, inside in slots}}
        case Text():
            return {"text": dict(slot.root)}
        case Listing(items, join):
            return {"list": [to_data(item) for item in items], "join": join}
    first, *others = fields(slot)
    data = {_NAMES[type(slot)]: _plain(getattr(slot, first.name))}
    return data | {
        each.name: value for each in others if (value := _plain(getattr(slot, each.name))) != each.default
    }


def readable(slot: Slot) -> Any:
    """A message for a file that people read too: its data, and beside it the English text that follows from it."""
    return {"text": str(slot), **to_data(slot)} if isinstance(slot, Message) else to_data(slot)


def from_data(data: Any) -> Slot:
    """What :func:`to_data` made of a message, or of anything that may fill a slot.

    Raises
    ------
    InputError
        This is no message, or one that this version does not know.
    """
    try:
        return _slot(data)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise InputError(
            "a message cannot be read: it is damaged, or another version wrote it",
            fix="Write the folder again with this version.",
        ) from error


def message_from_data(data: Any) -> Message:
    """A message, where it must be one.

    Raises
    ------
    InputError
        This is none.
    """
    found = from_data(data)
    if not isinstance(found, Message):
        raise InputError("this is no message", fix="Write the folder again with this version.")
    return found


def _slot(data: Any) -> Slot:
    match data:
        case str():
            return data
        case {"key": str(key), "slots": dict(inside)}:
            slots = {name: _slot(each) for name, each in inside.items()}
            checked(key, slots)
            return Message(key, tuple(sorted(slots.items(), key=lambda pair: pair[0])))
        case {"text": dict(by_language)}:
            return Text.model_validate(by_language)
        case {"list": list(items), "join": str(join)}:
            return Listing(tuple(map(_slot, items)), cast(Join, join))
    (name,) = KINDS.keys() & data.keys()
    kind = KINDS[name]
    first = fields(kind)[0].name
    values = {first if field == name else field: value for field, value in data.items()}
    found: Slot = kind(**{field: _typed(kind, field, value) for field, value in values.items()})
    return found


def _plain(value: Any) -> Any:
    match value:
        case Decimal() | date():
            return str(value)
        case tuple():
            return list(value)
    return value


def _typed(kind: type, field: str, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, str) and field == "value":
        return Decimal(value)
    return date.fromisoformat(value) if kind is Day else value


def _as_message(value: Any) -> Message:
    """A message, or what was written of one; pydantic asks for a ValueError where it is neither."""
    try:
        return value if isinstance(value, Message) else message_from_data(value)
    except InputError as error:
        raise ValueError(error.what) from error


MessageField = Annotated[
    InstanceOf[Message],
    BeforeValidator(_as_message),
    PlainSerializer(readable),
]
"""A message as a field of a validated model: written as :func:`readable`, read back as it was."""
