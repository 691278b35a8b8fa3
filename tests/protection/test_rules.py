"""Primary rules: who stands behind a number, and when that is too little. One-cell cases of the Handbook, the manual of
tau-ARGUS and GaussSuppression stand in ``instances/``."""

from __future__ import annotations

import pytest

from firmtrade.protection.rules import (
    Concentration,
    Contributors,
    Dominance,
    Measure,
    MinimumUnits,
    Models,
    OrderStatistics,
    PartnerDetail,
    PPercent,
    Request,
    ZeroAndFull,
    complement,
    of_contributions,
    without_consent,
)
from firmtrade.protection.rules.complements import judge as judge_complement
from small_tables import instance

HANDBOOK = {row["case"]: row for row in instance("handbook_primary_rules")}


def amounts(*values: float, **more: object) -> Contributors:
    return of_contributions("turnover", Measure.AMOUNT, values, **more)  # type: ignore[arg-type]


def handbook(case: str) -> Contributors:
    return amounts(*(float(value) for value in HANDBOOK[case]["contributions"].split(";")))


def count(firms: int, units: int | None = None) -> Contributors:
    return Contributors("count", Measure.COUNT, firms, firms if units is None else units, float(firms))


def test_a_firm_with_half_of_a_cell_is_safe_by_dominance_of_one_and_not_by_p_percent() -> None:
    cell = handbook("ex1_1_90")
    assert Dominance(n=1, k=90).judge(cell) is None
    assert PPercent(p=10).judge(cell)
    assert PPercent(p=2).judge(cell) is None


def test_two_firms_dominate_where_p_percent_is_content() -> None:
    cell = handbook("ex2_p10")
    assert PPercent(p=10).judge(cell) is None
    found = Dominance(n=2, k=90.909).judge(handbook("ex2_2_90.909"))
    assert found is not None
    assert found.above == pytest.approx(102_000 / 0.90909 - 110_000)


def test_the_distance_of_dominance_is_what_the_total_lacks() -> None:
    found = Dominance(n=1, k=85).judge(handbook("ex4_1_85"))
    assert found is not None
    assert 330 + found.above == pytest.approx(352.941, abs=1e-3)
    assert found.below == found.above


def test_the_second_largest_firm_comes_within_fifteen_percent() -> None:
    cell = handbook("ex2_p10")
    assert cell.rest / cell.largest == pytest.approx(0.154, abs=1e-3)


def test_firms_of_one_group_are_one_unit_within_the_cell() -> None:
    rows = instance("tauargus_holding")
    cells: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in rows:
        cells.setdefault((row["v1"], row["v2"]), []).append(row)
    groups = {
        key: amounts(*(float(row["value"]) for row in held), units=[row["group"] for row in held])
        for key, held in cells.items()
    }
    firms = {key: amounts(*(float(row["value"]) for row in held)) for key, held in cells.items()}
    few, rule = MinimumUnits(units=3), PPercent(p=10)
    assert {key for key, cell in groups.items() if few.judge(cell)} == {("800", "20"), ("900", "20")}
    assert {key for key, cell in firms.items() if few.judge(cell)} == set()
    assert rule.judge(firms["900", "30"]) is None
    assert rule.judge(groups["900", "30"]), "700 and 200 are one enterprise group"
    assert {key for key, cell in groups.items() if rule.judge(cell)} >= {
        ("800", "20"),
        ("900", "20"),
        ("900", "30"),
    }


def test_weights_count_in_the_total_and_in_tau_argus_in_the_largest_as_well() -> None:
    light = of_contributions("x", Measure.AMOUNT, [100, 100], weights=[1, 9], repeated=True)
    assert (light.total, light.largest, light.second) == (1000, 100, 100)
    assert PPercent(p=10).judge(light) is None
    repeated = of_contributions("x", Measure.AMOUNT, [100, 1], weights=[2, 3], repeated=True)
    assert repeated.rest == 3
    plain = of_contributions("x", Measure.AMOUNT, [100, 1], weights=[2, 3])
    assert plain.rest == 102


def test_dominance_of_weighted_cells_as_two_programs_judge_it() -> None:
    held: dict[str, list[dict[str, str]]] = {}
    for row in instance("gauss_dominance_weights"):
        held.setdefault(row["cell"], []).append(row)
    rules = [Dominance(n=1, k=70), Dominance(n=2, k=90)]

    def unsafe(*, repeated: bool) -> list[str]:
        found = {
            cell: of_contributions(
                "num",
                Measure.AMOUNT,
                [float(row["num"]) for row in rows],
                weights=[float(row["w"]) for row in rows],
                repeated=repeated,
            )
            for cell, rows in held.items()
        }
        return [cell for cell, evidence in found.items() if any(rule.judge(evidence) for rule in rules)]

    assert unsafe(repeated=False) == ["v1"]
    assert unsafe(repeated=True) == ["v1", "v2"]
    weighted = [sum(float(r["num"]) * float(r["w"]) for r in rows) for rows in held.values()]
    assert weighted == [100, 190, 180, 170, 180, 170, 160]
    by_holding = [
        of_contributions(
            "num", Measure.AMOUNT, [float(r["num"]) for r in rows], units=[r["holding"] for r in rows]
        )
        for rows in held.values()
    ]
    shares = [round((each.largest + each.second) / each.total, 2) for each in by_holding]
    assert shares == [1, 1, 1, 1, 0.9, 1, 0.9]


