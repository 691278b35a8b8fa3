"""Groups of firms: the rows or columns that an attribute makes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from firmtrade.classifications import activity
from firmtrade.query.cells import Line
from firmtrade.query.dimensions import UNKNOWN
from firmtrade.query.where import Is, Where
from firmtrade.study import LANGUAGES, Study, Text, vocabulary
from firmtrade.study.tables import DIVISION


@dataclass(frozen=True, slots=True)
class Group:
    """A group: its head, its condition, and whether it is printed only where it has firms."""

    line: Line
    where: Where
    optional: bool = False
    code: str = ""


def division_key(study: Study, division: str) -> str:
    """``nace_15``: the key of a division, after the family of its activity scheme."""
    return f"{study.study.activity.split('-')[0]}_{division}"


def groups_of(study: Study, totals: Iterable[str], attribute: str, population: str) -> list[Group]:
    """The groups of an attribute within a population, ``unknown`` and the ``totals`` last."""
    groups = _divisions(study, population) if attribute == DIVISION else _classes(study, attribute)
    words = vocabulary().other
    groups.append(Group(Line(UNKNOWN, words[UNKNOWN].label), Is(attribute, (UNKNOWN,)), optional=True))
    for total in totals:
        if total == "total":
            groups.append(Group(Line(total, words[total].label, total=True), ~Is(attribute, (UNKNOWN,))))
        else:
            subtotal = study.subtotals[total]
            inside = activity(study.study.activity).divisions_in(subtotal.activity)
            known: Where = Is(DIVISION, inside)
            if attribute != DIVISION:
                known &= ~Is(attribute, (UNKNOWN,))
            groups.append(Group(Line(total, subtotal.label, total=True), known))
    return groups


def _divisions(study: Study, population: str) -> list[Group]:
    scheme = activity(study.study.activity)
    labels = scheme.classification
    spoken = [language for language in LANGUAGES if language in labels.languages]
    return [
        Group(
            Line(
                division_key(study, code),
                Text({language: labels.label(code, language) for language in spoken}),
            ),
            Is(DIVISION, (code,)),
            optional=True,
            code=code,
        )
        for code in scheme.divisions_in(study.populations[population].activity)
    ]


def _classes(study: Study, attribute: str) -> list[Group]:
    return [
        Group(Line(band.key, band.label), Is(attribute, (band.key,)))
        for band in study.attributes[attribute].classes
    ]
