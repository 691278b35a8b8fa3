"""Where the partners of a flow lie: inside the union of a study, or outside it on a continent."""

from __future__ import annotations

from collections.abc import Mapping

from firmtrade.classifications import countries, partners
from firmtrade.query.dimensions import PARTNER_REGION
from firmtrade.study import Study, vocabulary

UNION = "partners_union"


def partner_regions(study: Study) -> Mapping[str, tuple[str, ...]]:
    """The countries of each region, in print order: members of the union in the middle of the reference year, and the
    others by continent. Where declarations alone decide what is inside, no country is a member.

    >>> from firmtrade.studies import load_study
    >>> found = partner_regions(load_study("belgium-traders"))
    >>> found["partners_union"][:3], "CH" in found["partners_europe"], "FR" in found["partners_europe"]
    (('AT', 'BE', 'DE'), True, False)
    """
    inside = study.union_policy.intra_partners(study.reference_year)
    found: dict[str, list[str]] = {region: [] for region in vocabulary().trade[PARTNER_REGION]}
    for code, country in countries().items():
        member = code in inside and partners()[code].country == code
        found[UNION if member else f"partners_{country.region}"].append(code)
    return {region: tuple(sorted(codes)) for region, codes in found.items() if codes}


def continents_apart(study: Study) -> frozenset[str]:
    """The regions that are a part of their continent only, because the union has members there."""
    regions = partner_regions(study)
    return frozenset(f"partners_{countries()[code].region}" for code in regions.get(UNION, ()))
