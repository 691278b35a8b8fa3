"""Studies that look at the same firms: they are shown on one synthetic population."""

from __future__ import annotations

from firmtrade.studies import bundled_studies, load_study
from firmtrade.study import Study

SAME = ("country", "union", "activity", "employment", "currency", "trade_threshold")
"""What two studies of the same firms agree on, beside the rules of their populations."""


def population_study(study: Study) -> Study:
    """The study whose synthetic population shows ``study``: itself, or a bundled one that knows more of its firms.

    A study without published numbers that asks other questions about the populations of a bundled study with
    published numbers, inside the years of that study, shares its population.

    >>> population_study(load_study("belgium-traders")).name
    'belgium-2008'
    """
    if study.head.edition is not None or not study.populations:
        return study
    for name in bundled_studies():
        other = load_study(name)
        if other.head.edition is not None and _looks_at(study, other):
            return other
    return study


def _looks_at(study: Study, other: Study) -> bool:
    """Whether every firm and year that a study asks about is one of the other's."""
    return (
        all(getattr(study.head, name) == getattr(other.head, name) for name in SAME)
        and all(rule in other.populations.values() for rule in study.populations.values())
        and min(other.years) <= min(study.years)
        and max(study.years) <= max(other.years)
    )
