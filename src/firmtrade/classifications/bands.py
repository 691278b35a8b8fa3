"""Classes of size and age: half-open bands of a number, from a list `size-NAME` or `age-NAME`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from firmtrade.classifications.provenance import provenances, table
from firmtrade.errors import StudyError, suggest


@dataclass(frozen=True, slots=True)
class Band:
    """The numbers from ``low`` up to but not including ``high`` (None: no upper end)."""

    code: str
    low: int
    high: int | None

    def __contains__(self, number: int | float | Decimal) -> bool:
        return self.low <= number and (self.high is None or number < self.high)


def band_lists() -> tuple[str, ...]:
    """The names of all lists of bands."""
    return tuple(name for name in provenances() if {"code", "low", "high"} <= table(name)[0].keys())


@lru_cache
def bands(name: str) -> tuple[Band, ...]:
    """The bands of a list, from low to high. Labels are in ``classification(name)``.

    >>> [band.code for band in bands("size-belgium-2008") if 100 in band]
    ['size_100_250']

    Raises
    ------
    StudyError
        If there is no such list; the message names the nearest.
    """
    if name not in band_lists():
        raise StudyError(f"There is no list of bands `{name}`.", fix=suggest(name, band_lists()))
    return tuple(
        Band(row["code"], int(row["low"]), int(row["high"]) if row["high"] else None) for row in table(name)
    )
