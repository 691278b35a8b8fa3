"""Weights and linearized variances agree with the survey package of R."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from firmtrade.errors import DataError, UsageError
from firmtrade.surveys.weighting import (
    Margin,
    SampleDesign,
    calibrate,
    collapse,
    indicator_matrix,
    rake,
    survey_mean,
    survey_total,
    trimmed,
    weight_diagnostics,
)
from survey.frozen import frozen, sample, vector

DATA = sample()
WEIGHT = DATA["weight"].to_numpy()
STRATA = np.unique(DATA["stratum"].to_numpy(), return_inverse=True)[1]
POPULATION = np.array([1400, 620, 900, 260, 310, 75], dtype=float)
DESIGN = SampleDesign(STRATA, WEIGHT, POPULATION)
PLACE = DATA["place"].to_numpy()
REGION = Margin(
    "region", np.unique(DATA["region"].to_numpy(), return_inverse=True)[1], np.array([1900.0, 1250, 415])
)
SIZE = Margin(
    "size_class", (DATA["size_class"] == "medium").to_numpy().astype(np.intp), np.array([2700.0, 865])
)
SHOWN = [0, 99, 199, 299, 358]
AUXILIARY = np.column_stack([indicator_matrix([REGION, SIZE])[0], DATA["age"].to_numpy().astype(float)])
TOTALS = np.append(indicator_matrix([REGION, SIZE])[1], 3565.0 * 21)


def test_means_and_totals_of_a_stratified_sample_agree_with_svymean_and_svytotal() -> None:
    mean = survey_mean(DATA.select("place", "performance").to_numpy(), DESIGN)
    assert mean.estimate == pytest.approx(vector("svy.mean"), abs=1e-9)
    assert mean.std_error == pytest.approx(vector("svy.mean.se"), abs=1e-9)
    total = survey_total(DATA["adopted"].to_numpy().astype(float), DESIGN)
    assert total.estimate[0] == pytest.approx(frozen("svy.total"), rel=1e-9)
    assert total.std_error[0] == pytest.approx(frozen("svy.total.se"), rel=1e-9)
    assert mean.degrees == 359 - 6


def test_without_the_finite_population_the_error_is_larger() -> None:
    mean = survey_mean(PLACE, SampleDesign(STRATA, WEIGHT))
    assert mean.std_error[0] == pytest.approx(frozen("svy.nofpc.se"), abs=1e-9)
    assert mean.std_error[0] > survey_mean(PLACE, DESIGN).std_error[0]


def test_a_census_knows_its_population_without_error_and_the_process_as_well_as_any_sample() -> None:
    n = len(PLACE)
    census = SampleDesign(np.zeros(n, dtype=np.intp), np.ones(n), np.array([float(n)]))
    assert survey_mean(PLACE, census).std_error[0] == pytest.approx(0, abs=1e-12)
    process = survey_mean(PLACE, replace(census, target="superpopulation")).std_error[0]
    assert process == pytest.approx(PLACE.std() / np.sqrt(n), rel=1e-12)


def test_errors_about_the_process_are_those_of_many_populations_and_samples() -> None:
    """Two strata with different means: 200 firms fall into them by chance, 60 of each are drawn."""
    random, draws, taken = np.random.default_rng(7), 2000, 60
    means, variances = np.empty(draws), np.empty((draws, 2))
    for draw in range(draws):
        strata = np.sort(random.integers(0, 2, 200))
        values = 4.0 * strata + random.normal(size=200)
        kept = np.concatenate([np.flatnonzero(strata == code)[:taken] for code in (0, 1)])
        population = np.bincount(strata).astype(float)
        design = SampleDesign(
            strata[kept], population[strata[kept]] / taken, population, target="superpopulation"
        )
        found = survey_mean(values[kept], design)
        means[draw], variances[draw, 0] = found.estimate[0], found.covariance[0, 0]
        variances[draw, 1] = survey_mean(values[kept], replace(design, population=None)).covariance[0, 0]
    about_process, without_correction = variances.mean(axis=0) / means.var()
    assert about_process == pytest.approx(1, abs=4 * np.sqrt(2 / draws))
    assert without_correction < 0.5


def test_raked_weights_and_mean_agree_with_rake() -> None:
    raked = rake(WEIGHT, [REGION, SIZE])
    assert raked.weights[SHOWN] == pytest.approx(vector("rake.weights"), rel=1e-9)
    mean = survey_mean(PLACE, SampleDesign(STRATA, raked.weights, POPULATION, raked))
    assert mean.estimate[0] == pytest.approx(frozen("rake.mean"), abs=1e-9)
    # R projects the margins one after the other; the joint projection is the exact linearization.
    assert mean.std_error[0] == pytest.approx(frozen("rake.se"), rel=5e-3)


@pytest.mark.parametrize("method", ["linear", "raking", "logit"])
def test_calibrated_weights_mean_and_error_agree_with_calibrate(method: str) -> None:
    result = calibrate(WEIGHT, AUXILIARY, TOTALS, method=method, bounds=(0.3, 3.0))
    assert result.converged
    assert result.weights[SHOWN] == pytest.approx(vector(f"calibrate.{method}.weights"), rel=1e-8)
    mean = survey_mean(PLACE, SampleDesign(STRATA, result.weights, POPULATION, result))
    assert mean.estimate[0] == pytest.approx(frozen(f"calibrate.{method}.mean"), abs=1e-9)
    assert mean.std_error[0] == pytest.approx(frozen(f"calibrate.{method}.se"), rel=1e-8)


@pytest.mark.parametrize("method", ["linear", "raking", "logit"])
def test_calibrated_weights_reproduce_the_register(method: str) -> None:
    result = calibrate(WEIGHT, AUXILIARY, TOTALS, method=method)
    assert AUXILIARY.T @ result.weights == pytest.approx(TOTALS, rel=1e-8)


def test_poststratification_is_raking_to_one_margin() -> None:
    result = rake(WEIGHT, [REGION])
    mean = survey_mean(PLACE, SampleDesign(STRATA, result.weights, POPULATION, result))
    assert mean.estimate[0] == pytest.approx(frozen("poststratify.mean"), abs=1e-9)
    assert mean.std_error[0] == pytest.approx(frozen("poststratify.se"), rel=1e-8)
    assert result.iterations == 2


def test_bounded_ratios_stay_inside_their_bounds() -> None:
    result = calibrate(WEIGHT, AUXILIARY, TOTALS, method="logit", bounds=(0.5, 2.0))
    assert result.ratio.min() > 0.5
    assert result.ratio.max() < 2.0


def test_totals_out_of_reach_are_said_and_do_not_stop_the_run() -> None:
    result = calibrate(WEIGHT, AUXILIARY, TOTALS * [1, 1, 1, 1, 2], method="logit", bounds=(0.9, 1.1))
    assert not result.converged
    assert "widen the bounds" in str(result.problems[0])


def test_negative_weights_are_said() -> None:
    result = calibrate(WEIGHT, AUXILIARY, TOTALS * [1, 1, 1, 1, 1.9])
    assert "not positive" in str(result.problems[0])


def test_a_level_without_an_answer_is_refused_until_it_is_merged() -> None:
    lonely = Margin("sector", np.array([0, 0, 1, 1, 3]), np.array([5.0, 5, 2, 4]))
    with pytest.raises(DataError, match=r"1 level of sector exists in the population and has no answer"):
        indicator_matrix([lonely])
    merged, groups = collapse(lonely, 2)
    assert groups == ((0,), (1, 2, 3))
    assert merged.totals == pytest.approx([5, 11])
    assert indicator_matrix([merged])[1] == pytest.approx([16, 11])


def test_margins_of_different_populations_are_refused() -> None:
    with pytest.raises(DataError, match="region, size_class add up to different populations"):
        indicator_matrix([REGION, Margin("size_class", SIZE.codes, SIZE.totals * 2)])
    with pytest.raises(UsageError, match="Did you mean `raking`"):
        calibrate(WEIGHT, AUXILIARY, TOTALS, method="rakin")
    with pytest.raises(DataError, match="must enclose 1"):
        calibrate(WEIGHT, AUXILIARY, TOTALS, method="logit", bounds=(1.1, 2.0))


def test_unequal_weights_cost_effective_sample() -> None:
    assert weight_diagnostics(np.array([1.0, 1, 1, 1])).effective_n == 4
    assert weight_diagnostics(np.array([1.0, 1, 1, 9])).effective_n == pytest.approx(144 / 84)


def test_trimming_keeps_the_population_total() -> None:
    heavy = np.append(np.ones(99), 60.0)
    cut = trimmed(heavy, 5.0)
    assert cut.sum() == pytest.approx(heavy.sum())
    assert cut.max() == pytest.approx(5 * heavy.mean())
