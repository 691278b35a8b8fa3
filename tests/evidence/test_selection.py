"""Selection: found where it is, not found where it is not."""

import numpy as np
import polars as pl
import pytest

from evidence.found import curve, estimate
from evidence.simulator import Truth, simulate
from firmtrade.evidence import EvidenceOptions, prepare, selection

PRODUCTIVITY = "log_labor_productivity"


@pytest.fixture(scope="module")
def found(selective, fast):
    return selection(prepare(selective), fast)


def test_future_exporters_are_ahead_three_years_before_where_better_firms_start(found) -> None:
    for lead in (1, 2, 3):
        assert estimate(found, "export/pooled", PRODUCTIVITY, f"starter at t-{lead}").conf_low > 0.1
    assert found.verdicts[0] == (
        "Firms that later start to export are already more productive 3 years before: selection."
    )


def test_future_importers_are_not_ahead_where_importing_is_chance(found) -> None:
    assert estimate(found, "import/pooled", PRODUCTIVITY, "starter at t-3").p_value > 0.05
    assert "do not differ detectably" in found.verdicts[1]


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
    assert "needs 4 years and the panel has 3" in result.switched_off[0]


def test_a_panel_without_starters_gets_a_sentence(fast) -> None:
    frame = simulate(300, 6, seed=9).with_columns(exporter=pl.lit(value=False))
    result = selection(prepare(frame), fast)
    assert "fewer than 10 firms are starters with 3 observed years before" in result.switched_off[0]


def test_unknown_years_make_no_starts(fast) -> None:
    frame = simulate(800, 6, seed=10)
    hidden = frame.with_columns(exporter=pl.when(pl.col("year") != 1998).then("exporter"))
    result = selection(prepare(hidden), EvidenceOptions(compress_above=0, leads=(1, 2)))
    assert "starters of 1998-2001 after 2 years" in next(
        e.note for e in result.estimates if e.specification.startswith("export")
    )
    counted = estimate(result, "export/pooled", "log_employment", "starter at t-1").contributions[0].n_firms
    starts = frame.filter("exporter")["firm_id"].n_unique()
    assert 10 <= counted < starts
