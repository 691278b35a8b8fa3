"""Rules about rows of the register."""

from __future__ import annotations

from functools import reduce
from operator import or_

import ibis

from firmtrade.classifications import activity, postcode_regions
from firmtrade.classifications.activity import SCHEMES, SPELLINGS, Activity
from firmtrade.engines.texts import lettered, stripped
from firmtrade.errors import StudyError
from firmtrade.messages import Listing
from firmtrade.sources.activity import code_of, digits_of, spelling_of
from firmtrade.sources.quality.rule import JudgedAgainst, QualityRule, Severity

FIRST_FOUNDED = 1800
REVISIONS = tuple(written for known in SPELLINGS.values() for written in known)
"""Everything that a register may write as the revision of a code, words and signs left out."""


def _in_future(firms: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value | None:
    return None if facts.last_year is None else firms[column] > facts.last_year


def _before_modern_times(firms: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value:
    return firms[column] < FIRST_FOUNDED


def _closed_before_founded(firms: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value:
    return firms[column] < firms.founded


def _no_activity(firms: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value:
    return firms[column].isnull()


def _unknown_activity(firms: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value | None:
    """A code whose division, or letter, its own revision does not have."""
    stated = "nace_revision" in firms.columns
    default = facts.scheme.name if facts.scheme else None
    if not stated and default is None:
        return None
    revision = firms.nace_revision.fill_null(default or "") if stated else ibis.literal(default)
    spelled = spelling_of(revision)
    return (
        ibis.cases(
            *(
                (spelled.isin(SPELLINGS[name]), ~_is_code_of(activity(name), firms[column], facts))
                for name in SCHEMES
            ),
            else_=False,
        )
        & firms[column].notnull()
    )


def _is_code_of(scheme: Activity, written: ibis.Value, facts: JudgedAgainst) -> ibis.Value:
    code = code_of(written)
    digits = digits_of(code, facts.zeros.lost)
    return digits.left(2).isin(scheme.divisions) | ((digits.length() < 2) & code.isin(scheme.groups_above))


def _without_zero(firms: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value | None:
    return code_of(firms[column]).isin(facts.zeros.lost) if facts.zeros.lost else None


def _open_zero(firms: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value | None:
    return code_of(firms[column]).isin(facts.zeros.open) if facts.zeros.open else None


def _unknown_revision(firms: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value:
    return spelling_of(firms[column]).notin(REVISIONS)


def _impossible_postcode(firms: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value | None:
    if facts.country is None:
        return None
    try:
        ranges = postcode_regions(facts.country)
    except StudyError:
        return None
    text = firms[column].strip()
    number = ibis.ifelse(text.re_search("^[0-9]+$"), text.try_cast("int64"), ibis.null("int64"))
    possible = reduce(or_, (number.between(known.low, known.high) for known in ranges))
    return firms[column].notnull() & ~possible.fill_null(False)


def _stateless(firms: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value:
    return firms[column].isnull()


def _unnamed_region(firms: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value | None:
    """Regions are compared as they are written, but for blanks around them and the coding of their letters."""
    if not facts.regions:
        return None
    return lettered(stripped(firms[column]), facts.regions).notin(facts.regions)


FIRM_RULES = (
    QualityRule("missing_register_year", "firms", ("year",), Severity.ERROR, _stateless),
    QualityRule("founded_in_future", "firms", ("founded",), Severity.WARNING, _in_future),
    QualityRule("founded_before_1800", "firms", ("founded",), Severity.WARNING, _before_modern_times),
    QualityRule(
        "closed_before_founded", "firms", ("closed",), Severity.ERROR, _closed_before_founded, beside=("founded",),
    ),
    QualityRule("missing_activity", "firms", ("nace",), Severity.NOTE, _no_activity),
    QualityRule("unknown_activity", "firms", ("nace",), Severity.WARNING, _unknown_activity),
    QualityRule("lost_zero", "firms", ("nace",), Severity.WARNING, _without_zero),
    QualityRule("open_zero", "firms", ("nace",), Severity.WARNING, _open_zero),
    QualityRule(
        "unknown_revision", "firms", ("nace_revision",), Severity.WARNING, _unknown_revision,
        slots={"known": Listing(tuple(SCHEMES), "comma")},
    ),
    QualityRule("impossible_postcode", "firms", ("postcode",), Severity.WARNING, _impossible_postcode),
    QualityRule("unnamed_region", "firms", ("region",), Severity.WARNING, _unnamed_region),
)  # fmt: skip
