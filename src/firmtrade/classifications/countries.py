"""Countries, the regions of the world they lie in, and the partner codes of trade statistics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from firmtrade.classifications.classification import classification
from firmtrade.classifications.provenance import table

ZoneRule = Literal["intra", "extra", "country", "unknown"]


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory of ISO 3166-1 (and Kosovo, XK) with its region of the world."""

    code: str
    region: str
    subregion: str


def is_country_code(code: str) -> bool:
    """Whether a code is that of a country, or one that ISO 3166-1 leaves to its users: ``XA`` to ``XZ``, which an
    imaginary economy may have.

    >>> is_country_code("BE"), is_country_code("XR"), is_country_code("EL")
    (True, True, False)
    """
    return code in countries() or (len(code) == 2 and code[0] == "X" and "A" <= code[1] <= "Z")


@dataclass(frozen=True, slots=True)
class Partner:
    """A code that may stand as the partner of a flow.

    ``country`` is the country it counts as among the destinations of a firm, None where it is none (high
    seas, secret partners). ``zone`` is ``intra`` or ``extra`` by itself, ``country`` where membership of the
    country decides, ``unknown`` where nothing does; before ``since`` it is ``zone_before``.
    """

    code: str
    country: str | None
    zone: ZoneRule
    since: date | None = None
    zone_before: ZoneRule | None = None

    def zone_rule(self, day: date) -> ZoneRule:
        """What decides its zone on a day."""
        if self.since and self.zone_before and day < self.since:
            return self.zone_before
        return self.zone


@lru_cache
def countries() -> Mapping[str, Country]:
    """All countries by ISO alpha-2 code. Labels are in ``classification("countries")``.

    >>> countries()["NA"].subregion
    'sub_saharan_africa'
    """
    regions = classification("world-regions")
    return MappingProxyType(
        {
            row["code"]: Country(
                code=row["code"],
                region=regions.ancestor(row["subregion"], "region") or row["subregion"],
                subregion=row["subregion"],
            )
            for row in table("countries")
        }
    )


@lru_cache
def partners() -> Mapping[str, Partner]:
    """All partner codes: every country, and the codes of European trade statistics beyond ISO 3166-1.

    A code of the second list wins over the country of the same code: Monaco counts as France.
    """
    known = {code: Partner(code, country=code, zone="country") for code in countries()}
    for row in table("partner-codes"):
        known[row["code"]] = Partner(
            code=row["code"],
            country=row["country"] or None,
            zone=_zone_rule(row["zone"]),
            since=date.fromisoformat(row["since"]) if row["since"] else None,
            zone_before=_zone_rule(row["zone_before"]) if row["zone_before"] else None,
        )
    return MappingProxyType(dict(sorted(known.items())))


def partner(code: str) -> Partner | None:
    """The partner of a code as a file may write it (case and surrounding blanks do not matter), or None.

    >>> partner("el").country, partner("QV").country
    ('GR', None)
    """
    return partners().get(code.strip().upper())


def _zone_rule(text: str) -> ZoneRule:
    rules: dict[str, ZoneRule] = {
        "intra": "intra", "extra": "extra", "country": "country", "unknown": "unknown",
    }  # fmt: skip
    return rules[text]
