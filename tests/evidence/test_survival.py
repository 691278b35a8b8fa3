"""Survival: of firms and of trade, with late entry, censoring and two ways to end."""

import math

import numpy as np
import polars as pl
import pytest

from evidence.found import curve, english, estimate
from evidence.simulator import Truth, simulate
from firmtrade.evidence import EvidenceOptions, prepare, survival
from firmtrade.evidence.grid import grid_of
from firmtrade.evidence.result import BlockResult
from firmtrade.evidence.risk import DIES, LEAVES, firm_risk, spell_risk


@pytest.fixture(scope="module")
def found(fast):
    frame = simulate(4000, 8, seed=21, truth=Truth(protection=-0.6, death=0.06))
    return survival(prepare(frame), fast)


@pytest.mark.parametrize("model", ["cox", "discrete"])
def test_the_protection_of_exporters_is_found_in_its_size(found, model) -> None:
    for mode, truth in (("export_only", -0.6), ("import_and_export", -0.6), ("import_only", 0.0)):
        hazard = estimate(found, f"firm/{model}", "firm_death", mode)
        assert abs(hazard.estimate - truth) < 3.5 * hazard.std_error


def test_a_hazard_ratio_is_the_exponential_of_its_logarithm(found) -> None:
    logs = estimate(found, "firm/cox", "firm_death", "export_only")
    ratio = estimate(found, "firm/cox", "firm_death", "export_only (hazard ratio)")
    assert ratio.estimate == pytest.approx(math.exp(logs.estimate))
    assert ratio.conf_high == pytest.approx(math.exp(logs.conf_high))


def test_exporters_survive_longer_on_the_curves(found) -> None:
    def at_age_twenty(mode: str) -> float:
        points = curve(found, "firm/kaplan_meier", "firm_survival", mode).points
        return [point.y for point in points if point.x <= 20][-1]

    assert at_age_twenty("export_only") > at_age_twenty("no_internationalization")


def test_the_yearly_exit_from_exporting_is_that_of_the_economy(found) -> None:
    left = estimate(
        found, "export_spell/aalen_johansen", "export_spell", "leaves the market after 1 year (percent)"
    )
    # a spell ends by leaving with probability 0.15 unless the firm dies first, with 0.06 exp(-0.6)
    assert left.conf_low < 100 * 0.15 * (1 - 0.06 * math.exp(-0.6)) < left.conf_high


def test_going_on_leaving_and_dying_add_up(found) -> None:
    parts = [curve(found, "export_spell/kaplan_meier", "export_spell", "goes on")]
    parts += [
        curve(found, "export_spell/aalen_johansen", "export_spell", cause)
        for cause in ("leaves the market", "firm dies")
    ]
    for whole in zip(*(part.points for part in parts), strict=True):
        assert sum(point.y for point in whole) == pytest.approx(1)


def panel_of(*firms: tuple[str, int, int | None, dict[int, bool]]) -> pl.DataFrame:
    """Firms as (name, founded, closed, exporter by year)."""
    rows = [
        (name, founded, closed, year, exporter)
        for name, founded, closed, years in firms
        for year, exporter in years.items()
    ]
    return pl.DataFrame(rows, schema=["firm_id", "founded", "closed", "year", "exporter"], orient="row")


def spells_of(frame: pl.DataFrame) -> list[tuple[str, int, int]]:
    panel = prepare(frame)
    rows = spell_risk(panel, grid_of(panel), "exporter").rows
    return sorted(rows.select("firm_id", "stop", "cause").rows())


ALWAYS = ("rest", 1990, 2010, dict.fromkeys(range(2000, 2006), False))


def test_a_spell_that_ends_in_the_market_and_one_that_ends_with_the_firm() -> None:
    frame = panel_of(
        ALWAYS,
        ("a", 1990, None, {2000: False, 2001: True, 2002: True, 2003: False, 2004: False, 2005: False}),
        ("b", 1990, 2003, {2000: False, 2001: True, 2002: True}),
    )
    assert spells_of(frame) == [("a", 1, 0), ("a", 2, LEAVES), ("b", 1, 0), ("b", 2, DIES)]


def test_a_spell_under_way_when_first_seen_is_left_out_and_counted() -> None:
    frame = panel_of(ALWAYS, ("a", 1990, None, {2000: True, 2001: True, 2002: False, 2003: False}))
    panel = prepare(frame)
    risk = spell_risk(panel, grid_of(panel), "exporter")
    assert risk.rows.is_empty()
    assert tuple((str(reason), count) for reason, count in risk.dropped) == (
        ("spells under way when first seen, of unknown length", 1),
    )


def test_a_firm_that_exports_in_its_founding_year_begins_a_spell() -> None:
    frame = panel_of(ALWAYS, ("a", 2002, None, {2002: True, 2003: False, 2004: False}))
    assert spells_of(frame) == [("a", 1, LEAVES)]


