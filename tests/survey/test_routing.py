"""Who is asked what: screeners, conditions, and answers that only those give who were asked."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from firmtrade.errors import StudyError
from firmtrade.messages import Text
from firmtrade.surveys.analysis import analyse
from firmtrade.surveys.fieldwork import tidy_responses
from firmtrade.surveys.fieldwork.routing import routed, routed_past, screened_out
from firmtrade.surveys.instrument import (
    check_readback,
    limesurvey_text,
    parse_questionnaire,
    read_limesurvey,
    read_xlsform,
    write_xlsform,
    written,
)
from firmtrade.surveys.plan import LoadedSurvey
from firmtrade.surveys.simulator import simulate_population, synthetic_frame
from survey.limesurvey_rules import imported
from survey.world import drawn, field, frame, loaded

FORM = """
[texts]
welcome = "Welcome"
privacy = "We keep it to ourselves"
closing = "Thank you"
[texts.invitation]
subject = "A survey"
body = "Come in: {link}"
[answers.trade]
label = "trade"
codes = [{ code = 1, text = "exports" }, { code = 2, text = "imports" }, { code = 0, text = "none" }]
[answers.yes_no]
label = "yn"
codes = [{ code = 1, text = "yes" }, { code = 0, text = "no" }]
[answers.five]
label = "five"
ordered = true
codes = [{ code = 1, text = "a" }, { code = 2, text = "b" }, { code = 3, text = "c" }]
[answers.where]
label = "where"
codes = [{ code = "FR", text = "France" }, { code = "DE", text = "Germany" }]

