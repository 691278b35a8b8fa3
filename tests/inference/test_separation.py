"""Separation: found exactly, left out, and answered by Firth's penalized likelihood."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from firmtrade.inference.cloglog import cloglog, firth_cloglog
from firmtrade.inference.cox import cox, firth_cox
from firmtrade.inference.separation import separation

FROZEN = Path(__file__).parent / "frozen"
NAMES = ("exporter", "log_employment", "safe")


@pytest.fixture(scope="module")
def reference() -> dict[tuple[str, str], float]:
    table = pl.read_csv(FROZEN / "separation.csv")
    return {(model, term): value for model, term, value in table.iter_rows()}


@pytest.fixture(scope="module")
def spells() -> dict[str, np.ndarray]:
    frame = pl.read_csv(FROZEN / "spells.csv").with_columns(
        safe=(pl.col("firm") % 5 == 0) & (pl.col("cause") == 0)
    )
    columns = {name: frame[name].to_numpy().astype(float) for name in ("start", "stop")}
    x = frame.select(pl.col(NAMES).cast(pl.Float64)).to_numpy()
    return {**columns, "ends": (frame["cause"] > 0).to_numpy(), "x": x, "firm": frame["firm"].to_numpy()}


def test_coxph_of_the_other_covariates_is_that_without_the_rows_that_separate(spells, reference) -> None:
    fit = cox(spells["start"], spells["stop"], spells["ends"], spells["x"], NAMES, clusters=spells["firm"])
    assert (fit.names, fit.separated) == (NAMES[:2], NAMES[2:])
    for name in fit.names:
        effect = fit.effect(name)
        assert effect.estimate == pytest.approx(reference["cox_left", f"{name}/estimate"], rel=1e-8)
        assert effect.estimate == pytest.approx(reference["cox_diverged", f"{name}/estimate"], rel=1e-8)
        assert effect.std_error == pytest.approx(reference["cox_left", f"{name}/std_error"], rel=1e-7)


def test_glm_of_the_other_covariates_is_that_without_the_rows_that_separate(spells, reference) -> None:
    fit = cloglog(spells["ends"], spells["x"], NAMES, factors=[spells["stop"]])
    assert (fit.names, fit.separated) == (NAMES[:2], NAMES[2:])
    for name in fit.names:
        effect = fit.effect(name)
        assert effect.estimate == pytest.approx(reference["cloglog_left", f"{name}/estimate"], rel=1e-6)
        assert effect.std_error == pytest.approx(reference["cloglog_left", f"{name}/std_error"], rel=1e-5)


@pytest.mark.parametrize("model", ["firth_cox", "firth_cloglog"])
def test_firths_estimates_and_profile_are_those_of_a_plain_maximization_in_r(
    spells, reference, model
) -> None:
    if model == "firth_cox":
        fit = firth_cox(spells["start"], spells["stop"], spells["ends"], spells["x"], NAMES)
    else:
        fit = firth_cloglog(spells["ends"], spells["x"], NAMES, factors=[spells["stop"]])
    for place, name in enumerate(NAMES):
        assert fit.coefficients[place] == pytest.approx(reference[model, f"{name}/estimate"], abs=2e-5)
    effect = fit.effect("safe")
    for part in ("conf_low", "conf_high"):
        assert getattr(effect, part) == pytest.approx(reference[model, f"safe/{part}"], abs=1e-4)
    assert effect.p_value == pytest.approx(reference[model, "safe/p_value"], rel=1e-4)


@pytest.mark.parametrize("fit_of", [cox, cloglog], ids=["cox", "discrete"])
def test_a_strong_effect_on_a_narrow_covariate_is_no_separation(fit_of) -> None:
    rng = np.random.default_rng(4)
    narrow, wide = rng.normal(0, 0.02, 4000), rng.normal(0, 50, 4000)
    ends = rng.random(4000) < 0.05 * np.exp(-40 * narrow)
    x, year = np.column_stack([narrow, wide]), rng.integers(0, 5, 4000).astype(float)
    fit = (
        cox(year, year + 1, ends, x, ("narrow", "wide"))
        if fit_of is cox
        else cloglog(ends, x, ("narrow", "wide"), factors=[year])
    )
    effect = fit.effect("narrow")
    assert not fit.separated
    assert effect.conf_low < -40 < effect.conf_high


@pytest.mark.parametrize("value", [0.0, 0.1, 1e6])
def test_a_constant_covariate_is_left_out_alone(spells, value) -> None:
    x = np.column_stack([spells["x"][:, :2], np.full(len(spells["x"]), value)])
    for fit in (
        cox(spells["start"], spells["stop"], spells["ends"], x, NAMES),
        cloglog(spells["ends"], x, NAMES, factors=[spells["stop"]]),
    ):
        assert (fit.names, fit.collinear, fit.separated) == (NAMES[:2], ("safe",), ())


def test_a_covariate_that_is_constant_within_every_stratum_is_left_out_alone(spells) -> None:
    division = pl.read_csv(FROZEN / "spells.csv")["division"].to_numpy()
    x = np.column_stack([spells["x"][:, :2], division])
    fit = cox(spells["start"], spells["stop"], spells["ends"], x, NAMES, strata=division)
    assert (fit.names, fit.collinear) == (NAMES[:2], ("safe",))


def test_a_reference_group_in_which_nothing_ends_leaves_every_contrast_with_it_open(spells) -> None:
    safe = spells["x"][:, 2] == 1
    rest = np.random.default_rng(1).integers(0, 2, len(safe)) == 1
    groups = np.column_stack([~safe & rest, ~safe & ~rest, spells["x"][:, 1]]).astype(float)
    for fit in (
        cox(spells["start"], spells["stop"], spells["ends"], groups, ("one", "two", "size")),
        cloglog(spells["ends"], groups, ("one", "two", "size"), factors=[spells["stop"]]),
    ):
        assert (fit.names, fit.separated) == (("size",), ("one", "two"))


def _brute(margins: np.ndarray) -> bool:
    """Whether two columns separate, by walking round the circle of directions."""
    angles = np.arctan2(margins[:, 1], margins[:, 0])
    edges = np.concatenate([angles + np.pi / 2, angles - np.pi / 2])
    directions = np.column_stack([np.cos(edges), np.sin(edges)])
    products = directions @ margins.T
    return bool(((products >= -1e-9).all(axis=1) & (products > 1e-9).any(axis=1)).any())


def test_the_program_agrees_with_a_walk_round_all_directions() -> None:
    rng = np.random.default_rng(7)
    verdicts = []
    for _ in range(300):
        x = rng.integers(-2, 3, size=(rng.integers(3, 12), 2)).astype(float)
        margins = x * rng.choice([-1, 1], size=(len(x), 1))
        if np.linalg.matrix_rank(margins) < 2:
            continue
        verdicts.append(_brute(margins))
        assert (separation(margins) is not None) == verdicts[-1]
    assert 50 < sum(verdicts) < len(verdicts) - 50


def test_rows_beyond_the_first_batch_of_the_program_count() -> None:
    rng = np.random.default_rng(8)
    x = rng.normal(size=(20_000, 3))
    outcome = x @ [1.0, 2.0, 3.0] > 0.1
    design = np.column_stack([np.ones(len(x)), x])
    sign = np.where(outcome, 1.0, -1.0)
    found = separation(design * sign[:, None])
    assert found is not None
    assert found.rows.all()
    sign[12_345] = -sign[12_345]
    sign[np.argmax(x @ [1.0, 2.0, 3.0])] = -1.0
    assert separation(design * sign[:, None]) is None
