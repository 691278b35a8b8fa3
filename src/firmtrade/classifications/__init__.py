"""Code lists as data with provenance: activity, technology, countries, currencies, Union, size, age, region."""

from firmtrade.classifications.activity import Activity, activity, revision_of, spelling, spellings_read
from firmtrade.classifications.bands import Band, band_lists, bands
from firmtrade.classifications.classification import (
    Classification,
    ClassificationItem,
    classification,
    classifications,
)
from firmtrade.classifications.codes import country_advice, currency_advice
from firmtrade.classifications.countries import (
    Country,
    Partner,
    countries,
    is_country_code,
    partner,
    partners,
)
from firmtrade.classifications.currencies import currencies
from firmtrade.classifications.postcodes import PostcodeRange, postcode_regions, region_of
from firmtrade.classifications.provenance import ListProvenance, provenance
from firmtrade.classifications.sme import SizeCeiling, sme_definition, sme_definitions
from firmtrade.classifications.technology import Technology, technologies, technology
from firmtrade.classifications.union import (
    EU,
    MONTH_OF_YEARLY_FLOWS,
    UnionPolicy,
    ZoneRow,
    list_of_members,
    members,
    other_unions,
    union_policies,
    union_policy,
    zones,
)

__all__ = [
    "EU",
    "MONTH_OF_YEARLY_FLOWS",
    "Activity",
    "Band",
    "Classification",
    "ClassificationItem",
    "Country",
    "ListProvenance",
    "Partner",
    "PostcodeRange",
    "SizeCeiling",
    "Technology",
    "UnionPolicy",
    "ZoneRow",
    "activity",
    "band_lists",
    "bands",
    "classification",
    "classifications",
    "countries",
    "country_advice",
    "currencies",
    "currency_advice",
    "is_country_code",
    "list_of_members",
    "members",
    "other_unions",
    "partner",
    "partners",
    "postcode_regions",
    "provenance",
    "region_of",
    "revision_of",
    "sme_definition",
    "sme_definitions",
    "spelling",
    "spellings_read",
    "technologies",
    "technology",
    "union_policies",
    "union_policy",
    "zones",
]
