"""A survey may be small: what it lacks is a sentence, and the rest is there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pyreadstat
import pytest
from polars.testing import assert_series_equal

from firmtrade.errors import DataError, FirmtradeError
from firmtrade.messages import language_of
from firmtrade.surveys.fieldwork import observed_dispositions, response_rates
from firmtrade.surveys.plan import Weighting
from firmtrade.surveys.room.sample import decimals_of
from firmtrade.surveys.run import run_survey
from firmtrade.surveys.scale_tests import rest_correlations
from firmtrade.surveys.weighting.adjustment import final_weights, natural_order

SURVEY = """
[survey]
name = "mini"
title = "A small survey"
country = "BE"
year = 2024
languages = ["en"]
questionnaire = "questionnaire.toml"
definition = "d"
source = "s"

[columns]
founded = "found"

[design]
population = "manufacturing"
strata = ["region"]
size = 20
seed = 1

[weighting]
margins = ["region"]

[scales.trust]
label = "Trust"

[measurement]
factors = ["trust"]

[criteria.age]
label = "Age"
measure = "age"

[outcomes.trust]
label = "Trust"
measure = "scale:trust"

[models.one]
outcome = "trust"
estimator = "linear"
terms = ["age"]
"""

QUESTIONNAIRE = """
[answers.five]
label = "five"
ordered = true
codes = [
  { code = 1, text = "a" }, { code = 2, text = "b" }, { code = 3, text = "c" },
  { code = 4, text = "d" }, { code = 5, text = "e" },
]
[answers.yn]
label = "yn"
codes = [{ code = 1, text = "yes" }, { code = 0, text = "no" }]
[[groups]]
id = "g"
title = "G"
[[groups.questions]]
id = "found"
kind = "number"
text = "Founded?"
[[groups.questions]]
id = "use"
kind = "choice"
answers = "yn"
text = "Use?"
[[groups]]
id = "h"
title = "H"
when = { question = "use", equals = [1] }
[[groups.questions]]
id = "tr"
kind = "scale"
answers = "five"
measures = "trust"
text = "How much?"
items = [{ id = "t1", text = "x" }, { id = "t2", text = "y" }]
"""


def written(folder: Path, answers: pl.DataFrame) -> Path:
    (folder / "survey.toml").write_text(SURVEY, encoding="utf-8")
    (folder / "questionnaire.toml").write_text(QUESTIONNAIRE, encoding="utf-8")
    answers.write_csv(folder / "answers.csv")
    return folder / "survey.toml"


def some_answers(n: int = 60) -> pl.DataFrame:
    random = np.random.default_rng(5)
    trust, use = random.integers(1, 6, n), random.random(n) < 0.8
    other = np.clip(trust + random.integers(-1, 2, n), 1, 5)
    frame = pl.DataFrame(
        {"found": random.integers(1960, 2020, n), "use": use.astype(int), "t1": trust, "t2": other}
    )
    return frame.with_columns(
        pl.when(pl.col("use") == 1).then(pl.col(name)).alias(name) for name in ("t1", "t2")
    )


def test_one_scale_of_two_items_behind_a_filter_is_a_survey(tmp_path: Path) -> None:
    results = run_survey(written(tmp_path, some_answers()), tmp_path / "room", data=tmp_path / "answers.csv")
    assert len(results.analysis.answers) == 60
    assert results.analysis.scales.reliability["trust"].alpha.raw > 0.7
    said = " ".join(map(str, results.switched_off))
    assert "confirmatory factors: 4 parameters" in said
    assert "exploratory factors: 2 items cannot carry 1 factor" in said
    assert ".." not in results.summary()
    assert {path.name for path in (tmp_path / "room").iterdir()} >= {
        "cells.csv",
        "estimates.csv",
        "manifest.json",
    }


@pytest.mark.parametrize("sign", ["\\r", "\\n", "\\r\\n", "\\u2028", "\\t"])
def test_a_question_with_a_line_end_stands_in_every_form(tmp_path: Path, sign: str) -> None:
    survey = written(tmp_path, some_answers())
    form = QUESTIONNAIRE.replace("How much?", f"How{sign} much?").replace('text = "x"', f'text = "x{sign}y"')
    (tmp_path / "questionnaire.toml").write_text(form, encoding="utf-8")
    run_survey(survey, tmp_path / "room", data=tmp_path / "answers.csv", multiverse=False)
    assert (tmp_path / "room" / "questionnaire" / "limesurvey.txt").exists()


def test_answers_with_lines_of_an_old_mac_are_read_and_a_header_alone_is_a_no(tmp_path: Path) -> None:
    survey = written(tmp_path, some_answers())
    (tmp_path / "mac.csv").write_text(some_answers().write_csv().replace("\n", "\r"), newline="")
    assert len(run_survey(survey, data=tmp_path / "mac.csv", multiverse=False).analysis.answers) == 60
    for head in ("found,use,t1,t2\n", "\nfound,use,t1,t2\n"):
        (tmp_path / "head.csv").write_text(head)
        with pytest.raises(FirmtradeError):
            run_survey(survey, data=tmp_path / "head.csv", multiverse=False)


def test_an_item_that_runs_against_its_scale_is_named(tmp_path: Path) -> None:
    turned = some_answers().with_columns(t2=6 - pl.col("t2"))
    results = run_survey(written(tmp_path, turned), data=tmp_path / "answers.csv")
    assert any(
        "item `t2` runs against the others of Trust" in said for said in map(str, results.switched_off)
    )
    assert any("`reverse = true`" in said for said in map(str, results.switched_off))


def test_items_that_have_nothing_in_common_do_not_run_against_one_another(tmp_path: Path) -> None:
    random = np.random.default_rng(13)
    noise = some_answers(400).with_columns(
        pl.when(pl.col(name).is_not_null()).then(pl.Series(random.integers(1, 6, 400))).alias(name)
        for name in ("t1", "t2")
    )
    results = run_survey(written(tmp_path, noise), data=tmp_path / "answers.csv")
    scores = noise.drop_nulls()
    assert -0.09 < np.corrcoef(scores["t1"], scores["t2"])[0, 1] < 0, "by chance"
    said = " ".join(map(str, results.switched_off))
    assert "alpha of Trust is negative: its items run against one another" in said
    assert "runs against the others" not in said


def test_the_correlation_of_an_item_with_the_rest_is_that_of_its_definition() -> None:
    data = np.random.default_rng(3).normal(size=(40, 4))
    expected = [np.corrcoef(data[:, i], np.delete(data, i, axis=1).sum(axis=1))[0, 1] for i in range(4)]
    assert rest_correlations(data) == pytest.approx(expected)


def test_response_rates_count_the_answers_that_are_there() -> None:
    drawn = pl.Series(["a", "b", "c", "d", "e", "f", "g"])
    answered = pl.DataFrame(
        {
            "firm_id": ["a", "b", "c", "g"],
            "share": [0.95, 0.6, 0.1, 1.0],
            "screened_out": [False] * 3 + [True],
        }
    )
    recorded = pl.DataFrame(
        {"firm_id": ["a", "d", "e"], "disposition": ["non_contact", "complete", "ineligible"]}
    )
    found = observed_dispositions(drawn, answered, recorded, complete=0.8, partial=0.5)
    assert found.counts == {
        "complete": 1,
        "partial": 1,
        "refusal": 1,
        "other": 1,
        "ineligible": 2,
        "unknown": 1,
    }
    assert found.without_answer == 1
    assert response_rates(found.counts).rr1 == pytest.approx(1 / 5)
    alone = observed_dispositions(drawn, answered, None, complete=0.8, partial=0.5)
    assert alone.counts == {"complete": 1, "partial": 1, "refusal": 1, "ineligible": 1, "unknown": 3}


def test_classes_are_merged_with_their_neighbours_not_by_their_letters() -> None:
    keys = ["size_100_249", "unknown", "size_lt10", "size_ge250", "size_50_99", "size_10_49"]
    assert natural_order(keys) == [
        "size_lt10", "size_10_49", "size_50_99", "size_100_249", "size_ge250", "unknown",
    ]  # fmt: skip
    assert natural_order(["wallonia", "brussels", "flanders"]) == ["brussels", "flanders", "wallonia"]


def sample(weights: list[float]) -> pl.DataFrame:
    n = len(weights)
    return pl.DataFrame(
        {"firm_id": [str(i) for i in range(n)], "stratum": ["x"] * (n // 2) + ["y"] * (n - n // 2),
         "weight": weights, "region": ["r"] * n}
    )  # fmt: skip


@pytest.mark.parametrize("wrong", [0.0, -2.0, float("nan"), float("inf")])
def test_design_weights_that_stand_for_no_firm_are_refused(wrong: float) -> None:
    drawn = sample([2.0] * 19 + [wrong])
    with pytest.raises(DataError, match="1 drawn firm"):
        final_weights(drawn, drawn, drawn.head(10), Weighting(margins=("region",)))


def test_strata_know_how_many_firms_they_stand_for() -> None:
    drawn = sample([2.0] * 10 + [5.0] * 10)
    population = pl.concat([drawn.head(10)] * 2 + [drawn.tail(10)] * 5)
    made = final_weights(population, drawn, drawn.gather([0, 1, 2, 15, 16]), Weighting(margins=("region",)))
    assert made.design.population is not None
    assert made.design.population.tolist() == [20, 50]
    nobody = final_weights(population, drawn, drawn.gather([15, 16, 17]), Weighting(margins=("region",)))
    assert any("nobody answered in 1 stratum" in said for said in map(str, nobody.problems))


@pytest.mark.parametrize("language", ["fr", "nl", "de"])
def test_what_answers_do_not_allow_is_said_in_the_language_of_the_page(tmp_path: Path, language: str) -> None:
    results = run_survey(written(tmp_path, some_answers()), data=tmp_path / "answers.csv")
    assert len(results.switched_off) > 3
    for problem in results.switched_off:
        said = language_of(language).render(problem)
        assert said != str(problem)
        assert not set(said.split()) & {"the", "answers", "cannot", "more", "not"}, said


def test_a_rule_without_a_column_leaves_nobody_out_and_is_no_step(tmp_path: Path) -> None:
    path = written(tmp_path, some_answers())
    path.write_text(SURVEY + '[fieldwork]\nexclude = ["speeding", "straight_lining"]\n', encoding="utf-8")
    results = run_survey(path, data=tmp_path / "answers.csv")
    assert [step for step, _ in results.analysis.quality.flow] == [
        "received", "incomplete", "straight_lining", "analysed",
    ]  # fmt: skip
    assert any("left out as “too fast”" in str(said) for said in results.switched_off)


def test_a_cut_of_the_weights_is_printed_as_it_was_declared() -> None:
    assert [decimals_of(value) for value in (5.0, 1.2, 2.75)] == [0, 1, 2]


def test_a_firm_that_stands_twice_in_the_sample_is_refused(tmp_path: Path) -> None:
    register = pl.DataFrame({"firm_id": [f"F{i}" for i in range(60)], "region": ["x", "y"] * 30})
    drawn = register.select("firm_id", stratum="region", weight=pl.lit(2.0))
    path = written(tmp_path, some_answers().with_columns(register["firm_id"]))
    register.write_csv(tmp_path / "frame.csv")
    pl.concat([drawn, drawn]).write_csv(tmp_path / "sample.csv")
    with pytest.raises(DataError, match="stands twice in the sample"):
        run_survey(path, data=tmp_path)


def sampled(folder: Path) -> tuple[Path, pl.DataFrame, pl.DataFrame]:
    """A survey with answers of 60 of 90 drawn firms: its file, the register and the sample."""
    register = pl.DataFrame({"firm_id": [f"F{i}" for i in range(90)], "region": ["x", "y"] * 45})
    drawn = register.select("firm_id", stratum="region", weight=pl.lit(1.0))
    path = written(folder, some_answers().with_columns(register["firm_id"].head(60)))
    register.write_csv(folder / "frame.csv")
    drawn.write_csv(folder / "sample.csv")
    return path, register, drawn


def test_a_firm_that_stands_twice_in_the_register_is_refused(tmp_path: Path) -> None:
    path, register, _ = sampled(tmp_path)
    pl.concat([register, register.head(1)]).write_csv(tmp_path / "frame.csv")
    with pytest.raises(DataError, match="stands twice in the frame"):
        run_survey(path, data=tmp_path)


@pytest.mark.parametrize("weight", ["0", "-1", "2,5", ""])
def test_a_drawn_firm_without_a_usable_weight_is_refused(tmp_path: Path, weight: str) -> None:
    path, _, drawn = sampled(tmp_path)
    drawn.with_columns(weight=pl.lit(weight)).write_csv(tmp_path / "sample.csv")
    with pytest.raises(DataError, match=r"90 drawn firm\(s\) have a weight that is missing, zero"):
        run_survey(path, data=tmp_path)


def test_a_record_of_the_fieldwork_that_names_no_firm_does_not_replace_the_answers(tmp_path: Path) -> None:
    path, _, drawn = sampled(tmp_path)
    drawn.select(disposition=pl.lit("refusal")).write_csv(tmp_path / "dispositions.csv")
    results = run_survey(path, data=tmp_path)
    assert any("rest on the answers alone" in str(said) for said in results.switched_off)
    assert results.analysis.rates is not None
    assert (results.analysis.rates.counts["complete"], results.analysis.rates.counts["unknown"]) == (60, 30)


def test_dispositions_are_read_however_they_are_written(tmp_path: Path) -> None:
    path, _, drawn = sampled(tmp_path)
    drawn.tail(30).select("firm_id", disposition=pl.lit(" Non-contact")).write_csv(
        tmp_path / "dispositions.csv"
    )
    rates = run_survey(path, data=tmp_path).analysis.rates
    assert rates is not None
    assert rates.counts["non_contact"] == 30


def test_a_disposition_that_is_none_costs_the_response_rates_alone(tmp_path: Path) -> None:
    path, _, drawn = sampled(tmp_path)
    drawn.select("firm_id", disposition=pl.lit("Refused")).write_csv(tmp_path / "dispositions.csv")
    results = run_survey(path, data=tmp_path)
    assert any(str(said).startswith("response rates: `refused`") for said in results.switched_off)
    assert results.analysis.rates is None
    assert results.analysis.weights is not None


NO_ANSWERS = {
    "far above": ([1, 2, 3], [96, 97, 98, 99], [96, 97, 98, 99]),
    "around": ([1, 2, 3], [-1, 97, 98, 99], [-1, 97, 98, 99]),
    "between answers": ([1, 3, 5, 7, 9], [0, 2, 4, 6, 8], []),
}


@pytest.mark.parametrize("place", NO_ANSWERS)
def test_more_codes_of_no_answer_than_spss_declares_one_by_one_are_no_answers_there(
    tmp_path: Path, place: str
) -> None:
    valid, absent, declared = NO_ANSWERS[place]
    codes = [f'{{ code = {code}, text = "a{code}" }}' for code in valid]
    codes += [f'{{ code = {code}, text = "b{code}", missing = "unknown" }}' for code in absent]
    form = (
        f"[answers.five]\nlabel = 'five'\ncodes = [{', '.join(codes)}]\n"
        + """
