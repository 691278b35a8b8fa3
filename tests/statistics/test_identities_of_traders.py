"""What tables about traders must keep is really asked of them: a change of any cell of an identity breaks it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from firm_table import Computed, computed_table
from firmtrade.kinds import KINDS, Identity
from firmtrade.outputs import Cell, CellKey

FIRMS = """
    firm | employees_fte | export 1999  | export 2000         | import 2000 | export 2001
    a    | 5             | FR 100       | FR 200, US 70       | FR 10       | FR 10
    b    | 5             |              | DE 300, CN 60       |             | FR 10
    c    | 5             | FR 100       | FR 50               |             |
    d    | 5             |              | DE 10               |             |
    e    | 5             | FR 10        | DE 20, US 5         | US 10       | FR 10
    f    | 50            | FR 100       | FR 150, DE 11, US 9 |             | FR 10
    g    | 50            |              | FR 140              |             | FR 10
    h    | 5             | FR 40        |                     |             | FR 10
""" + "".join(f"    i{number} | 5 | | FR {number} | |\n" for number in range(1, 21))
DECLARED: dict[str, tuple[dict[str, Any], str]] = {
    "dynamics by year": (
        {"kind": "dynamics", "flow": "export", "years": [1998, 2001]},
        "a trader entered or was there before|the traders of the year before are those of its own column|"
        "entrants that survive are fewer with every year",
    ),
    "dynamics by group": (
        {"kind": "dynamics", "flow": "export", "years": [1998, 2003], "columns": "size_class", "totals": ["total"]},
        "a trader entered or was there before|entrants that survive are fewer with every year",
    ),
    "transition": (
        {"kind": "transition", "years": [1999, 2000]},
        "every firm of a row ends in one column",
    ),
    "distribution": (
        {"kind": "distribution", "flow": "export", "measure": "value", "rows": "trader_type"},
        "quartiles are in order",
    ),
    "concentration": (
        {"kind": "concentration", "flow": "export", "rows": "size_class"},
        "more firms hold no less|no index of n firms is below 1/n",
    ),
    "trade by size": (
        {"kind": "trade", "flow": "export", "rows": "size_class", "totals": ["total"]},
        "the groups add up to the total",
    ),
    "trade by partner": (
        {"kind": "trade", "flow": "export", "rows": "partner", "totals": ["total"]},
        "the groups add up to the total|the regions add up to the total",
    ),
}  # fmt: skip


@cache
def result(name: str) -> Computed:
    return computed_table(DECLARED[name][0], FIRMS)


def stated(name: str, cells: dict[CellKey, Cell]) -> dict[tuple[str, tuple[CellKey, ...]], Identity]:
    found = KINDS[DECLARED[name][0]["kind"]].identities(result(name).chapter.specs[0], cells)
    return {(one.rule, one.cells): one for one in found}


@pytest.mark.parametrize("name", DECLARED)
def test_every_identity_of_a_kind_is_stated_and_holds(name: str) -> None:
    found = stated(name, result(name).cells)
    assert {rule for rule, _ in found} == set(DECLARED[name][1].split("|"))
    assert all(one.holds for one in found.values())


@pytest.mark.parametrize("name", DECLARED)
def test_a_change_of_any_cell_breaks_each_identity_that_it_is_part_of(name: str) -> None:
    cells = result(name).cells
    for rule, keys in stated(name, cells):
        for key in keys:
            changes = [
                replace(cells[key], **{field: changed})
                for field in ("value", "numerator", "denominator")
                if (before := getattr(cells[key], field)) is not None
                for changed in (before + 1000, before - 1000, 1)
            ]
            after = [stated(name, cells | {key: change}).get((rule, keys)) for change in changes]
            assert any(one is not None and not one.holds for one in after), (rule, key)


@pytest.mark.parametrize("name", DECLARED)
def test_an_identity_says_nothing_of_what_was_not_computed(name: str) -> None:
    cells = result(name).cells
    empty = {key: replace(cell, value=None, numerator=None, denominator=None) for key, cell in cells.items()}
    assert stated(name, empty) == stated(name, {}) == {}


def test_a_group_of_firms_by_partner_adds_up_in_value_and_not_in_firms() -> None:
    columns = {keys[0].column for _, keys in stated("trade by partner", result("trade by partner").cells)}
    assert columns == {"value", "value_share"}
    columns = {keys[0].column for _, keys in stated("trade by size", result("trade by size").cells)}
    assert columns == {
        "n", "n_share", "value", "value_share", "n_intra", "value_intra", "n_extra", "value_extra",
    }  # fmt: skip


def test_survival_is_compared_as_soon_as_one_year_of_it_is_known() -> None:
    rule = "entrants that survive are fewer with every year"
    lengths = {
        len(keys)
        for name, keys in stated("dynamics by year", result("dynamics by year").cells)
        if name == rule
    }
    assert lengths == {2, 3}


def holds(*values: str) -> dict[str, bool]:
    firms = "".join(f"\n{number} | {value}" for number, value in enumerate(values))
    found = computed_table(DECLARED["concentration"][0], f"firm | export 2000{firms}")
    return {one.rule: one.holds for one in found.chapter.identities}


def test_the_least_index_and_firms_that_add_nothing_are_no_contradiction() -> None:
    assert holds(*["FR 1"] * 3) == {"no index of n firms is below 1/n": True}
    assert holds(*["FR 1"] * 5, *["FR 1, US -1"] * 5) == {
        "more firms hold no less": True, "no index of n firms is below 1/n": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "column", "step"),
    [
        (["FR 1"] * 5 + ["FR 1, US -1"] * 5, "top_10", -0.001),
        (["FR 1"] * 3, "herfindahl", -0.000001),
    ],
)
def test_a_small_step_below_the_least_is_a_contradiction(values: list[str], column: str, step: float) -> None:
    firms = "".join(f"\n{number} | {value}" for number, value in enumerate(values))
    found = computed_table(DECLARED["concentration"][0], f"firm | export 2000{firms}")
    cell = found.cell(f"X/firms/small/{column}")
    assert cell.value is not None
    changed = found.cells | {cell.key: replace(cell, value=cell.value + step)}
    about = [
        one.holds
        for one in KINDS["concentration"].identities(found.chapter.specs[0], changed)
        if cell.key in one.cells
    ]
    assert about == [False]
