"""The parts of the synthesizer, each by the fact that it must keep."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.be import vat

from firmtrade.errors import InputError, UsageError
from firmtrade.linked.population import SynthReport
from firmtrade.linked.population.base import base_of, root_populations
from firmtrade.linked.population.calibrate import above, share_out
from firmtrade.linked.population.controlled_rounding import controlled_round
from firmtrade.linked.population.facts import read_facts
from firmtrade.linked.population.firms import pareto_between
from firmtrade.linked.population.obtained import Missed
from firmtrade.linked.population.rake import Share, SummedCells, rake
from firmtrade.linked.population.register import NUMBERS, firm_numbers
from firmtrade.linked.population.targets import targets_of
from firmtrade.outputs import CellKey
from firmtrade.studies import load_study, parse_study

STUDY = load_study("belgium-2008")
HERE = Path(__file__).parent
HEAD = "population,period,share_of,among,printed,source\n"


def random(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(1, 6))
def test_controlled_rounding_keeps_every_row_and_column_total(seed: int, height: int, width: int) -> None:
    whole = random(seed).integers(0, 9, (height, width))
    wanted = random(seed + 1).random((height, width))
    rounded = controlled_round(wanted, whole.sum(axis=1), whole.sum(axis=0), random())
    assert (rounded.sum(axis=1) == whole.sum(axis=1)).all()
    assert (rounded.sum(axis=0) == whole.sum(axis=0)).all()
    assert (rounded >= 0).all()


def test_rare_combinations_come_up_as_often_as_they_should() -> None:
    rows, columns = np.ones(200, int), np.array([180, 20])
    wanted = np.tile([0.9, 0.1], (200, 1))
    wanted[:100, 1] *= 2
    rounded = controlled_round(wanted, rows, columns, random())
    assert 8 <= rounded[:100, 1].sum() <= 18


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_totals_are_shared_out_to_the_hundredth(seed: int) -> None:
    of = random(seed).integers(0, 4, 60)
    totals = np.round(random(seed + 1).uniform(50, 5000, 4), 2)
    parts = share_out(totals, random(seed + 2).pareto(1.2, 60) + 0.01, of)
    found = np.bincount(of, np.rint(parts * 100), 4)
    there = np.bincount(of, minlength=4) > 0
    assert (found[there] == np.rint(totals * 100)[there]).all()
    assert (parts > 0).all()


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_no_firm_gets_less_than_the_least_of_a_total_that_is_enough_for_all(seed: int) -> None:
    of = random(seed).integers(0, 3, 60)
    number = np.bincount(of, minlength=3)
    totals = np.round(number * random(seed + 1).uniform([0.2, 1.05, 3.0], [0.9, 2.0, 30.0]), 2)
    weights = random(seed + 2).uniform(0.3, 20, 60)
    parts = share_out(totals, above(1.0, totals, weights, of), of)
    assert (parts[of > 0] >= 1).all()
    assert np.bincount(of, parts, 3) == pytest.approx(totals)
    assert parts[of == 0] == pytest.approx(share_out(totals, weights, of)[of == 0])


def test_an_interval_that_holds_without_help_leaves_no_trace() -> None:
    prior = random().random(12)
    untouched = rake(
        prior, [SummedCells(np.arange(5), 0, 100), Share(np.arange(3), np.arange(3, 12), 0.01, 0.99)]
    )
    assert untouched == pytest.approx(prior)


def test_raking_finds_the_entropy_solution_of_a_total_and_a_share() -> None:
    prior = np.array([1.0, 2.0, 3.0, 4.0])
    raked = rake(
        prior, [SummedCells(np.arange(4), 20, 20), Share(np.array([0, 1]), np.array([2, 3]), 0.5, 0.6)]
    )
    assert raked == pytest.approx([10 / 3, 20 / 3, 30 / 7, 40 / 7], rel=1e-3)


def test_sizes_are_skewed_inside_their_class() -> None:
    drawn = pareto_between(np.full(20_000, 10.0), np.full(20_000, 50.0), random())
    assert drawn.min() >= 10
    assert drawn.max() < 50
    assert np.median(drawn) < 20 < drawn.mean() + 2


def test_firm_numbers_are_valid_in_belgium_and_carry_the_country_elsewhere() -> None:
    numbers = firm_numbers(500, "BE", random())
    assert all(vat.is_valid(number) for number in numbers)
    assert numbers.n_unique() == 500
    assert firm_numbers(3, "PT", random())[0].startswith("PT")


def test_more_firms_than_numbers_are_refused() -> None:
    with pytest.raises(UsageError, match=r"more than there are firm numbers.*\n.*smaller --scale"):
        firm_numbers(NUMBERS + 1, "BE", random())


def test_a_population_that_is_a_part_by_activity_is_drawn_with_the_whole() -> None:
    roots = root_populations(STUDY)
    assert roots["manufacturing"] == ("manufacturing", "manufacturing without construction")


def test_births_are_cut_where_any_attribute_cuts_them() -> None:
    births = base_of(STUDY, "services").births
    assert [birth.low for birth in births] == [1900, 1983, 1988, 1993, 1998, 1999, None]


def test_facts_name_the_column_that_is_missing() -> None:
    with pytest.raises(InputError, match=r"no column `among`"):
        list(read_facts("population,period,share_of,printed,source\n", "facts.csv", STUDY))


@pytest.mark.parametrize(("row", "column"), [("service,reference", "population"), ("services,now", "period")])
def test_facts_name_the_population_or_period_that_is_not_known(row: str, column: str) -> None:
    with pytest.raises(InputError, match=rf"facts.csv, line 2, column {column}: .* is no {column}"):
        list(read_facts(f"{HEAD}{row},exporter,,5%,text\n", "facts.csv", STUDY))


def test_facts_name_the_dimension_that_is_not_known() -> None:
    with pytest.raises(InputError, match=r"line 2: `exportr` is no dimension.*\n.*exporter"):
        list(read_facts(f"{HEAD}services,reference,exportr,,5%,text\n", "facts.csv", STUDY))


def test_a_fact_without_a_number_is_refused() -> None:
    with pytest.raises(InputError, match=r"`many` is no number"):
        list(read_facts(f"{HEAD}services,reference,exporter,,many,text\n", "facts.csv", STUDY))


def test_an_edition_that_does_not_come_with_the_program_is_asked_for() -> None:
    study = parse_study((HERE / "portugal.toml").read_text())
    with pytest.raises(UsageError, match=r"names the edition `portugal.csv`.*\n.*--edition"):
        targets_of(study, None)


def test_the_report_reads_as_a_summary() -> None:
    missed = Missed(CellKey("5", "manufacturing", "export", "n"), "3,979", 44560.0)
    report = SynthReport(
        {"firms": 1200, "accounts": 9000, "trade": 50_000}, 614, (missed,), {"merger": 12}, scale=10
    )
    assert str(report).splitlines() == [
        "1,200 firms, 9,000 accounts and 50,000 declarations. "
        "All synthetic: no evidence about any real firm or economy.",
        "613 of 614 printed statistics are reproduced, counts times 10.",
        "Not reproduced:",
        "  5/manufacturing/export/n: printed 3,979, obtained 44560",
        "Errors planted:",
        "  merger: 12",
    ]
