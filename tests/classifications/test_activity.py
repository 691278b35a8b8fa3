"""Divisions, sections and ranges of activities."""

from __future__ import annotations

import csv

import pytest

from firmtrade.classifications import activity, classification, revision_of, spellings_read
from firmtrade.classifications.activity import SPELLINGS
from firmtrade.errors import StudyError
from shared import shared

NACE = activity("nace-1.1")


def published_nace() -> list[dict[str, str]]:
    folder = shared()
    if folder is None:
        pytest.skip("the published NACE list is not on this machine")
    with (folder / "published" / "nace_list.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_published_labels_are_those_of_the_classification() -> None:
    for row in published_nace():
        assert NACE.classification.label(row["code"]) == row["label"]


@pytest.mark.parametrize(("range_", "section"), [("10-45", "manufacturing"), ("50-74", "services")])
def test_the_populations_hold_the_published_divisions(range_: str, section: str) -> None:
    published = tuple(row["code"] for row in published_nace() if row["section"] == section)
    assert NACE.divisions_in(range_) == published


def test_core_manufacturing_is_section_d() -> None:
    assert NACE.divisions_in("15-37") == NACE.divisions_in("D") == NACE.divisions_within("D")
    assert len(NACE.divisions_in("15-37")) == 23


def test_a_range_skips_numbers_that_are_no_division() -> None:
    assert NACE.divisions_in("37-45") == ("37", "40", "41", "45")


def test_a_list_of_ranges_is_ordered_and_without_repetition() -> None:
    assert NACE.divisions_in("60-62, 50-52,51, H") == ("50", "51", "52", "55", "60", "61", "62")


def test_the_sections_wholly_inside_services_are_g_to_k() -> None:
    assert NACE.sections_within("50-74") == ("G", "H", "I", "J", "K")


def test_the_sections_wholly_inside_manufacturing_include_the_subsections() -> None:
    within = NACE.sections_within("10-45")
    assert set(within) == {"C", "CA", "CB", "D", "E", "F"} | {f"D{letter}" for letter in "ABCDEFGHIJKLMN"}


def test_a_section_that_is_only_partly_inside_is_left_out() -> None:
    assert NACE.sections_within("50-51, 55") == ("H",)
    assert NACE.sections_within("15-16") == ("DA",)


@pytest.mark.parametrize(
    ("code", "division"),
    [
        ("01.11", "01"), ("15", "15"), ("15.81", "15"), ("1581", "15"), ("DA15.8", "15"), ("C10", "10"),
        ("K", None), ("DA", None), ("3", None), ("", None),
    ],
)  # fmt: skip
def test_the_division_is_the_first_two_digits(code: str, division: str | None) -> None:
    assert NACE.division_of(code) == division


def test_a_division_that_the_revision_lacks_is_seen_by_asking_the_divisions() -> None:
    assert NACE.division_of("46.90") == "46"
    assert "46" not in NACE.divisions
    assert "46" in activity("nace-2").divisions


def test_a_division_knows_its_section_across_a_subsection() -> None:
    assert (NACE.section_of("15"), NACE.section_of("55")) == ("D", "H")


def test_services_of_rev_2_end_on_a_number_without_division() -> None:
    assert activity("nace-2").divisions_in("45-82")[-1] == "82"
    assert activity("nace-2").sections_within("05-43") == ("B", "C", "D", "E", "F")


def test_manufacturing_of_isic_2_is_section_3() -> None:
    assert activity("isic-2").divisions_in("3") == activity("isic-2").divisions_in("31-39")
    assert activity("isic-2").division_of("3829") == "38"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("46", "`nace-1.1` has no division `46`"),
        ("45-10", "runs backwards.*\n.*`10-45`"),
        ("46-49", "No division of `nace-1.1` lies in `46-49`"),
        ("1-9", "`1-9` is neither a division"),
        ("10-45,", "neither a division"),
        ("Z", "`Z` is neither a division"),
    ],
)
def test_a_range_that_cannot_be_is_refused_with_the_fix(text: str, message: str) -> None:
    with pytest.raises(StudyError, match=message):
        NACE.divisions_in(text)


def test_an_unknown_scheme_is_answered_with_the_nearest() -> None:
    with pytest.raises(StudyError, match=r"Did you mean `nace-1.1`"):
        activity("nace-11")


