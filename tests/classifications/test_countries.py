"""Countries, their regions of the world, and partner codes."""

from __future__ import annotations

import pytest

from firmtrade.classifications import classification, countries, partner, partners


def test_iso_has_249_countries_and_territories_and_kosovo_is_added() -> None:
    assert len(countries()) == 250
    assert "XK" in countries()


def test_every_country_lies_in_a_region_of_the_world() -> None:
    regions = classification("world-regions")
    assert {country.region for country in countries().values()} == set(regions.at_level("region"))
    assert {country.subregion for country in countries().values()} - {"antarctica"} == set(
        regions.at_level("subregion")
    )


@pytest.mark.parametrize(
    ("code", "region"),
    [
        ("BE", "europe"), ("TR", "asia"), ("CY", "asia"), ("RU", "europe"), ("NA", "africa"),
        ("US", "americas"), ("AU", "oceania"), ("AQ", "antarctica"),
    ],
)  # fmt: skip
def test_the_region_is_that_of_the_united_nations(code: str, region: str) -> None:
    assert countries()[code].region == region


def test_namibia_is_a_partner() -> None:
    namibia = partner("NA")
    assert namibia is not None
    assert namibia.country == "NA"
    assert classification("countries").label("NA", "fr") == "Namibie"


@pytest.mark.parametrize(
    ("code", "country"),
    [
        ("EL", "GR"),
        ("UK", "GB"),
        ("XI", "GB"),
        ("XU", "GB"),
        ("XS", "RS"),
        ("XC", "ES"),
        ("MC", "FR"),
        (" fr ", "FR"),
    ],
)
def test_a_code_of_trade_statistics_counts_as_its_country(code: str, country: str) -> None:
    found = partner(code)
    assert found is not None
    assert found.country == country


@pytest.mark.parametrize("code", ["QP", "QQ", "QR", "QS", "QU", "QV", "QW", "QX", "QY", "QZ", "EU"])
def test_special_codes_are_never_a_destination(code: str) -> None:
    found = partner(code)
    assert found is not None
    assert found.country is None


def test_every_partner_that_stands_for_a_country_stands_for_a_known_one() -> None:
    assert {known.country for known in partners().values() if known.country} <= set(countries())


def test_a_code_that_nobody_knows_is_no_partner() -> None:
    assert partner("ZZ") is None
    assert partner("") is None
