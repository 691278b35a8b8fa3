"""Factorability, retention, exploratory factors and reliability agree with psych, GPArotation and lavaan."""

from __future__ import annotations

import numpy as np
import pytest

from firmtrade.errors import DataError, UsageError
from firmtrade.surveys.measurement import (
    alpha,
    bartlett,
    exploratory,
    full_collinearity,
    harman,
    htmt,
    kmo,
    map_test,
    marker_adjustment,
    omega,
    parallel_analysis,
    pearson,
    polychoric,
    smooth_correlation,
)
from firmtrade.surveys.measurement.correlations import bivariate_normal_cdf
from survey.frozen import answers, frozen, vector

DATA = answers()
R = pearson(DATA)
BLOCKS = [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]


def test_sampling_adequacy_and_sphericity_agree_with_psych() -> None:
    adequacy = kmo(R)
    assert adequacy.overall == pytest.approx(frozen("kmo"), abs=1e-10)
    assert adequacy.items == pytest.approx(vector("msa"), abs=1e-10)
    sphericity = bartlett(R, len(DATA))
    assert sphericity.chi_square == pytest.approx(frozen("bartlett.chisq"), rel=1e-10)
    assert sphericity.degrees == 66


def test_uncorrelated_items_have_no_sphericity_to_reject() -> None:
    assert bartlett(np.eye(5), 200).chi_square == pytest.approx(0.0, abs=1e-12)


def test_the_minimum_average_partial_agrees_with_psych() -> None:
    result = map_test(R)
    assert result.squared[1:9] == pytest.approx(vector("map"), abs=1e-9)
    assert result.retained == 2


def test_parallel_analysis_finds_the_three_factors_that_were_simulated() -> None:
    components = parallel_analysis(DATA, draws=100, seed=4)
    factors = parallel_analysis(DATA, kind="factors", draws=100, seed=4)
    assert components.observed == pytest.approx(vector("eigen"), abs=1e-10)
    assert components.retained == frozen("parallel.components")
    assert factors.retained == frozen("parallel.factors")


def test_parallel_analysis_of_noise_keeps_nothing_and_is_the_same_for_the_same_seed() -> None:
    noise = np.random.default_rng(8).standard_normal((300, 10))
    first, again = (parallel_analysis(noise, draws=50, quantile=0.99, seed=3) for _ in range(2))
    assert first.retained == 0
    assert np.array_equal(first.reference, again.reference)


