"""What units are called; those of money name their currency."""

from __future__ import annotations

import re

from firmtrade.messages.catalogue import has
from firmtrade.messages.message import Message, message

_AMOUNT = re.compile("thousand_([a-z]{3})(_per_fte|_per_employee)?")


def unit(name: str, form: str = "") -> Message | None:
    """The message that names a unit; ``form`` is ``_short`` where there is little room. None where it has no name.

    A unit of evidence that no table of a study has is named by the axis of its figures.

    >>> str(unit("thousand_clp")), str(unit("percent_of_midpoint"))
    ('CLP 1,000', 'percent of the midpoint')
    """
    if amount := _AMOUNT.fullmatch(name):
        key = f"units.thousand{amount[2] or ''}{form}"
        return message(key, currency=amount[1].upper()) if has(key) else None
    keys = (f"units.{name}{form}", f"evidence.axes.{name}{form}")
    return next((message(key) for key in keys if has(key)), None)
