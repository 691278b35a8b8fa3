"""Premia: known effects are found, in both engines, and what is not identified is said."""

import math

import polars as pl
import pytest

from evidence.found import curve, english, estimate
from evidence.simulator import Truth, simulate
from firmtrade.evidence import EvidenceOptions, premia, prepare

PRODUCTIVITY = "log_labor_productivity"


@pytest.fixture(scope="module")
def found(selective, fast):
    return premia(prepare(selective), fast)


def test_firm_effects_find_the_premium_that_exporting_adds(found) -> None:
    within = estimate(found, "exporter/firm_effects", PRODUCTIVITY, "exporter")
    assert within.conf_low < 0.10 < within.conf_high
    assert within.std_error < 0.015


def test_the_pooled_premium_overstates_it_where_better_firms_export(found) -> None:
    pooled = estimate(found, "exporter/pooled", PRODUCTIVITY, "exporter")
    assert pooled.conf_low > 0.20


def test_importers_have_no_premium_once_exporting_is_in_the_model(found) -> None:
    assert estimate(found, "exporter_and_importer/pooled", PRODUCTIVITY, "importer").p_value > 0.05


def test_two_way_traders_are_compared_with_exporters_only_by_a_contrast(found) -> None:
    specification = "modes/pooled"
    both = estimate(found, specification, PRODUCTIVITY, "import_and_export").estimate
    only = estimate(found, specification, PRODUCTIVITY, "export_only").estimate
    contrast = estimate(found, specification, PRODUCTIVITY, "import_and_export - export_only")
    assert contrast.estimate == pytest.approx(both - only)
    assert contrast.std_error > 0


def test_percent_premia_are_exponentials_with_transformed_intervals(found) -> None:
    logs = estimate(found, "exporter/pooled", PRODUCTIVITY, "exporter")
    percent = estimate(found, "exporter/pooled", PRODUCTIVITY, "exporter (percent)")
    for part in ("estimate", "conf_low", "conf_high"):
        assert getattr(percent, part) == pytest.approx(100 * math.expm1(getattr(logs, part)))
    assert percent.p_value == logs.p_value


def test_exporters_of_every_year_have_a_premium_on_the_curve(found) -> None:
    points = curve(found, "exporter/pooled/by_year", PRODUCTIVITY, "exporter").points
    assert [point.x for point in points] == list(range(1996, 2004))
    assert all(point.conf_low > 0 for point in points)


def test_pyfixest_and_sufficient_statistics_give_the_same_premia(selective, found) -> None:
    panel = prepare(selective)
    other = premia(panel, EvidenceOptions(compress_above=10**9))
    assert [e.term for e in other.estimates] == [e.term for e in found.estimates]
    for ours, theirs in zip(found.estimates, other.estimates, strict=True):
        assert ours.estimate == pytest.approx(theirs.estimate, rel=1e-6, abs=1e-9)
        if not ours.term.endswith("(firms that change status)"):
            assert ours.std_error == pytest.approx(theirs.std_error, rel=1e-6)
        assert (ours.n_obs, ours.n_firms) == (theirs.n_obs, theirs.n_firms)


def test_every_premium_names_its_sample_dropped_rows_errors_and_owners(found) -> None:
    for found_estimate in found.estimates:
        assert str(found_estimate.note).startswith("sample: firm-years of the population")
        assert "dropped:" in str(found_estimate.note)
        assert "errors clustered by firm" in str(found_estimate.note)
        assert found_estimate.contributions
        for part in found_estimate.contributions:
            assert 10 <= part.n_units <= part.n_firms <= 1500
            assert abs(part.total) >= part.largest >= part.second_largest >= 0


def test_under_firm_effects_only_firms_that_change_status_stand_behind_a_premium(selective, found) -> None:
    switchers = (
        selective.group_by("firm_id")
        .agg(pl.col("exporter").n_unique().alias("states"))
        .filter(pl.col("states") > 1)
    )
    part = estimate(found, "exporter/firm_effects", PRODUCTIVITY, "exporter").contributions[0]
    assert part.n_firms == switchers.height


def test_missing_wages_switch_off_wages_only(selective, fast) -> None:
    result = premia(prepare(selective.drop("labor_cost")), fast)
    assert "Premia in log wage: not computed, because the column is missing or empty: `labor_cost`." in (
        english(result.switched_off)
    )
    assert {e.outcome for e in result.estimates} >= {PRODUCTIVITY, "log_employment"}
    assert "exporter/pooled_wage" not in {e.specification for e in result.estimates}


