"""Entry modes: resources first, three axes apart, ranges over weights and over missing answers."""

from __future__ import annotations

import itertools
from typing import get_args

import pytest

from firmtrade.advice.entry_mode import AXES, Delivery, EntryAdvice, advise_modes, terms
from firmtrade.advice.weights import Weighed, range_of_mean

QUESTIONS = terms().questions
ALL_HIGH = {each.key: each.high for each in QUESTIONS}
ALL_LOW = {each.key: each.low for each in QUESTIONS}
MIXED = {each.key: each.high if at % 3 else each.low for at, each in enumerate(QUESTIONS)}
ABLE = {"people": "team", "money": "large"}


def gap(advice: EntryAdvice, mode: str) -> float:
    return next(each.gap.central for each in advice.modes if each.mode.key == mode)


@pytest.mark.parametrize("doubt", [1.0, 1.5, 2.0, 4.0])
def test_the_range_of_a_weighted_mean_is_that_of_every_corner_of_its_weights(doubt: float) -> None:
    parts = [Weighed(0, 0, 1), Weighed(100, 100, 0.6), Weighed(20, 70, 0.3), Weighed(40, 40, 0.8)]
    means = [
        sum(weight * value for weight, value in zip(weights, values, strict=True)) / sum(weights)
        for weights in itertools.product(*((part.weight / doubt, part.weight * doubt) for part in parts))
        for values in itertools.product(*((part.low, part.high) for part in parts))
    ]
    found = range_of_mean(parts, doubt)
    assert found is not None
    assert found.low == pytest.approx(min(means))
    assert found.high == pytest.approx(max(means))


def test_every_variable_of_the_table_is_asked_and_moves_the_axis_of_its_block() -> None:
    axes = {each.key: terms().axis(each) for each in QUESTIONS}
    assert len({each.variable for each in QUESTIONS}) == 13
    assert axes["global_synergy"] == "control"
    assert axes["market_size"] == "commitment"
    assert axes["know_how_value"] == "dissemination"


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.key)
def test_an_answer_of_the_high_column_never_lowers_a_score(question: object) -> None:
    key = question.key  # type: ignore[attr-defined]
    low = advise_modes({**MIXED, key: ALL_LOW[key]}, ABLE, ("sell",))
    high = advise_modes({**MIXED, key: ALL_HIGH[key]}, ABLE, ("sell",))
    weighs = terms().weight(question) > 0  # type: ignore[arg-type]
    moved = [axis for axis in AXES if high.axes[axis] != low.axes[axis]]
    assert moved == ([terms().axis(question)] if weighs else [])  # type: ignore[arg-type]
    for axis in moved:
        assert high.axes[axis].central > low.axes[axis].central
        assert high.axes[axis].low >= low.axes[axis].low
        assert high.axes[axis].high >= low.axes[axis].high


def test_turning_every_answer_round_mirrors_every_score() -> None:
    turned = {each.key: each.low if MIXED[each.key] == each.high else each.high for each in QUESTIONS}
    one, other = advise_modes(MIXED, ABLE, ("sell",)), advise_modes(turned, ABLE, ("sell",))
    for axis in AXES:
        assert one.axes[axis].central == pytest.approx(100 - other.axes[axis].central)
        assert one.axes[axis].low == pytest.approx(100 - other.axes[axis].high)


def test_culture_changes_nothing() -> None:
    answers = {key: value for key, value in MIXED.items() if key != "cultural_distance"}
    scores = [
        advise_modes({**answers, **culture}, ABLE, ("sell",)).axes
        for culture in ({}, {"cultural_distance": "small"}, {"cultural_distance": "great"})
    ]
    assert scores[0] == scores[1] == scores[2]


def test_a_missing_answer_widens_a_range_and_never_leaves_it() -> None:
    full = advise_modes(MIXED, ABLE, ("sell",))
    for key in MIXED:
        less = advise_modes({name: each for name, each in MIXED.items() if name != key}, ABLE, ("sell",))
        assert key in less.unanswered
        for axis in AXES:
            assert less.axes[axis].low <= full.axes[axis].low
            assert less.axes[axis].high >= full.axes[axis].high


