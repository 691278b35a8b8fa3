"""Exports of survey systems in their own manner: headings in words, two rows of them, codes numbered anew."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyreadstat
import pytest
from xlsxwriter import Workbook

from firmtrade.surveys.fieldwork import Responses, read_responses, tidy_responses
from survey.world import loaded

SITES = {"s1": "Professional network (LinkedIn and the like)", "s2": "Facebook"}
USE = loaded().variables["snsuse"].text
PLACE = loaded().variables["plc1"]
SITES_QUESTION = loaded().variables["s1"].stem


def read(folder: Path, text: str, name: str = "answers.csv") -> Responses:
    (folder / name).write_text(text, encoding="utf-8")
    return read_responses(folder / name, loaded())


@pytest.mark.parametrize("language", ["en", "fr", "nl", "de"])
@pytest.mark.parametrize("joined", ["{stem} [{line}]", "{stem} - {line}", "Page/{stem}/{line}"])
def test_columns_are_found_by_the_words_of_their_question(joined: str, language: str) -> None:
    assert PLACE.stem is not None
    line = joined.format(stem=PLACE.stem.say(language), line=PLACE.text.say(language))
    raw = pl.DataFrame({USE.say(language): ["1", "0"], line: ["3", "99"], "Found us?": ["x", "y"]})
    found = tidy_responses(raw, loaded())
    assert found.answers["snsuse"].to_list() == [1, 0]
    assert found.answers["plc1"].to_list() == [3, 99]
    assert found.unknown == ("Found us?",)


def test_limesurvey_may_write_the_code_before_the_text() -> None:
    raw = pl.DataFrame({"snsuse. Do you?": ["1"], "place[plc1]. To what extent? [plans]": ["3"]})
    assert tidy_responses(raw, loaded()).answers.select("snsuse", "plc1").rows() == [(1, 3)]


def test_words_that_head_two_questions_name_neither() -> None:
    words = loaded().variables["d1c"].text.say("en")
    assert words == loaded().variables["d2c"].text.say("en")
    assert tidy_responses(pl.DataFrame({"snsuse": ["1"], words: ["3"]}), loaded()).unknown == (words,)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_surveymonkey_writes_a_question_over_the_columns_of_its_lines(tmp_path: Path, ending: str) -> None:
    assert SITES_QUESTION is not None
    rows: list[list[object]] = [
        ["Respondent ID", USE.say("en"), SITES_QUESTION.say("en"), "", "Founded"],
        ["", "Response", SITES["s1"], SITES["s2"], "Open-Ended Response"],
        [11, "Yes", SITES["s1"], "", ""],
        [12, "Yes", "", SITES["s2"], ""],
    ]
    path = tmp_path / f"answers.{ending}"
    if ending == "csv":
        path.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in rows), encoding="utf-8")
    else:
        with Workbook(path) as book:
            sheet = book.add_worksheet()
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, [cell if cell != "" else None for cell in row])
    found = read_responses(path, loaded())
    assert found.answers.select("snsuse", "s1", "s2").rows() == [(1, 1, 0), (1, 0, 1)]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_texts_that_qualtrics_writes_below_its_header_are_no_answer(tmp_path: Path, ending: str) -> None:
    rows = [
        ["StartDate", "snsuse", "snsfrq"],
        ["Start Date", "Do you?", "How often?"],
        ["2024-05-01", "1", "4"],
    ]
    path = tmp_path / f"answers.{ending}"
    if ending == "csv":
        path.write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    else:
        with Workbook(path) as book:
            sheet = book.add_worksheet()
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    found = read_responses(path, loaded())
    assert found.answers.select("snsuse", "snsfrq").rows() == [(1, 4)]
    assert found.out_of_range == {}


@pytest.mark.parametrize("ending", ["sav", "dta"])
def test_answers_that_a_file_numbers_anew_are_read_by_its_labels(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"answers.{ending}"
    frame = pl.DataFrame(
        {"snsuse": [1.0, 2.0, 9.0], "s1": [1.0, 2.0, 2.0], "plc1": [3.0, 7.0, 1.0]}
    ).to_pandas()
    labels = {
        "snsuse": {1.0: "Oui", 2.0: "Non", 9.0: "Filtre"},
        "s1": {1.0: "Coché", 2.0: "Non"},
        "plc1": {1.0: "Strongly agree", 7.0: "Strongly disagree"},
    }
    write = pyreadstat.write_sav if ending == "sav" else pyreadstat.write_dta
    write(frame, str(path), variable_value_labels=labels)
    found = read_responses(path, loaded())
    assert found.answers["snsuse"].to_list() == [1, 0, None]
    assert found.answers["s1"].to_list() == [1, 0, 0]
    assert found.answers["plc1"].to_list() == [3, 1, 7]
    assert found.out_of_range == {"snsuse": 1}


def test_boxes_numbered_one_and_two_are_yes_and_no() -> None:
    raw = pl.DataFrame({"snsuse": ["1"] * 3, "sites_s1": ["1", "2", "2"], "sites_s2": ["2", "2", "1"]})
    assert tidy_responses(raw, loaded()).answers.select("s1", "s2").rows() == [(1, 0), (0, 0), (0, 1)]
    positions = pl.DataFrame({"snsuse": ["1", "1"], "sites_1": ["1", ""], "sites_2": ["", "2"]})
    assert tidy_responses(positions, loaded()).answers.select("s1", "s2").rows() == [(1, 0), (0, 1)]


@pytest.mark.parametrize("mark", ["N/A", "#N/A", "NULL", "NaN", "-", ".", "-99"])
def test_marks_for_no_answer_are_missing_and_no_fault_of_the_coding(mark: str) -> None:
    found = tidy_responses(pl.DataFrame({"plc1": ["3", mark], "staff": ["12", mark]}), loaded())
    assert found.answers["plc1"].to_list() == [3, None]
    assert found.answers["staff"].to_list() == [12, None]
    assert "plc1" not in found.out_of_range


def test_numbers_that_look_like_codes_for_no_answer_are_named_and_kept() -> None:
    staff = ["12", "40", "9999", "9999", "7"]
    found = tidy_responses(pl.DataFrame({"snsuse": ["1"] * 5, "staff": staff}), loaded())
    assert found.suspects == {"staff": (9999,)}
    assert found.answers["staff"].to_list() == [12, 40, 9999, 9999, 7]
    assert any("staff 9999: these numbers stand far from all others" in str(said) for said in found.problems)
    assert tidy_responses(pl.DataFrame({"staff": ["12", "98", "98", "120"]}), loaded()).suspects == {}
