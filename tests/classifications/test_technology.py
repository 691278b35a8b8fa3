"""Technology intensity by activity code."""

from __future__ import annotations

import pytest

from firmtrade.classifications import activity, classification, technologies, technology
from firmtrade.errors import StudyError

CLASSES = {"high", "medium_high", "medium_low", "low"}

MANUFACTURING = {
    "nace-1": ("nace-1", "15-37"),
    "nace-1.1": ("nace-1.1", "15-37"),
    "nace-1.1-three-digit": ("nace-1.1", "15-37"),
    "nace-2": ("nace-2", "10-33"),
    "nace-2-three-digit": ("nace-2", "10-33"),
    "isic-2": ("isic-2", "31-39"),
}


def test_every_list_is_checked_below() -> None:
    assert set(technologies()) == set(MANUFACTURING)


@pytest.mark.parametrize("name", technologies())
def test_a_list_speaks_of_all_of_manufacturing_and_of_nothing_else(name: str) -> None:
    scheme, manufacturing = MANUFACTURING[name]
    divisions = {prefix[:2] for prefix in technology(name).by_prefix}
    assert divisions == set(activity(scheme).divisions_in(manufacturing))


@pytest.mark.parametrize("name", technologies())
def test_a_list_uses_all_four_classes_and_no_other(name: str) -> None:
    assert set(technology(name).by_prefix.values()) == CLASSES == set(classification("technology").codes)


@pytest.mark.parametrize(
    ("class_", "divisions"),
    [
        ("high", "30 32 33"),
        ("medium_high", "24 29 31 34 35"),
        ("medium_low", "23 25 26 27 28"),
        ("low", "15 16 17 18 19 20 21 22 36 37"),
    ],
)
def test_the_two_digit_list_of_rev_1_1(class_: str, divisions: str) -> None:
    listed = technology("nace-1.1").by_prefix
    assert sorted(prefix for prefix in listed if listed[prefix] == class_) == divisions.split()


@pytest.mark.parametrize("name", ["nace-1.1", "nace-1.1-three-digit"])
@pytest.mark.parametrize("code", ["10", "14.11", "40", "41", "45.21", "51", "74", "D", ""])
def test_mining_utilities_construction_and_services_have_no_class(name: str, code: str) -> None:
    assert technology(name).class_of(code) is None


@pytest.mark.parametrize(
    ("name", "code", "class_"),
    [
        ("nace-1.1-three-digit", "24.42", "high"),
        ("nace-1.1-three-digit", "2466", "medium_high"),
        ("nace-1.1-three-digit", "24", "medium_high"),
        ("nace-1.1-three-digit", "35.11", "medium_low"),
        ("nace-1.1-three-digit", "35.20", "medium_high"),
        ("nace-1.1-three-digit", "35.30", "high"),
        ("nace-1.1-three-digit", "35.50", "medium_high"),
        ("nace-1.1-three-digit", "35", None),
        ("nace-1.1", "24.42", "medium_high"),
        ("nace-2", "30.30", "medium_high"),
        ("nace-2-three-digit", "30.30", "high"),
        ("nace-2-three-digit", "30.11", "medium_low"),
        ("nace-2-three-digit", "30.99", "medium_high"),
        ("nace-2-three-digit", "25.40", "medium_high"),
        ("nace-2-three-digit", "25.62", "medium_low"),
        ("nace-2-three-digit", "32.50", "medium_high"),
        ("nace-2-three-digit", "32.12", "low"),
        ("nace-2-three-digit", "18.20", "medium_low"),
        ("nace-2-three-digit", "18.12", "low"),
        ("isic-2", "3522", "high"),
        ("isic-2", "3529", "medium_high"),
        ("isic-2", "3832", "high"),
        ("isic-2", "3841", "medium_low"),
        ("isic-2", "3845", "high"),
        ("isic-2", "371", "medium_low"),
        ("isic-2", "321", "low"),
        ("isic-2", "384", None),
    ],
)
def test_the_longest_prefix_wins(name: str, code: str, class_: str | None) -> None:
    assert technology(name).class_of(code) == class_


def test_codes_are_looked_up_from_the_longest_prefix_down() -> None:
    assert technology("isic-2").prefix_lengths == (4, 3, 2)
    assert technology("nace-1.1").prefix_lengths == (2,)


def test_an_unknown_list_is_answered_with_the_nearest() -> None:
    with pytest.raises(StudyError, match=r"Did you mean `nace-1.1-three-digit`"):
        technology("nace-1.1-three-digits")
