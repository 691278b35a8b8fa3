"""The regressions agree with R: lm and sandwich, glm, clm, polr, and the survey package."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from firmtrade.errors import DataError, UsageError
from firmtrade.surveys.models import (
    brant,
    fractional,
    linear,
    linear_diagnostics,
    logit,
    marginal_effects,
    ordered_logit,
)
from firmtrade.surveys.weighting import SampleDesign
from survey.frozen import frozen, sample, vector

DATA = sample()
X = np.column_stack(
    [
        np.ones(len(DATA)),
        np.log1p(DATA["age"].to_numpy()),
        DATA["performance"].to_numpy(),
        DATA["distance"].to_numpy(),
        DATA["speed"].to_numpy(),
        DATA["speed"].to_numpy() ** 2,
        (DATA["region"] == "flanders").to_numpy(),
        (DATA["region"] == "wallonia").to_numpy(),
    ]
).astype(float)
PLACE, SHARE = DATA["place"].to_numpy(), DATA["export_share"].to_numpy()
ADOPTED, IMPORTANCE = DATA["adopted"].to_numpy().astype(float), DATA["importance"].to_numpy().astype(float)
STRATA = np.unique(DATA["stratum"].to_numpy(), return_inverse=True)[1]
POPULATION = np.array([1400, 620, 900, 260, 310, 75], dtype=float)
DESIGN = SampleDesign(STRATA, DATA["weight"].to_numpy(), POPULATION)


@pytest.mark.parametrize("variance", ["classical", "HC0", "HC1", "HC2", "HC3"])
def test_least_squares_and_its_robust_errors_agree_with_sandwich(variance: str) -> None:
    model = linear(X, PLACE, variance=variance)
    assert model.coefficients == pytest.approx(vector(f"ols.{variance}.b"), abs=1e-9)
    assert model.std_errors == pytest.approx(vector(f"ols.{variance}.se"), abs=1e-9)
    assert model.r_squared == pytest.approx(frozen("ols.r2"), abs=1e-10)


def test_diagnostics_agree_with_lmtest() -> None:
    checks = linear_diagnostics(X, PLACE)
    assert checks.breusch_pagan == pytest.approx(frozen("ols.bp"), abs=1e-8)
    assert checks.reset == pytest.approx(frozen("ols.reset"), abs=1e-7)
    assert checks.inflation.shape == (7,)
    assert checks.inflation[3] > 3, "speed and its square are collinear by construction"


def test_binary_logit_agrees_with_glm() -> None:
    plain = logit(X, ADOPTED, variance="classical")
    assert plain.coefficients == pytest.approx(vector("logit.b"), abs=1e-8)
    # glm stops its iterations at a relative change of 1e-8 in deviance; its errors share that precision.
    assert plain.std_errors == pytest.approx(vector("logit.se"), rel=2e-5)
    assert logit(X, ADOPTED).std_errors == pytest.approx(vector("logit.HC0.se"), rel=2e-5)
    assert plain.log_likelihood == pytest.approx(frozen("logit.logl"), abs=1e-8)


def test_fractional_logit_agrees_with_glm() -> None:
    model = fractional(X, SHARE)
    assert model.coefficients == pytest.approx(vector("fractional.b"), abs=1e-7)
    assert model.std_errors == pytest.approx(vector("fractional.se"), rel=2e-5)


def test_ordered_logit_agrees_with_clm_and_polr() -> None:
    model = ordered_logit(X, IMPORTANCE, variance="classical")
    both = np.concatenate([model.coefficients, model.thresholds])
    assert both == pytest.approx(vector("ordered.b"), abs=1e-6)
    errors = np.concatenate([model.std_errors, model.threshold_errors])
    assert errors == pytest.approx(vector("ordered.se"), abs=1e-6)
    assert model.log_likelihood == pytest.approx(frozen("ordered.logl"), abs=1e-8)
    assert model.coefficients == pytest.approx(vector("polr.b"), abs=1e-4)


def test_brant_test_agrees_with_its_computation_in_r() -> None:
    test = brant(X, IMPORTANCE)
    assert [test.chi_square, test.degrees] == pytest.approx(vector("brant.all"), rel=1e-6)
    assert test.each == pytest.approx(vector("brant.each"), rel=1e-6)


def test_a_rare_category_makes_the_brant_test_say_so() -> None:
    rare = IMPORTANCE.copy()
    rare[np.argmax(X[:, 1])] = 99
    test = brant(X[:, :2], rare)
    assert "merge rare categories" in str(test.problems[0])
    assert np.isnan(test.p_value)


@pytest.mark.parametrize(
    ("estimator", "outcome", "tag"),
    [(linear, PLACE, "svy.ols"), (logit, ADOPTED, "svy.logit"), (fractional, SHARE, "svy.fractional")],
)
def test_weighted_models_and_linearized_errors_agree_with_svyglm(estimator, outcome, tag) -> None:  # type: ignore[no-untyped-def]
    model = estimator(X, outcome, variance="design", sample=DESIGN)
    assert model.coefficients == pytest.approx(vector(f"{tag}.b"), abs=1e-7)
    assert model.std_errors == pytest.approx(vector(f"{tag}.se"), rel=2e-5)


def test_weighted_ordered_logit_agrees_with_svyolr() -> None:
    model = ordered_logit(X, IMPORTANCE, variance="design", sample=DESIGN)
    # svyolr minimizes numerically, and differentiates its Hessian numerically too.
    assert model.coefficients == pytest.approx(vector("svy.ordered.b")[:7], abs=2e-4)
    assert model.std_errors == pytest.approx(vector("svy.ordered.se")[:7], rel=2e-3)


def test_marginal_effects_of_a_logit_are_the_slope_of_the_mean_prediction() -> None:
    model = logit(X, ADOPTED)
    effects = marginal_effects(model, X)
    step = 1e-6
    shifted = X.copy()
    shifted[:, 2] += step
    slope = (expit(shifted @ model.coefficients) - expit(X @ model.coefficients)).mean() / step
    assert effects.effects[2, 0] == pytest.approx(slope, abs=1e-6)
    assert effects.std_errors[2, 0] > 0


def test_marginal_effects_over_the_categories_of_an_ordered_answer_sum_to_zero() -> None:
    effects = marginal_effects(ordered_logit(X, IMPORTANCE), X)
    assert effects.effects.shape == (7, 5)
    assert effects.effects.sum(axis=1) == pytest.approx(np.zeros(7), abs=1e-12)


def test_an_interval_holds_its_estimate_and_widens_with_the_level() -> None:
    model = linear(X, PLACE)
    low, high = model.interval()
    wide_low, wide_high = model.interval(0.99)
    assert np.all((wide_low < low) & (low < model.coefficients))
    assert np.all((model.coefficients < high) & (high < wide_high))
    assert model.p_values[1] < 0.001


def test_models_that_cannot_be_fitted_are_refused_with_a_way_out() -> None:
    with pytest.raises(DataError, match="8 complete answers cannot carry 8 coefficients"):
        linear(X[:8], PLACE[:8])
    with pytest.raises(DataError, match="sum of the others"):
        linear(np.column_stack([X, X[:, 6] + X[:, 7]]), PLACE)
    with pytest.raises(DataError, match="missing values"):
        linear(np.where(X[3, 3] == X, np.nan, X), PLACE)
    with pytest.raises(UsageError, match="Did you mean `HC3`"):
        linear(X, PLACE, variance="hc-3")
    with pytest.raises(UsageError, match="needs the sample design"):
        linear(X, PLACE, variance="design")
    with pytest.raises(DataError, match="not 0 or 1 throughout"):
        logit(X, SHARE)
    with pytest.raises(DataError, match="outside 0 to 1"):
        fractional(X, SHARE * 100)
    with pytest.raises(DataError, match="every answer to the outcome is the same"):
        logit(X, np.ones(len(X)))
    with pytest.raises(DataError, match="the answers have 2"):
        ordered_logit(X, ADOPTED)
    with pytest.raises(UsageError, match="no classical variance"):
        fractional(X, SHARE, variance="classical")


def test_perfect_separation_is_said_and_does_not_stop_the_run() -> None:
    separated = np.column_stack([np.ones(60), np.linspace(-1, 1, 60)])
    model = logit(separated, (separated[:, 1] > 0).astype(float))
    assert not model.converged
    assert "separates the answers" in str(model.problems[0])
    three = np.searchsorted([-0.3, 0.3], separated[:, 1]).astype(float)
    assert "separates the answers" in str(ordered_logit(separated, three).problems[0])


def test_a_group_that_always_says_yes_has_no_coefficient_and_leaves_the_others_theirs() -> None:
    rng = np.random.default_rng(3)
    group, size = rng.integers(0, 3, 300), rng.normal(size=300)
    answer = np.where(group == 2, 1.0, (rng.random(300) < 1 / (1 + np.exp(-0.8 * size))).astype(float))
    design = np.column_stack([np.ones(300), group == 1, group == 2, size]).astype(float)
    model = logit(design, answer)
    rest = group < 2
    alone = logit(design[rest][:, [0, 1, 3]], answer[rest])
    assert np.isnan(model.coefficients[2])
    assert np.isnan(model.std_errors[2])
    assert np.isnan(model.p_values[2])
    assert model.coefficients[[0, 1, 3]] == pytest.approx(alone.coefficients, rel=1e-9)
    assert model.std_errors[[0, 1, 3]] == pytest.approx(alone.std_errors, rel=1e-9)
    assert model.log_likelihood == pytest.approx(alone.log_likelihood)
    assert (model.fitted[group == 2] == 1).all()
    assert "separates the answers" in str(model.problems[0])


def test_an_ordered_logit_leaves_out_the_group_that_always_gives_the_highest_answer() -> None:
    rng = np.random.default_rng(3)
    group, size = rng.integers(0, 3, 400), rng.normal(size=400)
    latent = 0.8 * size + rng.logistic(size=400)
    answer = np.where(group == 2, 2.0, np.searchsorted([-1.0, 1.0], latent).astype(float))
    design = np.column_stack([np.ones(400), group == 1, group == 2, size]).astype(float)
    model = ordered_logit(design, answer)
    alone = ordered_logit(design[group < 2][:, [0, 1, 3]], answer[group < 2])
    assert np.isnan(model.coefficients[1])
    assert model.coefficients[[0, 2]] == pytest.approx(alone.coefficients, rel=1e-5)


def test_the_corrected_design_error_is_the_larger_one_and_nears_the_plain_one_in_large_samples() -> None:
    for estimator, outcome in (
        (linear, PLACE),
        (logit, ADOPTED),
        (fractional, SHARE),
        (ordered_logit, IMPORTANCE),
    ):
        plain = estimator(X, outcome, variance="design", sample=DESIGN)
        corrected = estimator(X, outcome, variance="design_corrected", sample=DESIGN)
        assert corrected.coefficients == pytest.approx(plain.coefficients)
        ratio = corrected.std_errors / plain.std_errors
        assert np.all(ratio > 1)
        assert np.all(ratio < 1.35)
    many = np.tile(np.arange(len(X)), 20)
    large = SampleDesign(STRATA[many], DESIGN.weights[many])
    near = [
        linear(X[many], PLACE[many], variance=name, sample=large) for name in ("design", "design_corrected")
    ]
    assert near[1].std_errors == pytest.approx(near[0].std_errors, rel=0.02)
