"""Codes, labels, levels and parents of the classifications."""

from __future__ import annotations

import pytest

from firmtrade.classifications import classification, classifications
from firmtrade.errors import StudyError


@pytest.mark.parametrize("name", classifications())
def test_codes_are_unique_and_labelled_in_every_language_they_claim(name: str) -> None:
    listed = classification(name)
    assert len(set(listed.codes)) == len(listed) > 0
    assert {"en", "fr"} <= set(listed.languages)
    assert all(listed.label(code, lang).strip() for code in listed.codes for lang in listed.languages)


@pytest.mark.parametrize("name", classifications())
def test_every_parent_is_a_code_of_the_same_classification(name: str) -> None:
    listed = classification(name)
    assert {item.parent for item in listed if item.parent} <= set(listed.codes)


@pytest.mark.parametrize(
    ("name", "level", "count"),
    [
        ("nace-1", "division", 62),
        ("nace-1.1", "section", 17),
        ("nace-1.1", "subsection", 16),
        ("nace-1.1", "division", 62),
        ("nace-2", "section", 21),
        ("nace-2", "division", 88),
        ("isic-2", "section", 10),
        ("isic-2", "division", 34),
        ("isic-2", "group", 29),
    ],
)
def test_the_official_number_of_codes_stands_at_each_level(name: str, level: str, count: int) -> None:
    assert len(classification(name).at_level(level)) == count


@pytest.mark.parametrize("name", ["nace-1.1", "nace-2", "isic-2"])
def test_every_division_lies_in_a_section(name: str) -> None:
    listed = classification(name)
    sections = {listed.ancestor(code, "section") for code in listed.at_level("division")}
    assert sections == set(listed.at_level("section"))


def test_manufacturing_of_nace_1_1_is_divided_into_fourteen_subsections() -> None:
    assert classification("nace-1.1").children("D") == tuple(f"D{letter}" for letter in "ABCDEFGHIJKLMN")


def test_labels_speak_the_language_asked_for() -> None:
    nace = classification("nace-1.1")
    assert [nace.label("37", lang) for lang in nace.languages] == [
        "Recycling", "Récupération", "Recuperatie van recycleerbaar afval", "Recycling",
    ]  # fmt: skip


def test_a_group_of_isic_2_knows_its_division_and_section() -> None:
    isic = classification("isic-2")
    assert (isic.parent("382"), isic.ancestor("382", "section")) == ("38", "3")
    assert isic.ancestor("3", "division") is None


def test_a_second_name_of_a_list_keeps_its_own_provenance() -> None:
    assert classification("nace-1").codes == classification("nace-1.1").codes
    assert "3037/90" in classification("nace-1").provenance.source


def test_wrong_names_codes_levels_and_languages_are_answered_with_what_exists() -> None:
    with pytest.raises(StudyError, match=r"no classification `nace1.1`.*\n.*Did you mean `nace-1.1`"):
        classification("nace1.1")
    with pytest.raises(StudyError, match="`technology` has no code `medium`"):
        classification("technology").label("medium")
    with pytest.raises(StudyError, match=r"no level `sections`.*\n.*Did you mean `section`"):
        classification("nace-2").at_level("sections")
    with pytest.raises(StudyError, match=r"no labels in the language `nl`.*\n.*Known: en, fr"):
        classification("countries").label("FR", "nl")
