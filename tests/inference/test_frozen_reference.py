"""Every estimator gives the numbers of R from the same files; the script that made them is beside them."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from lifelines.datasets import load_lung, load_rossi

from firmtrade.inference.arrays import codes
from firmtrade.inference.cell_difference import cell_difference
from firmtrade.inference.cloglog import cloglog
from firmtrade.inference.cox import cox
from firmtrade.inference.fits import Fit
from firmtrade.inference.fixed_effects import fit_fixed_effects
from firmtrade.inference.survival_curves import aalen_johansen, kaplan_meier
from firmtrade.inference.two_samples import rank_sum, welch

FROZEN = Path(__file__).parent / "frozen"


@pytest.fixture(scope="module")
def reference() -> dict[tuple[str, str], float]:
    table = pl.read_csv(FROZEN / "reference.csv")
    return {(model, term): value for model, term, value in table.iter_rows()}


@pytest.fixture(scope="module")
def spells() -> dict[str, np.ndarray]:
    frame = pl.read_csv(FROZEN / "spells.csv")
    return {name: frame[name].to_numpy() for name in frame.columns}


@pytest.fixture(scope="module")
def panel() -> pl.DataFrame:
    return pl.read_csv(FROZEN / "panel.csv")


def assert_like_r(fit: Fit, model: str, reference: dict[tuple[str, str], float], rel: float = 1e-6) -> None:
    for name in fit.names:
        if (model, f"{name}/estimate") in reference:
            effect = fit.effect(name)
            assert effect.estimate == pytest.approx(reference[model, f"{name}/estimate"], rel=rel, abs=1e-9)
            assert effect.std_error == pytest.approx(reference[model, f"{name}/std_error"], rel=rel)


def cox_of(spells: dict[str, np.ndarray], **options: str) -> Fit:
    covariates = np.column_stack([spells["exporter"], spells["log_employment"]]).astype(float)
    return cox(
        spells["start"].astype(float),
        spells["stop"].astype(float),
        spells["cause"] > 0,
        covariates,
        ("exporter", "log_employment"),
        **{name: spells[column] for name, column in options.items()},
    )


@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("cox", {}),
        ("cox_clustered", {"clusters": "firm"}),
        ("cox_strata", {"clusters": "firm", "strata": "division"}),
    ],
)
def test_cox_with_late_entry_and_ties_equals_coxph(spells, reference, model, options) -> None:
    fit = cox_of(spells, **options)
    assert_like_r(fit, model, reference)
    if (model, "log_likelihood") in reference:
        assert fit.log_likelihood == pytest.approx(reference[model, "log_likelihood"], rel=1e-9)


def test_kaplan_meier_with_late_entry_equals_survfit(spells, reference) -> None:
    curve = kaplan_meier(spells["start"].astype(float), spells["stop"].astype(float), spells["cause"] > 0)
    for place, time in enumerate(curve.time[:6]):
        for part in ("value", "std_error", "conf_low", "conf_high"):
            expected = reference["kaplan_meier", f"{int(time)}/{part}"]
            assert getattr(curve, part)[place] == pytest.approx(expected, rel=1e-9)


def test_aalen_johansen_of_many_rows_per_firm_equals_survfit_of_one(spells, reference) -> None:
    curves = aalen_johansen(
        spells["start"].astype(float),
        spells["stop"].astype(float),
        spells["cause"],
        (1, 2),
        clusters=spells["firm"],
    )
    for cause, curve in curves.items():
        for place, time in enumerate(curve.time[:6]):
            for part in ("value", "std_error"):
                expected = reference["aalen_johansen", f"{cause}/{int(time)}/{part}"]
                assert getattr(curve, part)[place] == pytest.approx(expected, rel=1e-8)


def test_incidences_of_all_causes_and_survival_add_up_to_one(spells) -> None:
    start, stop = spells["start"].astype(float), spells["stop"].astype(float)
    incidences = aalen_johansen(start, stop, spells["cause"], (1, 2))
    survival = kaplan_meier(start, stop, spells["cause"] > 0)
    total = incidences[1].value + incidences[2].value + survival.value
    assert total == pytest.approx(np.ones(len(total)))


@pytest.mark.parametrize("model", ["cloglog", "cloglog_clustered"])
def test_discrete_hazard_equals_glm_with_cloglog_link(spells, reference, model) -> None:
    covariates = np.column_stack([spells["exporter"], spells["log_employment"]]).astype(float)
    clusters = spells["firm"] if model == "cloglog_clustered" else None
    names = ("exporter", "log_employment")
    fit = cloglog(spells["cause"] > 0, covariates, names, factors=[spells["stop"]], clusters=clusters)
    assert fit.names == names
    assert_like_r(fit, model, reference, rel=1e-5)


@pytest.mark.parametrize("compress_above", [0, 10**9], ids=["compressed", "pyfixest"])
def test_pooled_premium_equals_lm_with_clustered_sandwich(panel, reference, compress_above) -> None:
    [fit] = fit_fixed_effects(
        panel,
        [("log_productivity", ["exporter", "log_employment"])],
        groups="cell",
        clusters="firm",
        compress_above=compress_above,
    )
    assert_like_r(fit, "pooled", reference)


@pytest.mark.parametrize("compress_above", [0, 10**9], ids=["compressed", "pyfixest"])
def test_firm_effects_equal_plm_within_with_arellano_errors(panel, reference, compress_above) -> None:
    [fit] = fit_fixed_effects(
        panel,
        [("log_productivity", ["exporter", "log_employment"])],
        groups="year",
        clusters="firm",
        within_clusters=True,
        compress_above=compress_above,
    )
    # plm does not correct for small samples; undo our factor before comparing
    n, g, k = fit.n_obs, fit.n_clusters, 2 + panel["year"].n_unique()
    factor = np.sqrt(g / (g - 1) * (n - 1) / (n - k))
    for name in fit.names:
        assert fit.effect(name).estimate == pytest.approx(reference["within", f"{name}/estimate"], rel=1e-6)
        uncorrected = fit.effect(name).std_error / factor
        assert uncorrected == pytest.approx(reference["within", f"{name}/std_error"], rel=1e-6)


def test_difference_within_cells_equals_exact_matching(panel, reference) -> None:
    cross = panel.filter(pl.col("year") == 3)
    cells, _ = codes(cross.select(pl.concat_str("cell", "size_band", separator="/")).to_series().to_numpy())
    difference = cell_difference(
        cross["log_productivity"].to_numpy(), cross["exporter"].to_numpy() == 1, cells
    )
    assert difference.estimate == pytest.approx(reference["exact_matching", "att"], rel=1e-9)
    assert difference.n_treated == reference["exact_matching", "n_treated"]


def test_two_groups_are_compared_as_by_t_test_and_wilcox_test(panel, reference) -> None:
    cross = panel.filter(pl.col("year") == 3)
    split = [cross.filter(pl.col("exporter") == flag)["log_productivity"].to_numpy() for flag in (1, 0)]
    effect = welch(*split)
    assert effect.p_value == pytest.approx(reference["two_samples", "welch/p_value"], rel=1e-8)
    assert effect.std_error == pytest.approx(reference["two_samples", "welch/std_error"], rel=1e-8)
    assert rank_sum(*split)[1] == pytest.approx(reference["two_samples", "rank_sum/p_value"], rel=1e-8)


def test_rossi_recidivism_gives_the_published_cox_coefficients(reference) -> None:
    data = load_rossi()
    names = ("fin", "age", "race", "wexp", "mar", "paro", "prio")
    fit = cox(
        np.zeros(len(data)),
        data["week"].to_numpy(dtype=float),
        data["arrest"].to_numpy() == 1,
        data[list(names)].to_numpy(dtype=float),
        names,
    )
    assert_like_r(fit, "rossi", reference)
    # Fox & Weisberg, Cox Proportional-Hazards Regression for Survival Data: fin -0.379 (0.191), -658.75
    assert fit.effect("fin").estimate == pytest.approx(-0.379, abs=5e-4)
    assert fit.effect("fin").std_error == pytest.approx(0.191, abs=5e-4)
    assert fit.log_likelihood == pytest.approx(-658.75, abs=5e-3)


def test_lung_cancer_gives_the_published_cox_coefficients(reference) -> None:
    data = load_lung()
    fit = cox(
        np.zeros(len(data)),
        data["time"].to_numpy(dtype=float),
        data["status"].to_numpy() == 1,
        data[["age", "sex"]].to_numpy(dtype=float),
        ("age", "sex"),
    )
    assert_like_r(fit, "lung", reference)
    assert fit.effect("sex").estimate == pytest.approx(-0.51322, abs=5e-6)
