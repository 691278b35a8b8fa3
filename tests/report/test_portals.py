"""A data portal can list a release, and a reader can cite it and knows whom to ask."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from firmtrade.messages import LANGUAGES, language_of
from firmtrade.report.catalogue import catalogue
from firmtrade.report.provenance import about, citation, years_of
from report.sample import document


def test_the_description_of_a_release_lists_its_files_and_its_years(release: Path) -> None:
    facts = json.loads((release / "dcat.jsonld").read_text(encoding="utf-8"))
    assert facts["@type"] == "dcat:Dataset"
    paths = [one["dcat:downloadURL"]["@id"] for one in facts["dcat:distribution"]]
    assert {"index.html", "report.pdf", "tables.xlsx", "cells.csv"} <= set(paths)
    assert all((release / path).exists() for path in paths)
    assert facts["dct:temporal"]["dcat:startDate"]["@value"] == years_of(document())[0]
    assert int(facts["stat:numSeries"]["@value"]) == len(list(document().tables()))


@pytest.mark.parametrize(("lang", "code"), [("en", "ENG"), ("fr", "FRA"), ("nl", "NLD"), ("de", "DEU")])
def test_what_statdcat_asks_of_a_data_set_is_there_in_every_language(lang: str, code: str) -> None:
    facts = json.loads(catalogue(document(lang), ()))
    for name in ("dct:title", "dct:description"):
        assert facts[name]["@language"] == lang
        assert facts[name]["@value"]
    assert facts["dct:language"]["@id"].endswith(f"/language/{code}")
    assert {"stat:dimension", "stat:attribute", "stat:statUnitMeasure", "dct:identifier"} <= facts.keys()


def test_what_a_profile_asks_to_be_a_resource_is_one_and_every_file_has_an_address() -> None:
    """StatDCAT-AP 1.0.1: components of a data cube and concepts, not words; DCAT-AP: `accessURL` of a distribution."""
    facts = json.loads(catalogue(document("nl"), (("CSV", "cells.csv"),)))
    kinds = {"stat:dimension": "qb:DimensionProperty", "stat:attribute": "qb:AttributeProperty"}
    for name, kind in (*kinds.items(), ("stat:statUnitMeasure", "skos:Concept")):
        assert {one["@type"] for one in facts[name]} == {kind}
        assert all(one["@id"].startswith("#") for one in facts[name])
    labels = {one["skos:prefLabel"]["@value"] for one in facts["stat:statUnitMeasure"]}
    assert "Aantal ondernemingen" in labels
    for file in facts["dcat:distribution"]:
        assert file["dcat:accessURL"] == file["dcat:downloadURL"]
        assert "/media-types/" in file["dcat:mediaType"]["@id"]


def test_keywords_are_what_tables_are_about() -> None:
    made = document()
    bare = replace(made, sections=(*made.sections, replace(made.sections[0], title="Methods", items=())))
    words = {one["@value"] for one in json.loads(catalogue(bare, ()))["dcat:keyword"]}
    assert words == {section.title for section in made.sections if section.items}


def test_no_number_of_the_data_stands_in_the_description() -> None:
    made = document()
    text = catalogue(made, ()).decode("utf-8")
    values = {cell.value for table in made.tables() for cell in table.cells.values() if cell.value}
    assert not [value for value in values if value > 1000 and f"{value:.0f}" in text]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_publication_says_how_to_cite_it_first_among_its_facts(lang: str) -> None:
    made, words = document(lang), language_of(lang)
    (term, said), *_ = about(made, words)
    assert term == words.say("report.words.cite")
    assert said == citation(made, words)
    assert made.title in said
    assert made.provenance.data_fingerprint[:12] in said
    first, last = years_of(made)
    assert f"({first}–{last})" in said


def test_contact_and_next_release_are_printed_where_the_study_gives_them() -> None:
    made = document()
    asked = replace(
        made, provenance=replace(made.provenance, contact="desk@office.example", next_release="June 2027")
    )
    facts = dict(about(asked, language_of("en")))
    assert (facts["Contact"], facts["Next release"]) == ("desk@office.example", "June 2027")
    assert not {"Contact", "Next release"} & dict(about(made, language_of("en"))).keys()
    portal = json.loads(catalogue(asked, ()))
    assert portal["dcat:contactPoint"]["vcard:fn"] == "desk@office.example"
