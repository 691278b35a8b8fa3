"""Small studies of shares, modes, series, levels, growth, dynamics and trade, with groups, parts of populations and
negative value added: protected, then attacked by writing down every population that fits.
`benchmarks/protection_proof.py` does so for as many as wished."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from every_population.drawing import drawn
from every_population.vectors import every_vector
from firmtrade.protection.profile import load_profile
from firmtrade.protection.protect import protect_cells
from proof_of_protection import Examined, examine, profiles

SEEDS = (3, 9, 21, 24, 33, 37, 49, 50, 56)
"""The last seven are given away where nothing is hidden to protect others."""


@pytest.fixture(scope="module")
def examined() -> Examined:
    found = Examined()
    for seed in SEEDS:
        found.add(examine(seed))
    return found


def test_nothing_protected_is_the_same_in_all_populations_that_fit(examined: Examined) -> None:
    assert not examined.broken
    assert examined.counted["protected quantities"] > 50


def test_without_secondary_suppression_brute_force_pins_some(examined: Examined) -> None:
    assert examined.counted["pinned without secondary suppression"] > 0


def test_what_lies_inside_the_numbers_of_one_unit_is_its_own() -> None:
    """One unit makes up a division, and all of a part of the population: it is one unit, and its own zeros need no
    protection from itself."""
    for seed in (4, 10, 28, 57):
        one = drawn(seed, "reference" if seed % 3 else "window")
        assert any(part.n_units == 1 for cell in one.cells for part in cell.contributions)
        protect_cells(one.study, one.tables, one.cells, load_profile())


def test_what_is_all_hidden_can_be_protected_again() -> None:
    one = drawn(4)
    once = protect_cells(one.study, one.tables, one.cells, load_profile())
    assert all(cell.value is None for cell in once.cells)
    assert protect_cells(one.study, one.tables, once.cells, load_profile()).cells == once.cells


def test_every_vector_of_whole_numbers_is_written_down_once() -> None:
    found = every_vector(3, 4)
    assert len(found) == len(np.unique(found, axis=0)) == 35
    assert found.sum(axis=1).max() == 4


def test_the_profiles_of_the_proof_differ() -> None:
    shown = Counter(profile.rules.zeros_shown for profile in profiles())
    assert shown == {True: 2, False: 2}