def test_a_spell_going_on_in_the_last_year_is_censored() -> None:
    frame = panel_of(ALWAYS, ("a", 1990, None, {2003: False, 2004: True, 2005: True}))
    assert spells_of(frame) == [("a", 1, 0)]


def test_a_firm_that_vanishes_without_closing_is_censored_not_dead() -> None:
    frame = panel_of(ALWAYS, ("a", 1990, None, {2000: False, 2001: True, 2002: True}))
    assert spells_of(frame) == [("a", 1, 0)]


def test_a_year_without_a_row_ends_the_spell_of_a_firm_that_comes_back() -> None:
    frame = panel_of(ALWAYS, ("a", 1990, None, {2000: False, 2001: True, 2003: True, 2004: True, 2005: True}))
    assert spells_of(frame) == [("a", 1, 0), ("a", 1, LEAVES), ("a", 2, 0)]


def test_without_a_year_of_closing_leaving_the_panel_is_the_event_and_the_note_says_so() -> None:
    frame = panel_of(ALWAYS, ("a", 1990, 2003, {2000: False, 2001: False})).drop("closed")
    panel = prepare(frame)
    risk = firm_risk(panel, grid_of(panel))
    assert risk.rows.filter(pl.col("cause") == DIES).select("firm_id", "year").rows() == [("a", 2001)]
    assert "a firm that leaves the panel counts as dead" in str(risk.remarks[0])


def test_firms_enter_the_risk_set_at_the_age_at_which_they_are_first_seen() -> None:
    frame = panel_of(ALWAYS, ("a", 1995, 2002, {2000: False, 2001: True}))
    panel = prepare(frame)
    rows = firm_risk(panel, grid_of(panel)).rows.filter(pl.col("firm_id") == "a")
    assert rows.select("start", "stop", "cause").rows() == [(5, 6, 0), (6, 7, DIES)]


def test_closing_long_after_the_last_row_is_no_event_in_that_row() -> None:
    frame = panel_of(ALWAYS, ("a", 1990, 2005, {2000: False, 2001: False}))
    panel = prepare(frame)
    assert firm_risk(panel, grid_of(panel)).rows["cause"].sum() == 0


def test_spells_are_those_of_a_plain_walk_through_every_firm(fast) -> None:
    frame = simulate(400, 7, seed=22)
    expected = []
    for (name,), firm in frame.sort("year").group_by("firm_id", maintain_order=True):
        status = dict(zip(firm["year"], firm["exporter"], strict=True))
        founded, closed = firm["founded"][0], firm["closed"][0]
        length = 0
        for year in range(1996, 2003):
            if not status.get(year):
                length = 0
                continue
            if length or status.get(year - 1) is False or founded >= year:
                length += 1
            if not length or year == 2002:
                continue
            if year + 1 in status:
                expected.append((name, length, 0 if status[year + 1] else LEAVES))
            elif closed is not None and closed <= year + 1:
                expected.append((name, length, DIES))
    assert spells_of(frame) == sorted(expected)


def test_transitions_are_shares_of_the_next_year_and_add_up_to_a_hundred(selective, fast) -> None:
    result = survival(prepare(selective), fast)
    shares = [e for e in result.estimates if e.specification == "transitions"]
    assert len(shares) == 20
    for origin in ("no_internationalization", "import_only", "export_only", "import_and_export"):
        assert sum(e.estimate for e in shares if e.term.startswith(f"{origin} ->")) == pytest.approx(100)
    following = selective.join(
        selective.select("firm_id", pl.col("year") - 1, pl.col("mode").alias("next")), on=["firm_id", "year"]
    )
    origin = selective.filter((pl.col("mode") == "export_only") & (pl.col("year") < 2003)).height
    stays = following.filter((pl.col("mode") == "export_only") & (pl.col("next") == "export_only")).height
    share = estimate(result, "transitions", "mode", "export_only -> export_only")
    assert share.estimate == pytest.approx(100 * stays / origin)


def test_a_single_year_has_no_survival(fast) -> None:
    result = survival(prepare(simulate(100, 1, seed=23)), fast)
    assert english(result.switched_off) == ("Survival: not computed, because the panel has a single year.",)


def test_an_economy_without_deaths_gets_a_sentence(fast) -> None:
    frame = simulate(200, 5, seed=24, truth=Truth(death=1e-12))
    result = survival(prepare(frame.with_columns(closed=pl.lit(2050))), fast)
    assert (
        "Survival of firms by mode of trade: not computed, because fewer than 10 firms are seen to end."
        in english(result.switched_off)
    )


@pytest.fixture(scope="module")
def unending() -> pl.DataFrame:
    """100 of 600 firms trade both ways and never close."""
    frame = simulate(600, 8, seed=25, truth=Truth(death=0.08))
    safe = pl.col("firm_id").str.slice(1).cast(pl.Int64) < 100
    forever = simulate(600, 8, seed=25, truth=Truth(death=1e-12)).filter(safe)
    always = forever.with_columns(exporter=pl.lit(value=True), importer=pl.lit(value=True))
    rest = frame.filter(~safe).with_columns(importer=pl.col("importer") & ~pl.col("exporter"))
    return pl.concat([rest, always])


