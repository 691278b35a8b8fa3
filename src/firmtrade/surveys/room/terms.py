"""Terms of models in words: labels of criteria, categories and interactions."""

from __future__ import annotations

from firmtrade.outputs.layout import Words
from firmtrade.surveys.room.report import Report
from firmtrade.surveys.room.words import words
from firmtrade.surveys.terms import OF, SQUARE, parts_of


def term_words(report: Report, term: str) -> Words:
    """A term as a reader knows it: ``Main activity: Trade``, ``Age (log)²``, ``Age (log) × Size``."""
    if term == "intercept":
        return words("intercept")
    first, *others = [_part(report, part) for part in parts_of(term)]
    return words("product", one=first, other=others[0]) if others else first


def base_words(report: Report, criterion: str, base: str) -> Words:
    """What the categories of a criterion are compared with."""
    category = report.analysis.contrasts[criterion].categories[base]
    return words("base", term=term_words(report, criterion), base=category)


def _part(report: Report, part: str) -> Words:
    name, _, category = part.removesuffix(SQUARE).partition(OF)
    declared = report.analysis.loaded.plan.criteria.get(name)
    label: Words = declared.label if declared else name
    if category:
        label = words("category", term=label, category=report.analysis.contrasts[name].categories[category])
    return words("squared", term=label) if part.endswith(SQUARE) else label
