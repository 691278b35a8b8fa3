"""The description of a release for data portals, after StatDCAT-AP 1.0.1 of the European Commission, as JSON-LD.

A portal reads what the data are about, which years and dimensions they have and which files hold them. Addresses of
vocabularies are names, as JSON-LD writes them: nothing is looked up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from firmtrade.messages import language_of
from firmtrade.report.model import Document
from firmtrade.report.provenance import produced, years_of
from firmtrade.report.tidy import dump
from firmtrade.report.words import unit_name

NAME = "dcat.jsonld"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "qb": "http://purl.org/linked-data/cube#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "stat": "http://data.europa.eu/m8g/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
LANGUAGES = {"en": "ENG", "fr": "FRA", "nl": "NLD", "de": "DEU"}
"""Codes of the Publications Office of the European Union."""
AUTHORITY = "http://publications.europa.eu/resource/authority"
MEDIA = {
    "HTML": "text/html",
    "PDF": "application/pdf",
    "XLSX": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "CSV": "text/csv",
    "SDMX": "application/vnd.sdmx.data+csv",
}
MEDIA_TYPES = "https://www.iana.org/assignments/media-types"
DIMENSIONS = ("table", "population", "row", "column", "year")
ATTRIBUTES = ("status", "confidentiality")


def catalogue(document: Document, formats: Sequence[tuple[str, str]]) -> bytes:
    """The data set and its distributions; ``formats`` are (name, path) of the other formats of the release."""
    words = language_of(document.language)
    provenance = document.provenance
    units = dict.fromkeys(cell.unit for table in document.tables() for cell in table.cells.values())
    first, last = years_of(document)
    facts: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "dcat:Dataset",
        "dct:identifier": f"{provenance.study}-{provenance.data_fingerprint}",
        "dct:title": _by_language(document.title, document.language),
        "dct:description": _by_language(
            f"{document.subtitle}. {produced(provenance, words)}", document.language
        ),
        "dct:language": {"@id": f"{AUTHORITY}/language/{LANGUAGES[document.language]}"},
        "dcat:theme": {"@id": f"{AUTHORITY}/data-theme/ECON"},
        "dcat:keyword": [
            _by_language(title, document.language)
            for title in dict.fromkeys(section.title for section in document.sections if section.items)
        ],
        "stat:dimension": [_component("qb:DimensionProperty", name) for name in DIMENSIONS],
        "stat:attribute": [_component("qb:AttributeProperty", name) for name in ATTRIBUTES],
        "stat:statUnitMeasure": [
            {
                "@id": f"#unit-{unit}",
                "@type": "skos:Concept",
                "skos:prefLabel": _by_language(unit_name(unit, words), document.language),
            }
            for unit in units
            if unit
        ],
        "stat:numSeries": {"@value": str(sum(1 for _ in document.tables())), "@type": "xsd:integer"},
        "dcat:distribution": [_distribution(name, path) for name, path in (("HTML", "index.html"), *formats)],
    }
    if first:
        facts["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@value": first, "@type": "xsd:gYear"},
            "dcat:endDate": {"@value": last, "@type": "xsd:gYear"},
        }
    if provenance.contact:
        facts["dcat:contactPoint"] = {"@type": "vcard:Kind", "vcard:fn": provenance.contact}
    return dump(facts)


def _by_language(text: str, language: str) -> dict[str, str]:
    return {"@value": text, "@language": language}


def _component(kind: str, name: str) -> dict[str, str]:
    """A column of ``cells.csv`` as a component of the data cube."""
    return {"@id": f"#{name}", "@type": kind, "rdfs:label": name}


def _distribution(name: str, path: str) -> dict[str, Any]:
    return {
        "@type": "dcat:Distribution",
        "dct:title": name,
        "dcat:mediaType": {"@id": f"{MEDIA_TYPES}/{MEDIA.get(name, 'application/octet-stream')}"},
        "dcat:accessURL": {"@id": path},
        "dcat:downloadURL": {"@id": path},
    }