@pytest.fixture(scope="module")
def with_unending(unending: pl.DataFrame, fast: EvidenceOptions) -> BlockResult:
    return survival(prepare(unending), fast)


@pytest.fixture(scope="module")
def without_unending(unending: pl.DataFrame, fast: EvidenceOptions) -> BlockResult:
    return survival(prepare(unending.filter(~(pl.col("exporter") & pl.col("importer")))), fast)


@pytest.mark.parametrize("model", ["cox", "discrete"])
def test_a_group_that_never_closes_has_no_ratio_and_leaves_the_others_theirs(
    with_unending: BlockResult, without_unending: BlockResult, model: str
) -> None:
    found = {e.term: e for e in with_unending.estimates if e.specification == f"firm/{model}"}
    assert not [term for term in found if term.startswith("import_and_export")]
    assert "without an estimate" in str(found["export_only"].note)
    for term in ("export_only", "import_only"):
        alone = estimate(without_unending, f"firm/{model}", "firm_death", term)
        assert found[term].estimate == pytest.approx(alone.estimate, rel=1e-8)
        assert found[term].std_error == pytest.approx(alone.std_error, rel=1e-6)


@pytest.mark.parametrize("model", ["cox_firth", "discrete_firth"])
def test_such_a_group_gets_firths_estimate_with_the_interval_of_the_profile(
    with_unending: BlockResult, model: str
) -> None:
    terms = {e.term for e in with_unending.estimates if e.specification == f"firm/{model}"}
    assert terms == {"import_and_export", "import_and_export (hazard ratio)"}
    penalized = estimate(with_unending, f"firm/{model}", "firm_death", "import_and_export")
    assert -12 < penalized.conf_low < penalized.estimate < penalized.conf_high < -1
    assert 0 < penalized.p_value < 1e-4
    assert "Firth" in str(penalized.note)
    assert "Firth" in str(penalized.estimator)


def test_no_number_is_printed_where_all_that_is_asked_separates(fast) -> None:
    """No exporter ever dies and every other firm does, one after the other."""
    frame = simulate(1500, 6, seed=25, truth=Truth(protection=-50, death=0.1))
    result = survival(prepare(frame), fast)
    for found in result.estimates:
        assert found.estimate is not None
        assert np.isfinite(found.estimate)
        if "/cox" in found.specification or "/discrete" in found.specification:
            assert found.term.endswith("(hazard ratio)") or 1e-6 < found.std_error < 50


def test_a_curve_begins_at_the_first_age_with_enough_firms_at_risk_and_names_it() -> None:
    """500 firms first seen at ages about 30, a few much younger: hazard 0.05 a year."""
    rng = np.random.default_rng(4)
    age = np.where(np.arange(500) < 12, rng.integers(0, 4, 500), rng.integers(20, 40, 500))
    last = np.where(np.arange(500) < 12, 2001, 2000 + rng.geometric(0.05, 500) - 1)
    rows = [
        (f"{number:03d}", year, 2000 - int(age[number]), int(last[number]) + 1, number % 2 == 0)
        for number in range(500)
        for year in range(2000, min(int(last[number]), 2009) + 1)
    ]
    frame = pl.DataFrame(rows, schema=["firm_id", "year", "founded", "closed", "exporter"], orient="row")
    result = survival(prepare(frame.with_columns(importer=pl.lit(value=False))), EvidenceOptions())
    drawn = curve(result, "firm/kaplan_meier", "firm_survival", "export_only")
    assert drawn.points[0].x >= 20
    assert drawn.points[0].y == 1
    assert f"given survival to {drawn.points[0].x:.0f}" in str(drawn.note)
    after_five = [point.y for point in drawn.points if point.x <= drawn.points[0].x + 5][-1]
    assert after_five == pytest.approx(0.95**5, abs=0.12)


def test_survival_of_trade_is_said_for_years_in_which_nothing_ends() -> None:
    years = {2000: False, 2001: True, 2002: True, 2003: True, 2004: True}
    stops = {2000: False, 2001: True, 2002: False, 2003: False, 2004: False}
    firms = [(f"a{n}", 1990, None, years) for n in range(20)] + [
        (f"b{n}", 1990, None, stops) for n in range(15)
    ]
    result = survival(prepare(panel_of(*firms)), EvidenceOptions())
    first = estimate(
        result, "export_spell/kaplan_meier", "export_spell", "still trading after 1 year (percent)"
    )
    second = estimate(
        result, "export_spell/kaplan_meier", "export_spell", "still trading after 2 years (percent)"
    )
    assert first.estimate == pytest.approx(100 * 20 / 35)
    assert second.estimate == first.estimate
    assert (first.n_obs, second.n_obs) == (35, 20)
