"""A study: what is computed, for which country and years, on which terms. Data, strictly validated."""

from firmtrade.messages import LANGUAGES, Text
from firmtrade.study.model import Attribute, Band, Population, Study
from firmtrade.study.tables import DETAILS, TableDeclaration
from firmtrade.study.vocabulary import Entry, Vocabulary, vocabulary

__all__ = [
    "DETAILS",
    "LANGUAGES",
    "Attribute",
    "Band",
    "Entry",
    "Population",
    "Study",
    "TableDeclaration",
    "Text",
    "Vocabulary",
    "vocabulary",
]
