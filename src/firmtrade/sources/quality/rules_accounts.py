"""Rules about rows of the annual accounts."""

from __future__ import annotations

import ibis

from firmtrade.sources.quality.rule import JudgedAgainst, QualityRule, Severity

SHORTEST, LONGEST, USUAL = 6, 18, 12


def _negative(accounts: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value:
    return accounts[column] < 0


def _fractional(accounts: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value:
    return accounts[column] != accounts[column].round(0)


def _outside_range(accounts: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value:
    return (accounts[column] < SHORTEST) | (accounts[column] > LONGEST)


def _not_twelve(accounts: ibis.Table, column: str, facts: JudgedAgainst) -> ibis.Value:
    return (accounts[column] != USUAL) & accounts[column].between(SHORTEST, LONGEST)


ACCOUNT_RULES = (
    QualityRule("negative_employment", "accounts", ("employees_fte", "employees"), Severity.ERROR, _negative),
    QualityRule("negative_turnover", "accounts", ("turnover",), Severity.ERROR, _negative),
    QualityRule("negative_stock", "accounts", ("total_assets", "tangible_assets"), Severity.ERROR, _negative),
    QualityRule("negative_labor_cost", "accounts", ("labor_cost",), Severity.WARNING, _negative),
    QualityRule("fractional_headcount", "accounts", ("employees",), Severity.NOTE, _fractional),
    QualityRule("impossible_book_year", "accounts", ("book_months",), Severity.WARNING, _outside_range),
    QualityRule("unusual_book_year", "accounts", ("book_months",), Severity.NOTE, _not_twelve),
)  # fmt: skip
