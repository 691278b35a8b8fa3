"""Quality of forecasts: held against scikit-learn, statsmodels, and counts by hand."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit
from sklearn.metrics import average_precision_score, brier_score_loss

from firmtrade.inference.forecasts import bins, calibration_line, intervals, quality

RANDOM = np.random.default_rng(3)
ODDS = RANDOM.normal(-2, 1, 3000)
OUTCOME = RANDOM.random(3000) < expit(ODDS)
TRUE = expit(ODDS)
ROUNDED = np.round(TRUE, 1)


@pytest.mark.parametrize("forecast", [TRUE, ROUNDED], ids=["all different", "many ties"])
def test_average_precision_is_that_of_scikit_learn(forecast) -> None:
    found = quality(OUTCOME, forecast, OUTCOME.mean())
    assert found.average_precision == pytest.approx(average_precision_score(OUTCOME, forecast))


def test_a_constant_forecast_has_the_precision_of_the_base_rate_and_no_lift_or_skill() -> None:
    found = quality(OUTCOME, np.full(3000, 0.3), 0.3)
    assert found.average_precision == pytest.approx(OUTCOME.mean())
    assert found.lift == pytest.approx(1)
    assert found.brier_skill == 0
    assert np.isnan(found.slope)


def test_skill_is_measured_against_the_base_rate_that_was_known_before() -> None:
    found = quality(OUTCOME, TRUE, 0.05)
    constant = brier_score_loss(OUTCOME, np.full(3000, 0.05))
    assert found.brier_skill == pytest.approx(1 - brier_score_loss(OUTCOME, TRUE) / constant)


def test_lift_counts_the_events_of_the_tenth_ranked_highest() -> None:
    top = np.argsort(-TRUE)[:300]
    assert quality(OUTCOME, TRUE, 0.1).lift == pytest.approx(OUTCOME[top].mean() / OUTCOME.mean())


def test_ties_at_the_edge_of_the_top_tenth_count_in_part_whatever_the_order_of_rows() -> None:
    outcome = np.array([True, False, True, False] * 5)
    forecast = np.array([0.5] * 20)
    forwards, backwards = quality(outcome, forecast, 0.5), quality(outcome[::-1], forecast, 0.5)
    assert forwards.lift == backwards.lift == pytest.approx(1)


def test_calibration_is_the_logistic_regression_on_the_log_odds() -> None:
    forecast = expit(0.5 + 1.5 * ODDS)
    model = sm.Logit(OUTCOME.astype(float), sm.add_constant(0.5 + 1.5 * ODDS)).fit(disp=0)
    assert calibration_line(OUTCOME, forecast) == pytest.approx(tuple(model.params), rel=1e-6)


def test_forecasts_that_separate_the_outcome_have_no_line_of_calibration() -> None:
    outcome = np.array([False] * 20 + [True] * 20)
    assert np.isnan(calibration_line(outcome, np.linspace(0.01, 0.99, 40))).all()


def test_bins_hold_all_firms_and_events_and_equal_forecasts_share_one() -> None:
    found = bins(OUTCOME, ROUNDED)
    assert sum(each.n for each in found) == 3000
    assert sum(each.events for each in found) == OUTCOME.sum()
    assert [each.predicted for each in found] == sorted(each.predicted for each in found)
    assert len(bins(OUTCOME, np.full(3000, 0.2))) == 1


def test_intervals_hold_the_measures_and_widen_where_firms_repeat() -> None:
    alone = intervals(OUTCOME, TRUE, np.arange(3000), OUTCOME.mean(), draws=200)
    found = quality(OUTCOME, TRUE, OUTCOME.mean())
    for name, (low, high) in alone.items():
        assert low < getattr(found, name) < high
    tens = np.repeat(np.arange(300), 10)
    order = np.argsort(TRUE)
    together = intervals(OUTCOME[order], TRUE[order], tens, OUTCOME.mean(), draws=200)
    assert np.ptp(together["brier_skill"]) > np.ptp(alone["brier_skill"])
