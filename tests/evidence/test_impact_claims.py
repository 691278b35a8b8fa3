"""A sentence about the impact of support says no more than its numbers and its design carry."""

import numpy as np
import polars as pl
import pytest

from evidence.found import english
from evidence.programmes import AFTER, COSTED, design
from evidence.supported import Programme, supported
from firmtrade.evidence import prepare
from firmtrade.evidence.impact import (
    evaluated_programmes,
    impact,
)
from firmtrade.evidence.impact.verdicts import OutcomeClaim, verdict
from firmtrade.inference.fits import Effect
from firmtrade.messages import LANGUAGES, language_of


def test_a_difference_of_firms_with_other_support_as_well_is_told_as_that_of_both(economy) -> None:
    frame, took = economy
    loan = took.with_columns((pl.col("year") + 1).cast(pl.Int32), programme=pl.lit("loan"))
    asked = design(more='[support]\nprogrammes = ["mission", "advice"]')
    said = [
        "of all their support together" in " ".join(english(impact(prepare(frame, support=rows), asked).verdicts))
        for rows in (took, pl.concat([took, loan]))
    ]  # fmt: skip
    assert said == [False, True]


def test_an_outcome_that_nobody_has_gives_no_interval_of_no_width(economy) -> None:
    frame, took = economy
    none = frame.with_columns(exporter=pl.lit(value=False), export_value=pl.lit(0.0))
    found = impact(prepare(none, support=took), design(("first_export", "exporter", "survival")))
    assert {e.outcome for e in found.estimates if e.term == AFTER} == {"survival"}
    assert sum("does not vary among the firms compared" in text for text in english(found.switched_off)) >= 4


def test_support_of_a_whole_region_at_once_claims_no_effect(economy) -> None:
    """Nobody can tell the support from whatever else befell the region in that year."""
    frame, _ = economy
    flemish = frame.filter(pl.col("region") == "flanders")
    took = flemish.select("firm_id").unique(maintain_order=True).select(
        "firm_id", pl.lit(2000, dtype=pl.Int32).alias("year"), pl.lit("tax relief").alias("programme"),
        pl.lit("tax").alias("kind"), pl.lit(1.0).alias("amount"),
    )  # fmt: skip
    befell = (pl.col("region") == "flanders") & (pl.col("year") >= 2000)
    better = frame.with_columns(exporter=pl.col("exporter") | befell & (pl.col("employment") > 20))
    found = impact(prepare(better, support=took), COSTED)
    assert english(found.verdicts)[0].startswith(
        "First export: supported firms differ, but whole classes were supported at once (region)"
    )
    assert "cost of an additional exporter" not in {e.term for e in found.estimates}


def test_an_outcome_that_never_changes_tests_nothing_and_no_number_is_without_end() -> None:
    frame, took = supported(300, 8, seed=3, programme=Programme(takes=0.06, effect=0.1))
    panel = prepare(frame.with_columns(employment=pl.lit(10.0)), support=took)
    found = impact(panel, design(("first_export", "employment"), minimum_firms=5))
    numbers = [n for e in found.estimates for n in (e.estimate, e.std_error, e.p_value) if n is not None]
    assert np.isfinite(numbers).all()


def test_without_a_table_of_support_or_with_too_few_supported_a_sentence_says_so() -> None:
    frame, took = supported(200, 8, seed=17)
    assert "the data has no table `support`" in english(impact(prepare(frame), design()).switched_off)[0]
    few = impact(prepare(frame, support=took.head(3)), design())
    assert "fewer than 10 firms are first supported" in english(few.switched_off)[0]


def test_a_panel_with_waves_is_told_in_place_of_an_evaluation_by_years() -> None:
    frame, took = supported(200, 8, seed=17)
    waves = prepare(frame.filter(pl.col("year") % 2 == 0), support=took, step=2)
    found = impact(waves, design())
    assert english(found.switched_off) == (
        "Impact of support: not computed, because the panel has a wave every 2 years.",
    )
    assert not found.estimates


def test_a_programme_that_the_data_does_not_have_is_named_and_nothing_is_said_twice() -> None:
    frame, took = supported(300, 8, seed=17)
    found = impact(
        prepare(frame, support=took),
        design(more='[support]\nprogrammes = ["mission", "fair"]', minimum_firms=200),
    )
    said = english(found.switched_off)
    assert said[0] == (
        "Impact of support, `fair`: not computed, because no row of the table `support` has it as `programme`."
    )
    everyone = (
        took.head(1)
        .join(frame.select("firm_id").unique(), how="cross", suffix="_all")
        .select(firm_id="firm_id_all", year=pl.lit(1999, pl.Int32), programme="programme")
    )
    alone = english(impact(prepare(frame, support=everyone), design(minimum_firms=5)).switched_off)
    assert len(alone) == len(set(alone)) > 0


ZERO, UP, DOWN = (
    Effect(0.1, 1.0, -1.9, 2.1, 0.9),
    Effect(5.0, 1.0, 3, 7, 0.0001),
    Effect(-5.0, 1.0, -7, -3, 0.0001),
)
CLEAR = (0.5, 1.0)
"""P-values of years before that do not differ."""


@pytest.mark.parametrize(
    ("claim", "key"),
    [
        (OutcomeClaim("X", UP, 0.001, (0.01, 0.03), 1.0), "other_path"),
        (OutcomeClaim("X", UP, 0.001, (0.03, 0.09), 1.0), "unsettled"),
        (OutcomeClaim("X", UP, 0.2, (0.03, 0.09), 1.0), "unsettled"),
        (OutcomeClaim("X", UP, 0.2, CLEAR, 1.0), "chance"),
        (OutcomeClaim("X", UP, 0.001, CLEAR, 1.0, (ZERO,)), "disputed"),
        (OutcomeClaim("X", UP, 0.001, CLEAR, 1.0, (DOWN,)), "disputed"),
        (OutcomeClaim("X", UP, 0.001, CLEAR, 1.0, (None,)), "one_method"),
        (OutcomeClaim("X", UP, 0.2, CLEAR, 1.0, (None,)), "chance"),
        (OutcomeClaim("X", UP, 0.001, CLEAR, 1.0, (UP,), "region"), "whole_classes"),
        (OutcomeClaim("X", UP, 0.2, CLEAR, 1.0, (UP,), "region"), "chance"),
        (OutcomeClaim("X", UP, 0.001, CLEAR, 0.0, (UP,)), "higher_or_trend"),
        (OutcomeClaim("X", DOWN, 0.001, CLEAR, 0.0, (DOWN,)), "lower_or_trend"),
        (OutcomeClaim("X", UP, 0.001, None, None, (UP,)), "higher_untested"),
        (OutcomeClaim("X", DOWN, 0.001, None, None), "lower_untested"),
        (OutcomeClaim("X", UP, 0.001, CLEAR, 1.0, (UP,)), "higher"),
        (OutcomeClaim("X", DOWN, 0.001, CLEAR, None, (DOWN,)), "lower"),
    ],
)  # fmt: skip
def test_a_sentence_says_no_more_than_its_numbers_carry(claim, key) -> None:
    assert verdict(claim, 0.05).key == f"evidence.impact.verdict.{key}"


def test_every_evaluated_programme_is_cited_and_said_in_every_language(answer) -> None:
    assert all(one.source for one in evaluated_programmes())
    [listed] = [text for text in answer.section.paragraphs if "published.list" in getattr(text, "key", "")]
    assert len({language_of(language).render(listed) for language in LANGUAGES}) == len(LANGUAGES)
