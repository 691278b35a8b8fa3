"""Learning, support, margins and forecasts give the numbers of R from the same files; the script stands beside them."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from evidence.found import estimate
from firmtrade.evidence import BlockResult, EvidenceOptions, Panel, learning, margins, prepare
from firmtrade.evidence.impact import impact, parse_preregistration
from firmtrade.evidence.targeting.models import learned
from firmtrade.inference.forecasts import quality

FROZEN = Path(__file__).parent / "frozen"
REGISTERED = parse_preregistration("""
[impact]
name = "reference"
title = { en = "Reference" }
question = "Does it help?"
study = "belgium-2008"
registered = 2006-01-01
[design]
horizon = 2
anticipation = 0
pre_years = 1
minimum_firms = 5
match_on = ["exported_before", "productivity"]
[[outcomes]]
name = "first_export"
[[outcomes]]
name = "employment"
""")


@pytest.fixture(scope="module")
def reference() -> dict[tuple[str, str], float]:
    table = pl.read_csv(FROZEN / "reference.csv")
    return {(model, term): value for model, term, value in table.iter_rows()}


@pytest.fixture(scope="module")
def panel() -> Panel:
    frame = pl.read_csv(FROZEN / "firm_years.csv", schema_overrides={"division": pl.String})
    lines = pl.read_csv(FROZEN / "relations.csv", schema_overrides={"year": pl.Int32, "product": pl.String})
    took = pl.read_csv(FROZEN / "support.csv").with_columns(programme=pl.lit("one"))
    return prepare(frame, lines=lines, support=took)


@pytest.fixture(scope="module")
def supported(panel) -> BlockResult:
    return impact(panel, REGISTERED)


@pytest.mark.parametrize("distance", [-3, -2, 0, 1, 2])
def test_local_projections_are_weighted_least_squares_and_exact_matching(panel, reference, distance) -> None:
    found = learning(panel, EvidenceOptions(horizon=2, minimum_firms=2))
    one = estimate(found, "export/entry", "log_labor_productivity", f"t{distance:+d}")
    model = f"learning/t{distance:+d}"
    assert one.estimate == pytest.approx(reference[model, "estimate"], rel=1e-9)
    assert one.estimate == pytest.approx(reference[model, "matched"], rel=1e-9)
    assert one.std_error == pytest.approx(reference[model, "std_error"], rel=1e-9)


@pytest.mark.parametrize("method", ["local_projections", "matched"])
@pytest.mark.parametrize(
    ("outcome", "distance"),
    [("first_export", h) for h in (0, 1, 2)] + [("employment", h) for h in (-2, 0, 1, 2)],
)
def test_both_designs_of_support_are_those_of_r(supported, reference, method, outcome, distance) -> None:
    one = estimate(supported, method, outcome, f"t{distance:+d}")
    name = f"support/{method}/{outcome}/t{distance:+d}"
    assert one.estimate == pytest.approx(reference[name, "estimate"], rel=1e-9)
    assert one.estimate == pytest.approx(reference[name, "matched"], rel=1e-9)
    assert one.std_error == pytest.approx(reference[name, "std_error"], rel=1e-9)


def test_the_smallest_detectable_effect_follows_from_comparison_firms_alone(supported, reference) -> None:
    spread = estimate(supported, "power/matched", "employment", "spread among comparison firms")
    detectable = estimate(supported, "power/matched", "employment", "smallest detectable effect")
    assert spread.estimate == pytest.approx(reference["power", "spread"], rel=1e-9)
    assert detectable.estimate == pytest.approx(reference["power", "detectable"], rel=1e-9)


def test_margins_and_the_granular_part_are_those_of_r(panel, reference) -> None:
    found = margins(panel, EvidenceOptions())
    values = {
        ("levels" if each.specification == "export/levels" else "margins", each.outcome): each.estimate
        for each in found.estimates
        if each.term == "2000"
    }
    expected = {key: value for key, value in reference.items() if key[0] in ("margins", "levels")}
    assert len(expected) == 18
    assert {key: values[key] for key in expected} == pytest.approx(expected, rel=1e-9)


def test_a_forecast_and_its_quality_are_those_of_r(panel, reference) -> None:
    rows = panel.rows.filter(pl.col("value_added").is_null() | pl.col("log_labor_productivity").is_not_null())
    train, test = (rows.filter(pl.col("year") == year) for year in (1998, 2000))
    numbers, classes = ("log_employment", "log_labor_productivity"), ("division",)
    forecast = learned("logit", train, "exporter", numbers, classes)(test)
    measured = quality(
        test["exporter"].to_numpy(), forecast, float(train["exporter"].cast(pl.Float64).to_numpy().mean())
    )
    found = {
        "mean": float(np.mean(forecast)),
        "largest": float(np.max(forecast)),
        "average_precision": measured.average_precision,
        "brier_skill": measured.brier_skill,
        "intercept": measured.intercept,
        "slope": measured.slope,
    }
    assert found == pytest.approx({key: reference["forecast", key] for key in found}, rel=1e-7, abs=1e-7)
