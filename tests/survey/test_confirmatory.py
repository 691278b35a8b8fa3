"""Confirmatory factor analysis agrees with lavaan, and says so when a model cannot be trusted."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from firmtrade.errors import DataError, UsageError
from firmtrade.surveys.measurement import (
    Confirmatory,
    MeasurementModel,
    average_variance_extracted,
    composite_reliability,
    confirmatory,
    fornell_larcker,
)
from firmtrade.surveys.measurement.confirmatory import chi_square_difference
from survey.frozen import ITEMS, answers, frozen, vector

DATA = answers()
THREE = {name: tuple(f"{name}{number}" for number in (1, 2, 3, 4)) for name in ("info", "rel", "dist")}
MODELS = {
    "cfa": MeasurementModel(THREE),
    "paired": MeasurementModel(THREE, (("info1", "rel4"), ("dist1", "dist2"))),
    "single": MeasurementModel({"one": tuple(ITEMS)}),
}
INDICES = {
    "chi_square": "chisq", "degrees": "df", "p_value": "pvalue", "baseline_chi_square": "baseline.chisq",
    "baseline_degrees": "baseline.df", "cfi": "cfi", "tli": "tli", "rmsea": "rmsea",
    "rmsea_low": "rmsea.ci.lower", "rmsea_high": "rmsea.ci.upper", "p_close": "rmsea.pvalue", "srmr": "srmr",
    "gfi": "gfi", "agfi": "agfi", "log_likelihood": "logl", "aic": "aic", "bic": "bic",
}  # fmt: skip


def fitted(name: str) -> Confirmatory:
    return confirmatory(MODELS[name], DATA)


@pytest.mark.parametrize("name", MODELS)
def test_every_fit_index_agrees_with_lavaan(name: str) -> None:
    fit = fitted(name).fit
    for ours, theirs in INDICES.items():
        assert getattr(fit, ours) == pytest.approx(frozen(f"{name}.{theirs}"), rel=1e-6, abs=1e-7), ours


def r_label(name: str, label: str) -> str:
    """The label under which R stored a parameter: a covariance may stand in either order."""
    if "=~" in label:
        return f"{name}:{label}"
    one, two = label.split("~~")
    return f"{name}:{two}~~{one}"


@pytest.mark.parametrize("name", MODELS)
def test_every_estimate_and_standard_error_agrees_with_lavaan(name: str) -> None:
    result = fitted(name)
    for label in result.labels:
        estimate, error = result.estimate(label)
        try:
            expected = frozen(f"{r_label(name, label)}.est"), frozen(f"{r_label(name, label)}.se")
        except KeyError:
            expected = frozen(f"{name}:{label}.est"), frozen(f"{name}:{label}.se")
        assert estimate == pytest.approx(expected[0], abs=2e-6), label
        assert error == pytest.approx(expected[1], abs=2e-6), label


def test_standardized_loadings_and_their_errors_agree_with_lavaan() -> None:
    result = fitted("cfa")
    for column, (factor, items) in enumerate(THREE.items()):
        for item in items:
            row = ITEMS.index(item)
            assert result.standardized[row, column] == pytest.approx(
                frozen(f"cfa:{factor}=~{item}.std"), abs=1e-6
            )
            assert result.standardized_errors[row, column] == pytest.approx(
                frozen(f"cfa:{factor}=~{item}.std.se"), abs=1e-6
            )


def test_satorra_bentler_correction_agrees_with_lavaan() -> None:
    result = fitted("cfa")
    fit = result.fit
    assert fit.scaling_factor == pytest.approx(frozen("mlm.chisq.scaling.factor"), abs=1e-6)
    assert fit.scaled_chi_square == pytest.approx(frozen("mlm.chisq.scaled"), abs=1e-4)
    assert fit.robust_cfi == pytest.approx(frozen("mlm.cfi.robust"), abs=1e-6)
    assert fit.robust_tli == pytest.approx(frozen("mlm.tli.robust"), abs=1e-6)
    assert fit.robust_rmsea == pytest.approx(frozen("mlm.rmsea.robust"), abs=1e-6)
    assert result.robust_std_errors is not None
    for label, error in zip(result.labels, result.robust_std_errors, strict=True):
        if "=~" in label:
            assert error == pytest.approx(frozen(f"mlm:{label}.se"), abs=1e-6), label


def test_modification_indices_agree_with_lavaan_and_are_not_applied() -> None:
    result = fitted("cfa")
    assert result.residual_covariances[0, 7] == 0
    for found in result.modifications[:5]:
        assert found.index == pytest.approx(frozen(f"cfa.mi:{found.label}"), rel=1e-4), found.label
        assert found.expected == pytest.approx(frozen(f"cfa.epc:{found.label}"), rel=1e-3), found.label
    assert all(one.index >= two.index for one, two in pairwise(result.modifications))


def test_reliability_and_variance_extracted_agree_with_semtools() -> None:
    standardized = fitted("cfa").standardized
    for column in range(3):
        loadings = standardized[4 * column : 4 * column + 4, column]
        assert average_variance_extracted(loadings) == pytest.approx(vector("ave")[column], abs=0.01)
        assert composite_reliability(loadings) == pytest.approx(vector("cr")[column], abs=0.01)


def test_scales_with_distinct_items_pass_fornell_and_larcker_and_near_twins_do_not() -> None:
    result = fitted("cfa")
    assert fornell_larcker(result.standardized, result.factor_correlations).passed
    assert not fornell_larcker(result.standardized, np.full((3, 3), 0.95)).passed


def test_nested_models_are_compared_by_likelihood_ratio() -> None:
    change, degrees, p = chi_square_difference(fitted("cfa").fit, fitted("paired").fit)
    assert change == pytest.approx(frozen("cfa.chisq") - frozen("paired.chisq"), abs=1e-5)
    assert degrees == 2
    assert 0 < p < 1


def test_a_covariance_gives_the_same_model_as_its_answers() -> None:
    result = fitted("cfa")
    again = confirmatory(MODELS["cfa"], covariance=result.sample, n=len(DATA))
    assert again.estimates == pytest.approx(result.estimates)
    assert again.robust_std_errors is None
    assert again.fit.scaling_factor is None


def test_a_reversed_item_only_changes_the_sign_of_its_loading() -> None:
    turned = DATA.copy()
    turned[:, 2] = 6 - turned[:, 2]
    plain, reverse = fitted("cfa"), confirmatory(MODELS["cfa"], turned)
    assert reverse.fit.chi_square == pytest.approx(plain.fit.chi_square, abs=1e-7)
    assert reverse.standardized[2, 0] == pytest.approx(-plain.standardized[2, 0], abs=1e-7)


def test_a_heywood_case_is_said_plainly() -> None:
    heywood = np.array([[1, 0.85, 0.85], [0.85, 1, 0.6], [0.85, 0.6, 1]])
    result = confirmatory(MeasurementModel({"f": ("a", "b", "c")}), covariance=heywood, n=200)
    assert any(
        "Heywood case: the residual variance of a is negative" in text for text in map(str, result.problems)
    )


def test_two_factors_that_are_one_are_said_to_be_one() -> None:
    generator = np.random.default_rng(5)
    one = generator.standard_normal((400, 1)) * 0.8 + 0.6 * generator.standard_normal((400, 6))
    one[:, 3:] = one[:, :3] * 0.9 + 0.2 * generator.standard_normal((400, 3)) + one[:, [0]] * 0.1
    result = confirmatory(MeasurementModel({"f": ("a", "b"), "g": ("c", "d", "e", "h")}), one)
    assert result.problems


def test_a_model_that_has_no_steps_left_is_said_not_to_converge() -> None:
    result = confirmatory(MODELS["cfa"], DATA, max_iterations=2)
    assert not result.converged
    assert "did not converge" in str(result.problems[0])


def test_models_that_cannot_be_fitted_are_refused_with_a_way_out() -> None:
    with pytest.raises(DataError, match="12 complete answers are too few for 12 items"):
        confirmatory(MODELS["cfa"], DATA[:12])
    with pytest.raises(DataError, match="parameters cannot be told from"):
        confirmatory(MeasurementModel({"f": ("a", "b")}), DATA[:, :2])
    with pytest.raises(UsageError, match="Did you mean `info1`"):
        confirmatory(MeasurementModel(THREE, (("inf1", "rel1"),)), DATA)
    with pytest.raises(UsageError, match="begin with the same item"):
        confirmatory(MeasurementModel({"f": ("a", "b", "c"), "g": ("a", "d", "e")}), DATA[:, :5])
    with pytest.raises(DataError, match="singular"):
        confirmatory(MeasurementModel({"f": ("a", "b", "c", "d")}), DATA[:, [0, 1, 2, 2]])
    with pytest.raises(UsageError, match="needs answers"):
        confirmatory(MODELS["cfa"])
    with pytest.raises(UsageError, match="no parameter"):
        fitted("cfa").estimate("info=~rel1")
