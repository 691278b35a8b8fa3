"""Rules about rows of the annual accounts."""

from __future__ import annotations

import ibis

from firmtrade.sources.quality.rule import Facts, Rule, Severity

SHORTEST, LONGEST, USUAL = 6, 18, 12


def _negative(accounts: ibis.Table, column: str, facts: Facts) -> ibis.Value:
    return accounts[column] < 0


def _fractional(accounts: ibis.Table, column: str, facts: Facts) -> ibis.Value:
    return accounts[column] != accounts[column].round(0)


def _outside_range(accounts: ibis.Table, column: str, facts: Facts) -> ibis.Value:
    return (accounts[column] < SHORTEST) | (accounts[column] > LONGEST)


def _not_twelve(accounts: ibis.Table, column: str, facts: Facts) -> ibis.Value:
    return (accounts[column] != USUAL) & accounts[column].between(SHORTEST, LONGEST)


ACCOUNT_RULES = (
    Rule(
        "negative_employment", "accounts", ("employees_fte", "employees"), Severity.ERROR,
        "employment below zero",
        "A code for a missing value explains it: declare it as `missing` in the mapping.",
        _negative,
    ),
    Rule(
        "negative_turnover", "accounts", ("turnover",), Severity.ERROR,
        "turnover below zero",
        "Check the sign and the codes for missing values.",
        _negative,
    ),
    Rule(
        "negative_stock", "accounts", ("total_assets", "tangible_assets"), Severity.ERROR,
        "assets below zero",
        "Check the sign and the codes for missing values.",
        _negative,
    ),
    Rule(
        "negative_labor_cost", "accounts", ("labor_cost",), Severity.WARNING,
        "cost of labor below zero",
        "Costs are positive here: turn the sign if the source books them as negative.",
        _negative,
    ),
    Rule(
        "fractional_headcount", "accounts", ("employees",), Severity.NOTE,
        "a headcount that is no whole number",
        "An average over the year explains it; full-time equivalents belong in `employees_fte`.",
        _fractional,
    ),
    Rule(
        "impossible_book_year", "accounts", ("book_months",), Severity.WARNING,
        "a book year shorter than 6 or longer than 18 months",
        "Its turnover, value added and labor cost are treated as missing.",
        _outside_range,
    ),
    Rule(
        "unusual_book_year", "accounts", ("book_months",), Severity.NOTE,
        "a book year of 6 to 18 months that is not 12",
        "Its turnover, value added and labor cost are scaled to 12 months.",
        _not_twelve,
    ),
)  # fmt: skip
