"""Families of tests and effect sizes against R and against their definitions."""

from __future__ import annotations

import numpy as np
import pytest

from firmtrade.errors import UsageError
from firmtrade.inference.corrections import benjamini_hochberg, corrected, holm, uncorrected
from firmtrade.inference.effect_sizes import (
    cohen_f2,
    correlation,
    cramers_v,
    odds_ratio,
    partial_correlation,
    standardized_difference,
    strength,
)

P = np.array([0.001, 0.04, 0.03, 0.012, 0.2, 0.0004, 0.05, 0.6])
HOLM_OF_R = [0.007, 0.16, 0.15, 0.072, 0.4, 0.0032, 0.16, 0.6]
BH_OF_R = [0.004, 0.064, 0.06, 0.032, 0.2285714286, 0.0032, 0.0666666667, 0.6]
"""``p.adjust`` of R 4.2.2 on the same p-values."""


def test_holm_agrees_with_r() -> None:
    assert holm(P) == pytest.approx(HOLM_OF_R, abs=1e-9)


def test_benjamini_hochberg_agrees_with_r() -> None:
    assert benjamini_hochberg(P) == pytest.approx(BH_OF_R, abs=1e-9)


def test_a_correction_never_makes_a_test_stronger() -> None:
    drawn = np.random.default_rng(3).random((200, 7))
    for family in drawn:
        assert np.all(holm(family) >= benjamini_hochberg(family) - 1e-15)
        assert np.all(benjamini_hochberg(family) >= family)


def test_a_test_that_could_not_be_made_is_no_member_of_its_family() -> None:
    assert holm(np.array([0.01, np.nan, 0.04])) == pytest.approx([0.02, np.nan, 0.04], nan_ok=True)
    assert uncorrected(P) == pytest.approx(P)


def test_an_unknown_correction_or_an_impossible_p_value_is_refused() -> None:
    with pytest.raises(UsageError, match="Did you mean `holm`"):
        corrected(P, "Holm-")
    with pytest.raises(UsageError, match="outside 0 to 1"):
        holm(np.array([1.2]))
    assert corrected(P, "benjamini_hochberg") == pytest.approx(BH_OF_R, abs=1e-9)


def test_words_follow_the_limits_of_cohen() -> None:
    assert [strength("r", size) for size in (0.05, 0.1, -0.35, 0.5)] == [
        "negligible",
        "small",
        "medium",
        "large",
    ]


def test_hedges_g_shrinks_the_plain_difference_and_its_interval_holds_it() -> None:
    one, two = np.array([1.0, 2, 3, 4, 5]), np.array([3.0, 4, 5, 6, 7])
    size = standardized_difference(one, two)
    plain = -2 / np.sqrt(2.5)
    assert size.value == pytest.approx(plain * (1 - 3 / 31))
    assert size.low < size.value < size.high
    assert standardized_difference(np.ones(3), np.ones(3)).value == 0


def test_the_interval_of_a_difference_ends_at_zero_when_its_test_is_on_the_edge() -> None:
    # t of exactly the 97.5% point: the two-sided 5% interval must begin at zero.
    from scipy import stats

    rng = np.random.default_rng(1)
    one, two = rng.standard_normal(30), rng.standard_normal(30)
    pooled = np.sqrt((one.var(ddof=1) + two.var(ddof=1)) / 2)
    shift = stats.t.ppf(0.975, 58) * pooled * np.sqrt(2 / 30) - (one.mean() - two.mean())
    assert standardized_difference(one + shift, two).low == pytest.approx(0, abs=1e-6)


def test_partial_correlation_is_the_t_statistic_on_another_scale() -> None:
    rng = np.random.default_rng(7)
    x, y = rng.standard_normal(50), rng.standard_normal(50)
    r = float(np.corrcoef(x, y)[0, 1])
    t = r * np.sqrt(48 / (1 - r**2))
    assert partial_correlation(t, 48).value == pytest.approx(r)
    assert correlation(r, 50).low == pytest.approx(partial_correlation(t, 48).low)


def test_independent_attributes_have_a_cramer_v_of_zero() -> None:
    assert cramers_v(np.full((2, 3), 20.0)).value == 0
    assert cramers_v(np.full((2, 3), 20.0)).low == 0
    strong = cramers_v(np.array([[40.0, 5], [5, 40]]))
    assert strong.low < strong.value < strong.high <= 1


def test_f2_and_odds_ratio() -> None:
    assert cohen_f2(0.5, 0.5) == 0
    assert odds_ratio(np.log(2), 0.0) == pytest.approx((2, 2, 2))
