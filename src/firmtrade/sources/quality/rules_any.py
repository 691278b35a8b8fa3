"""Rules about rows of any table: what must be known, and what must be a whole number or a year."""

from __future__ import annotations

import ibis

from firmtrade.sources.canonical import TABLES
from firmtrade.sources.quality.rule import JudgedAgainst, QualityRule, Severity

FIRST_YEAR, LAST_YEAR = 1900, 2100


def _missing(table: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value:
    return table[column].isnull()


def _fractional(table: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value | None:
    return None if table[column].type().is_integer() else table[column] != table[column].round(0)


def _not_a_year(table: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value:
    return ~table[column].between(FIRST_YEAR, LAST_YEAR)


def _of_kind(name: str, *kinds: str) -> tuple[str, ...]:
    return tuple(column.name for column in TABLES[name].columns if column.kind in kinds)


ANY_RULES = tuple(
    rule
    for name, table in TABLES.items()
    for rule in (
        QualityRule("missing_key", name, table.filled, Severity.ERROR, _missing),
        QualityRule("fractional_number", name, _of_kind(name, "year", "integer"), Severity.ERROR, _fractional),
        QualityRule("impossible_year", name, ("year",), Severity.ERROR, _not_a_year),
    )
    if set(rule.columns) & {column.name for column in table.columns}
)  # fmt: skip
