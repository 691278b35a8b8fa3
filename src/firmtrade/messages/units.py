"""What units are called; those of money name their currency."""

from __future__ import annotations

import re

from firmtrade.messages.catalogue import has
from firmtrade.messages.message import Message, message

_AMOUNT = re.compile("thousand_([a-z]{3})(_per_fte|_per_employee)?")


def unit(name: str, form: str = "") -> Message | None:
    """The message that names a unit; ``form`` is ``_short`` where there is little room. None where it has no name.

    >>> str(unit("thousand_clp"))
    'CLP 1,000'
    """
    amount = _AMOUNT.fullmatch(name)
    key = f"units.thousand{amount[2] or ''}{form}" if amount else f"units.{name}{form}"
    if not has(key):
        return None
    return message(key, currency=amount[1].upper()) if amount else message(key)
