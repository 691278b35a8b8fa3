"""For whom the advice was made: what sets a firm apart from the SMEs that the evidence speaks of."""

from __future__ import annotations

from firmtrade.advice.answers import Firm

COUNTRY = "BE"
EMPLOYEES_BELOW, TURNOVER_BELOW = 250, 50_000_000
"""Limits of an SME in the founding study (turnover in euro)."""
COVERED = {"1.1": ("10-45", "50-74"), "2": ("05-43", "45-82")}
"""Divisions of manufacturing and market services by revision of NACE; in Rev. 2 the nearest sections, B to N."""


def outside(firm: Firm) -> tuple[str, ...]:
    """What sets a firm apart, as keys: ``large``, ``foreign_owned``, ``public``, ``other_country``, ``other_activity``.

    An answer that is missing sets nobody apart.

    >>> outside(Firm(employees=300, domestic_owned=False))
    ('large', 'foreign_owned')
    """
    found = {
        "large": (firm.employees or 0) >= EMPLOYEES_BELOW or (firm.turnover or 0) >= TURNOVER_BELOW,
        "foreign_owned": firm.domestic_owned is False,
        "public": firm.public is True,
        "other_country": firm.country not in (None, COUNTRY),
        "other_activity": firm.lies_in(COVERED) is False,
    }
    return tuple(key for key, holds in found.items() if holds)
