"""Hypotheses, multiverse and the whole analysis on synthetic answers whose effects are known."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
import pytest

from firmtrade.errors import DataError
from firmtrade.messages import Text
from firmtrade.surveys.analysis import Analysis, analyse
from firmtrade.surveys.fieldwork import tidy_responses
from firmtrade.surveys.models import ordered_logit
from firmtrade.surveys.models.hypotheses import judge
from firmtrade.surveys.models.multiverse import specification_curve, specifications
from firmtrade.surveys.models.specification import (
    FittedModel,
    UnfittedModel,
    fit_model,
    standardized_coefficients,
)
from firmtrade.surveys.plan import Hypothesis, HypothesisFamily, Multiverse, PlannedModel
from survey.world import drawn, field, frame, loaded


@cache
def analysis() -> Analysis:
    return analyse(
        loaded(), tidy_responses(field().answers, loaded()), frame=frame(), drawn=drawn(),
        dispositions=field().dispositions, multiverse=False,
    )  # fmt: skip


def fitted(name: str) -> FittedModel:
    model = analysis().models[name]
    assert isinstance(model, FittedModel)
    return model


def test_every_declared_model_is_fitted_both_ways() -> None:
    assert set(analysis().models) == set(loaded().plan.models)
    for name in loaded().plan.models:
        model = fitted(name)
        assert model.weighted is not None
        assert model.unweighted.converged
        assert len(model.terms) == len(model.unweighted.coefficients)


def test_declared_effects_are_found_and_most_others_are_not() -> None:
    verdicts = {verdict.hypothesis.id: verdict for verdict in analysis().verdicts}
    assert verdicts["H1"].verdict == "supported"
    assert verdicts["H1"].estimate is not None
    assert verdicts["H1"].estimate < 0
    assert verdicts["H7"].verdict == "supported"
    assert [verdicts[name].verdict for name in ("H2", "H3", "H4", "H5")].count("not_supported") >= 3


def test_scales_come_out_as_the_world_was_drawn() -> None:
    scales = analysis().scales
    assert scales.confirmatory is not None
    assert scales.confirmatory.fit.rmsea < 0.05
    assert scales.exploratory is not None
    assert scales.kmo is not None
    assert scales.kmo.overall > 0.8
    assert scales.marker is not None
    assert scales.marker.method_correlation < 0.15
    assert scales.problems == ()
    assert len(scales.factors) == 7


def test_the_square_of_speed_is_taken_about_its_mean() -> None:
    model = fitted("place")
    assert "market_speed^2" in model.terms
    turn, _ = model.turning_points["market_speed"]
    place = model.terms.index("market_speed")
    slope = model.unweighted.coefficients[place]
    speed = analysis().criteria["market_speed"][model.rows]
    curve = model.unweighted.coefficients[place + 1]
    assert slope + 2 * curve * (turn - speed.mean()) == pytest.approx(0, abs=1e-9)


def test_an_ordered_model_carries_its_test_of_proportional_odds_and_marginal_effects() -> None:
    model = fitted("importance")
    assert model.proportional_odds is not None
    assert model.marginal is not None
    assert model.marginal.effects.shape == (len(model.terms), 5)


def test_a_family_is_corrected_together_and_either_sign_may_be_declared() -> None:
    model = fitted("place")
    families = {"f": HypothesisFamily(label=Text("F"), correction="holm")}

    def declared(name: str, term: str, sign: str) -> Hypothesis:
        return Hypothesis(
            id=name,
            family="f",
            model="place",
            term=term,
            sign=sign,
            text=Text({"en": "t"}),
            source=Text({"en": "s"}),
        )  # type: ignore[arg-type]

    hypotheses = (
        declared("a", "age", "-"),
        declared("b", "age", "+"),
        declared("c", "performance", "either"),
    )
    verdicts = judge(hypotheses, families, {"place": model})
    assert [verdict.verdict for verdict in verdicts] == ["supported", "contradicted", "supported"]
    assert all(
        v.corrected_p is not None and v.p_value is not None and v.corrected_p >= v.p_value for v in verdicts
    )
    alone = judge(hypotheses[:1], families, {"place": model})[0]
    assert alone.corrected_p == alone.p_value


def test_a_hypothesis_without_its_model_is_not_tested_and_no_member_of_its_family() -> None:
    unfitted = UnfittedModel("place", loaded().plan.models["place"], "one predictor repeats another")
    verdicts = judge(
        loaded().plan.hypotheses, loaded().plan.families, {**analysis().models, "place": unfitted}
    )
    assert [verdict.verdict for verdict in verdicts[:7]] == ["not_tested"] * 7
    assert verdicts[0].reason == "one predictor repeats another"
    assert all(verdict.verdict != "not_tested" for verdict in verdicts[7:])


def test_standardized_coefficients_of_a_line_do_not_depend_on_units() -> None:
    rng = np.random.default_rng(2)
    x = rng.standard_normal((300, 1))
    y = np.searchsorted([-1.0, 0, 1], x[:, 0] + rng.logistic(0, 1, 300)).astype(float)
    design = np.column_stack([np.ones(300), x])
    plain = standardized_coefficients(ordered_logit(design, y), design, y)
    wide = np.column_stack([np.ones(300), 100 * x])
    assert standardized_coefficients(ordered_logit(wide, y), wide, y) == pytest.approx(plain, abs=1e-6)
    assert 0 < plain[0] < 1


def test_a_model_that_cannot_be_fitted_says_why_and_the_rest_runs() -> None:
    n = 40
    values = {"a": np.full(n, np.nan), "b": np.arange(n, dtype=float), "c": np.arange(n) * 2.0}
    outcome = np.random.default_rng(1).standard_normal(n)

    def model(*terms: str) -> PlannedModel:
        return PlannedModel(outcome="y", estimator="linear", terms=terms)

    empty = fit_model("m", model("a"), outcome, values, None)
    assert isinstance(empty, UnfittedModel)
    assert "`a` was never answered" in str(empty.reason)
    repeated = fit_model("m", model("b", "c"), outcome, values, None)
    assert isinstance(repeated, UnfittedModel)
    assert "`c` is a sum of the others" in str(repeated.reason)
    values["one"] = np.ones(n)
    constant = fit_model("m", model("b", "one", "c"), outcome, values, None)
    assert isinstance(constant, UnfittedModel)
    assert "`one` is the same in all 40 complete answers" in str(constant.reason)
    fine = fit_model("m", model("b"), outcome, values, None)
    assert isinstance(fine, FittedModel)
    assert fine.weighted is None


def small(**changes: object) -> Multiverse:
    declared = {
        "hypothesis": "H1", "outcomes": ("place",), "focal": ("age", "age_years"),
        "controls": ("staff", "scope"),
        "definitions": ("born_global_1993",), "samples": ("all", "attentive"), "weights": (True, False),
    }  # fmt: skip
    return Multiverse.model_validate(declared | changes)


def test_the_multiverse_holds_every_combination_once() -> None:
    every, possible = specifications(small())
    assert possible == 2 * 2 * 4 * 2 * 2
    assert len(set(every)) == possible
    some, still = specifications(small(limit=10, seed=3))
    assert still == possible
    assert len(set(some)) == 10
    assert set(some) < set(every)
    assert specifications(small(limit=10, seed=3))[0] == some


def test_the_specification_curve_is_sorted_and_finds_the_effect_everywhere() -> None:
    known = analysis()
    assert known.design is not None
    n = len(known.answers)
    curve = specification_curve(
        small(), "-", known.outcomes, known.criteria, np.ones(n, dtype=bool), known.design.weights
    )
    assert len(curve.table) == curve.possible == 64
    assert curve.failed == 0
    assert curve.table["estimate"].is_sorted()
    assert curve.median < -0.1
    assert curve.as_expected == 1.0
    assert curve.against == 0.0
    without = specification_curve(small(), "-", known.outcomes, known.criteria, np.ones(n, dtype=bool), None)
    assert len(without.table) == 32


def test_a_specification_without_complete_answers_is_counted_as_failed() -> None:
    known = analysis()
    n = len(known.answers)
    curve = specification_curve(
        small(),
        "-",
        known.outcomes,
        known.criteria | {"scope": np.full(n, np.nan)},
        np.ones(n, dtype=bool),
        None,
    )
    assert curve.failed == 16


def test_without_a_sample_there_are_no_weights_and_it_is_said() -> None:
    result = analyse(loaded(), tidy_responses(field().answers, loaded()), multiverse=False)
    assert result.weights is None
    assert result.rates is None
    assert "nothing is known of the sample" in str(result.problems[0])
    model = result.models["place"]
    assert isinstance(model, FittedModel)
    assert model.weighted is None


def test_strangers_and_second_answers_are_left_out() -> None:
    answers = field().answers
    stranger = answers.head(1).with_columns(pl.lit("nobody").alias("firm_id"))
    doubled = pl.concat([answers, answers.head(2), stranger])
    result = analyse(
        loaded(), tidy_responses(doubled, loaded()), frame=frame(), drawn=drawn(), multiverse=False
    )
    said = " ".join(map(str, result.problems))
    assert "2 answers came from firms that answered more than once" in said
    assert "1 answer came from a firm that was not drawn" in said
    assert len(result.answers) == len(analysis().answers)


def test_empty_columns_and_too_few_answers_switch_off_only_what_needs_them() -> None:
    few = field().answers.head(30).with_columns(pl.lit(None).cast(pl.Int64).alias("plc2"))
    result = analyse(loaded(), tidy_responses(few, loaded()), multiverse=False)
    said = " ".join(map(str, result.problems))
    assert "`plc2` has no answers" in said
    assert "complete answers are not more than the 37 items" in said
    assert result.scales.confirmatory is None
    assert result.scales.reliability["sns_place"].items == ("plc1", "plc3", "plc4", "plc5")
    assert isinstance(result.models["relational"], FittedModel)


def test_no_answer_left_is_the_end() -> None:
    nothing = tidy_responses(
        pl.DataFrame({"firm_id": ["a", "b"], "plc1": [None, None], "found": [2000, 2001]}), loaded()
    )
    with pytest.raises(DataError, match="No answer is left after the checks"):
        analyse(loaded(), nothing)
