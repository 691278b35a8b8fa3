"""A study: what is computed, for which country and years, on which terms. Data, strictly validated."""

from firmtrade.messages import LANGUAGES, Text
from firmtrade.study.model import Attribute, DeclaredClass, Population, Study
from firmtrade.study.tables import DETAILS, TableDeclaration
from firmtrade.study.vocabulary import Vocabulary, VocabularyEntry, vocabulary

__all__ = [
    "DETAILS",
    "LANGUAGES",
    "Attribute",
    "DeclaredClass",
    "Population",
    "Study",
    "TableDeclaration",
    "Text",
    "Vocabulary",
    "VocabularyEntry",
    "vocabulary",
]
