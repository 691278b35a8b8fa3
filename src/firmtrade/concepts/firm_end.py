"""The end of a firm: one rule for tables and models.

A firm's last active year is the last one with accounts or trade. A register writes the year of closing when it
learns of it, often later. The firm ended with its last active year if the closing is registered in time to
confirm it; a firm that vanishes without such a confirmation has an unknown fate, and no end.
"""

from __future__ import annotations

from typing import Any

CONFIRMED_WITHIN = 2
"""Years after the last active year within which a year of closing confirms the end, unless a study says otherwise."""


def end_confirmed(last_active: Any, closed: Any, within: int = CONFIRMED_WITHIN) -> Any:
    """Whether the year of closing confirms that the last active year was the firm's last.

    Parameters
    ----------
    last_active, closed
        Years of one shape: numbers, arrays, polars expressions or columns of an engine. A missing year of closing
        confirms nothing (it is missing in the answer, or False for NaN).
    within
        Years of tolerance.

    >>> end_confirmed(2001, 2003), end_confirmed(2001, 2004), end_confirmed(2001, 2001)
    (True, False, True)
    """
    return closed <= last_active + within
