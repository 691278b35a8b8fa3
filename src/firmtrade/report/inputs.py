"""Which columns of the canonical tables a number is read from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from firmtrade.classifications import union_policy
from firmtrade.query.cells import Term
from firmtrade.study import Attribute, Population, Study

Columns = Mapping[str, Collection[str]]
"""The columns of each canonical table that the data has."""

ACTIVITY = ("firms.nace", "firms.nace_revision")
HEADCOUNT = "accounts.employees"
BOOK_YEAR = "accounts.book_months"
ZONE = ("trade.partner", "trade.zone")
OF_THE_FIRM = {"division", "digits", "venture", "year"}
"""Dimensions that are neither an attribute of the study nor asked of declarations."""


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
    found = {*ACTIVITY, f"accounts.{study.study.employment}"}
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
    dimensions = {*term.where.dimensions, *({term.by} - {""})}
    found: set[str] = set()
    if "value_added" in term.measure or "complete" in term.measure:
        found |= {"accounts.value_added", BOOK_YEAR}
    if any("product" in name for name in (term.measure, *dimensions)):
        found.add("trade.product")
    if term.universe.flow or dimensions - OF_THE_FIRM - {*study.attributes}:
        found |= _of_trade(study)
    for dimension in dimensions & {*study.attributes}:
        found |= _of_attribute(study, study.attributes[dimension], there)
    if "venture" in dimensions:
        found.add("firms.founded")
    return found


def _of_trade(study: Study) -> set[str]:
    """A fixed union needs no date; membership at the date of a flow asks for its month too."""
    policy = union_policy(study.study.union)
    dated = policy.as_of is None and policy.name != "declared"
    return {"trade.flow", "trade.value", *ZONE, *({"trade.month"} if dated else ())}


def _of_attribute(study: Study, attribute: Attribute, there: Columns | None) -> set[str]:
    match attribute.of:
        case "employees":
            return {HEADCOUNT if _has(there, HEADCOUNT) else f"accounts.{study.study.employment}"}
        case "age" | "founded":
            return {"firms.founded"}
        case "seat":
            return (
                {"firms.region"} if attribute.classification is None else {"firms.region", "firms.postcode"}
            )
        case _:
            return {*ACTIVITY}
