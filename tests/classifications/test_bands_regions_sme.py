"""Classes of size and age, regions by postcode, and definitions of SMEs."""

from __future__ import annotations

from itertools import pairwise

import pytest

from firmtrade.classifications import (
    band_lists,
    bands,
    classification,
    postcode_regions,
    region_of,
    sme_definition,
    sme_definitions,
)
from firmtrade.classifications.provenance import table
from firmtrade.errors import StudyError


@pytest.mark.parametrize("name", band_lists())
def test_bands_follow_one_another_from_zero_without_gap_or_overlap(name: str) -> None:
    listed = bands(name)
    assert listed[0].low == 0
    assert all(lower.high == upper.low for lower, upper in pairwise(listed))
    assert tuple(band.code for band in listed) == classification(name).codes


@pytest.mark.parametrize(
    ("number", "code"),
    [(1, "size_lt10"), (9.99, "size_lt10"), (10, "size_10_49"), (49.5, "size_10_49"), (50, "size_50_99"),
     (100, "size_100_250"), (249.9, "size_100_250")],
)  # fmt: skip
def test_size_classes_of_the_chapter_are_half_open(number: float, code: str) -> None:
    assert [band.code for band in bands("size-belgium-2008") if number in band] == [code]


def test_a_firm_of_250_is_beyond_the_classes_of_the_chapter_and_large_in_the_union() -> None:
    assert not any(250 in band for band in bands("size-belgium-2008"))
    assert [band.code for band in bands("size-eu") if 250 in band] == ["size_ge250"]


def test_age_classes_of_the_chapter_are_five_years_wide() -> None:
    assert [band.low for band in bands("age-belgium-2008")] == [0, 5, 10, 15, 20]


def test_an_unknown_list_of_bands_is_answered_with_the_nearest() -> None:
    with pytest.raises(StudyError, match="Did you mean `size-eu`"):
        bands("size_eu")


@pytest.mark.parametrize(
    ("postcode", "region"),
    [
        ("1000", "brussels"), ("1299", "brussels"), ("1300", "wallonia"), ("1499", "wallonia"),
        ("1500", "flanders"), ("1999", "flanders"), ("2000", "flanders"), ("3000", "flanders"),
        ("3500", "flanders"), ("3999", "flanders"), ("4000", "wallonia"), ("5000", "wallonia"),
        ("6000", "wallonia"), ("6700", "wallonia"), ("7999", "wallonia"), ("8000", "flanders"),
        ("9000", "flanders"), ("9999", "flanders"), ("0999", None), ("999", None), ("10000", None),
        ("B-1000", None), ("", None), ("١٠٠٠", None),
    ],
)  # fmt: skip
def test_the_postcode_tells_the_region_and_an_impossible_one_does_not(
    postcode: str, region: str | None
) -> None:
    assert region_of(postcode, "BE") == region


def test_belgian_postcodes_run_from_1000_to_9999_without_gap_or_overlap() -> None:
    ranges = postcode_regions("BE")
    assert (ranges[0].low, ranges[-1].high) == (1000, 9999)
    assert all(lower.high + 1 == upper.low for lower, upper in pairwise(sorted(ranges)))
    assert {found.region for found in ranges} == set(classification("regions-be").codes)


def test_the_province_lies_in_the_region_that_its_nuts_code_begins_with() -> None:
    nuts1 = {row["code"]: row["nuts1"] for row in table("regions-be")}
    assert all(row["nuts2"].startswith(nuts1[row["region"]]) for row in table("postcodes-be"))


def test_a_country_without_postcode_list_needs_the_region_column() -> None:
    with pytest.raises(
        StudyError, match="regions of `FR` by postcode are not known; give the column `region`"
    ):
        postcode_regions("FR")


def test_the_recommendation_of_2003_asks_for_staff_and_one_of_two_ceilings() -> None:
    medium = sme_definition("eu-2003")[-1]
    assert (medium.size, medium.staff_below) == ("medium", 250)
    assert (medium.turnover_limit, medium.balance_sheet_limit) == (50_000_000, 43_000_000)
    assert (medium.money_rule, medium.turnover_inclusive, medium.ownership) == ("either", True, "autonomous")


def test_the_recommendation_of_1996_had_lower_ceilings_and_none_for_micro() -> None:
    micro, small, medium = sme_definition("eu-1996")
    assert (micro.turnover_limit, micro.money_rule) == (None, "none")
    assert (small.turnover_limit, small.balance_sheet_limit) == (7_000_000, 5_000_000)
    assert (medium.turnover_limit, medium.balance_sheet_limit) == (40_000_000, 27_000_000)


def test_official_statistics_count_heads_alone() -> None:
    assert {ceiling.money_rule for ceiling in sme_definition("eurostat")} == {"none"}


def test_the_chapter_of_2008_excludes_a_turnover_at_the_limit() -> None:
    (sme,) = sme_definition("belgium-2008")
    assert (sme.staff_at_least, sme.staff_below, sme.turnover_limit) == (1, 250, 50_000_000)
    assert (sme.turnover_inclusive, sme.money_rule, sme.ownership) == (False, "turnover", "domestic")


def test_there_are_four_definitions_and_an_unknown_one_is_refused() -> None:
    assert sme_definitions() == ("eu-2003", "eu-1996", "eurostat", "belgium-2008")
    with pytest.raises(StudyError, match="Did you mean `eu-2003`"):
        sme_definition("eu-2008")
