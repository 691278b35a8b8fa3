"""What the cells of a kind must keep is really asked of them: a change of any cell of an identity breaks it."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from firmtrade.kinds import KINDS, Identity, specify
from firmtrade.kinds.base import close
from firmtrade.outputs import Cell, CellKey
from firmtrade.query import TableSpec
from firmtrade.studies import load_study

GOLDEN = Path(__file__).parent / "golden" / "cells.csv"
STUDY = load_study("belgium-2008")
SPECS = {spec.id: spec for spec in specify(STUDY)}
WITH_IDENTITIES = {
    "1": "the scopes of a mode add up to its firms",
    "2": "the diagonal is 100|firms with both flows are the same from either side",
    "3": "the groups add up to the total",
    "5": "traders are constant or new|the change lies between the two levels",
    "6": "traders are constant or new|productivity growth is value-added growth over employment growth",
    "12": "traders are constant or new|productivity growth is value-added growth over employment growth",
    "13": "productivity growth is value-added growth over employment growth",
    "19": "the groups add up to the total",
    "fig16": "the modes add up to all firms",
    "fig17": "all flows of a year are shares of the same firms",
    "fig22": "a venture is international or domestic",
}


@cache
def cells() -> dict[CellKey, Cell]:
    """The cells of the golden file."""
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        return {cell.key: cell for cell in map(_cell, csv.DictReader(file))}


def _cell(row: dict[str, str]) -> Cell:
    def number(name: str) -> Decimal | None:
        return Decimal(row[name]) if row[name] else None

    key = CellKey(row["table"], row["population"], row["row"], row["column"])
    value = float(row["value"]) if row["value"] else None
    return Cell(
        key, value, row["unit"], row["year"], numerator=number("numerator"), denominator=number("denominator")
    )


def stated(spec: TableSpec, given: dict[CellKey, Cell]) -> dict[tuple[str, tuple[CellKey, ...]], Identity]:
    kind = KINDS[STUDY.output(spec.id).kind]
    return {(one.rule, one.cells): one for one in kind.identities(spec, given)}


@pytest.mark.parametrize("table", SPECS)
def test_all_identities_hold_and_speak_of_cells_of_their_table(table: str) -> None:
    found = stated(SPECS[table], cells())
    assert all(one.holds for one in found.values())
    assert all(key.table == table for one in found.values() for key in one.cells)
    if table in WITH_IDENTITIES:
        assert {rule for rule, _ in found} == set(WITH_IDENTITIES[table].split("|"))


@pytest.mark.parametrize("table", WITH_IDENTITIES)
def test_a_change_of_any_cell_breaks_each_identity_that_it_is_part_of(table: str) -> None:
    spec = SPECS[table]
    for name in stated(spec, cells()):
        for key in name[1]:
            cell = cells()[key]
            changes = [
                replace(cell, **{field: getattr(cell, field) + 1})
                for field in ("value", "numerator", "denominator")
                if getattr(cell, field) is not None
            ]
            after = [stated(spec, cells() | {key: change}).get(name) for change in changes]
            assert any(one is not None and not one.holds for one in after), (name, key)


def test_an_identity_says_nothing_of_what_was_not_computed() -> None:
    for table in WITH_IDENTITIES:
        empty = {
            key: replace(cell, value=None, numerator=None, denominator=None) for key, cell in cells().items()
        }
        assert stated(SPECS[table], empty) == {}


def test_two_numbers_agree_within_a_billionth_of_the_larger_and_of_one() -> None:
    assert close(1e9, 1e9 + 0.5)
    assert not close(1e9, 1e9 + 2)
    assert close(0.0, 5e-10)
    assert not close(0.0, 2e-9)
    assert close(-2e9, -2e9 - 1.5)
    assert close(None, 1.0) is close(1.0, None) is None
