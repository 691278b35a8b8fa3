"""Exporter dynamics: rates by year with the denominators of the concepts."""

import numpy as np
import polars as pl
import pytest

from evidence.found import english
from evidence.simulator import Truth, simulate
from firmtrade.evidence import EvidenceOptions, prepare
from firmtrade.evidence.dynamics import dynamics


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    return simulate(1200, 7, seed=61)


@pytest.fixture(scope="module")
def rates(frame) -> dict[tuple[str, str], float]:
    found, _, _ = dynamics(prepare(frame), EvidenceOptions())
    return {(e.outcome, e.term): e.estimate for e in found if e.specification == "export_dynamics"}


@pytest.fixture(scope="module")
def exporters(frame) -> dict[int, set[str]]:
    years = frame.filter("exporter").group_by("year").agg("firm_id")
    return {year: set(firms) for year, firms in years.iter_rows()}


def test_the_entry_rate_is_entrants_over_exporters_of_the_year(rates, exporters) -> None:
    for year in range(1997, 2003):
        entrants = exporters[year] - exporters[year - 1]
        assert rates["entry_rate", str(year)] == pytest.approx(100 * len(entrants) / len(exporters[year]))


def test_the_exit_rate_is_exiters_over_exporters_of_the_year_before(rates, exporters) -> None:
    for year in range(1997, 2003):
        exiters = exporters[year - 1] - exporters[year]
        assert rates["exit_rate", str(year)] == pytest.approx(100 * len(exiters) / len(exporters[year - 1]))


@pytest.mark.parametrize("years", [1, 2, 3])
def test_entrants_survive_who_export_in_every_following_year(rates, exporters, years) -> None:
    for year in range(1997, 2003 - years):
        entrants = exporters[year] - exporters[year - 1]
        survivors = entrants.intersection(*(exporters[year + k] for k in range(1, years + 1)))
        rate = rates[f"entrant_survival_{years}", str(year)]
        assert rate == pytest.approx(100 * len(survivors) / len(entrants))
    assert (f"entrant_survival_{years}", str(2003 - years)) not in rates


def test_reentrants_exported_in_the_years_of_the_look_back(rates, exporters) -> None:
    entrants = exporters[2000] - exporters[1999]
    again = entrants & (exporters[1996] | exporters[1997] | exporters[1998])
    assert rates["reentrant_share", "2000"] == pytest.approx(100 * len(again) / len(entrants))
    entrants = exporters[2002] - exporters[2001]
    again = entrants & (exporters[1998] | exporters[1999] | exporters[2000])
    assert rates["reentrant_share", "2002"] == pytest.approx(100 * len(again) / len(entrants))
    assert ("reentrant_share", "1999") not in rates


def test_re_entry_does_not_rise_with_the_length_of_a_stationary_panel() -> None:
    long = simulate(3000, 16, seed=63, truth=Truth(death=1e-9, initial=0.3))
    found, _, _ = dynamics(prepare(long), EvidenceOptions())
    shares = [
        e.estimate for e in found if (e.specification, e.outcome) == ("export_dynamics", "reentrant_share")
    ]
    assert abs(np.mean(shares[-4:]) - np.mean(shares[2:6])) < 6


def test_a_rate_of_nought_has_wilsons_interval_and_no_test() -> None:
    frame = simulate(300, 5, seed=64).with_columns(exporter=pl.col("exporter").first().over("firm_id"))
    found, _, _ = dynamics(prepare(frame), EvidenceOptions())
    exits = [
        e for e in found if (e.specification, e.outcome, e.estimate) == ("export_dynamics", "entry_rate", 0)
    ]
    assert exits
    n, z = exits[0].n_obs, 1.959964
    assert exits[0].conf_low == 0
    assert exits[0].conf_high == pytest.approx(100 * z**2 / (n + z**2), rel=1e-5)
    assert exits[0].p_value is None


def test_a_year_that_is_not_covered_makes_no_rates(frame) -> None:
    hidden = frame.with_columns(exporter=pl.when(pl.col("year") != 1999).then("exporter"))
    found, _, _ = dynamics(prepare(hidden), EvidenceOptions())
    years = {e.term for e in found if (e.specification, e.outcome) == ("export_dynamics", "entry_rate")}
    assert years == {"1997", "1998", "2001", "2002"}


def test_every_rate_says_what_it_is_divided_by(frame) -> None:
    found, curves, _ = dynamics(prepare(frame), EvidenceOptions())
    by_outcome = {e.outcome: str(e.note) for e in found}
    assert "Exiters of the year divided by exporters of the year before" in by_outcome["exit_rate"] or (
        "importers of the year before" in by_outcome["exit_rate"]
    )
    assert {curve.outcome for curve in curves} == set(by_outcome)


def test_few_entrants_get_one_sentence_per_rate() -> None:
    found, _, off = dynamics(prepare(simulate(80, 4, seed=62)), EvidenceOptions())
    assert any(
        "entrant survival 1 of 1997" in sentence and "in its denominator" in sentence
        for sentence in map(str, off)
    )
    assert all(e.n_firms >= 10 for e in found)


def test_trade_covered_every_second_year_has_no_dynamics_and_says_why(frame) -> None:
    covered = pl.col("year") % 2 == 0
    seldom = frame.with_columns(exporter=pl.when(covered).then("exporter"))
    found, curves, off = dynamics(prepare(seldom), EvidenceOptions())
    assert {e.specification for e in found} == {"import_dynamics"} == {c.specification for c in curves}
    assert (
        "Dynamics of exporters: not computed, because the trade files cover no two successive years of the panel."
        in (english(off))
    )
