"""A study: what is computed, for which country and years, on which terms. Data, strictly validated."""

from firmtrade.messages import LANGUAGES, Text
from firmtrade.study.load import bundled_studies, load_study
from firmtrade.study.model import DETAILS, MEASURES, Attribute, Band, Population, Study, TableDeclaration
from firmtrade.study.vocabulary import Entry, Vocabulary, vocabulary

__all__ = [
    "DETAILS",
    "LANGUAGES",
    "MEASURES",
    "Attribute",
    "Band",
    "Entry",
    "Population",
    "Study",
    "TableDeclaration",
    "Text",
    "Vocabulary",
    "bundled_studies",
    "load_study",
    "vocabulary",
]
