"""The synthetic world holds what its file declares."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from firmtrade.errors import StudyError
from firmtrade.surveys.criteria import Answered, criterion_values
from firmtrade.surveys.fieldwork import tidy_responses
from firmtrade.surveys.measurement import alpha
from firmtrade.surveys.plan import LoadedSurvey
from firmtrade.surveys.scales import scale_lines, scale_scores
from firmtrade.surveys.simulator import simulate_field, simulate_population, synthetic_frame
from survey.world import drawn, field, loaded


def test_every_simulated_answer_is_one_that_the_questionnaire_allows() -> None:
    found = tidy_responses(field().answers, loaded())
    assert found.out_of_range == {}
    assert found.absent == ()


def test_simulated_answers_say_that_they_are_synthetic() -> None:
    assert field().answers["synthetic"].all()
    assert field().answers["firm_id"].str.starts_with("SYN").all()


def test_the_same_seed_draws_the_same_answers() -> None:
    again = simulate_field(loaded(), drawn().firms, np.random.default_rng(359))
    assert again.answers.equals(field().answers)
    assert again.dispositions.equals(field().dispositions)


def test_about_a_quarter_of_the_drawn_firms_answers() -> None:
    share = len(field().answers) / len(drawn().firms)
    assert 0.18 < share < 0.30
    assert set(field().dispositions["disposition"].unique()) == {
        "complete", "partial", "refusal", "non_contact", "other", "unknown", "ineligible",
    }  # fmt: skip


def test_declared_effects_show_in_the_scales_and_the_others_do_not() -> None:
    frame = synthetic_frame(16000, 3, 2024)
    everyone = simulate_population(loaded(), frame, np.random.default_rng(2))
    answers = everyone.filter(pl.col("intl").is_in([1, 3]))
    scores = scale_scores(loaded(), answers)
    known = Answered(loaded(), answers, scores)
    plan = loaded().plan
    names = ["age", "scope", "intensity", "distance", "performance"]
    design = np.column_stack(
        [np.ones(len(answers)), *(criterion_values(known, plan.criteria[name]) for name in names)]
    )
    design[:, 1:] = (design[:, 1:] - design[:, 1:].mean(axis=0)) / design[:, 1:].std(axis=0)
    outcome = scores["sns_place"]
    slopes = dict(
        zip(names, np.linalg.lstsq(design, outcome / outcome.std(), rcond=None)[0][1:], strict=True)
    )
    assert slopes["age"] < -0.2
    assert slopes["distance"] > 0.1
    assert slopes["performance"] > 0.15
    assert abs(slopes["scope"]) < 0.04
    assert abs(slopes["intensity"]) < 0.04


def test_simulated_scales_are_reliable() -> None:
    for scale in loaded().plan.scales:
        lines = scale_lines(loaded(), field().answers, scale)
        assert alpha(lines[~np.isnan(lines).any(axis=1)]).raw > 0.65, scale


def test_a_file_without_a_simulation_draws_nothing() -> None:
    plan = loaded().plan.model_copy(update={"simulation": None})
    without = LoadedSurvey(plan, loaded().questionnaire, "")
    with pytest.raises(StudyError, match=r"no \[simulation\]"):
        simulate_population(without, pl.DataFrame({"firm_id": ["a"]}), np.random.default_rng(1))
