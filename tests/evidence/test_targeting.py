"""Targeting: tested on other firms in later years, in groups outside the room, and no rule without treatment data."""

import polars as pl
import pytest

from evidence.found import english, estimate
from evidence.supported import Programme, supported
from firmtrade.evidence import EvidenceOptions, prepare, targeting
from firmtrade.evidence.targeting.block import ALWAYS_NO, BASE, FIRST_EXPORT, PRECISION, SKILL
from firmtrade.evidence.targeting.forecast import forecasts
from firmtrade.evidence.targeting.risk_set import YEARS, parted, risk_set

OPTIONS = EvidenceOptions()


@pytest.fixture(scope="module")
def panel():
    frame, _ = supported(6000, 8, seed=4, start=0.05, steep=1.0)
    return prepare(frame)


@pytest.fixture(scope="module")
def found(panel):
    return targeting(panel, OPTIONS)


def test_at_risk_are_firms_without_exports_so_far_and_starts_are_counted_two_years_ahead() -> None:
    frame = pl.DataFrame(
        {
            "firm_id": [*"aaaaa", *"bbbbb", *"cc", *"ddddd"],
            "year": [*range(1996, 2001), *range(1996, 2001), 1996, 1997, *range(1996, 2001)],
            "exporter": [0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, None, 0, 0, 0, 0],
            "employment": [5.0] * 17,
        }
    ).with_columns(pl.col("exporter").cast(pl.Boolean))
    rows = risk_set(prepare(frame)).rows.select("firm_id", "year", "starts").rows()
    known = {(firm, year): starts for firm, year, starts in rows}
    assert {year: known[firm, year] for firm, year in known if firm == "a"} == {1996: True, 1997: True}
    assert [known["b", year] for year in (1996, 1997, 1998, 1999)] == [False, False, True, None]
    assert known["c", 1996] is known["c", 1997] is False
    assert ("d", 1996) not in known


def test_test_and_training_share_no_firm_and_every_outcome_learned_was_known_by_then(panel) -> None:
    train, test = parted(risk_set(panel))
    assert not set(train["firm"]) & set(test["firm"])
    assert test["year"].n_unique() == 1
    assert train["year"].max() + YEARS <= test["year"].min()


def test_forecasts_find_who_starts_where_productivity_decides(found) -> None:
    base = estimate(found.result, "no_information", FIRST_EXPORT, BASE)
    precision = estimate(found.result, "logit", FIRST_EXPORT, PRECISION)
    assert precision.conf_low > base.estimate
    assert estimate(found.result, "logit", FIRST_EXPORT, SKILL).conf_low > 0
    assert found.result.verdicts[0].key == "evidence.targeting.verdict.skill"


def test_forecasts_of_starts_by_chance_have_no_skill_and_say_so() -> None:
    frame, _ = supported(2000, 8, seed=5)
    rng = pl.Series(range(frame.height)).hash(seed=3)
    frame = frame.with_columns(exporter=rng % 20 == 0)
    result = targeting(prepare(frame), OPTIONS).result
    assert estimate(result, "logit", FIRST_EXPORT, SKILL).conf_low <= 0
    assert "should not be chosen by them" in english(result.verdicts)[0]


def test_accuracy_stands_only_as_what_it_is_without_information(found) -> None:
    terms = {(e.specification, e.term) for e in found.result.estimates if "accuracy" in e.term}
    assert terms == {("no_information", ALWAYS_NO)}


def test_scores_are_probabilities_of_the_latest_year_and_no_estimate_is_of_few_firms(found, panel) -> None:
    scores = found.scores
    assert scores["year"].unique().to_list() == [panel.last_year]
    assert scores["probability"].is_between(0, 1).all()
    assert scores["firm_id"].is_unique().all()
    top = scores.filter(pl.col("band") == "top tenth")["probability"]
    rest = scores.filter(pl.col("band") != "top tenth")["probability"]
    assert top.min() > rest.max()
    assert min(e.n_firms for e in found.result.estimates) >= OPTIONS.minimum_firms
    assert [name for name, _ in found.result.inside] == ["scores.csv"]


def test_the_order_of_rows_and_other_firms_after_them_change_no_score(panel) -> None:
    frame, _ = supported(1500, 8, seed=6, start=0.06)
    again = frame.sample(fraction=1.0, shuffle=True, seed=1)
    one, two = (targeting(prepare(rows), OPTIONS).scores for rows in (frame, again))
    assert one.equals(two)


def test_without_data_on_support_a_rule_of_allocation_is_refused(found) -> None:
    assert "a forecast alone says who would start anyway" in english(found.result.switched_off)[0]
    assert not [e for e in found.result.estimates if e.specification == "allocation"]


def test_support_of_few_or_of_firms_unlike_all_others_gives_no_rule() -> None:
    frame, took = supported(3000, 8, seed=7, programme=Programme(takes=0.002))
    off = english(targeting(prepare(frame, support=took), OPTIONS).result.switched_off)
    assert "fewer than 50 firms at risk were supported" in off[0]
    frame, took = supported(3000, 8, seed=7, programme=Programme(takes=0.03, by_level=2.5))
    off = english(targeting(prepare(frame, support=took), OPTIONS).result.switched_off)
    assert "are not comparable" in off[0]


def test_gains_are_found_in_the_band_where_support_works() -> None:
    frame, took = supported(
        9000, 8, seed=8, programme=Programme(takes=0.08, effect=0.25), only_level_above=0.5, start=0.05
    )
    result = targeting(prepare(frame, support=took), OPTIONS).result
    gains = {e.term: e for e in result.estimates if e.specification == "allocation"}
    assert gains["top tenth"].estimate > 20
    assert gains["top tenth"].estimate > gains["other seven tenths"].estimate
    assert (
        "in the band ‘top tenth’" in english(result.verdicts)[-1]
        or "next two" in english(result.verdicts)[-1]
    )


def test_support_that_works_alike_everywhere_gives_no_rule() -> None:
    frame, took = supported(9000, 8, seed=9, programme=Programme(takes=0.08, effect=0.2), start=0.05)
    result = targeting(prepare(frame, support=took), OPTIONS).result
    gains = [e for e in result.estimates if e.specification == "allocation"]
    truth = 100 * (1 - (1 - 0.2) ** 2)
    for each in gains:
        assert each.conf_low - 6 < truth < each.conf_high + 6
    assert english(result.verdicts)[-1].startswith("What support adds does not differ")


def test_a_panel_with_too_few_starters_has_no_forecast() -> None:
    frame, _ = supported(60, 6, seed=10)
    nothing = targeting(prepare(frame), OPTIONS)
    assert nothing.scores is None
    assert "Forecast of first exports: not computed" in english(nothing.result.switched_off)[0]
    assert forecasts(risk_set(prepare(frame)), OPTIONS) is None


def test_what_is_known_of_no_firm_learned_from_or_alike_for_all_is_left_out() -> None:
    """In the first year of a panel no growth is known; a short panel learns from that year alone."""
    frame, _ = supported(5000, 5, seed=18, start=0.06)
    found = targeting(prepare(frame), OPTIONS)
    assert found.scores is not None
    assert found.scores["probability"].n_unique() > 100


def test_firms_alike_in_everything_have_one_forecast_and_no_skill() -> None:
    frame, _ = supported(3000, 6, seed=19, start=0.06)
    same = frame.select("firm_id", "year", "exporter", employment=pl.lit(10.0))
    result = targeting(prepare(same), OPTIONS).result
    assert "should not be chosen by them" in english(result.verdicts)[0]