[[groups]]
id = "g"
title = "G"
questions = [
  { id = "found", kind = "number", text = "Founded?" },
  { id = "int", kind = "choice", answers = "five", text = "How?" },
]
"""
    )
    plain = SURVEY[: SURVEY.index("[scales.trust]")] + '[criteria.age]\nlabel = "Age"\nmeasure = "age"\n'
    given = (valid + absent) * 5
    written(tmp_path, pl.DataFrame({"found": [1990] * len(given), "int": given}))
    (tmp_path / "survey.toml").write_text(plain, encoding="utf-8")
    (tmp_path / "questionnaire.toml").write_text(form, encoding="utf-8")
    run_survey(tmp_path / "survey.toml", tmp_path / "room", data=tmp_path / "answers.csv")
    files = tmp_path / "room" / "analysis"
    kept = pl.Series("q_int", [code if code in valid else None for code in given], dtype=pl.Float64)
    for read, ending in ((pyreadstat.read_sav, "sav"), (pyreadstat.read_dta, "dta")):
        answers, _ = read(str(files / f"answers.{ending}"), output_format="polars")
        assert_series_equal(answers["q_int"].cast(pl.Float64), kept)
    codes_too, _ = pyreadstat.read_sav(str(files / "answers.sav"), user_missing=True, output_format="polars")
    assert set(codes_too["q_int"].drop_nulls().to_list()) == {*valid, *declared}


def test_two_long_names_stay_two_columns_of_stata(tmp_path: Path) -> None:
    long = "how_much_a_firm_trusts_its_partners"
    text = SURVEY + "".join(
        f'[criteria.{long}_{place}]\nlabel = "L{place}"\nmeasure = "variable:found"\n'
        for place in ("at_home", "abroad")
    )
    survey = written(tmp_path, some_answers())
    survey.write_text(text, encoding="utf-8")
    run_survey(survey, tmp_path / "room", data=tmp_path / "answers.csv")
    _, about = pyreadstat.read_dta(str(tmp_path / "room" / "analysis" / "answers.dta"))
    assert {"Lat_home", "Labroad"} <= set(about.column_labels)


def test_answers_of_free_text_alone_are_a_no_that_says_so(tmp_path: Path) -> None:
    survey = written(tmp_path, some_answers())
    form = QUESTIONNAIRE.replace('kind = "number"', 'kind = "text"')
    (tmp_path / "questionnaire.toml").write_text(form, encoding="utf-8")
    plain = SURVEY[: SURVEY.index("[criteria.age]")].replace('founded = "found"', "")
    survey.write_text(plain, encoding="utf-8")
    pl.DataFrame({"found": ["long ago", "last year"]}).write_csv(tmp_path / "open.csv")
    with pytest.raises(DataError, match="is free text or tells who answered"):
        run_survey(survey, data=tmp_path / "open.csv")
