"""Studies of the same firms read as one, so that what the tables of all say can be put together.

They are of the same firms where they agree on country, union, activity scheme, measures and thresholds, and a name
that several use means the same in all. Their dates may differ: what a study says of a year is said of that year, also
where another study has it as its reference year; its own reference year and window stay its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from firmtrade.errors import UsageError
from firmtrade.query.cells import TableSpec, Term
from firmtrade.study import Study

WORDS = frozenset({"name", "title", "edition", "definition", "source", "label", "contact", "next_release"})
"""What says nothing of which firms are meant."""
DATES = frozenset({"reference_year", "window", "ventures_since"})
"""What may differ between studies of the same firms."""


class JointStudy(Study):
    """The first of several studies with the names of all: populations, attributes, subtotals and unions.

    ``others`` are the studies of other dates, by what universes call these (:func:`dated`)."""

    others: dict[str, Study]

    def of_dates(self, dates: str) -> Study:
        return self.others[dates] if dates else self

    @property
    def reference_years(self) -> Mapping[int, str]:
        years = {study.reference_year: _year(study) for study in self.others.values()}
        return {**years, self.reference_year: ""}

    def asked_years(self) -> set[int]:
        return super().asked_years().union(*(study.asked_years() for study in self.others.values()))


def same_firms(one: Study, other: Study) -> bool:
    """Whether two studies look at the same country, measures and thresholds: only then are their firms the same."""
    return bool(_meaning(one.head, DATES) == _meaning(other.head, DATES) and one.deflator == other.deflator)


def joint_study(one: Study, other: Study) -> Study:
    """The first study with the names of both; its tables and its dates are its own.

    Raises
    ------
    UsageError
        A name means one thing in the first study and another in the second.
    """
    parts: dict[str, Any] = {}
    for part in ("populations", "attributes", "subtotals", "unions"):
        first, second = getattr(one, part), getattr(other, part)
        _agree(one, other, part, first, second)
        parts[part] = {**second, **first}
    _agree_on_ventures(one, other)
    earlier = one.others if isinstance(one, JointStudy) else {}
    studies = {**earlier, _year(other): earlier.get(_year(other), other), _window(other): other}
    own = {name: getattr(one, name) for name in Study.model_fields}
    others = {dates: study.model_copy(update=parts) for dates, study in studies.items()}
    return JointStudy.model_construct(**{**own, **parts, "others": others})


def dated(tables: tuple[TableSpec, ...], study: Study, joint: Study) -> tuple[TableSpec, ...]:
    """The tables of a study as those of a joint one: what they say of dates that are not those of the joint study is
    said with these dates."""

    def with_dates(term: Term) -> Term:
        period = term.universe.period
        if period == "reference" and study.reference_year != joint.reference_year:
            return replace(term, universe=replace(term.universe, dates=_year(study)))
        if period == "window" and _window(study) != _window(joint):
            return replace(term, universe=replace(term.universe, dates=_window(study)))
        return term

    return tuple(table.over(with_dates) for table in tables)


def table_of(name: str, table: str) -> str:
    """What a table of the study ``name`` is called among those of several; those of the first study have no name.

    >>> table_of("belgium-traders", "4"), table_of("", "4")
    ('belgium-traders:4', '4')
    """
    return f"{name}:{table}" if name else table


def own_table(name: str, table: str) -> str | None:
    """What the study ``name`` itself calls a table of several studies; None where it is of another one.

    >>> own_table("belgium-traders", "belgium-traders:4"), own_table("", "belgium-traders:4")
    ('4', None)
    """
    study, _, own = table.rpartition(":")
    return own if study == name else None


def _year(study: Study) -> str:
    return str(study.reference_year)


def _window(study: Study) -> str:
    return f"{study.first_year}-{study.last_year} with {study.reference_year}"


def _agree_on_ventures(one: Study, other: Study) -> None:
    """Of one reference year there is one set of ventures."""
    earlier = one.others.values() if isinstance(one, JointStudy) else ()
    for study in (one, *earlier):
        if study.reference_year == other.reference_year and study.ventures_since != other.ventures_since:
            raise UsageError(
                f"ventures are founded since {study.ventures_since} in the study {study.name} and since "
                f"{other.ventures_since} in {other.name}",
                fix=f"Give `ventures_since` the same year in both: what both say of the ventures of "
                f"{one.reference_year} cannot be put together otherwise.",
            )


def _agree(one: Study, other: Study, part: str, first: Mapping[str, Any], second: Mapping[str, Any]) -> None:
    for name in sorted(first.keys() & second.keys()):
        if _meaning(first[name]) != _meaning(second[name]):
            raise UsageError(
                f"{part}.{name} means one thing in the study {one.name} and another in {other.name}",
                fix=f"Rename it in {one.name}: what both say of the same firms cannot be put together otherwise.",
            )


def _meaning(declared: Any, but: frozenset[str] = frozenset()) -> Any:
    """What is declared, without words and ``but`` for some keys: of a class its key and limits."""
    if hasattr(declared, "model_dump"):
        return _meaning(declared.model_dump(), but)
    if isinstance(declared, dict):
        return {key: _meaning(value) for key, value in declared.items() if key not in WORDS | but}
    if isinstance(declared, list | tuple):
        return [_meaning(each) for each in declared]
    return declared
