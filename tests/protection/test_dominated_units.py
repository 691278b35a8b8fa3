"""One unit that makes up nearly all of what a number says, in a table of each kind: the release hides the number, the
attack finds no close interval of it, and finds one where nothing is hidden to protect others."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from firm_table import canonical, declared, run
from firmtrade.kinds import specify
from firmtrade.outputs import Cell, CellKey, Confidentiality
from firmtrade.protection.attack.attack import Attack, attack_published
from firmtrade.protection.profile import load_profile
from firmtrade.protection.protect import ProtectedCells, protect_cells
from firmtrade.study import Study
from proof_of_protection import seen

CLOSE = 10.0
"""Per cent: the giant's own share of its class is 97 or more, and p% of the profile keeps others that far away."""

EXPORTS: dict[str, Any] = {"flow": "export", "rows": "size_class", "totals": ["total"]}
OF_PANEL: dict[str, Any] = {"rows": "export_status", "n": True, "decimals": 3}
TABLES: dict[str, dict[str, Any]] = {
    "trade": EXPORTS,
    "distribution": EXPORTS | {"measure": "value"},
    "weighted": {"rows": "size_class", "totals": ["total"], "measure": "turnover"},
    "concentration": EXPORTS,
    "level": OF_PANEL,
    "growth": OF_PANEL,
}
SUMS = ("trade", "distribution", "weighted")
"""Kinds whose total less the other classes is the class of the giant."""


def firms() -> str:
    """Eight small firms and eight large ones that export; one of the small sells nearly all that small firms sell, and
    it alone among the eight began to export."""
    lines = ["firm | employees_fte | weight | turnover | value_added | trade"]
    for at in range(16):
        size, amount = (5, 900_000 if at == 0 else 2_000 + at) if at < 8 else (30, 40_000 + 1_000 * at)
        before = "" if at in (0, 1, 2, 3) else f", export FR {amount} 1999"
        lines.append(f"f{at} | {size} | 2 | {amount} | {amount} | export FR {amount}{before}")
    return "\n".join(lines)


@cache
def computed(kind: str) -> tuple[Study, tuple[Cell, ...], ProtectedCells]:
    head = {"weight": "firms.weight"} if kind == "weighted" else {}
    study = declared({"kind": kind} | TABLES[kind], **head)
    cells = tuple(run(study, canonical(study, firms())).cells)
    return study, cells, protect_cells(study, specify(study), cells, load_profile())


def dominated(cell: Cell) -> bool:
    """Whether several units stand behind an amount, and one of them makes it up."""
    return any(
        part.n_units >= 3 and part.component != "count" and 10 * part.largest > 9 * part.total > 0
        for part in cell.contributions
    )


def attacked(study: Study, cells: tuple[Cell, ...], secret: frozenset[CellKey]) -> Attack:
    return attack_published(replace(seen(study, cells), secret=secret, closer=CLOSE))


def secrets(protected: ProtectedCells) -> frozenset[CellKey]:
    return frozenset(each.key for each in protected.hidden if each.primary)


@pytest.mark.parametrize("kind", TABLES)
def test_what_one_unit_dominates_is_hidden_and_nobody_comes_close(kind: str) -> None:
    study, cells, protected = computed(kind)
    planted = {cell.key for cell in cells if cell.value is not None and dominated(cell)}
    assert planted
    after = {cell.key: cell.value for cell in protected.cells}
    assert all(after[key] is None for key in planted)
    assert any(value is not None for value in after.values())
    assert not attacked(study, protected.cells, secrets(protected)).tight


@pytest.mark.parametrize("kind", SUMS)
def test_without_secondary_suppression_the_others_leave_the_giant(kind: str) -> None:
    study, cells, protected = computed(kind)
    secret = secrets(protected)
    bare = tuple(cell.hidden(Confidentiality.PRIMARY) if cell.key in secret else cell for cell in cells)
    tight = {each.key for each in attacked(study, bare, secret).tight}
    assert {cell.key for cell in cells if dominated(cell)} & tight
