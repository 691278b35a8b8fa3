"""A sample that others drew and weighted: supplied weights, strata, clusters and populations (Taylor linearization)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from firmtrade.messages import message
from firmtrade.surveys.faults import ImpossibleError
from firmtrade.surveys.models import linear
from firmtrade.surveys.plan import Columns
from firmtrade.surveys.run import run_survey
from firmtrade.surveys.weighting import domain_mean, survey_mean
from firmtrade.surveys.weighting.checks import remarks_on_design
from firmtrade.surveys.weighting.estimation import linearized_covariance
from firmtrade.surveys.weighting.given import given_design
from survey.frozen import sample
from survey.test_levels import frozen
from survey.test_small_survey import SURVEY, some_answers, written

DATA = sample().with_columns(cluster=(pl.int_range(1, pl.len() + 1).over("stratum") % 7), units=pl.lit(40))
COLUMNS = Columns(weight="weight", stratum="stratum", cluster="cluster", population="units")


def r(key: str, file: str = "clusters.csv") -> list[float]:
    return [value for name, value in frozen(file).items() if name.startswith(f"{key}[")]


def test_clusters_strata_and_their_populations_agree_with_the_survey_package() -> None:
    design = given_design(DATA, COLUMNS)
    assert design is not None
    found = survey_mean(DATA["place"].to_numpy(), design)
    assert [found.estimate[0], found.std_error[0], found.degrees] == pytest.approx(r("mean"), rel=1e-8)
    inside = (DATA["region"] == "wallonia").to_numpy()
    domain = domain_mean(DATA["place"].to_numpy()[:, None], inside, design)
    assert [domain.estimate[0], domain.std_error[0]] == pytest.approx(r("domain"), rel=1e-8)


def test_a_stratum_drawn_whole_adds_nothing_and_a_single_cluster_is_centred_at_the_mean_of_all() -> None:
    whole, single = sorted(DATA["stratum"].unique())[:2]
    data = DATA.with_columns(
        cluster=pl.when(pl.col("stratum") == single).then(0).otherwise("cluster"),
        units=pl.when(pl.col("stratum") == whole).then(7).otherwise("units"),
    )
    design = given_design(data, COLUMNS)
    assert design is not None
    place, performance = data["place"].to_numpy(), data["performance"].to_numpy()
    found = survey_mean(place, design)
    expected = r("mean", "lonely.csv")
    assert [found.estimate[0], found.std_error[0], found.degrees] == pytest.approx(expected, rel=1e-8)
    ratio = (design.weights @ place) / (design.weights @ performance)
    scores = (place - ratio * performance) * design.weights / (design.weights @ performance)
    variance = linearized_covariance(scores, design)[0, 0]
    assert [ratio, variance**0.5] == pytest.approx(r("ratio", "lonely.csv"), rel=1e-8)


def test_a_model_of_a_cluster_sample_agrees_with_svyglm() -> None:
    matrix = np.column_stack([np.ones(len(DATA)), DATA["performance"], DATA["distance"]]).astype(float)
    model = linear(matrix, DATA["place"].to_numpy(), variance="design", sample=given_design(DATA, COLUMNS))
    assert model.coefficients == pytest.approx(r("b"), abs=1e-8)
    assert model.std_errors == pytest.approx(r("se"), rel=2e-5)


def test_without_strata_and_clusters_each_answer_stands_alone() -> None:
    design = given_design(DATA, Columns(weight="weight"))
    assert design is not None
    assert design.clusters is None
    assert design.degrees == len(DATA) - 1
    assert given_design(DATA, Columns()) is None
    assert given_design(DATA.drop("weight"), COLUMNS) is None


def test_supplied_weights_weight_the_whole_run(tmp_path: Path) -> None:
    answers = some_answers().with_columns(
        w=pl.Series(np.linspace(1, 3, 60)), psu=pl.Series(np.arange(60) // 3)
    )
    path = written(tmp_path, answers)
    columns = 'founded = "found"\nweight = "w"\ncluster = "psu"\n'
    path.write_text(SURVEY.replace('founded = "found"\n', columns), encoding="utf-8")
    found = run_survey(path, data=tmp_path / "answers.csv")
    assert not any("nothing is known of the sample" in str(said) for said in found.switched_off)
    weights = np.linspace(1, 3, 60)
    used = (answers["use"] == 1).to_numpy()
    share = next(
        one.estimate
        for one in found.estimates
        if (one.specification, one.outcome, one.term) == ("all", "use", "1")
    )
    assert share == pytest.approx(100 * weights[used].sum() / weights.sum())
    assert any(one.specification == "one, weighted" for one in found.estimates)


@pytest.mark.parametrize("wrong", [0.0, -1.0, None])
def test_a_weight_that_is_none_is_said_and_nothing_is_weighted(tmp_path: Path, wrong: float | None) -> None:
    weights = pl.Series([wrong, *[1.5] * 59])
    path = written(tmp_path, some_answers().with_columns(w=weights))
    path.write_text(
        SURVEY.replace('founded = "found"\n', 'founded = "found"\nweight = "w"\n'), encoding="utf-8"
    )
    found = run_survey(path, data=tmp_path / "answers.csv")
    assert found.analysis.design is None
    assert any("1 answer has a weight that is missing, zero" in str(said) for said in found.switched_off)


def test_a_population_below_its_sample_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, some_answers().with_columns(w=pl.lit(1.0), pop=pl.lit(10)))
    columns = 'founded = "found"\nweight = "w"\npopulation = "pop"\n'
    path.write_text(SURVEY.replace('founded = "found"\n', columns), encoding="utf-8")
    found = run_survey(path, data=tmp_path / "answers.csv")
    assert any("smaller than its sample" in str(said) for said in found.switched_off)


def errors_of_models(folder: Path, target: str) -> list[float]:
    answers = some_answers().with_columns(w=pl.lit(1.25), pop=pl.lit(75))
    path = written(folder, answers)
    columns = 'founded = "found"\nweight = "w"\npopulation = "pop"\n'
    text = SURVEY.replace('founded = "found"\n', columns)
    path.write_text(text.replace("[weighting]", f'[weighting]\nmodels = "{target}"'), encoding="utf-8")
    results = run_survey(path, data=folder / "answers.csv")
    models = next(section for section in results.sections if section.key == "models")
    assert message(f"survey.notes.target_{target}") in models.paragraphs
    found = [one for one in results.estimates if one.specification == "one, weighted" and one.std_error]
    return [one.std_error for one in found if one.std_error is not None]


def test_a_study_says_whether_models_are_about_the_register_or_the_process(tmp_path: Path) -> None:
    about_register = errors_of_models(tmp_path, "finite_population")
    about_process = errors_of_models(tmp_path, "superpopulation")
    users = some_answers().filter(pl.col("use") == 1)
    ratio = np.array(about_register) / np.array(about_process)
    assert ratio == pytest.approx(np.sqrt(1 - len(users) / 75), rel=0.02)


@pytest.mark.parametrize("role", ["stratum", "cluster", "population"])
def test_a_column_of_the_design_that_the_answers_lack_is_said(tmp_path: Path, role: str) -> None:
    answers = some_answers().with_columns(w=pl.lit(2.0))
    path = written(tmp_path, answers)
    named = f'founded = "found"\nweight = "w"\n{role} = "elsewhere"'
    path.write_text(SURVEY.replace('founded = "found"', named), encoding="utf-8")
    results = run_survey(path, data=tmp_path / "answers.csv", multiverse=False)
    assert any(
        f"no column `elsewhere`, which [columns] names as `{role}`" in str(said)
        for said in results.switched_off
    )
    assert results.analysis.given is not None


def test_weights_with_a_decimal_comma_are_read() -> None:
    design = given_design(pl.DataFrame({"w": ["1,5", "2", "0,75"]}), Columns(weight="w"))
    assert design is not None
    assert design.weights.tolist() == [1.5, 2, 0.75]


@pytest.mark.parametrize(
    ("strata", "clusters"),
    [([1, 2, 3, 4], [1, 2, 3, 4]), ([1, 1, 1, 1], [1] * 4), ([1, 1, 2, 2], [1, 1, 2, 2])],
)
def test_a_sample_whose_strata_have_one_unit_each_cannot_tell_how_exact_it_is(
    strata: list[int], clusters: list[int]
) -> None:
    answers = pl.DataFrame({"w": [2.0] * 4, "st": strata, "psu": clusters})
    with pytest.raises(ImpossibleError, match="every stratum has one answer"):
        given_design(answers, Columns(weight="w", stratum="st", cluster="psu"))


def test_strata_of_one_answer_and_an_answer_that_outweighs_all_others_are_said() -> None:
    answers = pl.DataFrame({"w": [1e6] + [1.0] * 39, "st": [1] + [2] * 39})
    design = given_design(answers, Columns(weight="w", stratum="st"))
    assert design is not None
    lone, heavy = map(str, remarks_on_design(design))
    assert "1 stratum has one answer" in lone
    assert "one answer carries 100% of all weights" in heavy
    assert remarks_on_design(replace(design, weights=np.ones(40), strata=np.zeros(40, dtype=np.intp))) == ()
