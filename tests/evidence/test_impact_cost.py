"""What an additional exporter costs, and what the amounts of support leave open."""

import polars as pl
import pytest

from evidence.found import english
from evidence.found import estimate as of
from evidence.programmes import COSTED, design, panel_of
from evidence.supported import Programme
from firmtrade.evidence import prepare
from firmtrade.evidence.impact import (
    impact,
)


def test_the_cost_of_an_additional_exporter_is_what_was_granted_over_those_there_are(answer) -> None:
    values = {e.term: e for e in answer.estimates if e.specification == "cost"}
    granted, more = values["granted"].estimate, values["additional exporters"]
    assert granted == pytest.approx(1.1 * 10_000 * values["supported firms"].estimate)
    each = values["cost of an additional exporter"]
    assert each.estimate == pytest.approx(granted / more.estimate)
    assert (each.conf_low, each.conf_high) == pytest.approx(
        (granted / more.conf_high, granted / more.conf_low)
    )


def test_without_additional_exporters_there_is_no_cost_of_one() -> None:
    asked = design(more='[cost]\nsource = "none"')
    found = impact(panel_of(Programme(takes=0.04), seed=14), asked)
    assert {e.term for e in found.estimates if e.specification == "cost"} == {"supported firms", "granted"}
    assert "finds no additional exporters that it could tell from none" in english(found.switched_off)[-1]


def cost_of(economy, amount: pl.Expr):
    """Cost by term, and all that is said, where the table of support has these amounts."""
    frame, took = economy
    result = impact(prepare(frame, support=took.with_columns(amount=amount)), COSTED)
    return {e.term: e for e in result.estimates if e.specification == "cost"}, result


def test_support_of_unknown_amount_makes_a_cost_the_least_that_it_can_be(economy) -> None:
    every_second = pl.when(pl.int_range(pl.len()) % 2 == 0).then(10_000.0)
    values, result = cost_of(economy, every_second)
    known, _ = cost_of(economy, pl.lit(10_000.0))
    least, whole = (each["cost of an additional exporter"] for each in (values, known))
    assert least.conf_high is None
    assert whole.conf_high is not None
    assert least.estimate < whole.estimate
    assert "costs at least what is told" in " ".join(english(result.verdicts))
    assert "with an amount that is not known" in str(least.note)


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (pl.lit(0.0), "do not come to more than nothing"),
        (pl.lit(-5.0), "do not come to more than nothing"),
        (pl.lit(None, dtype=pl.Float64), "missing or empty: `amount`"),
    ],
)
def test_amounts_of_nothing_or_unknown_throughout_give_no_cost(economy, amount, said) -> None:
    values, result = cost_of(economy, amount)
    assert not values
    assert said in english(result.switched_off)[-1]


def test_what_was_paid_back_is_taken_off_the_amounts(economy) -> None:
    frame, took = economy
    back = took.with_columns(amount=-0.25 * pl.col("amount"))
    [whole, less] = (
        of(impact(prepare(frame, support=rows), COSTED), "cost", "first_export", "granted").estimate
        for rows in (took, pl.concat([took, back]))
    )
    assert less == pytest.approx(0.75 * whole)
