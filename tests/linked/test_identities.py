"""Every identity finds its own kind of mistake, says it in a sentence, and is silent about what rounding
explains.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import pytest

from firmtrade.linked import Edition, read_edition
from firmtrade.linked.identities import Check, checks, severity
from firmtrade.studies import load_study
from linked.random_population import Row, edition_of, printed_rows, random_firms

STUDY = load_study("belgium-2008")
LEVEL = "thousand_eur_per_fte"


def cell(text: str) -> Row:
    """A printed cell from ``table/population/row/column = number``; the unit follows from its column."""
    key, printed = (part.strip() for part in text.split("="))
    table, population, row, column = key.split("/")
    endings = {"_cagr": "percent_per_year", "_1998": LEVEL, "_2003": LEVEL, "_code": "code"}
    unit = next((unit for ending, unit in endings.items() if column.endswith(ending)), "percent")
    names = {"table": table, "population": population, "row": row, "column": column}
    value = printed.replace(",", "").removeprefix("+").removesuffix("%")
    counted = "n" in (row, column) or table == "1"
    return {**names, "value": value, "unit": "count" if counted else unit, "printed": printed}


def failing(*cells: str) -> list[Check]:
    edition = edition_of(STUDY, [cell(text) for text in cells])
    return [check for check in checks(edition) if not check.holds]


CASES = tomllib.loads((Path(__file__).parent / "mistakes.toml").read_text(encoding="utf-8"))
MODES = CASES["modes"]["cells"]
MISTAKES = {case["name"]: case for case in CASES["mistake"]}


@pytest.mark.parametrize("mistake", list(MISTAKES))
def test_a_mistake_is_found_by_its_rule_and_said_in_a_sentence(mistake: str) -> None:
    case = MISTAKES[mistake]
    cells = [*(MODES if case.get("with_modes") else []), *case["cells"]]
    found = [check for check in failing(*cells) if str(check.rule) == case["rule"]]
    assert found, failing(*cells)
    assert any(case["message"] in str(check.message) for check in found), [
        str(check.message) for check in found
    ]
    if "discrepancy" in case:
        assert found[0].discrepancy == pytest.approx(case["discrepancy"], abs=1e-6)


def test_no_rule_is_without_a_mistake_that_it_finds() -> None:
    rules = {str(check.rule) for check in checks(read_edition("belgium-2008"))}
    assert rules <= {case["rule"] for case in MISTAKES.values()}


def test_what_rounding_explains_is_no_contradiction() -> None:
    assert not failing(
        "5/manufacturing/export/labor_productivity_1998 = 53.1",
        "5/manufacturing/export/labor_productivity_2003 = 58.7",
        "5/manufacturing/export/labor_productivity_delta = +10.5%",
        "6/manufacturing/export/employment_cagr = +1.1",
        "6/manufacturing/export/value_added_cagr = +3.2",
        "6/manufacturing/export/labor_productivity_cagr = +2.0",
    )


def test_firms_of_unknown_size_explain_a_smaller_table() -> None:
    assert not failing(*MODES, "4/manufacturing/n/size_lt10 = 60", "4/manufacturing/n/size_10_49 = 30")


@cache
def synthetic(seed: int) -> Edition:
    rows = printed_rows(STUDY, random_firms(STUDY, seed, [15, 150, 1500][seed % 3]), half_up=bool(seed % 2))
    return edition_of(STUDY, rows)


@pytest.mark.parametrize("seed", range(1000, 1003))
def test_an_edition_computed_from_firms_breaks_no_identity(seed: int) -> None:
    found = list(checks(synthetic(seed)))
    assert len(found) > 50
    assert [str(check.message) for check in found if not check.holds] == []


@pytest.mark.parametrize(
    ("discrepancy", "expected"), [(0.1, "slip"), (0.11, "error"), (1.0, "error"), (1.1, "grave")]
)
def test_severity_counts_ones_of_the_last_printed_digit(discrepancy: float, expected: str) -> None:
    assert severity(discrepancy, 0.1).value == expected
