"""Treated against comparison units within cells: what is known where the treated are all alike."""

import numpy as np
import pytest

from firmtrade.inference.cell_difference import cell_difference

CELLS = np.repeat([0, 1], 20)
TREATED = np.tile(np.arange(20) < 4, 2)


def outcome(of_treated: list[float], of_others: list[float]) -> np.ndarray:
    """Two cells of four treated and sixteen others, with the same outcomes in both."""
    return np.tile(np.array(of_treated + of_others, dtype=float), 2)


def test_a_share_that_all_treated_have_falls_short_of_the_spread_of_its_cells() -> None:
    found = cell_difference(outcome([1] * 4, [1] * 12 + [0] * 4), TREATED, CELLS)
    assert found.estimate == pytest.approx(0.25)
    assert np.sum(found.influence[TREATED] ** 2) == 0
    of_a_cell = np.var([1] * 16 + [0] * 4, ddof=1)
    assert found.shortfall == pytest.approx(8 * of_a_cell / 8**2)


def test_treated_that_spread_more_than_their_cells_fall_short_of_nothing() -> None:
    found = cell_difference(outcome([1, 0, 1, 0], [1] * 15 + [0]), TREATED, CELLS)
    assert found.shortfall == 0
