"""The engine and the plain computation agree on every cell of a study and on everyone behind it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

import pytest

from canonical_data import Tables, World, world
from firm_table import assert_alike, run
from firmtrade.studies import load_study
from firmtrade.study import Study
from naive.cells import naive_cells

STUDIES = {"belgium-2008": "belgium-2008", "elsewhere": Path(__file__).parent / "studies" / "elsewhere.toml"}

CORPUS = {
    "partners only": ("belgium-2008", 1, World(partners=True)),
    "yearly register, groups, headcount, zones beside partners": (
        "belgium-2008", 2, World(yearly_register=True, groups=True, headcount=True, zones=True),
    ),
    "membership by month, groups, named regions": (
        "elsewhere", 3, World(headcount=True, groups=True, months=True, zones=True, regions=True),
    ),
    "membership by year, yearly register, no groups": (
        "elsewhere", 4, World(headcount=True, yearly_register=True, regions=True),
    ),
    "membership by month in a yearly register with groups": (
        "elsewhere", 5, World(headcount=True, yearly_register=True, groups=True, months=True, regions=True),
    ),
    "declared zones alone, and a handful of firms": (
        "elsewhere", 6, World(firms=5, headcount=True, partners=False, zones=True),
    ),
}  # fmt: skip


@cache
def study(name: str) -> Study:
    return load_study(STUDIES[name])


def agree(about: Study, tables: Tables) -> None:
    """Same cells, same values, same undefined ones, same firms, units, totals and largest units."""
    chapter = run(about, tables)
    expected = naive_cells(about, tables["firms"], tables["accounts"], tables["trade"])
    found = {tuple(cell.key): cell for cell in chapter.cells}
    assert set(found) == set(expected)
    for key, cell in found.items():
        answer = expected[key]
        if cell.status == "L":
            assert "region" in str(cell.reason), key
            continue
        assert_alike(cell, answer)
    assert not chapter.broken


@pytest.mark.parametrize("case", CORPUS)
def test_every_cell_and_everyone_behind_it_is_what_the_definitions_say(case: str) -> None:
    name, seed, about = CORPUS[case]
    agree(study(name), world(study(name), seed, about))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 140))
def test_many_more_worlds_are_computed_alike(seed: int) -> None:
    rng = Random(seed)
    options = ("yearly_register", "groups", "zones", "months")
    name = rng.choice(list(STUDIES))
    about = World(
        firms=rng.choice((1, 20, 300)),
        headcount=name == "elsewhere" or rng.random() < 0.5,
        regions=name == "elsewhere",
        **{one: rng.random() < 0.5 for one in options},
    )
    agree(study(name), world(study(name), seed, about))
