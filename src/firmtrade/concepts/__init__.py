"""The definitions of the literature as data: cited, with unit and grain, and criteria a machine can apply."""

from firmtrade.concepts.load import (
    ConceptField,
    concept,
    concept_fields,
    concepts,
    read_fields,
    typology,
)
from firmtrade.concepts.model import Bounds, Concept, Criterion

__all__ = [
    "Bounds",
    "Concept",
    "ConceptField",
    "Criterion",
    "concept",
    "concept_fields",
    "concepts",
    "read_fields",
    "typology",
]
