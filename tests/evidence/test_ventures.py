"""International new ventures: every definition applied as it is written, never backwards in time."""

import numpy as np
import polars as pl
import pytest

from evidence.found import english, estimate
from evidence.simulator import Truth, simulate
from firmtrade.concepts import concept
from firmtrade.evidence import EvidenceOptions, prepare, ventures
from firmtrade.evidence.ventures import SHARE, _measured, _qualifies


def firm(founded: int, exports: dict[int, float | None], countries: int = 1) -> pl.DataFrame:
    """One firm: its export share by year (None: not exporting), and the countries it exports to."""
    return pl.DataFrame(
        {
            "firm_id": ["a"] * len(exports),
            "year": list(exports),
            "founded": [founded] * len(exports),
            "turnover": [100.0] * len(exports),
            "export_value": [100 * (share or 0.0) for share in exports.values()],
            "exporter": [share is not None for share in exports.values()],
            "export_partners": [None if share is None else countries for share in exports.values()],
            "export_regions": [None if share is None else 1 for share in exports.values()],
        }
    )


def years_as_venture(frame: pl.DataFrame, key: str) -> list[int]:
    panel = prepare(frame)
    rows, _, _ = _measured(panel)
    return rows.with_columns(venture=_qualifies(concept(key), panel)).filter("venture")["year"].to_list()


def test_exporting_in_the_second_year_makes_a_born_global_of_rennie_from_then_on() -> None:
    frame = firm(2000, {2000: None, 2001: None, 2002: 0.1, 2003: None})
    assert years_as_venture(frame, "born_global_rennie_1993") == [2002, 2003]


def test_exporting_in_the_third_year_does_not() -> None:
    frame = firm(2000, {2000: None, 2001: None, 2002: None, 2003: 0.9})
    assert years_as_venture(frame, "born_global_rennie_1993") == []
    assert years_as_venture(frame, "international_new_venture_five_years") == [2003]


def test_a_quarter_of_sales_counts_from_the_year_it_is_reached() -> None:
    frame = firm(2000, {2000: None, 2001: 0.1, 2002: 0.1, 2003: 0.25, 2004: None})
    assert years_as_venture(frame, "born_global_knight_cavusgil_2004") == [2003, 2004]


def test_a_quarter_of_sales_reached_after_three_years_does_not_count() -> None:
    frame = firm(2000, {2000: None, 2001: 0.1, 2002: 0.1, 2003: 0.1, 2004: 0.9})
    assert years_as_venture(frame, "born_global_knight_cavusgil_2004") == []
    assert years_as_venture(frame, "born_global_knight_cavusgil_1996") == [2004]


def test_the_typology_reads_the_starting_portfolio() -> None:
    wide, narrow = firm(2000, {2000: None, 2001: 0.1}, 5), firm(2000, {2000: None, 2001: 0.1}, 4)
    assert years_as_venture(wide, "born_global_nbb_2010") == [2001]
    assert years_as_venture(wide, "born_international_nbb_2010") == []
    assert years_as_venture(narrow, "born_international_nbb_2010") == [2001]
    old = firm(1990, {2000: None, 2001: 0.1}, 5)
    assert years_as_venture(old, "born_again_global_nbb_2010") == [2001]


@pytest.fixture(scope="module")
def found(fast):
    frame = simulate(6000, 8, seed=41, truth=Truth(premium=0.2, entry=0.12))
    return ventures(prepare(frame), fast)


def test_every_result_stands_once_per_definition(found) -> None:
    keys = {e.specification for e in found.estimates}
    assert {"born_global_rennie_1993", "international_new_venture_six_years"} <= keys
    for key in keys:
        outcomes = [e.outcome for e in found.estimates if e.specification == key]
        assert len(outcomes) == len(set(outcomes))
        assert {SHARE, "log_labor_productivity", "employment_growth", "firm_death"} <= set(outcomes)
    assert all(concept(key).source in str(e.note) for key in keys for e in found.estimates if
               e.specification == key and e.outcome == SHARE)  # fmt: skip


def test_stricter_definitions_have_fewer_ventures(found) -> None:
    def share(key: str) -> float:
        return estimate(found, key, SHARE, "ventures (percent)").estimate

    assert share("born_global_rennie_1993") < share("international_new_venture_five_years")
    assert share("international_new_venture_five_years") < share("international_new_venture_six_years")
    assert share("born_global_knight_cavusgil_1996") < share("born_global_rennie_1993")


def test_ventures_that_export_show_the_premium_diluted_by_those_that_stopped(found) -> None:
    gap = estimate(found, "born_global_rennie_1993", "log_labor_productivity", "ventures (percent)")
    assert 0 < gap.estimate < 22
    assert gap.conf_low > 0


def test_definitions_that_need_more_than_the_data_has_are_named(found) -> None:
    assert "Born international: not computed, because the data does not give regions." in english(
        found.switched_off
    )


def test_zones_of_the_union_stand_in_for_regions_and_the_note_says_so(fast) -> None:
    frame = simulate(4000, 8, seed=42, truth=Truth(entry=0.12)).with_columns(
        intra_eu_export=pl.col("exporter"),
        extra_eu_export=pl.col("exporter") & (pl.col("export_partners") > 3),
    )
    result = ventures(prepare(frame), fast)
    types = [e for e in result.estimates if e.specification.endswith("nbb_2010") and e.outcome == SHARE]
    assert len(types) == 4
    assert sum(e.estimate for e in types) == pytest.approx(100)
    assert all("regions counted as inside and outside the union" in str(e.note) for e in types)


def test_without_founding_years_there_is_one_sentence() -> None:
    result = ventures(prepare(simulate(100, 4, seed=43).drop("founded")), EvidenceOptions())
    assert english(result.switched_off) == (
        "International new ventures: not computed, because the column is missing or empty: `founded`.",
    )


def test_too_few_ventures_get_a_sentence_each() -> None:
    result = ventures(prepare(simulate(60, 4, seed=43)), EvidenceOptions())
    assert not result.estimates
    assert all("not computed" in sentence for sentence in english(result.switched_off))


def test_the_share_of_ventures_is_that_of_firms_followed_until_it_is_decided() -> None:
    """Every firm starts to export after 0 to 9 years; a tenth each. Late cohorts are not counted as no ventures."""
    rng = np.random.default_rng(6)
    founded, lag = rng.integers(2000, 2012, 3000), rng.integers(0, 10, 3000)
    rows = [
        (f"{number:05d}", year, int(founded[number]), year >= founded[number] + lag[number])
        for number in range(3000)
        for year in range(int(founded[number]), 2012)
    ]
    frame = pl.DataFrame(rows, schema=["firm_id", "year", "founded", "exporter"], orient="row")
    result = ventures(prepare(frame.with_columns(closed=pl.lit(None, pl.Int32))), EvidenceOptions())
    for key, years in (("international_new_venture_six_years", 6), ("born_global_rennie_1993", 2)):
        share = estimate(result, key, "share_of_firms", "ventures (percent)")
        asked = founded + years <= 2011
        assert share.n_firms == asked.sum()
        assert share.estimate == pytest.approx(100 * (lag[asked] <= years).mean())
        assert f"at least {years} years before the last year" in str(share.note)
