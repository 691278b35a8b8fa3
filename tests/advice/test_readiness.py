"""The readiness profile: points, bands, vetoes, intervals, ranks."""

from __future__ import annotations

import pytest

from firmtrade.advice.readiness import Answer, Score, Veto, profile, scheme

ITEMS = [item for each in scheme().dimensions for item in each.items]


def answered(points: int, evidence: str = "") -> dict[str, Answer]:
    return {item: Answer(points, evidence) for item in ITEMS}


def test_forty_items_in_six_dimensions_make_two_hundred_points() -> None:
    assert len(scheme().dimensions) == 6
    assert len(ITEMS) == len(set(ITEMS)) == 40
    assert scheme().most == 200


@pytest.mark.parametrize(
    ("total", "band"),
    [(0, "impasse"), (80, "impasse"), (81, "entry"), (120, "entry"), (121, "middle"), (160, "middle"),
     (161, "passe_partout"), (200, "passe_partout")],
)  # fmt: skip
def test_bands_begin_at_81_121_and_161(total: int, band: str) -> None:
    assert scheme().band(total) == band


def test_claims_and_evidence_are_scored_apart() -> None:
    found = profile({**answered(4), "languages": Answer(5, "two native speakers")})
    assert found.claimed == Score(161, 161)
    assert found.evidenced == Score(5, 5)


def test_an_unanswered_item_is_an_interval_and_no_zero() -> None:
    some = answered(4)
    del some["languages"], some["budget"]
    found = profile(some)
    assert found.claimed == Score(152, 162)
    assert found.bands == ("middle", "passe_partout")
    assert profile({}).claimed == Score(0, 200)


def test_no_strength_makes_up_for_a_dimension_below_its_minimum() -> None:
    strong = answered(5)
    strong |= {item: Answer(1) for item in scheme().dimensions[4].items}
    found = profile(strong)
    assert found.bands == ("passe_partout", "passe_partout") or found.claimed.low > 160
    assert [each.key for each in found.vetoes] == ["means"]


def test_a_veto_that_hangs_on_unanswered_items_is_only_possible() -> None:
    some = answered(2)
    del some["finance"]
    means = next(each for each in profile(some).dimensions if each.key == "means")
    assert means.veto is Veto.POSSIBLE
    assert means.unanswered == ("finance",)


@pytest.mark.parametrize("item", ITEMS)
def test_more_points_never_lower_anything(item: str) -> None:
    base = answered(2)
    less, more = profile(base), profile({**base, item: Answer(3)})
    assert more.claimed.low == less.claimed.low + 1
    assert more.share.central > less.share.central
    assert more.share.low >= less.share.low
    assert len(more.vetoes) <= len(less.vetoes)


def test_items_on_social_networking_sites_count_nothing() -> None:
    with_them = profile({**answered(3), "sns_informational": Answer(5), "sns_relational": Answer(0)})
    without = profile(answered(3))
    assert with_them.claimed == without.claimed
    assert with_them.share == without.share
    assert dict(with_them.unscored) == {"sns_informational": 5, "sns_relational": 0}


def test_dimensions_alike_may_take_any_place_and_one_far_behind_is_surely_the_weakest() -> None:
    assert {each.places for each in profile({**answered(3)}).dimensions} == {(1, 6)}
    weak = answered(5) | {item: Answer(0) for item in scheme().dimensions[1].items}
    places = {each.key: each.places for each in profile(weak).dimensions}
    assert places["heritage"] == (1, 1)
    assert places["means"] == (2, 6)


def test_every_minimum_can_be_reached() -> None:
    for each in scheme().dimensions:
        assert 0 < each.minimum < scheme().points * len(each.items)


def test_turning_every_point_round_mirrors_every_share() -> None:
    points = {item: at % 6 for at, item in enumerate(ITEMS)}
    one, other = (
        profile({item: Answer(given) for item, given in each.items()})
        for each in (points, {item: 5 - given for item, given in points.items()})
    )
    assert one.claimed.low == 200 - other.claimed.high
    for this, that in zip(one.dimensions, other.dimensions, strict=True):
        assert this.share.central == pytest.approx(100 - that.share.central)
        assert this.share.low == pytest.approx(100 - that.share.high)
