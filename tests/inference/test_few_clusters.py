"""Errors that rest on few clusters: held to R, and to the size that a test of them has."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from firmtrade.inference.cell_difference import cell_difference
from firmtrade.inference.few_clusters import error_of_clusters
from firmtrade.inference.fits import effect_of

FROZEN = Path(__file__).parent / "frozen"


@pytest.mark.parametrize("period", [2, 3, 5])
def test_the_error_and_its_degrees_of_freedom_are_those_of_r(period) -> None:
    panel = pl.read_csv(FROZEN / "panel.csv")
    cell, firm, year = (panel[name].to_numpy() for name in ("cell", "firm", "year"))
    place, outcome = cell // 10 * 3 + firm % 3, panel["log_productivity"].to_numpy()
    near = (place + year) % period == 0
    found = cell_difference(outcome, near, cell)
    error = error_of_clusters(*(each[found.used] for each in (outcome, near, cell, place)))
    assert error is not None
    values = pl.read_csv(FROZEN / "few_clusters.csv").filter(pl.col("design") == f"period {period}")
    assert [found.estimate, error.std_error, error.degrees_of_freedom] == pytest.approx(
        values["value"].to_list(), rel=1e-10
    )


def test_a_test_by_eighteen_unequal_clusters_rejects_what_is_true_as_often_as_it_says() -> None:
    """Nine in ten places are near in a year: a sum of squared totals of clusters would reject far more often."""
    rejected = []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        division, region, year = rng.integers(0, 6, 600), rng.integers(0, 3, 600), rng.integers(0, 5, 600)
        place, cell, outcome = division * 3 + region, division * 5 + year, rng.normal(size=600)
        near = (rng.random((18, 5)) < 0.9)[place, year]
        found = cell_difference(outcome, near, cell)
        error = error_of_clusters(*(each[found.used] for each in (outcome, near, cell, place)))
        if error is not None:
            effect = effect_of(found.estimate, error.std_error, error.degrees_of_freedom)
            rejected.append(effect.p_value < 0.05)
    assert 0.02 < np.mean(rejected) < 0.08


def test_one_treated_cluster_has_no_error() -> None:
    rng = np.random.default_rng(1)
    place = np.repeat(np.arange(6), 10)
    assert error_of_clusters(rng.normal(size=60), place == 0, np.zeros(60, dtype=int), place) is None
