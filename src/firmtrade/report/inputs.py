"""Which columns of the canonical tables a number is read from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from firmtrade.query.cells import Term
from firmtrade.query.registry import declarations_read, field_of
from firmtrade.study import Population, Study

Columns = Mapping[str, Collection[str]]
"""The columns of each canonical table that the data has."""

ACTIVITY = ("firms.nace", "firms.nace_revision")
HEADCOUNT = "accounts.employees"
BOOK_YEAR = "accounts.book_months"


def inputs(
    study: Study, terms: Iterable[Term], population: str, there: Columns | None = None
) -> tuple[str, ...]:
    """Columns that the terms are read from, ``table.column``, in a fixed order.

    Without ``there`` these are all that a number may be read from; with it, those that the data has.
    """
    found = _of_population(study, study.populations[population], there)
    for term in terms:
        found |= _of_term(study, term, there)
    return tuple(sorted(name for name in found if _has(there, name)))


def _has(there: Columns | None, name: str) -> bool:
    table, column = name.split(".")
    return there is None or column in there.get(table, ())


def _of_population(study: Study, rule: Population, there: Columns | None) -> set[str]:
    found = {*ACTIVITY, f"accounts.{study.head.employment}"}
    if there is not None:
        found.add("firms.year")  # a yearly register: which of its states is meant
    if rule.employees_below is not None:
        found.add(HEADCOUNT)
    if rule.turnover_below is not None:
        found |= {"accounts.turnover", BOOK_YEAR}
    if rule.domestic_owned is not None:
        found.add("firms.domestic_owned")
    return found


def _of_term(study: Study, term: Term, there: Columns | None) -> set[str]:
    asked = [field_of(name, study) for name in (*sorted(term.dimensions), term.measure)]
    found = {name for field in asked for name in field.reads}
    for field in asked:
        found |= (
            {next(name for name in field.reads_first_of if _has(there, name))}
            if field.reads_first_of
            else set()
        )
    if term.universe.flow or any(field.of_declarations for field in asked):
        found |= {*declarations_read(study)}
    return found
