"""Linear models with fixed effects: what says nothing is left out before anything is fitted."""

import numpy as np
import polars as pl
import pytest
from linearmodels.datasets import jobtraining

from firmtrade.inference.fixed_effects import fit_fixed_effects

ROUTES = pytest.mark.parametrize("compress_above", [0, 10**9], ids=["cross-products", "pyfixest"])


def _panel(firms: int = 60, years: int = 5) -> pl.DataFrame:
    rng = np.random.default_rng(1)
    firm, year = np.repeat(np.arange(firms), years), np.tile(np.arange(years), firms)
    x, z = rng.normal(size=(2, firms * years))
    y = 0.5 * x - z + rng.normal(size=firms)[firm] + rng.normal(size=firms * years)
    return pl.DataFrame({"firm": firm, "year": year, "x": x, "z": z, "y": y})


@ROUTES
def test_firms_each_alone_in_their_division_have_no_model(compress_above) -> None:
    frame = pl.DataFrame({"firm": range(24), "cell": range(24), "x": [0.0, 1.0] * 12, "y": range(24)})
    options = {"groups": "cell", "clusters": "firm", "compress_above": compress_above}
    assert fit_fixed_effects(frame, [("y", ["x"])], **options) == [None]


@ROUTES
def test_an_outcome_alike_within_the_fixed_effects_has_no_model_and_spoils_no_other(compress_above) -> None:
    """A coefficient of nought with an error of nought would be a certainty that no data gives."""
    frame = _panel().with_columns(alike=pl.col("year") * 1.7)
    models = [("alike", ["x"]), ("y", ["x"])]
    options = {"groups": "year", "clusters": "firm", "compress_above": compress_above}
    nothing, fit = fit_fixed_effects(frame, models, **options)
    assert nothing is None
    assert fit is not None
    assert fit.effect("x").std_error > 0


@ROUTES
def test_a_single_year_with_firm_effects_has_no_model(compress_above) -> None:
    frame = _panel(years=1)
    found = fit_fixed_effects(
        frame,
        [("y", ["x"])],
        groups="year",
        clusters="firm",
        within_clusters=True,
        compress_above=compress_above,
    )
    assert found == [None]


@ROUTES
def test_two_firms_left_after_the_lonely_are_a_model_of_those_two(compress_above) -> None:
    frame = _panel(firms=2, years=6)
    alone = frame.head(1).with_columns(firm=pl.lit(99), year=pl.lit(99))
    whole = pl.concat([frame, alone.select(frame.columns)], how="vertical_relaxed")
    options = {
        "groups": "year",
        "clusters": "firm",
        "within_clusters": True,
        "compress_above": compress_above,
    }
    [fit], [plain] = (fit_fixed_effects(rows, [("y", ["x"])], **options) for rows in (whole, frame))
    assert fit.singletons == 1
    assert fit.coefficients == pytest.approx(plain.coefficients)


@ROUTES
@pytest.mark.parametrize("factor", [1e-6, 1e6])
@pytest.mark.parametrize("within", [False, True])
def test_the_unit_of_a_column_decides_nothing(compress_above, factor, within) -> None:
    frame = _panel()
    options = {
        "groups": "year", "clusters": "firm", "within_clusters": within, "compress_above": compress_above,
    }  # fmt: skip
    [plain] = fit_fixed_effects(frame, [("y", ["x", "z"])], **options)
    other = frame.with_columns(pl.col("x") * factor, again=pl.col("x") * 3)
    [scaled] = fit_fixed_effects(other, [("y", ["x", "again", "z"])], **options)
    assert (scaled.names, scaled.collinear) == (("x", "z"), ("again",))
    assert scaled.coefficients == pytest.approx(plain.coefficients / [factor, 1], rel=1e-9)
    errors = np.sqrt(np.diag(plain.covariance)) / [factor, 1]
    assert np.sqrt(np.diag(scaled.covariance)) == pytest.approx(errors, rel=1e-8)


@ROUTES
def test_job_training_grants_lower_scrap_as_published(compress_above) -> None:
    """Holzer, Block, Cheatham & Knott 1993; Wooldridge, Econometric Analysis, example of firm effects: 54 firms."""
    rows = pl.from_pandas(jobtraining.load()[["fcode", "year", "lscrap", "grant", "grant_1"]])
    known = rows.drop_nulls().filter(pl.col("lscrap").is_finite()).cast({"fcode": pl.Int64, "year": pl.Int64})
    [fit] = fit_fixed_effects(
        known, [("lscrap", ["grant", "grant_1"])], groups="year", clusters="fcode", within_clusters=True,
        compress_above=compress_above,
    )  # fmt: skip
    assert (fit.n_obs, fit.n_clusters) == (162, 54)
    assert fit.coefficients == pytest.approx([-0.2523, -0.4216], abs=5e-5)


@pytest.mark.parametrize("within", [False, True])
def test_rows_not_in_use_and_their_order_change_no_number(within) -> None:
    """60,000 rows are read in several stretches; some are not used, and firms do not come in order."""
    frame = _panel(firms=12_000)
    used = np.random.default_rng(2).random(frame.height) < 0.7
    missing = frame.with_columns(y=pl.when(pl.Series(used)).then("y"))
    order = np.random.default_rng(3).permutation(frame.height)
    models = [("y", ["x", "z"]), ("y", ["x"]), ("x", ["z"])]
    options = {"groups": "year", "clusters": "firm", "within_clusters": within, "compress_above": 0}
    plain = fit_fixed_effects(frame.filter(used), models, **options)
    flagged = fit_fixed_effects(missing[order], models, used=used[order], **options)
    for one, other in zip(plain, flagged, strict=True):
        assert other.coefficients == pytest.approx(one.coefficients, rel=1e-10)
        assert other.covariance == pytest.approx(one.covariance, rel=1e-10)
        assert (other.n_obs, other.n_clusters, other.singletons) == (
            one.n_obs,
            one.n_clusters,
            one.singletons,
        )
