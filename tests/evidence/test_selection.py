"""Selection: found where it is, not found where it is not."""

import numpy as np
import polars as pl
import pytest

from evidence.found import curve, english, estimate
from evidence.simulator import Truth, simulate
from firmtrade.evidence import EvidenceOptions, prepare, selection
from firmtrade.inference.corrections import holm

PRODUCTIVITY = "log_labor_productivity"


@pytest.fixture(scope="module")
def found(selective, fast):
    return selection(prepare(selective), fast)


def test_future_exporters_are_ahead_three_years_before_where_better_firms_start(found) -> None:
    for lead in (1, 2, 3):
        assert estimate(found, "export/pooled", PRODUCTIVITY, f"starter at t-{lead}").conf_low > 0.1
    assert english(found.verdicts)[0] == (
        "Firms that later start to export are already more productive before, at t-3, t-2, t-1: selection."
    )


def test_future_importers_are_not_ahead_where_importing_is_chance(found) -> None:
    assert estimate(found, "import/pooled", PRODUCTIVITY, "starter at t-3").p_value > 0.05
    assert "do not differ detectably" in english(found.verdicts)[1]


def test_growth_before_entry_is_found_where_growing_firms_start(fast) -> None:
    frame = simulate(4000, 8, seed=7, truth=Truth(trend_selection=1.5))
    result = selection(prepare(frame), fast)
    growth = estimate(result, "export/growth", "labor_productivity_growth", "starter, t-3 to t-1")
    assert growth.conf_low > 0


def test_starters_are_those_of_a_plain_count(selective, found) -> None:
    count = 0
    for _, firm in selective.sort("year").group_by("firm_id", maintain_order=True):
        status = dict(zip(firm["year"], firm["exporter"], strict=True))
        count += any(
            status.get(year) is True and all(status.get(year - k) is False for k in (1, 2, 3))
            for year in status
        )
    part = estimate(found, "export/pooled", PRODUCTIVITY, "starter at t-3").contributions[0]
    assert (part.component, part.n_firms) == ("starter:value_added", count)


def test_the_estimate_equals_a_plain_regression_with_dummies(fast) -> None:
    frame = simulate(300, 6, seed=8, truth=Truth(selection=0.5))
    result = selection(prepare(frame), fast)
    found = estimate(result, "export/unconditional", "log_employment", "starter at t-1")
    rows = []
    for _, firm in frame.sort("year").group_by("firm_id", maintain_order=True):
        status = dict(zip(firm["year"], firm["exporter"], strict=True))
        size = dict(zip(firm["year"], firm["employment"], strict=True))
        never = not firm["exporter"].any()
        rows += [
            (float(status[year]), np.log(size[year - 1]), firm["division"][0], year)
            for year in status
            if all(status.get(year - k) is False for k in (1, 2, 3)) and (status[year] or never)
        ]
    table = pl.DataFrame(rows, schema=["starter", "size", "division", "year"], orient="row")
    dummies = table.select(pl.concat_str("division", "year", separator="-")).to_dummies().to_numpy()
    design = np.column_stack([table["starter"].to_numpy(), dummies.astype(float)])
    coefficients = np.linalg.lstsq(design, table["size"].to_numpy(), rcond=None)[0]
    assert found.estimate == pytest.approx(coefficients[0], rel=1e-8)


def test_the_curve_runs_from_the_longest_lead_to_the_year_before(found) -> None:
    points = curve(found, "export/pooled", PRODUCTIVITY, "starters").points
    assert [point.x for point in points] == [-3, -2, -1]


def test_a_panel_too_short_for_a_start_gets_a_sentence(fast) -> None:
    result = selection(prepare(simulate(300, 3, seed=9)), fast)
    assert not result.estimates
    assert "needs 4 years and the panel has 3" in english(result.switched_off)[0]


def test_a_panel_without_starters_gets_a_sentence(fast) -> None:
    frame = simulate(300, 6, seed=9).with_columns(exporter=pl.lit(value=False))
    result = selection(prepare(frame), fast)
    assert "fewer than 10 firms are starters with 3 observed years before" in english(result.switched_off)[0]


def test_unknown_years_make_no_starts(fast) -> None:
    frame = simulate(800, 6, seed=10)
    hidden = frame.with_columns(exporter=pl.when(pl.col("year") != 1998).then("exporter"))
    result = selection(prepare(hidden), EvidenceOptions(compress_above=0, leads=(1, 2)))
    assert "starters of 1998–2001 after 2 years" in next(
        str(e.note) for e in result.estimates if e.specification.startswith("export")
    )
    counted = estimate(result, "export/pooled", "log_employment", "starter at t-1").contributions[0].n_firms
    starts = frame.filter("exporter")["firm_id"].n_unique()
    assert 10 <= counted < starts


def _starters_with_a_hole(*, last: str) -> pl.DataFrame:
    """200 firms, 40 of which start in 2003; 20 of those have no row in 2002. ``last`` names one firm more."""
    rng = np.random.default_rng(3)
    rows = []
    for number in range(200):
        size, starter = rng.normal(3, 0.5), number < 40
        rows += [
            (f"firm {number:03d}", year, np.exp(size + rng.normal(0, 0.1)), starter and year == 2003)
            for year in range(2000, 2004)
            if not (number < 20 and year == 2002)
        ]
    rows.append((last, 2003, 1e6, False))
    frame = pl.DataFrame(rows, schema=["firm_id", "year", "employment", "exporter"], orient="row")
    return frame.with_columns(importer=pl.lit(value=False), division=pl.lit("15"))


@pytest.mark.parametrize("last", ["aaa", "zzz"])
def test_a_year_without_a_row_says_nothing_whatever_the_name_of_another_firm(fast, last) -> None:
    frame = _starters_with_a_hole(last=last)
    result = selection(prepare(frame), fast)
    found = estimate(result, "export/unconditional", "log_employment", "starter at t-1")
    rows = frame.filter((pl.col("year") == 2002) & (pl.col("firm_id") != last))
    starter = rows.select(pl.col("firm_id") < "firm 040").to_series()
    size = rows["employment"].log()
    assert found.n_obs == 180
    assert found.estimate == pytest.approx(size.filter(starter).mean() - size.filter(~starter).mean())
    assert found.contributions[0].n_firms == 20
    assert found.contributions[0].largest < 1e6 * 100
    assert "without a row in that year 20" in str(found.note)


def test_a_difference_that_appears_only_in_the_years_next_to_entry_is_said(fast) -> None:
    frame = simulate(2500, 8, seed=44)
    entry = pl.col("year").filter(pl.col("exporter")).min().over("firm_id")
    near = (entry - pl.col("year")).is_between(1, 2)
    ahead = frame.with_columns(
        value_added=pl.when(near).then(pl.col("value_added") * 1.3).otherwise("value_added")
    )
    result = selection(prepare(ahead), fast)
    assert estimate(result, "export/pooled", PRODUCTIVITY, "starter at t-3").p_value > 0.05
    assert english(result.verdicts)[0] == (
        "Firms that later start to export are already more productive before, at t-2, t-1: selection."
    )


def test_sentences_rest_on_p_values_adjusted_for_all_years_and_both_directions(found) -> None:
    plain = [e for e in found.estimates if e.specification.endswith("/pooled") and e.outcome == PRODUCTIVITY]
    p_values = np.array([e.p_value for e in plain if e.term.endswith("(percent)")])
    adjusted = np.array([e.p_value for e in plain if e.term.endswith("(Holm)")])
    assert adjusted == pytest.approx(holm(p_values))
    assert len(adjusted) == 6
