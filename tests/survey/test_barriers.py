"""The survey of barriers: who goes abroad, who never considered it, and what is a major problem, by class of firm."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from firmtrade.errors import StudyError
from firmtrade.messages import LANGUAGES
from firmtrade.outputs.room import read_room
from firmtrade.surveys import SurveyResults, run_survey
from firmtrade.surveys.plan import load_survey

BARRIERS = {"cost", "prod", "skill", "lang", "time", "regul", "finan", "info", "partn", "tape", "paymt"}


@cache
def results() -> SurveyResults:
    return run_survey("barriers-belgium")


def share(question: str, answer: str, group: str = "all") -> float | None:
    return next(
        one.estimate
        for one in results().estimates
        if (one.block, one.specification, one.outcome, one.term)
        == ("survey.questions", group, question, answer)
    )


def test_a_survey_without_scales_models_and_hypotheses_is_a_survey(tmp_path: Path) -> None:
    results().write(tmp_path / "room")
    assert read_room(tmp_path / "room").manifest.data.kind == "synthetic"
    assert results().switched_off == ()
    assert [section.key for section in results().sections] == [
        "headline", "sample", "representativeness", "methods", "checklist", "codebook",
    ]  # fmt: skip
    for language in LANGUAGES:
        assert results().table("question_stage", language)["rows"].null_count() == 0


def test_every_barrier_is_told_apart_by_size_sector_and_region() -> None:
    found = {
        (one.outcome, one.specification.partition("=")[0])
        for one in results().estimates
        if one.block == "survey.questions" and one.term == "3" and one.outcome in BARRIERS
    }
    assert found == {(b, g) for b in BARRIERS for g in ("all", "size_class", "sector", "region")}


def test_shares_of_the_answers_to_a_barrier_add_up_and_leave_out_who_does_not_know() -> None:
    assert sum(share("cost", code) or 0 for code in "123") == pytest.approx(100)
    answers = results().analysis.answers
    assert (answers["cost"] == 9).sum() > 0
    table = results().table("question_bint")
    assert table["n_obs"][0] == (answers["cost"].is_in([1, 2, 3])).sum()


def test_the_weighted_share_is_that_of_its_definition() -> None:
    analysis = results().analysis
    assert analysis.weights is not None
    weights, given = analysis.weights.final, analysis.answers["regul"]
    counted = given.is_in([1, 2, 3]).fill_null(False).to_numpy()
    major = (given == 3).fill_null(False).to_numpy()
    assert share("regul", "3") == pytest.approx(100 * weights[major].sum() / weights[counted].sum())


def test_who_never_considered_it_is_asked_why_and_of_no_barrier() -> None:
    answers = results().analysis.answers
    never = answers["stage"] == 4
    assert answers.filter(never)["cost"].null_count() == never.sum()
    assert answers.filter(never)["why1"].null_count() == 0
    assert answers.filter(~never)["why1"].null_count() == (~never).sum()


def with_edition(folder: Path, lines: str) -> Path:
    loaded = load_survey("barriers-belgium")
    (folder / "barriers-belgium").mkdir()
    (folder / "barriers-belgium" / "questionnaire.toml").write_text(loaded.form, encoding="utf-8")
    text = loaded.text.replace("[report]\n", '[report]\nedition = "edition.csv"\n')
    (folder / "survey.toml").write_text(text, encoding="utf-8")
    (folder / "edition.csv").write_text(f"question,answer,group,value,source\n{lines}", encoding="utf-8")
    return folder / "survey.toml"


def test_published_shares_stand_beside_those_of_the_survey(tmp_path: Path) -> None:
    path = with_edition(
        tmp_path,
        f"cost,3,all,{share('cost', '3')},A report\nstage,4,size_class=size_lt10,99.5,A report\nacts,act1,all,50,B\n",
    )
    found = run_survey(path)
    table = next(t for s in found.sections if s.key == "published" for t in s.tables())
    assert len(table.rows) == 3
    assert [str(row.entries[4].words) for row in table.rows] == ["yes", "no", "no"]  # type: ignore[union-attr]
    assert any("A report" in str(row.entries) for row in table.rows)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("cots,3,all,1,S", r"edition.csv, line 2: there is no question `cots`\n.*`cost`"),
        ("cost,9,all,1,S", r"line 2: `9` is no answer to `cost`\n.*1, 2, 3"),
        ("cost,3,all,one,S", r"line 2: the value is no number"),
        ("cost,3,all,nan,S", r"line 2: the value is no number"),
        ("cost,3,all,1,", r"line 2: the source is missing"),
    ],
)
def test_an_edition_that_cannot_be_read_says_where(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(StudyError, match=message):
        load_survey(with_edition(tmp_path, line))


def test_careless_firms_tick_answers_that_the_list_has() -> None:
    answers = results().analysis.answers
    assert set(np.unique(answers["cost"].drop_nulls())) <= {1, 2, 3, 9}
