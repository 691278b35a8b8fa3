"""The end of a firm: its last active year, confirmed by a closing registered in time, and nothing else."""

import numpy as np
import polars as pl
import pytest

from evidence.found import estimate
from firmtrade.concepts.firm_end import end_confirmed
from firmtrade.evidence import EvidenceOptions, growth, prepare, survival
from firmtrade.evidence.grid import grid_of
from firmtrade.evidence.risk import firm_risk
from firmtrade.inference.survival_curves import kaplan_meier

HAZARD, YEARS = 0.1, range(2000, 2014)


def economy(*, registered_after: int, firms: int = 2500) -> pl.DataFrame:
    """Firms founded 2000-2003 that end with the same hazard every year; closing is registered some years later."""
    rng = np.random.default_rng(5)
    founded = rng.integers(2000, 2004, firms)
    last = founded + rng.geometric(HAZARD, firms) - 1
    exports = rng.random(firms) < 0.4
    rows = [
        (
            f"{number:05d}",
            year,
            int(founded[number]),
            int(last[number]) + registered_after,
            bool(exports[number]),
        )
        for number in range(firms)
        for year in range(int(founded[number]), min(int(last[number]), YEARS[-1]) + 1)
    ]
    frame = pl.DataFrame(rows, schema=["firm_id", "year", "founded", "closed", "exporter"], orient="row")
    return frame.with_columns(importer=pl.lit(value=False), employment=pl.lit(10.0), division=pl.lit("15"))


def survival_to(frame: pl.DataFrame, age: int, *, exporters: bool | None = None) -> float:
    panel = prepare(frame)
    risk = firm_risk(panel, grid_of(panel))
    if exporters is not None:
        risk = risk.where(pl.col("exporter") == exporters)
    return kaplan_meier(risk.start, risk.stop, risk.cause > 0).at(age)


@pytest.mark.parametrize("registered_after", [0, 1, 2])
def test_survival_does_not_depend_on_when_a_closing_is_registered(registered_after) -> None:
    frame = economy(registered_after=registered_after)
    assert survival_to(frame, 5) == pytest.approx((1 - HAZARD) ** 5, abs=0.02)
    assert survival_to(frame, 10) == pytest.approx((1 - HAZARD) ** 10, abs=0.02)


def test_a_closing_past_the_tolerance_confirms_nothing_and_the_firms_are_counted(fast) -> None:
    frame = economy(registered_after=3)
    panel = prepare(frame)
    risk = firm_risk(panel, grid_of(panel))
    vanished = frame.group_by("firm_id").agg(pl.col("year").max()).filter(pl.col("year") < YEARS[-1]).height
    assert not risk.cause.any()
    assert risk.dropped[0][1] == vanished
    patient = prepare(frame, closing_within=3)
    assert firm_risk(patient, grid_of(patient)).cause.sum() > 0


@pytest.mark.parametrize("rows", ["accounts every year", "rows every second year"])
def test_trade_that_is_covered_every_second_year_leaves_survival_as_it_is(rows) -> None:
    frame = economy(registered_after=1)
    even = pl.col("year") % 2 == 0
    if rows == "accounts every year":
        half = frame.with_columns(pl.when(even).then(pl.col("exporter", "importer")))
    else:
        half = frame.filter(even)
    for exporters in (True, False):
        assert survival_to(half, 10, exporters=exporters) == pytest.approx((1 - HAZARD) ** 10, abs=0.06)


def test_growth_and_transitions_count_the_same_ends_as_survival(fast) -> None:
    for registered_after, confirmed in ((2, True), (3, False)):
        panel = prepare(economy(registered_after=registered_after))
        result = survival(panel, fast)
        gone = [e for e in result.estimates if e.term == "no_internationalization -> gone"]
        assert (gone[0].estimate > 8) == confirmed
        assert ("vanish without" in str(gone[0].note)) != confirmed
        sizes = growth(panel, EvidenceOptions(window=(2003, 2008), reference_year=2008))
        everyone = estimate(
            sizes, "export/survivors", "employment_midpoint_growth", "exporter (with closed firms)"
        )
        assert (everyone.estimate < -10) == confirmed


def test_the_rule_reads_arrays_and_expressions_alike() -> None:
    last, closed = np.array([2001, 2001, 2001]), np.array([2003.0, 2004.0, np.nan])
    assert end_confirmed(last, closed).tolist() == [True, False, False]
    frame = pl.DataFrame({"last": last, "closed": [2003, 2004, None]})
    assert frame.select(end_confirmed(pl.col("last"), pl.col("closed"))).to_series().to_list() == [
        True, False, None,
    ]  # fmt: skip