def aligned(loadings: np.ndarray, phi: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns matched to R's by congruence, with the same permutation and signs in phi."""
    congruence = loadings.T @ target
    order = np.abs(congruence).argmax(axis=0)
    sign = np.sign(congruence[order, np.arange(len(order))])
    return loadings[:, order] * sign, phi[np.ix_(order, order)] * np.outer(sign, sign)


@pytest.mark.parametrize("method", ["minres", "ml"])
@pytest.mark.parametrize("rotation", ["oblimin", "varimax", "promax"])
def test_rotated_loadings_and_factor_correlations_agree_with_r(method: str, rotation: str) -> None:
    ours = exploratory(R, len(DATA), 3, method=method, rotation=rotation)
    target = vector(f"efa.{method}.{rotation}.loadings").reshape(12, 3)
    loadings, phi = aligned(ours.loadings, ours.correlations, target)
    assert loadings == pytest.approx(target, abs=2e-4 if method == "minres" else 5e-5)
    assert phi == pytest.approx(vector(f"efa.{method}.{rotation}.phi").reshape(3, 3), abs=2e-4)
    assert ours.problems == ()


@pytest.mark.parametrize("method", ["minres", "ml"])
def test_fit_of_the_exploratory_model_agrees_with_psych(method: str) -> None:
    ours = exploratory(R, len(DATA), 3, method=method)
    tag = f"efa.{method}.oblimin"
    assert ours.degrees == frozen(f"{tag}.dof")
    assert ours.chi_square == pytest.approx(frozen(f"{tag}.chisq"), rel=1e-5)
    assert ours.rmsea == pytest.approx(frozen(f"{tag}.rmsea"), abs=1e-5)
    assert ours.tli == pytest.approx(frozen(f"{tag}.tli"), abs=1e-5)
    assert ours.rms_residual == pytest.approx(frozen(f"{tag}.rms"), abs=1e-5)


def test_unique_variances_agree_with_factanal() -> None:
    ours = exploratory(R, len(DATA), 3, method="ml")
    assert ours.uniquenesses == pytest.approx(vector("efa.factanal.uniquenesses"), abs=2e-5)


def test_factor_correlations_follow_their_factors_when_these_are_sorted() -> None:
    ours = exploratory(R, len(DATA), 3)
    implied = ours.loadings @ ours.correlations @ ours.loadings.T
    assert np.diag(implied) == pytest.approx(ours.communalities, abs=1e-9)
    plain = exploratory(R, len(DATA), 3, rotation="none")
    assert implied == pytest.approx(plain.loadings @ plain.loadings.T, abs=1e-9)


def test_bartlett_scores_reproduce_the_factors_without_bias() -> None:
    ours = exploratory(R, len(DATA), 3)
    assert ours.score_weights(R, "bartlett").T @ ours.loadings == pytest.approx(np.eye(3), abs=1e-10)
    assert ours.score_weights(R).shape == (12, 3)


def test_a_heywood_case_is_named() -> None:
    heywood = np.array([[1, 0.85, 0.85, 0.1], [0.85, 1, 0.6, 0.1], [0.85, 0.6, 1, 0.1], [0.1, 0.1, 0.1, 1]])
    assert "Heywood case" in str(exploratory(heywood, 200, 1).problems[0])
    assert "item(s) 1" in str(exploratory(heywood, 200, 1).problems[0])


def test_more_factors_than_items_can_carry_are_refused() -> None:
    with pytest.raises(DataError, match="4 items cannot carry 2 factors"):
        exploratory(np.eye(4), 100, 2)
    with pytest.raises(UsageError, match="Did you mean `oblimin`"):
        exploratory(R, 359, 3, rotation="oblimim")


def test_polychoric_correlations_agree_with_lavaan() -> None:
    ours = polychoric(DATA)
    assert ours.T[np.triu_indices(12, 1)] == pytest.approx(vector("polychoric"), abs=1e-5)


def test_polychoric_correlation_of_a_two_by_two_table_is_the_tetrachoric_one() -> None:
    # Both medians cut: the quadrant probability 1/3 belongs to a correlation of exactly one half.
    both = np.array([[0, 0]] * 2 + [[0, 1]] + [[1, 0]] + [[1, 1]] * 2, dtype=float)
    assert polychoric(both)[0, 1] == pytest.approx(0.5, abs=1e-9)


def test_the_bivariate_normal_is_exact_where_it_is_known() -> None:
    rho = np.array([-0.99, -0.5, 0.0, 0.3, 0.95, 0.99])
    at_zero = bivariate_normal_cdf(np.zeros(6), np.zeros(6), rho)
    assert at_zero == pytest.approx(0.25 + np.arcsin(rho) / (2 * np.pi), abs=1e-10)


def test_a_correlation_matrix_with_a_negative_eigenvalue_is_lifted() -> None:
    impossible = np.array([[1, 0.9, 0.1], [0.9, 1, 0.9], [0.1, 0.9, 1]])
    lifted = smooth_correlation(impossible)
    assert np.linalg.eigvalsh(lifted)[0] > 0
    assert np.diag(lifted) == pytest.approx(np.ones(3))
    assert smooth_correlation(np.eye(3)) == pytest.approx(np.eye(3))


@pytest.mark.parametrize(("scale", "place"), [("info", 0), ("rel", 1), ("dist", 2)])
def test_alpha_agrees_with_psych(scale: str, place: int) -> None:
    ours = alpha(DATA[:, BLOCKS[place]])
    assert ours.raw == pytest.approx(frozen(f"alpha.{scale}"), abs=1e-10)
    assert ours.standardized == pytest.approx(frozen(f"alpha.std.{scale}"), abs=1e-10)
    assert ours.if_deleted == pytest.approx(vector(f"alpha.drop.{scale}"), abs=1e-10)
    assert ours.item_rest == pytest.approx(vector(f"alpha.rest.{scale}"), abs=1e-10)
    assert [ours.low, ours.high] == pytest.approx(vector(f"alpha.feldt.{scale}"), abs=1e-10)


def test_omega_agrees_with_psych() -> None:
    ours = omega(R, len(DATA))
    assert ours.total == pytest.approx(frozen("omega.total"), abs=1e-5)
    assert ours.hierarchical == pytest.approx(frozen("omega.hierarchical"), abs=2e-4)


def test_heterotrait_monotrait_ratios_agree_with_semtools() -> None:
    ours = htmt(DATA, BLOCKS, draws=200, seed=1)
    order = ([1, 2, 2], [0, 0, 1])
    assert ours.ratio[order] == pytest.approx(vector("htmt.arithmetic"), abs=1e-8)
    assert ours.ratio2[order] == pytest.approx(vector("htmt.geometric"), abs=1e-8)
    assert ours.low is not None
    assert ours.high is not None
    assert np.all(ours.low[order] < ours.ratio[order])
    assert np.all(ours.ratio[order] < ours.high[order])


def test_harman_agrees_with_psych() -> None:
    ours = harman(R, len(DATA))
    assert ours.component == pytest.approx(frozen("harman.component"), abs=1e-9)
    assert ours.factor == pytest.approx(frozen("harman.factor"), abs=1e-4)


def test_a_marker_takes_method_variance_out_of_every_correlation() -> None:
    adjusted = marker_adjustment(np.array([[1, 0.4], [0.4, 1]]), np.array([-0.1, 0.2]), 100)
    assert adjusted.method_correlation == pytest.approx(0.1)
    assert adjusted.after[0, 1] == pytest.approx(0.3 / 0.9)
    assert adjusted.p_values[0, 1] == pytest.approx(0.000747688, abs=1e-8)  # 2 * pt(-t, 97) of R


def test_collinear_scales_fail_the_full_collinearity_test() -> None:
    assert full_collinearity(np.array([[1, 0.5], [0.5, 1]])).inflation == pytest.approx([4 / 3, 4 / 3])
    assert not full_collinearity(np.array([[1, 0.9], [0.9, 1]])).passed


def test_items_that_do_not_vary_or_repeat_others_are_named() -> None:
    flat = DATA.copy()
    flat[:, 4] = 3
    with pytest.raises(DataError, match=r"same answer in every row \(positions 5\)"):
        pearson(flat)
    copied = pearson(np.column_stack([DATA[:, :3], DATA[:, 0]]))
    with pytest.raises(DataError, match="cannot be inverted"):
        kmo(copied)
    with pytest.raises(DataError, match="1 different answers"):
        polychoric(flat)
    with pytest.raises(DataError, match="at least two items"):
        alpha(DATA[:, :1])
    with pytest.raises(DataError, match="two items or more"):
        htmt(DATA, [[0, 1], [2]])
