"""What a difference owes to parallel trends: intervals, breakdown and the trend that would have been seen."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import stats

from firmtrade.inference.parallel_trends import (
    EventPath,
    _critical,
    breakdown,
    detectable_slope,
    robust_interval,
)

FROZEN = pl.read_csv(Path(__file__).parent / "frozen" / "parallel_trends.csv")


def path_of(case: dict[str, object]) -> tuple[EventPath, np.ndarray]:
    before, after = int(case["n_before"]), int(case["n_after"])
    distances = np.concatenate([np.arange(-before - 1, -1), np.arange(after)])
    estimates, covariance = (np.array(str(case[name]).split(), float) for name in ("estimates", "covariance"))
    weights = np.where(distances >= 0, 1 / after, 0.0)
    return EventPath(distances, estimates, covariance.reshape(len(distances), -1)), weights


@pytest.mark.parametrize("case", FROZEN.to_dicts(), ids=lambda case: f"{case['case']}-{case['bend']}")
def test_the_interval_under_a_bounded_bend_is_that_of_an_independent_program(case) -> None:
    path, weights = path_of(case)
    found = robust_interval(path, weights, float(case["bend"]))
    assert found.conf_high - found.conf_low == pytest.approx(case["high"] - case["low"], rel=2e-4)
    assert found.conf_low == pytest.approx(case["low"], abs=2e-3 * (case["high"] - case["low"]))


def test_at_the_breakdown_the_interval_touches_zero() -> None:
    case = FROZEN.filter((pl.col("case") == 1) & (pl.col("bend") == 0)).to_dicts()[0]
    path, weights = path_of(case)
    bend = breakdown(path, weights)
    assert bend > 0
    assert robust_interval(path, weights, bend).conf_low == pytest.approx(0, abs=1e-6)
    assert robust_interval(path, weights, 1.1 * bend).conf_low < 0


def test_a_difference_that_a_straight_line_explains_breaks_down_at_once() -> None:
    distances = np.array([-3, -2, 0, 1, 2])
    trend = EventPath(distances, 0.02 * (distances + 1), np.eye(5) * 1e-4)
    assert breakdown(trend, np.array([0, 0, 1, 1, 1]) / 3) == 0
    assert robust_interval(trend, np.array([0, 0, 1, 1, 1]) / 3, 0.0).estimate == pytest.approx(0, abs=1e-12)


def test_a_straight_trend_is_covered_at_its_level_whatever_its_slope() -> None:
    rng = np.random.default_rng(2)
    distances = np.array([-4, -3, -2, 0, 1, 2])
    root = rng.normal(size=(6, 6)) * 0.01 + 0.02 * np.eye(6)
    covariance, weights = root @ root.T, np.array([0, 0, 0, 1, 1, 1]) / 3
    held = 0
    for _ in range(400):
        estimates = 0.05 * (distances + 1) + 0.1 * (distances >= 0) + root @ rng.normal(size=6)
        interval = robust_interval(EventPath(distances, estimates, covariance), weights, 0.0)
        held += interval.conf_low <= 0.1 <= interval.conf_high
    assert 0.92 <= held / 400 <= 0.98


def test_the_slope_is_found_with_the_power_it_claims() -> None:
    rng = np.random.default_rng(3)
    distances, root = np.array([-3, -2, 0, 1]), np.diag([0.03, 0.02, 0.02, 0.02]) + 0.01
    path = EventPath(distances, np.zeros(4), root @ root.T)
    slope = detectable_slope(path)
    inverse, found = np.linalg.inv(path.covariance[:2, :2]), 0
    for _ in range(4000):
        drawn = (slope * (distances + 1) + root @ rng.normal(size=4))[:2]
        found += drawn @ inverse @ drawn > stats.chi2.ppf(0.95, 2)
    assert found / 4000 == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_the_quantile_of_a_folded_normal_is_that_of_scipy(level) -> None:
    for mean in (0.0, 1e-9, 0.3, 1.0, 2.7, 12.0, 29.0):
        assert _critical(mean, level) == pytest.approx(stats.foldnorm.ppf(level, mean), rel=1e-12)
    assert _critical(200.0, level) == pytest.approx(200.0 + stats.norm.ppf(level), rel=1e-12)
