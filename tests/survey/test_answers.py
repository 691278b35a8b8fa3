"""What respondents ticked, wrote and left open is read as every survey system writes it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pyreadstat
import pytest

from firmtrade.surveys.criteria import Answered
from firmtrade.surveys.fieldwork import answer_quality, read_responses, tidy_responses
from firmtrade.surveys.fieldwork.written_numbers import read_numbers
from firmtrade.surveys.instrument import parse_questionnaire
from firmtrade.surveys.plan import LoadedSurvey
from survey.world import field, loaded


def ticks(columns: dict[str, list[str | None]], item: str = "s1") -> list[int | None]:
    return tidy_responses(pl.DataFrame(columns), loaded()).answers[item].to_list()


@pytest.mark.parametrize("mark", ["Y", "Yes", "Oui", "Ja", "1", "X", "✓", "Checked", "s1", "Facebook"])
def test_a_box_that_was_left_empty_is_a_no_of_those_who_were_asked(mark: str) -> None:
    item = "s2" if mark == "Facebook" else "s1"
    assert ticks({f"sites[{item}]": [mark, "", mark]}, item) == [1, 0, 1]


def test_an_empty_box_is_missing_where_the_system_writes_a_no_of_its_own() -> None:
    assert ticks({"sites[s1]": ["Ja", "Nein", ""], "sites[s2]": ["Ja", "Ja", ""]}) == [1, 0, None]
    assert ticks({"sites_1": ["1", "-99", ""]}) == [1, 0, None]


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        ("TRUE", "FALSE"), ("Vrai", "Faux"), ("Waar", "Onwaar"), ("Wahr", "Falsch"), ("☑", "☐"),
        ("Sélectionné", "Non sélectionné"), ("aangevinkt", "niet aangevinkt"), ("genannt", "nicht genannt"),
        ("Quoted", "Not quoted"),
    ],
)  # fmt: skip
def test_packages_write_yes_and_no_of_a_box_in_their_language(yes: str, no: str) -> None:
    assert ticks({"sites_s1": [yes, no, yes]}) == [1, 0, 1]


def test_who_was_not_asked_or_had_left_before_ticked_nothing() -> None:
    columns = {
        "snsuse": ["1", "0", "1", "1", "1"],
        "sites[s1]": ["Y", "", "", "", "N/A"],
        "plc1": ["3", "4", "", "", "2"],
        "mrk1": ["3", "4", "5", "", "2"],
        "submitdate": ["2024-03-01", "2024-03-01", "", "", "2024-03-02"],
    }
    assert ticks(columns) == [1, None, 0, None, None]


@pytest.mark.parametrize(
    "answers",
    [
        ["1,4", "2", ""],
        ["s1;s4", "s2", ""],
        ["s1 s4", "s2", ""],
        ["s1|s4", " s2 ", ""],
        ["1/4", "2", ""],
        ['["s1","s4"]', "[2]", ""],
        ["s1\ns4", "s2\n", ""],
        [
            "Professional network (LinkedIn and the like),Microblog (X, Threads, Bluesky and the like)",
            "Facebook",
            "",
        ],
        ["Réseau professionnel; s4", "s2", ""],
    ],
)
def test_boxes_in_one_column_are_found_by_id_number_or_label(answers: list[str | None]) -> None:
    found = tidy_responses(pl.DataFrame({"sites": answers}), loaded())
    if "Réseau" in str(
        answers[0]
    ):  # no label of the questionnaire: counted, and the rest of the cell is read
        assert found.out_of_range == {"sites": 1}
        assert found.answers["s4"].to_list() == [1, 0, 0]
        return
    assert found.answers.select("s1", "s2", "s3", "s4").rows() == [(1, 0, 0, 1), (0, 1, 0, 0), (0, 0, 0, 0)]
    assert found.out_of_range == {}


def test_a_mark_that_is_no_tick_is_counted() -> None:
    found = tidy_responses(pl.DataFrame({"sites[s1]": ["Y", "maybe", ""]}), loaded())
    assert found.out_of_range == {"s1": 1}
    assert found.answers["s1"].to_list() == [1, None, 0]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (["1,200", "950", "12,500"], [1200, 950, 12500]),
        (["1.200", "950", "12.500"], [1200, 950, 12500]),
        (["1,25", "2,500"], [1.25, 2.5]),
        (["1.25", "3"], [1.25, 3]),
        (["1 200", "1\u202f300", "1'400"], [1200, 1300, 1400]),
        (["1.234,5", "1,234.5"], [1234.5, 1234.5]),
        (["12 %", "12%", "1,200,000"], [12, 12, 1200000]),
        (["ca. 50", "1.200", "12.500"], [None, 1200, 12500]),
        (["many", "nan", "inf", "1e3"], [None, None, None, 1000]),
    ],
)
def test_numbers_are_read_as_people_write_them(written: list[str], meant: list[float | None]) -> None:
    assert read_numbers(pl.Series(written)).to_list() == meant


@pytest.mark.parametrize(
    "written",
    [
        "5",
        "05",
        "5.0",
        "5,0",
        "5 - Rather agree",
        "5 – Rather agree",
        "5. rather agree",
        "Rather  agree (5)",
        "[5] Plutôt d’accord",
    ],
)
def test_an_answer_is_read_by_its_code_its_label_or_both(written: str) -> None:
    found = tidy_responses(pl.DataFrame({"plc1": [written, "5.5"]}), loaded())
    assert found.answers["plc1"].to_list() == [5, None]
    assert found.out_of_range == {"plc1": 1}


def test_codes_for_no_answer_enter_no_measure() -> None:
    frame = pl.DataFrame({"snsfrq": [1, 5, 3], "d1a": [99, 7, 1], "snsimp": [5, 1, 2]})
    known = Answered(loaded(), frame, {})
    assert known.number("d1a").tolist()[1:] == [7, 1]
    assert np.isnan(known.number("d1a")[0])


def test_values_that_spss_declares_missing_are_missing(tmp_path: Path) -> None:
    path = tmp_path / "answers.sav"
    frame = pl.DataFrame(
        {"found": [1990.0, 1900.0, 2001.0], "staff": [12.0, 98.0, 99.0], "plc1": [3.0, 4.0, 5.0]}
    )
    missing = {"found": [1900.0], "staff": [{"lo": 98.0, "hi": 99.0}]}
    pyreadstat.write_sav(frame.to_pandas(), str(path), missing_ranges=missing)
    found = read_responses(path, loaded())
    assert found.answers["found"].to_list() == [1990.0, None, 2001.0]
    assert found.answers["staff"].to_list() == [12.0, None, None]
    assert found.out_of_range == {}


def test_extended_missing_values_of_stata_are_missing(tmp_path: Path) -> None:
    path = tmp_path / "answers.dta"
    frame = pl.DataFrame({"staff": [12.0, "a", "z"]}, strict=False, schema={"staff": pl.Object}).to_pandas()
    frame["plc1"] = [3, 4, 5]
    pyreadstat.write_dta(frame, str(path), missing_user_values={"staff": ["a", "z"]})
    found = read_responses(path, loaded())
    assert found.answers["staff"].to_list() == [12.0, None, None]
    assert found.out_of_range == {}


def test_who_does_not_know_much_has_answered_all_the_same() -> None:
    lines = [v.name for v in loaded().variables.values() if v.kind == "scale"]
    answers = field().answers.head(8).with_columns(pl.lit(99).alias(name) for name in lines)
    assert not answer_quality(loaded(), answers).flags["incomplete"].any()


def test_firms_are_linked_by_numbers_too(tmp_path: Path) -> None:
    path = tmp_path / "answers.parquet"
    pl.DataFrame({"firm_id": [1001.0, 1002.0], "plc1": [3, 4]}).write_parquet(path)
    assert read_responses(path, loaded()).answers["firm_id"].to_list() == ["1001", "1002"]


def test_a_letter_that_a_block_of_bytes_cuts_is_no_fault_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    for length in (19990, 19991):
        path.write_text(f"plc1,remark\n3,{'a' * length}é{'é' * 40}\n", encoding="utf-8")
        assert read_responses(path, loaded()).answers["plc1"].to_list() == [3]
    path.write_text("plc1;remark\n3;é\n", encoding="utf-16")
    assert read_responses(path, loaded()).answers["plc1"].to_list() == [3]


def test_labels_that_are_codes_of_other_answers_are_read_as_codes_and_said() -> None:
    sites = """