@pytest.mark.parametrize(
    ("firms", "units", "breaks"), [(0, 0, False), (1, 1, True), (5, 2, True), (3, 3, False)]
)
def test_few_units_break_the_threshold_and_nobody_does_not(firms: int, units: int, breaks: bool) -> None:
    assert bool(MinimumUnits(units=3).judge(count(firms, units))) is breaks


def test_an_amount_of_few_units_must_stay_uncertain_by_its_range() -> None:
    found = MinimumUnits(units=3, range=20).judge(amounts(60.0, 40.0))
    assert found is not None
    assert (found.below, found.above) == (20, 20)


def test_closer_prior_knowledge_asks_for_more_distance() -> None:
    loose, close = PPercent(p=10).judge(amounts(90, 5, 2)), PPercent(p=10, q=50).judge(amounts(90, 5, 2))
    assert loose is not None
    assert close is not None
    assert (loose.above, close.above) == (7, 16)


@pytest.mark.parametrize(("part", "breaks"), [(0, True), (1, False), (7, True)])
def test_none_and_all_of_a_group_say_something_of_each_firm(part: int, breaks: bool) -> None:
    assert bool(ZeroAndFull().judge(count(part), count(7))) is breaks


def test_an_empty_group_has_no_firm_to_give_away() -> None:
    assert ZeroAndFull().judge(count(0), count(0)) is None


def test_large_groups_may_show_their_zeros_where_the_custodian_says_so() -> None:
    assert ZeroAndFull(below_units=10).judge(count(0), count(12)) is None
    assert ZeroAndFull(zero=False).judge(count(0), count(5)) is None


def test_all_but_one_firm_gives_the_one_away() -> None:
    assert judge_complement(MinimumUnits(units=3), count(49), count(50))
    assert judge_complement(MinimumUnits(units=3), count(47), count(50)) is None
    assert complement(count(8, 5), count(10, 5)).units == 1, (
        "units may stand on both sides: the least is taken"
    )


@pytest.mark.parametrize(
    ("units", "position", "breaks"),
    [(6, 0.5, False), (5, 0.5, True), (12, 0.25, False), (11, 0.25, True), (900, 1.0, True)],
)
def test_a_quantile_needs_units_on_both_sides_and_an_extreme_is_never_shown(
    units: int, position: float, breaks: bool
) -> None:
    assert bool(OrderStatistics(units=3).judge(count(units), position)) is breaks


def test_the_share_of_the_two_largest_is_never_shown() -> None:
    wide = of_contributions("trade", Measure.AMOUNT, [10.0] * 40)
    rule = Concentration(units=3)
    assert rule.judge(wide, 1)
    assert rule.judge(wide, 2)
    assert rule.judge(wide, 4) is None
    assert rule.judge(wide, 0) is None
    assert rule.judge(of_contributions("trade", Measure.AMOUNT, [10.0] * 6), 4)
    assert rule.judge(of_contributions("trade", Measure.AMOUNT, [900.0] + [10.0] * 39), 4)


def test_a_firm_that_agreed_is_no_reason_to_hide_the_others() -> None:
    rule = PPercent(p=10)
    assert rule.judge(amounts(90, 6, 4))
    agreed = without_consent("turnover", Measure.AMOUNT, [90, 6, 4], [True, False, False], firms=3)
    assert rule.judge(agreed) is None
    nobody_else = without_consent("turnover", Measure.AMOUNT, [90, 6, 0.1], [True, False, False], firms=3)
    assert rule.judge(nobody_else), "the largest that did not agree is still exposed to the one that did"


def test_passive_tables_are_judged_by_concentration_only_where_a_trader_asked() -> None:
    rule = Request(tables=("40",), cells=("40/traders/DE/exports",))
    assert rule.spares("40", "40/traders/FR/exports")
    assert not rule.spares("40", "40/traders/DE/exports")
    assert not rule.spares("3", "3/manufacturing/15/n")


def test_partner_detail_may_ask_for_more_units_than_other_cells() -> None:
    assert PartnerDetail(units=5).judge(count(4))
    assert MinimumUnits(units=3).judge(count(4)) is None


@pytest.mark.parametrize(
    ("units", "observations", "terms", "share", "breaks"),
    [(40, 50, 40, None, False), (40, 50, 41, None, True), (9, 500, 3, None, True), (40, 50, 3, 0.6, True)],
)
def test_models_need_degrees_of_freedom_units_and_no_unit_that_carries_them(
    units: int, observations: int, terms: int, share: float | None, breaks: bool
) -> None:
    rule = Models(degrees_of_freedom=10, units=10, influence=50)
    assert bool(rule.judge(units, observations, terms, share)) is breaks
