"""What the firms of the panel and those of the population of its reference year say of one another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firm_table import canonical, run, study_of
from firmtrade.kinds import specify
from firmtrade.outputs import Cell, CellKey, Confidentiality
from firmtrade.protection.attack.attack import Attack, attack_published
from firmtrade.protection.profile import load_profile
from firmtrade.protection.protect import ProtectedCells, protect_cells
from proof_of_protection import seen

STUDY = study_of("1", "5")
NEW, ALL = (CellKey("5", "manufacturing", row, "n") for row in ("new_to_export", "export"))


@pytest.fixture(scope="module")
def cells() -> tuple[Cell, ...]:
    """Sixteen firms that are all in the panel: ten that always export, one that began to, five that never do."""
    trades = ["export FR, export FR 100 1998"] * 10 + ["export FR"] + [""] * 5
    lines = [f"{at} | 500 | {trade}" for at, trade in enumerate(trades)]
    text = "firm | value_added | trade\n" + "\n".join(lines)
    return tuple(run(STUDY, canonical(STUDY, text)).cells)


@pytest.fixture(scope="module")
def protected(cells: tuple[Cell, ...]) -> ProtectedCells:
    return protect_cells(STUDY, specify(STUDY), cells, load_profile())


def attacked(cells: tuple[Cell, ...], protected: ProtectedCells) -> Attack:
    secret = frozenset(each.key for each in protected.hidden if each.primary)
    return attack_published(replace(seen(STUDY, cells), secret=secret))


def test_a_panel_has_no_more_exporters_than_its_population(
    cells: tuple[Cell, ...], protected: ProtectedCells
) -> None:
    """Eleven firms export and ten of the panel always do: a firm that began to, and there is one, is the eleventh."""
    primary = {each.key for each in protected.hidden if each.primary}
    assert NEW in primary
    bare = tuple(
        cell.hidden(Confidentiality.PRIMARY)
        if cell.key in primary
        else cell.hidden(Confidentiality.SECONDARY)
        if cell.key == ALL
        else cell
        for cell in cells
    )
    (found,) = (each for each in attacked(bare, protected).findings if each.key == NEW)
    assert found.tight
    assert (found.low, found.high) == pytest.approx((1, 1))


def test_a_release_of_panel_and_population_gives_nothing_away(protected: ProtectedCells) -> None:
    assert not attacked(protected.cells, protected).tight
