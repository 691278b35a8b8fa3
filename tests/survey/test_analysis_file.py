"""Answers for other programs: labels, levels, missing answers, flags, scores, weights; no identifier and no clock."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import polars as pl
import pyreadstat
import pytest

from firmtrade.outputs.room import read_room
from firmtrade.surveys import SurveyResults, run_survey
from firmtrade.surveys.room.analysis_file import analysis_columns, analysis_files
from firmtrade.surveys.room.ddi import NAMESPACE, ddi_codebook
from survey.ddi_rules import broken_rules
from survey.world import results as networks

DDI = {"d": NAMESPACE}
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@cache
def results() -> SurveyResults:
    return run_survey("barriers-belgium")


@cache
def files() -> dict[str, bytes]:
    return analysis_files(results().analysis)


def opened(folder: Path, ending: str) -> tuple[pl.DataFrame, object]:
    path = folder / f"answers.{ending}"
    path.write_bytes(files()[f"analysis/answers.{ending}"])
    read = pyreadstat.read_sav if ending == "sav" else pyreadstat.read_dta
    return read(str(path), output_format="polars")  # type: ignore[no-any-return, operator]


@pytest.mark.parametrize("ending", ["sav", "dta"])
def test_a_package_reads_answers_with_labels_and_no_answer_as_missing(tmp_path: Path, ending: str) -> None:
    frame, about = opened(tmp_path, ending)
    answers = results().analysis.answers
    assert len(frame) == len(answers)
    known = answers["cost"].set(answers["cost"] == 9, None)
    assert frame["cost"].to_list() == known.to_list(), "a don't know is no number"
    assert about.variable_value_labels["cost"][3] == "A major problem"  # type: ignore[attr-defined]
    assert about.column_names_to_labels["cost"] == "The costs of going abroad"  # type: ignore[attr-defined]
    weights = results().analysis.weights
    assert weights is not None
    assert frame["weight_final"].to_numpy() == pytest.approx(weights.final)
    assert about.variable_value_labels["frame_size_class"][1] == "<10"  # type: ignore[attr-defined]


def test_spss_knows_the_level_of_every_column(tmp_path: Path) -> None:
    _, about = opened(tmp_path, "sav")
    measure = about.variable_measure  # type: ignore[attr-defined]
    assert (measure["stage"], measure["cost"], measure["weight_final"]) == ("nominal", "ordinal", "scale")


def test_parquet_carries_its_labels(tmp_path: Path) -> None:
    path = tmp_path / "answers.parquet"
    path.write_bytes(files()["analysis/answers.parquet"])
    about = pl.read_parquet_metadata(path)
    assert json.loads(about["value_labels"])["cost"]["9"] == "Don't know"
    assert pl.read_parquet(path)["cost"].to_list() == results().analysis.answers["cost"].to_list()


def test_the_files_are_the_same_bytes_every_time_and_name_no_firm() -> None:
    again = analysis_files(run_survey("barriers-belgium").analysis)
    for name, content in files().items():
        assert hashlib.sha256(again[name]).digest() == hashlib.sha256(content).digest(), name
        assert b"SYN0" not in content, name
    assert files()["analysis/answers.sav"][84:109] == b"\0\0\0\0\0\0Y@01 Jan 0000:00:00", "bias, day and time"
    names = {column.name for column in analysis_columns(results().analysis)}
    assert "firm_id" not in names


def test_the_answers_stay_inside_and_the_room_says_so(tmp_path: Path) -> None:
    folder = results().write(tmp_path / "room")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert {"analysis/answers.sav", "analysis/answers.dta", "analysis/answers.parquet"} <= set(
        manifest["stays_inside"]
    )
    source = read_room(folder).manifest.study.source_in
    assert (source("de")[:5], source("fr")[:7]) == ("Nach ", "D’après")
    assert (folder / "analysis" / "ddi.xml").read_bytes().startswith(b"<?xml")


def test_the_ddi_codebook_holds_questions_answers_and_counts_in_every_language() -> None:
    book = ElementTree.fromstring(ddi_codebook(results().analysis))
    variables = {each.get("name"): each for each in book.findall("d:dataDscr/d:var", DDI)}
    cost = variables["cost"]
    texts = [each.text or "" for each in cost.findall("d:qstn/d:qstnLit", DDI)]
    assert len(texts) == 4
    assert texts[0].endswith("The costs of going abroad")
    missing = [each.find("d:catValu", DDI) for each in cost.findall("d:catgry[@missing='Y']", DDI)]
    assert [each.text for each in missing if each is not None] == ["9"]
    counts = {each.get("type"): int(each.text or 0) for each in cost.findall("d:sumStat", DDI)}
    answers = results().analysis.answers["cost"]
    assert counts["vald"] == answers.is_in([1, 2, 3]).sum()
    assert sum(counts.values()) == len(answers)
    assert variables["weight_final"].get("wgt") == "wgt"


def test_the_ddi_codebook_says_in_every_language_of_whom_the_study_and_each_question_speak() -> None:
    book = ElementTree.fromstring(ddi_codebook(networks().analysis))
    languages = ["en", "fr", "nl", "de"]

    def said(path: str) -> dict[str, str]:
        return {str(each.get(LANGUAGE)): str(each.text) for each in book.findall(path, DDI)}

    survey = networks().analysis.loaded.plan.survey
    for path, text in {
        "d:stdyDscr/d:stdyInfo/d:sumDscr/d:universe": survey.definition,
        "d:stdyDscr/d:method/d:dataColl/d:sources/d:dataSrc": survey.source,
    }.items():
        assert said(path) == {language: text.say(language) for language in languages}
    drawn = said("d:stdyDscr/d:method/d:dataColl/d:sampProc")
    assert drawn["en"].startswith("The population is: ")
    assert "1,600 firms" in drawn["en"]
    assert "size_class" not in " ".join(drawn.values())
    assert list(said("d:stdyDscr/d:method/d:dataColl/d:weight")) == languages
    question = "Does the firm use social networking sites in its foreign business?"
    asked = said("d:dataDscr/d:var[@name='s1']/d:universe")
    assert list(asked) == languages
    assert asked["en"] == f"Asked where the answer to “{question}” is Yes."
    second = said("d:dataDscr/d:var[@name='mkt2c']/d:universe")
    assert second["de"] == "Gefragt, wo „Markt 1: welches Land?“ beantwortet ist."
    assert not said("d:dataDscr/d:var[@name='found']/d:universe")


@pytest.mark.parametrize("survey", ["barriers-belgium", "sns-belgium"])
def test_the_codebook_keeps_the_rules_of_the_schema_of_ddi(survey: str) -> None:
    found = {"barriers-belgium": results, "sns-belgium": networks}[survey]()
    book = ddi_codebook(found.analysis)
    assert broken_rules(book) == []
    assert broken_rules(book.replace(b'intrvl="contin"', b'intrvl="continuous"', 1)) == [
        "intrvl of var is continuous"
    ]


def test_scores_and_criteria_stand_beside_the_answers() -> None:
    found = networks().analysis
    columns = {column.name: column for column in analysis_columns(found)}
    assert columns["s_sns_place"].values.drop_nulls().len() == (~np.isnan(found.scores["sns_place"])).sum()
    assert "c_age" in columns
    assert columns["mkt1c"].labels[1] is not None
