"""Errors raised cluster by cluster: held to R and to whole matrices, and to the size that a test of them has."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from firmtrade.inference.fits import effect_of
from firmtrade.inference.raised_errors import raised_error

FROZEN = Path(__file__).parent / "frozen"


@pytest.mark.parametrize("design", ["few", "many"])
def test_the_error_and_its_degrees_of_freedom_are_those_of_r(design) -> None:
    panel = pl.read_csv(FROZEN / "panel.csv")
    firm = panel["firm"].to_numpy()
    starter = firm % (40 if design == "few" else 3) == 0
    regressors = np.column_stack([starter, panel["log_employment"].to_numpy()]).astype(np.float64)
    error = raised_error(panel["log_productivity"].to_numpy(), regressors, panel["cell"].to_numpy(), firm)
    assert error is not None
    values = pl.read_csv(FROZEN / "raised_errors.csv").filter(pl.col("design") == design)
    assert [error.std_error, error.degrees_of_freedom] == pytest.approx(values["value"].to_list(), rel=1e-9)


@pytest.mark.parametrize(("rows", "groups", "seed"), [(60, 5, 0), (200, 20, 1), (40, 3, 2), (300, 40, 3)])
def test_the_error_is_that_of_the_whole_matrices(rows, groups, seed) -> None:
    """Firms with several rows in one group, and groups of a single row, among them."""
    rng = np.random.default_rng(seed)
    firm, group = rng.integers(0, rows // 4, rows), rng.integers(0, groups, rows)
    x = np.column_stack([rng.random(rows) < 0.15, rng.normal(size=(rows, 2))]).astype(np.float64)
    y = rng.normal(size=rows)
    design = np.column_stack([x, group[:, None] == np.unique(group)])
    inverse = np.linalg.pinv(design.T @ design)
    hat = design @ inverse @ design.T
    variance, moved = 0.0, []
    for one in np.unique(firm):
        mine = np.flatnonzero(firm == one)
        values, axes = np.linalg.eigh(np.eye(len(mine)) - hat[np.ix_(mine, mine)])
        spanned = values > 1e-9
        half = (axes[:, spanned] / np.sqrt(values[spanned])) @ axes[:, spanned].T
        raised = np.zeros(rows)
        raised[mine] = half @ (inverse[0] @ design.T)[mine]
        variance += float(raised @ (y - hat @ y)) ** 2
        moved.append(raised - hat @ raised)
    shared = np.array(moved) @ np.array(moved).T
    error = raised_error(y, x, group, firm)
    assert error is not None
    assert error.std_error == pytest.approx(np.sqrt(variance))
    assert error.degrees_of_freedom == pytest.approx(np.trace(shared) ** 2 / np.sum(shared**2))


def test_a_dozen_starters_among_many_firms_are_told_apart_as_often_as_the_test_says() -> None:
    """Errors that count all firms reject in a tenth of such samples, and more."""
    rejected = []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        firm = np.repeat(np.arange(150), 3)
        year = np.tile(np.arange(3), 150)
        starter = np.isin(firm, rng.choice(150, 6, replace=False)) & (year == firm % 3)
        cell = rng.integers(0, 6, 150)[firm] * 3 + year
        outcome = rng.normal(size=150)[firm] + 0.5 * rng.normal(size=450)
        regressors = np.column_stack([starter, rng.normal(size=450)]).astype(np.float64)
        error = raised_error(outcome, regressors, cell, firm)
        assert error is not None
        means = np.array([np.bincount(cell, weights=each)[cell] / np.bincount(cell)[cell]
                          for each in (outcome, *regressors.T)])  # fmt: skip
        y, *x = np.array([outcome, *regressors.T]) - means
        estimate = np.linalg.lstsq(np.column_stack(x), y, rcond=None)[0][0]
        rejected.append(effect_of(float(estimate), error.std_error, error.degrees_of_freedom).p_value < 0.05)
    assert 0.02 < np.mean(rejected) < 0.08


def test_a_regressor_that_one_firm_alone_has_in_every_group_has_no_error() -> None:
    group = np.zeros(4, dtype=np.int64)
    found = raised_error(np.array([1.0, 2.0, 2.0, 2.0]), np.eye(4)[:, :1], group, np.arange(4))
    assert found is None