[answers.sites]
label = "Number of sites"
codes = [{ code = 1, text = "none" }, { code = 2, text = "1" }, { code = 3, text = "2 or more" }]

[[groups]]
id = "use"
title = "Use"

[[groups.questions]]
id = "number"
kind = "choice"
answers = "sites"
text = "How many sites do you use?"
"""
    survey = LoadedSurvey(loaded().plan, parse_questionnaire(sites, "small.toml"), "")
    found = tidy_responses(pl.DataFrame({"number": ["1", "2 or more", "none", "2"]}), survey)
    assert found.answers["number"].to_list() == [1, 3, 1, 2]
    assert any(
        "labels of some answers are the codes of others in number" in said
        for said in map(str, found.problems)
    )


@pytest.mark.parametrize("between", ["/", "-", ":"])
def test_answers_of_odk_and_kobo_are_read_within_their_pages(between: str) -> None:
    raw = pl.DataFrame(
        {
            f"page_profile{between}found": ["1990", "2001"],
            f"page_sns{between}snsuse": ["1", "1"],
            f"page_sns{between}place{between}plc1": ["3", "99"],
            f"page_sns{between}sites": ["s1 s4", "s2"],
            "page_markets1/mkt1c_shown": ["France", ""],
            "welcome": ["", ""],
            "page_markets1-intro_markets1": ["", ""],
        }
    )
    found = tidy_responses(raw, loaded())
    assert found.unknown == ()
    assert found.answers["found"].to_list() == [1990.0, 2001.0]
    assert found.answers["plc1"].to_list() == [3, 99]
    assert found.answers["s4"].to_list() == [1, 0]


def test_kobo_boxes_of_their_own_win_over_the_joined_column() -> None:
    raw = pl.DataFrame(
        {"page_sns/snsuse": ["1", "1"], "page_sns/sites": ["s1", "s2"], "page_sns/sites/s1": ["1", "0"],
         "page_sns/sites/s2": ["0", "1"], "_submission_time": ["2024-05-01", "2024-05-02"]}
    )  # fmt: skip
    found = tidy_responses(raw, loaded())
    assert found.answers.select("s1", "s2").rows() == [(1, 0), (0, 1)]


def test_qualtrics_choice_text_is_read_as_its_codes() -> None:
    raw = pl.DataFrame(
        {"snsuse": ["Yes", "Yes"], "sites_1": ["Professional network (LinkedIn and the like)", ""],
         "sites_2": ["", "Facebook"], "snsfrq": ["Every week", "Never"], "RecordedDate": ["2024-05-01"] * 2}
    )  # fmt: skip
    found = tidy_responses(raw, loaded())
    assert found.answers["snsfrq"].to_list() == [4, 1]
    assert found.answers.select("s1", "s2").rows() == [(1, 0), (0, 1)]