def test_the_alias_of_rev_1_reads_the_same_divisions() -> None:
    assert activity("nace-1").divisions == NACE.divisions
    assert activity("nace-1").classification is classification("nace-1")


def test_every_way_to_write_a_revision_means_one_scheme() -> None:
    written = [(name, scheme) for scheme, known in SPELLINGS.items() for name in known]
    assert len({name for name, _ in written}) == len(written)
    assert all(revision_of(name) == scheme for name, scheme in written)
    assert [revision_of(name) for name in ("NACE-7", "Rev.3", "70", "")] == [None] * 4


@pytest.mark.parametrize(
    ("written", "scheme"),
    [
        ("Rev. 1.1", "nace-1.1"), ("rev1.1", "nace-1.1"), ("NACE Rev.2", "nace-2"), ("NACE Rev. 2.1", "nace-2.1"),
        ("nace rev 1,1", "nace-1.1"), ("NACE-BEL 2008", "nace-2"), ("NACE Rev. 1", "nace-1"), ("1.1 ", "nace-1.1"),
        ("NACE2", "nace-2"), ("REV.2.0", "nace-2"), ("ISIC Rev. 2", "isic-2"), ("ISIC Rev. 4", None),
        ("nace_2", "nace-2"), ("NACE_R2", "nace-2"), ("NACE_R1", "nace-1"), ("NACE Rev. 2.0", "nace-2"),
        ("NACE-BEL 2003", "nace-1.1"),
    ],
)  # fmt: skip
def test_a_revision_may_be_written_as_people_write_it(written: str, scheme: str | None) -> None:
    assert revision_of(written) == scheme


@pytest.mark.parametrize(
    ("codes", "lost"),
    [
        ({"111": 2, "1581": 9, "2511": 4}, ("111",)),
        ({"111": 2, "1581": 9, "0130": 1}, ()),  # zeros are kept in this column
        ({"111": 9, "1581": 2}, ()),  # groups are the rule in this column
        ({"111": 9, "121": 4, "1581": 2}, ("111", "121")),  # no shorter code is of another division
        ({"111": 9, "151": 4, "1581": 2}, ()),
        ({"1": 4, "5": 1, "15": 2}, ()),  # a single digit may be of either end
        ({"111": 2, "151": 2, "1581": 9}, ("111",)),  # 01.51 is no class
        ({"1110": 2, "15810": 9, "25110": 4}, ("1110",)),
        ({"11": 2, "158": 9}, ("11",)),
        ({"1.11": 2, "15.81": 9}, ()),
        ({}, ()),
    ],
)
def test_codes_have_lost_their_zero_where_the_longer_ones_never_begin_with_one(
    codes: dict[str, int], lost: tuple[str, ...]
) -> None:
    assert NACE.zeros(codes).lost == lost


@pytest.mark.parametrize(
    ("codes", "untold"),
    [
        ({"111": 5}, ("111",)),  # 11.1 or 01.11
        ({"111": 5, "112": 2}, ("111", "112")),
        ({"111": 9, "1581": 2}, ("111",)),  # one code again and again: groups, or one class of farms
        ({"1110": 5}, ("1110",)),
        ({"111": 5, "151": 2}, ()),  # 01.51 is no class: these are groups
        ({"111": 5, "011": 2}, ()),  # zeros are kept in this column
        ({"111": 5, "0111": 2}, ()),
        ({"111": 2, "1581": 9}, ()),  # lost, as the longer codes tell
        ({"15": 5}, ()),  # two digits are a division
        ({"581": 5}, ()),
        ({}, ()),
    ],
)
def test_codes_that_nothing_in_their_column_tells_about_may_have_lost_their_zero(
    codes: dict[str, int], untold: tuple[str, ...]
) -> None:
    assert NACE.zeros(codes).open == untold


def test_a_code_with_a_point_tells_its_division() -> None:
    assert [NACE.division_of(code) for code in ("1.11", "A1.1", "01.11", "11.1", "A 1.11")] == [
        "01",
        "01",
        "01",
        "11",
        "01",
    ]


def test_a_study_on_rev_1_1_reads_rev_1_and_no_other_pair_is_mixed() -> None:
    read = {scheme: {revision_of(name) for name in spellings_read(scheme)} for scheme in SPELLINGS}
    assert read == {scheme: {scheme} for scheme in SPELLINGS} | {"nace-1.1": {"nace-1.1", "nace-1"}}
