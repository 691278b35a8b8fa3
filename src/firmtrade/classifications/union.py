"""The European Union and others by date, and the policies by which a study tells flows inside from flows beyond."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

from firmtrade.classifications.countries import Partner, partner, partners
from firmtrade.classifications.provenance import table
from firmtrade.errors import StudyError, suggest

Zone = Literal["intra", "extra"]

MONTH_OF_YEARLY_FLOWS = 7
"""A flow without a month is judged at 1 July of its year, as is one of July; an engine may fill the month."""

EU = "EU"
MEMBERSHIP = "membership"
DECLARED = "declared"


class ZoneRow(NamedTuple):
    """The zone of a partner's flows in one year and month (None: flows without a month)."""

    partner: str
    year: int
    month: int | None
    zone: Zone | None


class Membership(NamedTuple):
    """First and last day (None: still) of a country's membership."""

    country: str
    first_day: date
    last_day: date | None


@lru_cache
def memberships() -> tuple[Membership, ...]:
    """Every membership, in the order of accession."""
    return tuple(
        Membership(
            row["country"],
            date.fromisoformat(row["first_day"]),
            date.fromisoformat(row["last_day"]) if row["last_day"] else None,
        )
        for row in table("eu-membership")
    )


@lru_cache
def other_unions() -> dict[str, tuple[Membership, ...]]:
    """Memberships of the trade unions beside the European one, by the name of the union."""
    found: dict[str, tuple[Membership, ...]] = {}
    for row in table("union-membership"):
        last = date.fromisoformat(row["last_day"]) if row["last_day"] else None
        one = Membership(row["country"], date.fromisoformat(row["first_day"]), last)
        found[row["union"]] = (*found.get(row["union"], ()), one)
    return found


@lru_cache(maxsize=4096)
def members(day: date, union: str = EU) -> frozenset[str]:
    """The members of a union on a day, as ISO codes.

    >>> len(members(date(2004, 4, 30))), len(members(date(2004, 5, 1))), len(members(date(2004, 5, 1), "ASEAN"))
    (15, 25, 10)
    """
    return frozenset(
        country
        for country, first_day, last_day in (memberships() if union == EU else other_unions()[union])
        if first_day <= day and (last_day is None or day <= last_day)
    )


@lru_cache
def compositions() -> dict[str, date]:
    """The fixed compositions (``EU-15``, ...) with the day as of which they are taken."""
    return {row["code"]: date.fromisoformat(row["as_of"]) for row in table("eu-compositions")}


@dataclass(frozen=True, slots=True)
class UnionPolicy:
    """How a study decides whether a flow stays inside the Union.

    A fixed composition holds for all years (``as_of`` is its day), ``membership`` asks for the day of the
    flow, ``declared`` takes the zone under which the flow was declared. Another union than the European one is a list
    of countries (``fixed``), or known by its memberships; codes that only European trade has are unknown to it.
    """

    name: str
    as_of: date | None = None
    union: str = EU
    fixed: frozenset[str] | None = None

    @property
    def dated(self) -> bool:
        """Whether the day of a flow decides."""
        return self.as_of is None and self.fixed is None and self.name != DECLARED

    def zone(
        self, partner_code: str | None, year: int, month: int | None = None, declared: str | None = None
    ) -> Zone | None:
        """``intra``, ``extra``, or None where the zone of the flow is unknown.

        A partner that has a zone wins over the declared one, but under the policy ``declared``, where the
        declared one wins and the partner speaks only through codes that are themselves a declared zone (QV).
        A flow is judged at the first day of its month, at 1 July where it has none.

        >>> policy = union_policy("membership")
        >>> policy.zone("PL", 2004, 4), policy.zone("PL", 2004, 5), policy.zone("PL", 2004)
        ('extra', 'intra', 'intra')
        """
        known = partner(partner_code) if partner_code else None
        by_partner = self._zone_of(known, year, month) if known else None
        by_declaration = _declared_zone(declared)
        if self.name == DECLARED:
            return by_declaration or by_partner
        return by_partner or by_declaration

    def intra_partners(self, year: int, month: int | None = None) -> frozenset[str]:
        """The codes of all partners inside the Union in a month."""
        return frozenset(
            code for code, known in partners().items() if self._zone_of(known, year, month) == "intra"
        )

    def _zone_of(self, known: Partner, year: int, month: int | None) -> Zone | None:
        day = self.as_of or date(year, month or MONTH_OF_YEARLY_FLOWS, 1)
        if self.union != EU:
            inside = members(day, self.union) if self.fixed is None else self.fixed
            return None if known.country is None else "intra" if known.country in inside else "extra"
        rule = known.zone_rule(day)
        if rule == "intra" or rule == "extra":
            return rule
        if rule == "unknown" or self.name == DECLARED:
            return None
        return "intra" if known.country in members(day) else "extra"


def union_policies() -> tuple[str, ...]:
    """The names of all policies."""
    return (*compositions(), MEMBERSHIP, DECLARED, *other_unions())


def list_of_members(name: str, countries: Iterable[str]) -> UnionPolicy:
    """The policy of a union that is a list of countries, the same for all years.

    >>> list_of_members("SACU", ["BW", "LS", "NA", "SZ", "ZA"]).zone("NA", 2002)
    'intra'
    """
    return UnionPolicy(name, union=name, fixed=frozenset(countries))


def union_policy(name: str) -> UnionPolicy:
    """The policy of that name: a fixed composition such as ``EU-15``, ``membership`` at the date of each flow,
    ``declared``, or another union by its members at the date (``ASEAN``).

    Raises
    ------
    StudyError
        If there is none; the message names the nearest.
    """
    if name not in union_policies():
        raise StudyError(f"There is no union policy `{name}`.", fix=suggest(name, union_policies()))
    return UnionPolicy(name, as_of=compositions().get(name), union=name if name in other_unions() else EU)


def zones(policy: UnionPolicy, years: Iterable[int], *, monthly: bool = False) -> list[ZoneRow]:
    """The zone of every known partner in every year, as a table to join flows with.

    One row per partner and year, for flows without a month; with ``monthly`` twelve more. Partners whose
    zone is unknown are listed with None, so that a code without a row is one that nobody knows.

    >>> [row for row in zones(union_policy("EU-15"), [2002]) if row.partner == "EL"]
    [ZoneRow(partner='EL', year=2002, month=None, zone='intra')]
    """
    months: tuple[int | None, ...] = (None, *range(1, 13)) if monthly else (None,)
    return [
        ZoneRow(code, year, month, policy.zone(code, year, month))
        for year in years
        for month in months
        for code in partners()
    ]


def _declared_zone(declared: str | None) -> Zone | None:
    if declared is None:
        return None
    zones_by_name: dict[str, Zone] = {"intra": "intra", "extra": "extra"}
    if declared not in zones_by_name:
        raise StudyError(f"`{declared}` is no zone.", fix=suggest(declared, zones_by_name))
    return zones_by_name[declared]
