"""Regions of a country by ranges of its postcodes."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from firmtrade.classifications.provenance import provenances, table
from firmtrade.errors import StudyError, suggest

_LIST = "postcodes-"


class PostcodeRange(NamedTuple):
    """The postcodes from ``low`` to ``high``, both included, lie in ``region``."""

    low: int
    high: int
    region: str


@lru_cache
def postcode_regions(country: str) -> tuple[PostcodeRange, ...]:
    """The ranges of a country's postcodes with their region; a postcode in none of them is impossible.

    >>> postcode_regions("BE")[0]
    PostcodeRange(low=1000, high=1299, region='brussels')

    Raises
    ------
    StudyError
        If the country's postcodes are not known here.
    """
    known = {name.removeprefix(_LIST).upper(): name for name in provenances() if name.startswith(_LIST)}
    if country not in known:
        raise StudyError(
            f"The regions of `{country}` by postcode are not known; give the column `region` instead.",
            fix=suggest(country, known),
        )
    return tuple(
        PostcodeRange(int(row["low"]), int(row["high"]), row["region"]) for row in table(known[country])
    )


def region_of(postcode: str, country: str) -> str | None:
    """The region of a postcode, or None where the postcode is impossible.

    >>> region_of("2000", "BE"), region_of("0999", "BE")
    ('flanders', None)
    """
    text = postcode.strip()
    if not (text.isascii() and text.isdigit()):
        return None
    return next((r.region for r in postcode_regions(country) if r.low <= int(text) <= r.high), None)
