"""Groups of firms: the rows or columns that an attribute makes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from firmtrade.classifications import activity
from firmtrade.query.cells import Line
from firmtrade.query.dimensions import NONE, UNKNOWN
from firmtrade.query.where import Is, Where, either
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
    return f"{study.head.activity.split('-')[0]}_{division}"


def groups_of(
    study: Study, totals: Iterable[str], attribute: str, population: str, *, of_known: bool = False
) -> list[Group]:
    """The groups of an attribute within a population, ``unknown`` and the ``totals`` last.

    Totals are of all firms, whether their class is known or not; of firms of a known class alone ``of_known``. Firms to
    which the classes do not apply stand in a row of their own where a total would else not be the sum of its rows.
    """
    totals = tuple(totals)
    groups = _divisions(study, population) if attribute == DIVISION else _classes(study, attribute)
    words = vocabulary().other
    if totals and attribute in study.attributes and study.attributes[attribute].of == "activity":
        groups.append(Group(Line(NONE, words[NONE].label), Is(attribute, (NONE,)), optional=True))
    unknown = Is(attribute, (UNKNOWN,))
    groups.append(Group(Line(UNKNOWN, words[UNKNOWN].label), unknown, optional=True))
    some = ~unknown if of_known else either(unknown)
    for total in totals:
        label, inside = words["total"].label, some
        if total != "total":
            subtotal = study.subtotals[total]
            label = subtotal.label
            divisions = Is(DIVISION, activity(study.head.activity).divisions_in(subtotal.activity))
            inside = divisions if attribute == DIVISION else divisions & some
        groups.append(Group(Line(total, label, total=True, of_known=of_known), inside))
    return groups


def _divisions(study: Study, population: str) -> list[Group]:
    scheme = activity(study.head.activity)
    labels = scheme.classification
    labelled = [language for language in LANGUAGES if language in labels.languages]
    return [
        Group(
            Line(
                division_key(study, code),
                Text({language: labels.label(code, language) for language in labelled}),
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
