"""What is known of countries without any figure of trade: places, borders, languages, agreements, size."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Literal

import numpy as np
from babel.languages import get_official_languages, get_territory_language_info
from pydantic import Field

from firmtrade.classifications.union import members, memberships
from firmtrade.study.declaration import Declaration

EARTH_KM = 6371.0
SINGLE_MARKET = 1993
"""The year since which the Union is one market."""
NAMES = (
    "demand", "distance", "neighbour", "language", "agreement", "union", "currency", "income_gap", "tariff",
)  # fmt: skip
"""What attracts to a market or keeps from it, in the order of the elasticities."""

Positive = Annotated[float, Field(ge=0)]


class Elasticities(Declaration):
    """How strongly each trait counts: the change in the logarithm of trade for one of its own."""

    demand: Positive
    distance: Positive
    neighbour: Positive
    language: Positive
    agreement: Positive
    union: Positive
    currency: Positive
    income_gap: Positive
    tariff: Positive

    @property
    def values(self) -> np.ndarray:
        """In the order of ``NAMES``, shape (9,)."""
        return np.array([getattr(self, name) for name in NAMES])


class Attraction(Declaration):
    """Elasticities for goods, services and services delivered on site, and the factor by which each may be wrong."""

    source: str
    doubt: Annotated[float, Field(ge=1)]
    goods: Elasticities
    services: Elasticities
    on_site: Elasticities


class Spoken(Declaration):
    """The share of people from which an official language counts."""

    least_percent: Positive


class Cuts(Declaration):
    """Where a market fails a filter."""

    risk_from: float
    gdp_least: float
    imports_share_least: float
    access_last: Annotated[float, Field(gt=0, lt=1)]
    concentration_from: float
    logistics_least: float
    established_from: float


class Projection(Declaration):
    """Over how many years imports are projected."""

    source: str
    years: Annotated[int, Field(ge=0)]


class Indicator(Declaration):
    """A figure that a user's file may give: of what, its range, and whether it means anything for services."""

    of: Literal["country", "product"]
    least: float
    most: float | None = None
    goods: bool


class Source(Declaration):
    """Where a fact comes from, under which licence, and of which year; None where no source gives one."""

    key: str
    file: str
    source: str
    licence: str
    year: int | None = None


class OnSite(Declaration):
    """Services that are delivered where the customer is: divisions by revision of NACE, and first letters of codes of
    the balance of payments."""

    divisions: dict[str, tuple[str, ...]]
    products: tuple[str, ...]