def test_more_risk_for_know_how_favours_modes_that_guard_it() -> None:
    risky = {**MIXED, "know_how_value": "high", "know_how_tacitness": "high", "service": "intensive"}
    safe = {**MIXED, "know_how_value": "low", "know_how_tacitness": "low", "service": "light"}
    before, after = advise_modes(safe, ABLE, ("sell",)), advise_modes(risky, ABLE, ("sell",))
    assert gap(after, "licence") - gap(after, "own_branch") > gap(before, "licence") - gap(
        before, "own_branch"
    )


def test_all_of_the_high_column_leads_to_own_production_and_of_the_low_one_to_indirect_export() -> None:
    assert advise_modes(ALL_HIGH, ABLE, ("sell",)).modes[0].mode.key == "own_production"
    assert advise_modes(ALL_LOW, ABLE, ("sell",)).modes[0].mode.key == "indirect_export"


def test_a_mode_that_the_firm_cannot_pay_for_is_set_back_with_its_reason() -> None:
    poor = advise_modes(ALL_HIGH, {"people": "part_time", "money": "some"}, ("sell",))
    able = [each for each in poor.modes if not each.lacks]
    assert poor.modes[: len(able)] == tuple(able)
    production = next(each for each in poor.modes if each.mode.key == "own_production")
    assert production.lacks == ("people", "money")
    assert not production.contender


def test_resources_that_nobody_answered_forbid_nothing() -> None:
    assert all(
        not each.lacks and each.unchecked == ("people", "money")
        for each in advise_modes(MIXED, {}, ("sell", "source")).modes
    )


@pytest.mark.parametrize(
    ("answers", "lacks", "unchecked"),
    [
        ({"follows_client": "yes"}, (), ()),
        ({"know_how_value": "high"}, (), ()),
        ({"follows_client": "no", "know_how_value": "high"}, (), ()),
        ({"follows_client": "no"}, (), ("multinational",)),
        ({}, (), ("multinational",)),
        ({"follows_client": "no", "know_how_value": "low"}, ("multinational",), ()),
    ],
)
def test_a_multinational_takes_along_a_supplier_or_whoever_has_know_how(
    answers: dict[str, str], lacks: tuple[str, ...], unchecked: tuple[str, ...]
) -> None:
    found = advise_modes(answers, ABLE, ("sell",)).modes
    mode = next(each for each in found if each.mode.key == "through_multinational")
    assert (mode.lacks, mode.unchecked) == (lacks, unchecked)


def test_a_trading_house_is_for_goods_and_services_at_a_distance_ask_for_less() -> None:
    poor = {"people": "part_time", "money": "none"}
    able = {
        delivery: {
            each.mode.key for each in advise_modes(MIXED, poor, ("sell",), delivery).modes if not each.lacks
        }
        for delivery in get_args(Delivery)
    }
    assert able["goods"] == {"indirect_export", "through_multinational"}
    assert able["services"] == {"direct_export", "through_multinational"}
    assert able["on_site"] == {"through_multinational"}


def test_sourcing_has_modes_of_its_own() -> None:
    sides = {each.mode.side for each in advise_modes(MIXED, ABLE, ("source",)).modes}
    assert sides == {"source"}


def test_without_answers_every_mode_may_be_the_closest() -> None:
    assert all(each.contender for each in advise_modes({}, ABLE, ("sell",)).modes)


def test_the_order_of_control_is_that_of_the_literature() -> None:
    """Licence below alliance below own branch below own production (Anderson and Gatignon 1986)."""
    control = {each.key: each.control for each in terms().modes}
    order = ["indirect_export", "licence", "agent", "alliance", "own_branch", "own_production"]
    assert sorted(order, key=control.__getitem__) == order
