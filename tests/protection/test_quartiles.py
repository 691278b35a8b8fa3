"""Quartiles of the numbers of single firms are judged by the units on either side of their position."""

from __future__ import annotations

import pytest

from canonical_data import World, world
from firm_table import run
from firmtrade.kinds import specify
from firmtrade.outputs import Cell, CellKey, Contribution
from firmtrade.protection.binding.judge import judge
from firmtrade.protection.profile import load_profile
from firmtrade.protection.protect import protect_cells
from firmtrade.query.cells import CellSpec, Formula, Term
from firmtrade.query.statistic import Statistic
from firmtrade.query.universes import Universe
from firmtrade.query.where import EVERYONE
from firmtrade.studies import parse_study
from firmtrade.studies.load import study_text

UNIVERSE = Universe("manufacturing", "reference")
KEY = CellKey("1", "manufacturing", "total", "median")
MEDIAN = CellSpec(
    KEY,
    Formula.QUARTILE,
    "thousand_eur",
    "2002",
    0,
    group=Term(UNIVERSE, EVERYONE),
    statistic=Statistic.MEDIAN,
    spread=Term(UNIVERSE, EVERYONE, "turnover"),
)


def rules(whole: int, below: int, above: int) -> list[str]:
    """The rules that a median breaks with so many units behind it and on either side."""
    sides = {"count": whole, "at_or_below": below, "at_or_above": above}
    behind = tuple(Contribution(name, units, units, units, 1, 1) for name, units in sides.items())
    cell = Cell(KEY, 100.0, "thousand_eur", "2002", contributions=behind)
    return [found.breach.rule for found in judge(MEDIAN, cell, load_profile())]


@pytest.mark.parametrize(
    ("whole", "below", "above", "hidden"),
    [(5, 3, 3, False), (4, 2, 3, True), (4, 3, 2, True), (2, 1, 1, True)],
)
def test_a_median_needs_enough_units_behind_it_and_on_either_side(
    whole: int, below: int, above: int, hidden: bool
) -> None:
    assert bool(rules(whole, below, above)) is hidden


def test_quartiles_of_few_firms_leave_no_room() -> None:
    """A table of quartiles by division of few drawn firms: what is shown has three units on either side."""
    title = "Turnover"
    text = (
        study_text("belgium-2008")[1].split("[[")[0].replace('edition = "belgium-2008.csv"\n', "")
        + f'[[tables]]\nid = "1"\ntitle = {{ en = "{title}", fr = "{title}", nl = "{title}", de = "{title}" }}\n'
        + 'kind = "median"\nmeasure = "turnover"\npopulation = "manufacturing"\nrows = "division"\n'
    )
    study = parse_study(text)
    cells = tuple(run(study, world(study, 3, World(firms=80))).cells)
    after = {cell.key: cell for cell in protect_cells(study, specify(study), cells, load_profile()).cells}
    quartiles = [cell for cell in cells if cell.value is not None and cell.key.column != "n"]
    shown = [cell for cell in quartiles if after[cell.key].value is not None]
    assert shown
    assert len(shown) < len(quartiles)
    assert all(part.n_units >= 3 for cell in shown for part in cell.contributions)
