"""Markets: distances, borders and agreements; four filters; attraction with every place it may take; potential."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from firmtrade.advice import AnswerFile
from firmtrade.advice.markets import Figures, Market, Markets, filters, markets
from firmtrade.advice.markets.attraction import ranked
from firmtrade.advice.markets.facts import (
    NAMES,
    agreement,
    distances,
    economies,
    languages,
    restrictions,
    terms,
)
from firmtrade.advice.markets.figures import MarketFigure
from firmtrade.advice.markets.filters import FilterOutcome
from firmtrade.advice.markets.potential import potentials
from firmtrade.advice.markets.wishes import Wishes, wishes
from firmtrade.classifications.countries import countries
from firmtrade.messages import has
from firmtrade.study.declaration import parse

FLEMISH = Wishes("BE", "flanders", "goods", "2203", ("nl",), borders=("FR", "NL"), day=date(2026, 1, 1))
CEPII = {"NL": 160.9, "DE": 423.3, "GB": 448.3, "FR": 526.3, "ES": 1356.6, "US": 7302.7, "CN": 8370.6}
"""Population-weighted kilometres from Belgium (distw of CEPII's GeoDist)."""


def wished(text: str) -> Wishes:
    return wishes(parse(AnswerFile, text, "answers.toml"))


def figures(**indicators: dict[str, float]) -> Figures:
    by = terms().indicators
    return Figures(
        {
            (name, "2203" if by[name].of == "product" else "", country): MarketFigure(
                value, 2024, "an office"
            )
            for name, values in indicators.items()
            for country, value in values.items()
        }
    )


def order(found: Markets) -> list[str]:
    return [each.country for each in found.passing]


def of(found: Markets, country: str) -> Market:
    return next(each for each in (*found.passing, *found.asked, *found.vetoed) if each.country == country)


def test_distances_are_near_those_of_the_institute_that_measures_them_by_city() -> None:
    found = distances("BE")
    for country, km in CEPII.items():
        assert found[country] == pytest.approx(km, rel=0.13), country
    order_of = sorted(CEPII, key=lambda country: CEPII[country])
    assert sorted(CEPII, key=lambda country: found[country]) in (
        order_of,
        [*order_of[:1], "GB", "DE", *order_of[3:]],
    )


def test_a_distance_is_the_same_in_both_directions() -> None:
    for one, other in itertools.combinations(("BE", "NL", "US", "CN", "NZ"), 2):
        assert distances(one)[other] == pytest.approx(distances(other)[one])


def test_a_border_has_two_sides_and_every_country_is_one_of_the_classification() -> None:
    for code, economy in economies().items():
        assert code in countries()
        for neighbour in economy.neighbours:
            assert code in economies()[neighbour].neighbours
    assert economies()["BE"].neighbours == {"DE", "FR", "LU", "NL"}


def test_every_fact_has_source_licence_and_year_and_every_agreement_a_name() -> None:
    assert {each.key for each in terms().facts} >= {"places", "gdp", "agreements"}
    for each in terms().facts:
        assert each.source
        assert each.licence
        assert has(f"advice.facts.{each.key}")
    for code in economies():
        found = agreement("BE", code, date(2026, 1, 1))
        assert found is None or has(f"advice.markets.eased.{found.kind}")


def test_an_agreement_counts_from_its_year_and_membership_from_its_day() -> None:
    assert agreement("BE", "HR", date(2013, 6, 30)) is None
    joined = agreement("BE", "HR", date(2013, 7, 1))
    assert joined is not None
    assert (joined.kind, joined.since) == ("union", 2013)
    assert agreement("BE", "GB", date(2026, 1, 1)).kind == "free_trade"  # type: ignore[union-attr]
    assert agreement("CH", "BE", date(2026, 1, 1)).kind == "free_trade"  # type: ignore[union-attr]
    assert agreement("US", "CH", date(2026, 1, 1)) is None


def test_a_language_counts_where_it_is_official_and_enough_speak_it() -> None:
    assert "fr" in languages("CH")
    assert "de" in languages("LU")
    assert "nl" not in languages("CW")  # official, and spoken by 8 %
    assert "en" not in languages("NL")  # spoken by nearly all, and not official


@pytest.mark.parametrize("seed", range(4))
def test_places_are_those_of_every_corner_of_elasticities_and_traits(seed: int) -> None:
    """A market surely stands before another where it does at every corner: tried one by one."""
    generator = np.random.default_rng(seed)
    count, traits, doubt = 5, 3, 2.0
    low = generator.normal(size=(count, traits)) * 3
    high = low + generator.choice([0.0, 0.4], size=low.shape)
    weights = generator.uniform(0.2, 1.0, size=traits)
    sure = np.ones((count, count), dtype=bool)
    np.fill_diagonal(sure, val=False)
    for corner in itertools.product((1 / doubt, doubt), repeat=traits):
        scaled = weights * np.array(corner)
        worst, best = low @ scaled, high @ scaled
        sure &= worst[:, None] > best[None, :]
    found = ranked(low, high, weights, doubt)
    assert found.best.tolist() == (1 + sure.sum(axis=0)).tolist()
    assert found.worst.tolist() == (count - sure.sum(axis=1)).tolist()
    assert (found.best <= found.worst).all()


def test_more_doubt_never_narrows_the_places() -> None:
    generator = np.random.default_rng(7)
    values, weights = generator.normal(size=(12, 4)), generator.uniform(0.1, 1, size=4)
    narrow, wide = (ranked(values, values, weights, doubt) for doubt in (1.0, 3.0))
    assert (narrow.best == narrow.worst).all()
    assert (wide.best <= narrow.best).all()
    assert (wide.worst >= narrow.worst).all()


@pytest.mark.parametrize("offer", ["goods", "services"])
@pytest.mark.parametrize("trait", range(len(NAMES)))
def test_more_of_a_trait_never_lowers_the_place_of_a_market(offer: str, trait: int) -> None:
    weights = getattr(terms().attraction, offer).values
    values = np.random.default_rng(3).normal(size=(8, len(NAMES)))
    raised = values.copy()
    raised[2, trait] += 0.5
    before, after = (ranked(each, each, weights, 2.0) for each in (values, raised))
    assert after.central[2] >= before.central[2]
    assert after.best[2] <= before.best[2]
    assert after.worst[2] <= before.worst[2]


def test_a_flemish_brewery_looks_at_the_netherlands_first_and_a_walloon_one_at_france() -> None:
    walloon = replace(FLEMISH, region="wallonia", tongues=("fr",), borders=("DE", "FR", "LU", "NL"))
    assert order(markets(FLEMISH))[:3] == ["NL", "FR", "DE"]
    assert order(markets(walloon))[0] == "FR"
    assert order(markets(walloon)).index("LU") < order(markets(FLEMISH)).index("LU")
    assert of(markets(FLEMISH), "FR").traits.shared == ()
    assert of(markets(walloon), "FR").traits.shared == ("fr",)


def test_a_region_that_was_not_named_leaves_its_language_open() -> None:
    found = markets(wished('[firm]\ncountry = "BE"\nnace = "15.96"\nnace_revision = "1.1"\n'))
    france, flemish = of(found, "FR"), of(markets(FLEMISH), "FR")
    assert france.traits.perhaps == ("fr",)
    assert "region_open" in found.notes
    assert france.places is not None
    assert flemish.places is not None
    assert france.places[0] <= flemish.places[0]


def test_a_language_that_the_firm_speaks_brings_its_markets_forward() -> None:
    english = markets(replace(FLEMISH, tongues=("en", "nl")))
    before, after = (order(each).index("US") for each in (markets(FLEMISH), english))
    assert after < before
    assert of(english, "IE").traits.shared == ("en",)


@pytest.mark.parametrize(
    ("text", "offer"),
    [
        ('[firm]\nnace = "15.96"\nnace_revision = "1.1"\n', "goods"),
        ('[firm]\nnace = "72"\nnace_revision = "1.1"\n', "services"),
        ('[firm]\nnace = "62"\nnace_revision = "2"\n', "services"),
        ('[firm]\nnace = "51"\nnace_revision = "1.1"\n', "goods"),
        ('[firm]\nnace = "72"\nnace_revision = "1.1"\n[markets]\nproduct = "8471.30"\n', "goods"),
        ('[markets]\nproduct = "SI"\n', "services"),
        ('[markets]\noffer = "services"\n', "services"),
    ],
)
def test_goods_and_services_are_told_apart_by_code_by_word_and_by_activity(text: str, offer: str) -> None:
    found = wished(text)
    assert found.offer == offer
    assert not found.offer_assumed
    assert ("services" in markets(found).notes) == (offer == "services")


def test_an_activity_without_its_revision_tells_nothing() -> None:
    assert wished('[firm]\nnace = "62"\n').offer_assumed


def test_figures_of_goods_alone_mean_nothing_for_services() -> None:
    given = figures(tariff={"FR": 50.0, "US": 0.0}, logistics={"NL": 1.2})
    service = replace(FLEMISH, offer="services")
    assert order(markets(service, given)) == order(markets(service))
    assert "NL" not in order(markets(FLEMISH, given))


def test_services_on_site_stay_nearer_than_goods_and_goods_nearer_than_other_services() -> None:
    service = replace(FLEMISH, offer="services")
    far = [
        order(markets(wished)).index("US") for wished in (replace(service, on_site=True), FLEMISH, service)
    ]
    assert far == sorted(far, reverse=True)
    assert len(set(far)) == 3


@pytest.mark.parametrize(
    ("answers", "on_site"),
    [
        ('[firm]\nnace = "45.2"\nnace_revision = "1.1"\n', True),
        ('[firm]\nnace = "81"\nnace_revision = "2"\n', True),
        ('[firm]\nnace = "62"\nnace_revision = "2"\n[markets]\nproduct = "SB"\n', True),
        ('[firm]\nnace = "41"\nnace_revision = "2"\n[markets]\nproduct = "SJ31"\n', False),
        ('[firm]\nnace = "41"\nnace_revision = "2"\n[markets]\nproduct = "9406"\n', False),
        ('[firm]\nnace = "41"\n', False),
    ],
)
def test_a_service_is_delivered_on_site_by_its_code_and_else_by_the_activity(
    answers: str, on_site: bool
) -> None:
    assert wished(answers).on_site is on_site


def test_a_market_is_shut_out_by_the_union_or_by_the_firm() -> None:
    found = markets(replace(FLEMISH, exclude=("GB",)))
    assert {each.country: each.veto for each in found.vetoed} == {
        **dict.fromkeys(restrictions(), "restricted"),
        "GB": "excluded",
    }
    assert not {"GB", "RU"} & set(order(found))


def test_a_market_that_was_asked_about_is_judged_even_where_it_fails() -> None:
    found = markets(replace(FLEMISH, consider=("LI", "RU", "FR")))
    assert [each.country for each in found.asked] == ["LI", "RU"]
    assert of(found, "LI").failed[0].reason == "small_economy"
    assert of(found, "RU").veto == "restricted"


def test_the_own_country_is_no_market_and_asking_for_it_is_said() -> None:
    found = markets(replace(FLEMISH, consider=("BE", "FR")))
    assert "home_asked" in found.notes
    assert "BE" not in {each.country for each in (*found.passing, *found.asked, *found.vetoed)}


def test_without_figures_risk_and_demand_are_unchecked_and_nothing_is_failed_by_them() -> None:
    found = markets(FLEMISH)
    assert "no_figures" in found.notes
    assert all({"risk", "demand"} <= set(each.unchecked) for each in found.passing)
    assert "demand" not in found.failed


def test_a_country_of_high_risk_fails_and_one_below_passes() -> None:
    found = markets(FLEMISH, figures(risk={"FR": 6.0, "NL": 5.9}))
    assert "FR" not in order(found)
    assert of(found, "NL").verdicts[0].outcome is FilterOutcome.PASSED
    assert found.failed["risk"] == markets(FLEMISH).failed["risk"] + 1


def test_demand_passes_where_it_is_large_or_grows_with_the_rest() -> None:
    cuts = terms().filters
    imports = {code: MarketFigure(value, 2024, "") for code, value in {"FR": 900, "NL": 95, "LU": 5}.items()}
    growth = {code: MarketFigure(value, 2022, "") for code, value in {"FR": 2, "NL": 1, "LU": -3}.items()}
    told = {code: filters.demand(code, imports, growth, cuts) for code in imports}
    assert {code: each.reason for code, each in told.items()} == {
        "FR": "large_growing",
        "NL": "large",
        "LU": "little_demand",
    }
    assert told["LU"].outcome is FilterOutcome.FAILED
    assert told["FR"].year == 2022
    assert filters.demand("LU", imports, {}, cuts).outcome is FilterOutcome.UNCHECKED


def test_a_market_without_imports_in_the_file_stands_behind_those_that_have_them() -> None:
    found = order(markets(FLEMISH, figures(imports={"ES": 50.0, "IT": 60.0})))
    assert set(found[:2]) == {"ES", "IT"}


def test_a_tariff_lowers_attraction_and_an_agreement_raises_it() -> None:
    plain, taxed = (markets(FLEMISH, figures(tariff={"GB": rate, "US": 0.0})) for rate in (0.0, 40.0))
    assert order(taxed).index("GB") > order(plain).index("GB")
    before, after = (order(markets(replace(FLEMISH, day=date(year, 6, 1)))) for year in (2018, 2019))
    assert after.index("JP") < before.index("JP")


def test_the_position_follows_the_home_country_s_share_and_the_firm_s_own_sales() -> None:
    given = figures(
        imports={"FR": 100.0, "NL": 100.0, "DE": 100.0, "IT": 100.0},
        imports_from_home={"FR": 20.0, "NL": 2.0, "DE": 0.0, "IT": 10.0},
    )
    found = markets(replace(FLEMISH, sold_to=("IT",)), given)
    said = {code: of(found, code).verdicts[-1].reason for code in ("FR", "NL", "DE", "IT")}
    assert said == {"FR": "join", "NL": "expand", "DE": "explore", "IT": "keep"}


def test_potential_without_differences_in_ease_shares_out_what_is_sold() -> None:
    imports = {"FR": 100.0, "DE": 300.0, "US": 600.0}
    sold = {"FR": 30.0, "DE": 10.0, "US": 10.0}
    even = dict.fromkeys(imports, 1.0)
    found = potentials(imports, sold, even, even, {}, 3)
    assert sum(each.potential for each in found.values()) == pytest.approx(sum(sold.values()))
    assert found["US"].potential == pytest.approx(30.0)
    assert found["US"].unrealised == pytest.approx(20.0)
    assert found["FR"].unrealised == 0.0


def test_potential_does_not_hang_on_the_money_of_the_file() -> None:
    imports, sold = {"FR": 100.0, "US": 600.0}, {"FR": 30.0, "US": 10.0}
    every, ours = {"FR": 9000.0, "US": 20000.0}, {"FR": 700.0, "US": 300.0}
    one = potentials(imports, sold, every, ours, {"US": 5.0}, 3)
    scaled = [{code: 1000 * value for code, value in each.items()} for each in (imports, sold, every, ours)]
    other = potentials(*scaled, {"US": 5.0}, 3)
    for code in imports:
        assert other[code].potential == pytest.approx(1000 * one[code].potential)
    assert one["US"].demand == pytest.approx(600 * 1.05**3)
    assert one["FR"].ease > 1 > one["US"].ease


def test_a_potential_needs_every_import_and_is_not_made_up() -> None:
    assert potentials({"FR": 1.0}, {"FR": 1.0}, {}, {}, {}, 3) == {}
    assert potentials({"FR": 0.0}, {"FR": 0.0}, {"FR": 1.0}, {"FR": 1.0}, {}, 3) == {}
    found = markets(FLEMISH, figures(imports={"FR": 9.0}, imports_from_home={"FR": 1.0}))
    assert "no_potential" in found.notes
    assert all(each.potential is None for each in found.passing)


def test_another_home_has_its_own_neighbours_languages_and_agreements() -> None:
    dutch = markets(wished('answered_on = 2026-01-01\n[firm]\ncountry = "NL"\n'))
    assert dutch.tongues == ("nl",)
    assert set(order(dutch)[:2]) == {"BE", "DE"}
    assert "region_open" not in dutch.notes


def test_facts_that_are_older_than_their_time_are_said_to_be_so() -> None:
    assert markets(replace(FLEMISH, day=date(2028, 1, 1))).old
    assert not markets(replace(FLEMISH, day=date(2025, 12, 1))).old


def test_every_reason_note_and_veto_has_its_words() -> None:
    found = markets(replace(FLEMISH, exclude=("GB",), consider=("LI",)))
    for each in (*found.asked, *found.vetoed):
        assert each.veto is None or has(f"advice.markets.veto.{each.veto}")
        assert all(has(f"advice.markets.reasons.{one.reason}") for one in each.failed)
    for each in found.passing:
        assert has(f"advice.markets.reasons.{each.verdicts[-1].reason}")
    assert all(has(f"advice.markets.notes.{note}") for note in found.notes)