def test_without_importer_the_exporter_premium_stays(selective, fast) -> None:
    result = premia(prepare(selective.drop("importer")), fast)
    assert {e.specification.split("/")[0] for e in result.estimates} == {"exporter", "intensity"}
    assert "`importer`" in english(result.switched_off)[0]


def test_a_panel_of_exporters_only_gets_a_sentence(selective, fast) -> None:
    result = premia(prepare(selective.filter("exporter")), fast)
    assert not [e for e in result.estimates if e.specification.startswith("exporter/")]
    assert any("fewer than 10 firms are outside it" in sentence for sentence in english(result.switched_off))


def test_too_few_firms_get_a_sentence(fast) -> None:
    result = premia(prepare(simulate(12, 3, seed=3)), fast)
    assert not result.estimates
    assert any("fewer than 10 firms are" in sentence for sentence in english(result.switched_off))


def test_a_control_that_the_others_determine_is_left_out_and_named(fast) -> None:
    frame = simulate(400, 4, seed=4).with_columns(employment=pl.lit(20.0))
    result = premia(prepare(frame), fast)
    pooled = estimate(result, "exporter/pooled", PRODUCTIVITY, "exporter")
    assert "left out because the others determine it: log employment, log employment squared" in str(
        pooled.note
    )


def test_a_single_year_has_pooled_premia_and_says_why_no_firm_effects(fast) -> None:
    result = premia(prepare(simulate(600, 1, seed=5)), fast)
    models = {e.specification.split("/")[1] for e in result.estimates}
    assert models == {"unconditional", "pooled", "pooled_wage"}
    assert any("in some years and not in others" in sentence for sentence in english(result.switched_off))


def test_firm_years_outside_the_population_are_not_used(selective, fast) -> None:
    part = selective.with_columns(in_population=pl.col("year") < 2000)
    result = premia(prepare(part), fast)
    n_obs = estimate(result, "exporter/pooled", PRODUCTIVITY, "exporter").n_obs
    assert n_obs == part.filter("in_population").height


def test_intensity_premia_follow_the_square(found) -> None:
    linear = estimate(found, "intensity/pooled", PRODUCTIVITY, "export_intensity").estimate
    square = estimate(found, "intensity/pooled", PRODUCTIVITY, "export_intensity_squared").estimate
    half = estimate(found, "intensity/pooled", PRODUCTIVITY, "export share of 50% (percent)").estimate
    assert half == pytest.approx(100 * math.expm1(linear / 2 + square / 4))


def test_a_premium_is_told_of_no_share_that_hardly_a_firm_exports(selective) -> None:
    """The square of shares below a thousandth says nothing about half of turnover."""
    result = premia(prepare(selective.with_columns(pl.col("export_value") * 1e-3)), EvidenceOptions())
    terms = {e.term for e in result.estimates if e.specification == "intensity/pooled"}
    assert terms == {"export_intensity", "export_intensity_squared"}
    assert (
        "export share of 75% (percent): not computed, because fewer than 10 firms are exporters of such a share"
        in " ".join(english(result.section.switched_off))
    )


def test_the_section_draws_only_estimates_that_exist(found) -> None:
    keys = {(e.block, e.specification, e.outcome, e.term) for e in found.estimates}
    shown = [key for table in found.section.tables for key in table.rows]
    shown += [key for chart in found.section.charts for key in chart.estimates]
    assert shown
    assert set(shown) <= keys


def test_no_premium_is_claimed_in_an_economy_without_one(fast) -> None:
    result = premia(prepare(simulate(1500, 6, seed=6, truth=Truth())), fast)
    assert estimate(result, "exporter/firm_effects", PRODUCTIVITY, "exporter").p_value > 0.05


def test_models_with_firm_effects_say_how_many_firms_change_status(selective, found) -> None:
    said = estimate(
        found, "exporter/firm_effects", "log_labor_productivity", "exporter (firms that change status)"
    )
    changes = selective.group_by("firm_id").agg(both=pl.col("exporter").any() & ~pl.col("exporter").all())
    assert said.estimate == changes["both"].sum()
    assert said.n_firms > said.estimate
