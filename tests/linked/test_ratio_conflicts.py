"""Contradictions of ratios of ratios: what is proved impossible no population prints, what one prints is not denied."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from firmtrade.linked import Edition, LinkedSystem, audit_edition
from firmtrade.linked.edition import read_edition
from firmtrade.linked.ratio_conflicts import ratio_conflict
from firmtrade.linked.ratios import search
from firmtrade.outputs import CellKey
from firmtrade.studies import load_study
from linked.random_population import Row, edition_of, printed_rows, random_firms

STUDY = load_study("belgium-2008")
SERVICES = {
    "21/services/constant_export/labor_productivity_1998",
    "21/services/constant_export/labor_productivity_delta",
    "21/services/new_to_export/labor_productivity_2003",
    "21/services/new_to_export/labor_productivity_delta",
    "22/services/constant_export/value_added_cagr",
    "22/services/new_to_export/employment_cagr",
}
"""Printed of the two groups of services exporters: levels, changes and growth that bind all exporters."""
EXPORTERS = CellKey("21", "services", "export", "labor_productivity_delta")


@cache
def chapter() -> Edition:
    return read_edition("belgium-2008")


def of_chapter(*keys: str) -> LinkedSystem:
    return LinkedSystem.build(STUDY, [cell for cell in chapter().cells if str(cell.key) in keys])


def test_the_change_printed_for_services_exporters_contradicts_six_numbers_of_their_two_groups() -> None:
    system = of_chapter(*SERVICES, str(EXPORTERS), "22/services/export/value_added_cagr")
    missed = search(system)
    assert EXPORTERS in missed.missed
    found = ratio_conflict(system, system.keys)
    assert found is not None
    assert {str(key) for key in found.cells} == SERVICES | {str(EXPORTERS)}
    assert found.irreducible
    assert found.limits[EXPORTERS].low == pytest.approx(8.26)


def test_no_population_of_a_million_drawn_at_random_prints_what_is_proved_impossible() -> None:
    """Both groups with their six printed numbers anywhere inside their rounding, and of any size to one another."""
    chance = np.random.default_rng(0)
    intervals = {str(cell.key): cell.interval for cell in chapter().cells}

    def drawn(key: str) -> np.ndarray:
        """Mostly near an end, where the extremes are."""
        within, at = intervals[key], chance.beta(0.2, 0.2, 1_000_000)
        return within.low + at * (within.high - within.low)

    before = drawn("21/services/constant_export/labor_productivity_1998")
    change = 1 + drawn("21/services/constant_export/labor_productivity_delta") / 100
    value_added = (1 + drawn("22/services/constant_export/value_added_cagr") / 100) ** 5
    new_change = 1 + drawn("21/services/new_to_export/labor_productivity_delta") / 100
    new_before = drawn("21/services/new_to_export/labor_productivity_2003") / new_change
    new_employment = (1 + drawn("22/services/new_to_export/employment_cagr") / 100) ** 5
    constant = chance.beta(0.5, 0.5, 1_000_000)

    fte_start = constant + (1 - constant)
    fte_end = constant * value_added / change + (1 - constant) * new_employment
    value_added_start = constant * before + (1 - constant) * new_before
    value_added_end = (
        constant * before * value_added + (1 - constant) * new_before * new_change * new_employment
    )
    ratio = (value_added_end / fte_end) / (value_added_start / fte_start)
    exporters = 100 * (ratio - 1)
    assert 8.26 <= exporters.min() < 8.28
    assert intervals[str(EXPORTERS)].high < 8.26


@pytest.mark.parametrize("seed", range(4))
def test_numbers_of_a_population_are_never_denied(seed: int) -> None:
    edition = edition_of(STUDY, panel_rows(seed))
    system = LinkedSystem.build(STUDY, edition.cells)
    assert ratio_conflict(system, system.keys) is None


def test_a_change_that_its_groups_do_not_leave_is_named_with_what_they_leave() -> None:
    """Found by no identity and by no line around the ratios: only by the boxes."""
    rows = {row["row"] + "/" + row["column"]: row for row in SYNTHETIC}
    clean = audit_edition(edition_of(STUDY, list(rows.values())))
    assert clean.contradictions == ()
    assert not clean.summary.not_met
    wrong = rows | {"export/labor_productivity_delta": row_of("export", "labor_productivity_delta", "9.8")}
    edition = edition_of(STUDY, list(wrong.values()))
    assert LinkedSystem.build(STUDY, edition.cells).is_consistent()
    report = audit_edition(replace(edition, left_out_is_empty=False))
    (found,) = report.contradictions
    assert found.layer == "system"
    assert len(found.cells) == len(SYNTHETIC)
    assert "would make Exporters, Change (Table 5) at least 9.9" in str(found.message)
    assert not report.summary.not_met
    (cause,) = report.summary.causes
    assert {str(one.key) for cells in cause.repairs for one in cells} >= {
        "5/manufacturing/export/labor_productivity_delta"
    }


def panel_rows(seed: int) -> list[Row]:
    rows = printed_rows(STUDY, random_firms(STUDY, seed, 400), half_up=bool(seed % 2))
    return [row for row in rows if row["table"] in {"5", "6", "7"}]


def row_of(row: str, column: str, printed: str) -> Row:
    growth = column.endswith("cagr")
    unit = "percent_per_year" if growth else "percent" if "delta" in column else "thousand_eur_per_fte"
    return {
        "table": "6" if growth else "5",
        "population": "manufacturing",
        "row": row,
        "column": column,
        "value": printed,
        "unit": unit,
        "year": "",
        "printed": printed,
    }


SYNTHETIC = [
    row_of("constant_export", "labor_productivity_1998", "60.0"),
    row_of("constant_export", "labor_productivity_delta", "10.0"),
    row_of("constant_export", "value_added_cagr", "4.0"),
    row_of("new_to_export", "labor_productivity_2003", "66.0"),
    row_of("new_to_export", "labor_productivity_delta", "10.0"),
    row_of("new_to_export", "employment_cagr", "2.0"),
    row_of("export", "labor_productivity_delta", "10.0"),
]
"""Two groups of one level and one change (synthetic): all exporters have them too."""