class MarketsFile(Declaration):
    """The whole file of the markets."""

    source: str
    as_of: date
    old_after_days: int
    facts: tuple[Source, ...]
    attraction: Attraction
    language: Spoken
    filters: Cuts
    potential: Projection
    goods: dict[str, tuple[str, ...]]
    on_site: OnSite
    indicators: dict[str, Indicator]
    tongues: dict[str, tuple[str, ...]]
    borders: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Economy:
    """A country: its land neighbours, currency, people, and product in million dollars (None where not known)."""

    country: str
    neighbours: frozenset[str]
    currency: str
    population: int
    gdp: float | None

    @property
    def gdp_per_head(self) -> float | None:
        """Dollars a head."""
        return None if self.gdp is None else 1e6 * self.gdp / self.population

    @property
    def gdp_bounds(self) -> tuple[float, float]:
        """Its product; where it is not known, its people times the least and the greatest product a head anywhere."""
        if self.gdp is not None:
            return self.gdp, self.gdp
        least, most = _per_head()
        return self.population * least / 1e6, self.population * most / 1e6


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement of the European Union with a country, the year since which it applies, and whether services too."""

    kind: str
    since: int
    services: bool


@cache
def terms() -> MarketsFile:
    """The terms as shipped, validated."""
    return MarketsFile.model_validate(tomllib.loads(_data("markets.toml")))


@cache
def economies() -> Mapping[str, Economy]:
    """Every country by its code of ISO 3166."""
    return MappingProxyType(
        {
            row["country"]: Economy(
                row["country"],
                frozenset(row["neighbours"].split()),
                row["currency"],
                int(row["population"]),
                float(row["gdp"]) if row["gdp"] else None,
            )
            for row in _rows("economies.csv")
        }
    )


@cache
def _per_head() -> tuple[float, float]:
    known = [per_head for each in economies().values() if (per_head := each.gdp_per_head) is not None]
    return min(known), max(known)


@cache
def restrictions() -> Mapping[str, str]:
    """Countries with which the European Union restricts trade broadly, and the source of it."""
    return MappingProxyType({row["country"]: row["source"] for row in _rows("restrictions.csv")})


def agreement(home: str, partner: str, day: date) -> Agreement | None:
    """What eases trade between a member of the Union and a partner on a day; None where nothing does.

    >>> agreement("BE", "JP", date(2026, 1, 1)).since, agreement("BE", "JP", date(2018, 1, 1))
    (2019, None)
    """
    inside = members(day)
    if home in inside and partner in inside:
        joined = max(each.first_day.year for each in memberships() if each.country in (home, partner))
        return Agreement("union", max(joined, SINGLE_MARKET), services=True)
    found = _agreements().get(partner if home in inside else home)
    if found is None or not (home in inside or partner in inside):
        return None
    return found if found.since <= day.year else None


@cache
def _agreements() -> Mapping[str, Agreement]:
    return {
        row["country"]: Agreement(row["kind"], int(row["since"]), row["services"] == "yes")
        for row in _rows("agreements.csv")
    }


@cache
def languages(country: str) -> frozenset[str]:
    """Languages that are official in a country, in law or in fact, and spoken by enough of its people.

    >>> sorted(languages("BE")), sorted(languages("SR"))
    (['de', 'fr', 'nl'], ['nl'])
    """
    least = terms().language.least_percent
    shares = {
        code: float(str(facts["population_percent"]))
        for code, facts in (get_territory_language_info(country) or {}).items()
    }
    return frozenset(code for code in get_official_languages(country, de_facto=True) if shares[code] >= least)


@cache
def distances(home: str, region: str | None = None) -> Mapping[str, float]:
    """Kilometres from a country, or a region of it, to every other country.

    The mean great-circle distance between the largest cities of both, weighted by their people (``distw`` of CEPII's
    GeoDist, Mayer and Zignago 2011).
    """
    places = _places()
    here = [place for place in places.get(home, ()) if region is None or place[0] == region]
    if not here:
        return MappingProxyType({})
    return MappingProxyType(
        {country: _apart(here, there) for country, there in places.items() if country != home}
    )


Place = tuple[str, float, float, float]


def _apart(one: list[Place], other: list[Place]) -> float:
    a, b = (np.array([place[1:] for place in side]) for side in (one, other))
    lat_a, lon_a, lat_b, lon_b = (np.radians(side[:, at]) for side in (a, b) for at in (0, 1))
    half = (
        np.sin((lat_b[None, :] - lat_a[:, None]) / 2) ** 2
        + np.cos(lat_a)[:, None] * np.cos(lat_b)[None, :] * np.sin((lon_b[None, :] - lon_a[:, None]) / 2) ** 2
    )
    km = 2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    weights = a[:, 2][:, None] * b[:, 2][None, :]
    return float((km * weights).sum() / weights.sum())


@cache
def _places() -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = {}
    for row in _rows("places.csv"):
        place = (row["region"], float(row["latitude"]), float(row["longitude"]), float(row["population"]))
        found.setdefault(row["country"], []).append(place)
    return found


def _rows(name: str) -> csv.DictReader[str]:
    return csv.DictReader(_data(name).splitlines())


def _data(name: str) -> str:
    return (files("firmtrade.advice") / "data" / "markets" / name).read_text(encoding="utf-8")