[[groups]]
id = "first"
title = "First"
[[groups.questions]]
id = "kind"
kind = "choice"
answers = "trade"
screens_out = [0]
text = "What?"
[[groups.questions]]
id = "land"
kind = "choice"
answers = "where"
text = "Where in {year}?"
[[groups]]
id = "second"
title = "Second"
when = { question = "kind", equals = [1] }
[[groups.questions]]
id = "uses"
kind = "choice"
answers = "yes_no"
text = "Do you?"
[[groups.questions]]
id = "how"
kind = "scale"
answers = "five"
when = [{ question = "uses", equals = [1] }, { question = "land", answered = true }]
text = "How in {answer:land}?"
items = [{ id = "h1", text = "well" }, { id = "h2", text = "often" }]
[[groups]]
id = "third"
title = "Third"
[[groups.questions]]
id = "start"
kind = "number"
whole = true
maximum = "{year}"
text = "Since?"
[[groups.questions]]
id = "later"
kind = "number"
whole = true
at_least = "start"
text = "And then?"
"""
SMALL = parse_questionnaire(FORM, "form.toml", ("en",), 2024)
ANSWERS = pl.DataFrame(
    {
        "kind": [1, 1, 1, 2, 0, None],
        "land": ["FR", None, "DE", "DE", "FR", None],
        "uses": [1, 1, 0, 1, 1, None],
        "h1": [3, 3, 3, 3, 3, None],
        "h2": [3, 3, 3, 3, 3, None],
        "start": [2000] * 5 + [None],
        "later": [2001] * 5 + [None],
    }
)


def test_only_those_are_asked_for_whom_every_condition_holds() -> None:
    found = routed(SMALL, ANSWERS)
    assert found["h1"].to_list() == [3, None, None, None, None, None]
    assert found["uses"].to_list() == [1, 1, 0, None, None, None]
    assert found["start"].to_list() == [2000, 2000, 2000, 2000, None, None], (
        "who is screened out is asked no more"
    )
    assert screened_out(SMALL, ANSWERS).to_list() == [False, False, False, False, True, False]


def test_nobody_is_led_past_a_question_by_an_answer_that_was_not_given() -> None:
    past = routed_past(SMALL, ANSWERS)
    assert past["start"].to_list() == [False, False, False, False, True, False]
    assert past["uses"].to_list() == [False, False, False, True, True, False]


BOXES = """
[[groups]]
id = "sites"
title = "Sites"
[[groups.questions]]
id = "used"
kind = "multiple"
text = "Which?"
items = [{ id = "s1", text = "Alpha" }, { id = "time", text = "Beta, and more" }]
[[groups]]
id = "beta"
title = "Beta"
when = { question = "time", answered = true }
[[groups.questions]]
id = "often"
kind = "number"
text = "How often?"
[[groups.questions]]
id = "where"
kind = "multiple"
text = "Where?"
when = { question = "s1", equals = [1] }
items = [{ id = "w1", text = "here" }, { id = "w2", text = "there" }]
"""
WITH_BOXES = parse_questionnaire(FORM.split("[[groups]]")[0] + BOXES, "boxes.toml")


def test_a_question_may_be_asked_where_a_single_box_is_ticked(tmp_path: Path) -> None:
    answers = pl.DataFrame(
        {"s1": [1, 1, 0, None], "time": [1, 0, 1, None], "often": [2, 2, 2, 2], "w1": [1] * 4}
    )
    found = routed(WITH_BOXES, answers)
    assert found["often"].to_list() == [2, None, 2, None]
    assert found["w1"].to_list() == [1, None, None, None]
    assert routed_past(WITH_BOXES, answers)["often"].to_list() == [False, True, False, False]
    text = limesurvey_text(WITH_BOXES, Text("T"), ("en",))
    imported(text.encode())
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(text), delimiter="\t")}
    assert rows["where"]["relevance"] == '(used_s1.NAOK == "Y")'
    assert rows["Beta"]["relevance"] == '(used_time0.NAOK == "Y")', "LimeSurvey keeps `time` for itself"
    check_readback(written(WITH_BOXES, ("en",)), read_limesurvey(text), "LimeSurvey form")
    write_xlsform(WITH_BOXES, Text("T"), ("en",), tmp_path / "form.xlsx")
    check_readback(written(WITH_BOXES, ("en",)), read_xlsform(tmp_path / "form.xlsx"), "XLSForm")


@pytest.mark.parametrize(
    "sites",
    [
        pytest.param({"s1": ["Y", "", "Y", ""], "time": ["Y", "Y", "", ""]}, id="a letter or nothing"),
        pytest.param({"s1": ["Oui", "Non", "Oui", "Non"], "time": ["Oui", "Oui", "Non", "Non"]}, id="words"),
        pytest.param({"s1": ["1", "2", "1", "2"], "time": ["1", "1", "2", "2"]}, id="numbers of yes and no"),
        pytest.param({"used": ["Alpha, Beta, and more", "Beta, and more", "Alpha", ""]}, id="one column"),
    ],
)
def test_a_box_that_leads_on_is_read_before_the_boxes_it_leads_to(sites: dict[str, list[str]]) -> None:
    """Nothing in a box is a no where it was asked, and nothing at all where another box did not lead to it."""
    raw = {
        **sites,
        "often": ["3", "3", "", ""],
        "w1": ["Y", "", "", ""],
        "w2": [""] * 4,
        "submitdate": ["2024"] * 4,
    }
    survey = LoadedSurvey(loaded().plan, WITH_BOXES, "")
    read = tidy_responses(pl.DataFrame(raw), survey).answers
    assert read["w1"].to_list() == [1, None, None, None]
    assert read["w2"].to_list() == [0, None, None, None]


def test_forms_carry_conditions_order_checks_earlier_answers_and_the_year(tmp_path: Path) -> None:
    expected = written(SMALL, ("en",))
    by_name = {each.name: each for each in expected}
    assert [each.question for each in by_name["h1"].conditions] == ["kind", "kind", "uses", "land"]
    assert by_name["later"].at_least == "start"
    assert (by_name["start"].maximum, by_name["start"].whole) == (2024, True)
    text = limesurvey_text(SMALL, Text("T"), ("en",))
    check_readback(expected, read_limesurvey(text), "LimeSurvey form")
    write_xlsform(SMALL, Text("T"), ("en",), tmp_path / "form.xlsx")
    check_readback(expected, read_xlsform(tmp_path / "form.xlsx"), "XLSForm")
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(text), delimiter="\t")}
    assert rows["how"]["text"] == "How in {land.shown}?"
    assert rows["later"]["em_validation_q"].endswith("later.NAOK >= start.NAOK")
    assert rows["land"]["text"] == "Where in 2024?"
    assert rows["surveyls_email_invite"]["text"] == "Come in: {SURVEYURL}"
    assert rows["shownoanswer"]["text"] == "N", "a list with its own don't know shows no second one"


def test_pyxform_accepts_conditions_and_earlier_answers(tmp_path: Path) -> None:
    pyxform = pytest.importorskip("pyxform.xls2xform", reason="pyxform is a development tool")
    write_xlsform(SMALL, Text("T"), ("en",), tmp_path / "form.xlsx")
    made = pyxform.convert(str(tmp_path / "form.xlsx")).xform
    assert "jr:choice-name" in made
    assert "We keep it to ourselves" in made


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'at_least = "start"',
            'at_least = "strt"',
            r"`later` depends on `strt`, which is not asked before it",
        ),
        ("{answer:land}", "{answer:later}", r"`how` depends on `later`, which is not asked before it"),
        ("screens_out = [0]", "screens_out = [7]", r"`7`, which should screen out, is no answer to `kind`"),
        ('kind = "number"\nwhole = true\nat_least', 'kind = "text"\nat_least', r"only numbers have"),
    ],
)
def test_a_route_that_leads_nowhere_is_refused(old: str, new: str, message: str) -> None:
    with pytest.raises(StudyError, match=message):
        parse_questionnaire(FORM.replace(old, new, 1), "form.toml", ("en",), 2024)


def test_simulated_firms_answer_only_what_they_were_asked() -> None:
    found = simulate_population(loaded(), synthetic_frame(3000, 5, 2024), np.random.default_rng(1))
    outside = found["intl"].is_in([0, 2])
    assert outside.sum() > 1000
    assert found.filter(outside)["found"].null_count() == outside.sum()
    users = found.filter(~outside, pl.col("snsuse") == 1)
    others = found.filter(~outside, pl.col("snsuse") == 0)
    assert len(others) > 100
    assert others["inf1"].null_count() == len(others)
    assert users["inf1"].null_count() == 0
    assert others["plc1"].null_count() == 0, "plans may be asked of firms that use no site"


def test_who_is_screened_out_is_not_analysed_and_counts_as_ineligible() -> None:
    result = analyse(
        loaded(), tidy_responses(field().answers, loaded()), frame=frame(), drawn=drawn(),
        dispositions=field().dispositions, multiverse=False,
    )  # fmt: skip
    out = field().answers["intl"].is_in([0, 2]).sum()
    assert out > 3
    assert ("screened_out", out) in result.quality.flow
    assert result.answers["intl"].is_in([1, 3]).all()
    known = (field().dispositions["disposition"] == "ineligible").sum()
    assert result.rates is not None
    assert result.rates.counts["ineligible"] == known + out
