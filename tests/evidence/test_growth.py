"""Growth: totals as tables publish them, firms one by one, and what survivors hide."""

import numpy as np
import polars as pl
import pytest

from evidence.found import english, estimate
from evidence.simulator import Truth, simulate
from firmtrade.evidence import EvidenceOptions, growth, prepare

WINDOW = (1998, 2003)
TERMS = EvidenceOptions(window=WINDOW, reference_year=2002)


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    return simulate(1500, 8, seed=31, truth=Truth(protection=-0.6, death=0.05))


@pytest.fixture(scope="module")
def found(frame):
    return growth(prepare(frame), TERMS)


@pytest.fixture(scope="module")
def both_ends(frame) -> pl.DataFrame:
    wide = frame.pivot("year", index="firm_id", values=["employment", "value_added", "exporter"])
    return wide.filter(pl.col("employment_1998").is_not_null() & pl.col("employment_2003").is_not_null())


def test_growth_of_totals_is_the_compound_rate_of_the_chapter(found, both_ends) -> None:
    new = both_ends.filter(~pl.col("exporter_1998") & pl.col("exporter_2002"))
    rates = {}
    for measure in ("employment", "value_added"):
        ratio = new[f"{measure}_2003"].sum() / new[f"{measure}_1998"].sum()
        rates[measure] = ratio ** (1 / 5) - 1
        value = estimate(found, "export/totals", measure, "new_to_export").estimate
        assert value == pytest.approx(100 * rates[measure], rel=1e-9)
    productivity = (1 + rates["value_added"]) / (1 + rates["employment"]) - 1
    value = estimate(found, "export/totals", "labor_productivity", "new_to_export").estimate
    assert value == pytest.approx(100 * productivity, rel=1e-9)


def test_the_error_of_a_total_agrees_with_the_bootstrap(found, both_ends) -> None:
    new = both_ends.filter(~pl.col("exporter_1998") & pl.col("exporter_2002"))
    start, end = new["employment_1998"].to_numpy(), new["employment_2003"].to_numpy()
    rng = np.random.default_rng(1)
    draws = rng.integers(0, len(start), (2000, len(start)))
    rates = 100 * ((end[draws].sum(axis=1) / start[draws].sum(axis=1)) ** 0.2 - 1)
    error = estimate(found, "export/totals", "employment", "new_to_export").std_error
    assert error == pytest.approx(rates.std(), rel=0.06)


def test_firms_are_told_by_mean_and_median_of_their_own_growth(found, both_ends) -> None:
    never = both_ends.filter(~pl.col("exporter_1998") & ~pl.col("exporter_2002"))
    rates = 100 * np.log(never["employment_2003"] / never["employment_1998"]).to_numpy() / 5
    label = "neither_date_export"
    mean = estimate(found, "export/firms", "employment_log_growth", f"{label} (mean)")
    median = estimate(found, "export/firms", "employment_log_growth", f"{label} (median)")
    assert mean.estimate == pytest.approx(rates.mean())
    assert median.estimate == pytest.approx(np.median(rates))
    assert median.conf_low < median.estimate < median.conf_high
    assert mean.n_firms == len(rates)


def test_midpoint_growth_is_bounded_and_close_to_logarithms_for_small_changes(found) -> None:
    logs = estimate(found, "export/firms", "employment_log_growth", "constant_export (mean)").estimate
    midpoint = estimate(
        found, "export/firms", "employment_midpoint_growth", "constant_export (mean)"
    ).estimate
    assert midpoint == pytest.approx(logs, abs=0.1)


def test_closed_firms_pull_growth_down_more_where_more_firms_close(found) -> None:
    bias = {
        name: estimate(found, "export/survivors", "employment_midpoint_growth", f"{name} (survivor bias)")
        for name in ("exporter", "not_exporter")
    }
    assert bias["exporter"].conf_low > 0
    assert bias["not_exporter"].conf_low > bias["exporter"].estimate


def test_survivor_bias_is_the_difference_of_the_two_means(found) -> None:
    def value(name: str) -> float:
        term = f"exporter ({name})"
        return estimate(found, "export/survivors", "employment_midpoint_growth", term).estimate

    assert value("survivor bias") == pytest.approx(value("survivors only") - value("with closed firms"))


def test_prices_do_not_count_as_growth_when_a_deflator_is_given(frame) -> None:
    years = list(range(1996, 2004))
    inflated = frame.with_columns(value_added=pl.col("value_added") * 1.1 ** (pl.col("year") - 1996))
    deflator = pl.DataFrame({"year": years, "index": [1.1 ** (year - 1996) for year in years]})
    real = growth(prepare(frame), TERMS)
    deflated = growth(prepare(inflated, deflator), TERMS)
    for specification in ("export/totals", "import/totals"):
        for term in ("constant", "new_to", "stopped", "neither_date"):
            name = f"{term}_{specification.split('/')[0]}"
            ours = estimate(deflated, specification, "value_added", name).estimate
            assert ours == pytest.approx(
                estimate(real, specification, "value_added", name).estimate, rel=1e-9
            )
    assert "Money is at constant prices, those of 1996." in english(deflated.section.paragraphs)


def test_a_firm_without_value_added_at_one_date_stays_out_of_the_totals_only(frame, both_ends) -> None:
    name = both_ends.filter(~pl.col("exporter_1998") & ~pl.col("exporter_2002"))["firm_id"][0]
    hidden = frame.with_columns(
        value_added=pl.when((pl.col("firm_id") != name) | (pl.col("year") != 2003)).then("value_added")
    )
    result, whole = growth(prepare(hidden), TERMS), growth(prepare(frame), TERMS)
    for specification, outcome, term, fewer in (
        ("export/totals", "employment", "neither_date_export", 1),
        ("export/firms", "employment_log_growth", "neither_date_export (mean)", 0),
    ):
        n_firms = estimate(result, specification, outcome, term).n_firms
        assert n_firms == estimate(whole, specification, outcome, term).n_firms - fewer


def test_a_small_group_gets_a_sentence() -> None:
    frame = simulate(60, 6, seed=32, truth=Truth(entry=1e-9))
    result = growth(prepare(frame), EvidenceOptions())
    assert (
        "Growth of totals, new exporters: not computed, because fewer than 10 firms are in this group."
        in english(result.switched_off)
    )


def test_a_single_year_has_no_growth() -> None:
    result = growth(prepare(simulate(60, 1, seed=32)), EvidenceOptions())
    assert english(result.switched_off) == ("Growth: not computed, because the panel has a single year.",)


def test_negative_value_added_has_no_growth_rate_and_says_so(frame) -> None:
    negative = frame.with_columns(value_added=-pl.col("value_added"))
    result = growth(prepare(negative), TERMS)
    assert "Growth of total value added, constant exporters: undefined." in english(result.switched_off)
    assert {e.outcome for e in result.estimates if e.specification == "export/totals"} == {"employment"}
