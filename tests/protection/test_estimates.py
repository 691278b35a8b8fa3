"""Estimates from a sample are protected as what they are: sums and ratios of weighted numbers of few firms."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from canonical_data import Tables, world
from drawn_studies import drawn_study, drawn_world
from firm_table import canonical, declared, run
from firmtrade.kinds import specify
from firmtrade.outputs import Cell
from firmtrade.protection.profile import load_profile
from firmtrade.protection.protect import protect_cells
from firmtrade.study import Study

TABLE = {"kind": "weighted", "rows": "size_class", "totals": ["total"], "measure": "turnover"}


def sampled(table: dict[str, Any]) -> Study:
    return declared(TABLE | table, weight="firms.weight")


def firms(study: Study, small: int, large: int, exporters: int = 0) -> Tables:
    """Firms of two sizes; the first large ones export."""
    lines = ["firm | employees_fte | weight | turnover | trade"]
    for at in range(small + large):
        of_small = at < small
        trade = "export FR 100" if small <= at < small + exporters else ""
        lines.append(f"f{at} | {5 if of_small else 30} | {10 + at} | {1000 * (7 + at)} | {trade}")
    return canonical(study, "\n".join(lines))


def released(study: Study, tables: Tables) -> dict[tuple[str, str], tuple[Cell, Cell]]:
    """Every cell before and after protection, by row and column."""
    before = run(study, tables).cells
    after = {cell.key: cell for cell in protect_cells(study, specify(study), before, load_profile()).cells}
    return {(cell.key.row, cell.key.column): (cell, after[cell.key]) for cell in before}


def hidden(cells: dict[tuple[str, str], tuple[Cell, Cell]]) -> set[tuple[str, str]]:
    return {key for key, (before, after) in cells.items() if before.value is not None and after.value is None}


def test_estimates_of_few_firms_are_hidden_with_their_standard_errors() -> None:
    gone = hidden(released(study := sampled({}), firms(study, 2, 8)))
    columns = ("firms", "firms_se", "total", "total_se", "mean", "mean_se")
    assert {("small", column) for column in columns} <= gone


def test_a_hidden_estimate_is_no_difference_of_others() -> None:
    gone = hidden(released(study := sampled({}), firms(study, 2, 8)))
    for column in ("firms", "total"):
        assert len({row for row, other in gone if other == column}) > 1


def test_a_share_that_nobody_has_or_all_have_is_hidden_as_it_is_in_counts() -> None:
    shares = {"columns": "trade_share", "measure": None}
    gone = hidden(released(study := sampled(shares), firms(study, 6, 8, exporters=8)))
    assert {("large", "export_share"), ("large", "export_share_se")} <= gone


def test_estimates_of_many_firms_are_shown() -> None:
    cells = released(study := sampled({"columns": "trade_share"}), firms(study, 8, 9, exporters=4))
    assert not hidden(
        {key: both for key, both in cells.items() if key[1] in ("firms", "firms_se", "total", "mean")}
    )


@pytest.mark.parametrize("seed", range(3))
def test_a_standard_error_is_shown_where_its_estimate_is(seed: int) -> None:
    study = drawn_study(rng := Random(seed), ("weighted",) * 2)
    cells = released(study, world(study, seed, drawn_world(rng, study, 40)))
    gone = hidden(cells)
    for (row, column), (before, _) in cells.items():
        if column.endswith("_se") and before.value is not None:
            assert ((row, column) in gone) == ((row, column.removesuffix("_se")) in gone)
