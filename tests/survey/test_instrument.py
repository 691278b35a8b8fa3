"""The questionnaire is complete in four languages, and its forms say what it says."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from functools import cache
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest
from xlsxwriter import Workbook

from firmtrade.errors import DataError, InputError, StudyError
from firmtrade.messages import Text
from firmtrade.surveys import load_survey
from firmtrade.surveys.fieldwork import tidy_responses
from firmtrade.surveys.instrument import (
    Questionnaire,
    check_readback,
    limesurvey_text,
    parse_questionnaire,
    read_limesurvey,
    read_xlsform,
    write_xlsform,
    written,
)
from survey.limesurvey_rules import imported

TEXT = (files("firmtrade.studies") / "sns-belgium" / "questionnaire.toml").read_text(encoding="utf-8")
LANGUAGES = ("en", "fr", "nl", "de")
TITLE = Text({"en": "Social networking sites", "fr": "Réseaux sociaux numériques"})


@cache
def bundled() -> Questionnaire:
    return parse_questionnaire(TEXT, "questionnaire.toml", LANGUAGES, 2024)


SMALL = """
[answers.yes_no]
label = "Yes or no"
codes = [{ code = 1, text = "Yes" }, { code = 0, text = "No" }]

[[groups]]
id = "first"
title = "First"

[[groups.questions]]
id = "abroad"
kind = "choice"
answers = "yes_no"
text = "Do you sell abroad?"

[[groups.questions]]
id = "share"
kind = "number"
minimum = 0
maximum = 100
when = { question = "abroad", equals = [1] }
text = "Which share?"
"""


def test_the_bundled_questionnaire_is_complete_in_four_languages() -> None:
    questionnaire = bundled()
    assert questionnaire.missing_texts(LANGUAGES) == ()
    variables = questionnaire.variables()
    assert sum(variable.kind == "scale" for variable in variables.values()) >= 55
    constructs = {variable.construct for variable in variables.values() if variable.construct}
    assert constructs == {
        "perceived_distance", "network_ties", "sns_place", "informational_use", "relational_use",
        "informational_benefits", "relational_benefits", "sns_barriers", "international_performance",
        "marker",
    }  # fmt: skip


def test_free_text_and_identifying_columns_do_not_leave() -> None:
    staying = {name for name, variable in bundled().variables().items() if not variable.leaves}
    assert staying == {"entno", "email", "remark"}


def test_a_dated_list_of_markets_repeats_its_questions() -> None:
    names = list(bundled().variables())
    assert [name for name in names if name.startswith("mkt")][:6] == [
        "mkt1c", "mkt1y", "mkt1m", "mkt2c", "mkt2y", "mkt2m",
    ]  # fmt: skip
    groups = {group.id: group for group in bundled().placed()}
    assert [each.question for each in groups["markets1"].conditions] == ["intl"]
    assert [each.question for each in groups["markets2"].conditions] == ["intl", "mkt1c"]
    assert groups["distance2"].title.say("fr") == "En quoi le marché 2 est-il différent\u202f?"


@pytest.mark.parametrize("languages", [LANGUAGES, ("fr", "nl"), ("de",)])
def test_the_limesurvey_form_reads_back_as_it_was_written(languages: tuple[str, ...]) -> None:
    text = limesurvey_text(bundled(), TITLE, languages)
    check_readback(written(bundled(), languages), read_limesurvey(text), "LimeSurvey form")


@pytest.mark.parametrize("survey", ["sns-belgium", "barriers-belgium"])
@pytest.mark.parametrize("languages", [LANGUAGES, ("fr", "nl"), ("de",)])
def test_limesurvey_loses_and_renames_nothing_of_the_form(survey: str, languages: tuple[str, ...]) -> None:
    plan = load_survey(survey)
    found = imported(limesurvey_text(plan.questionnaire, plan.plan.survey.title, languages).encode())
    assert (found.lost, found.renamed) == ([], [])
    placed = [question for group in plan.questionnaire.placed() for question in group.questions]
    assert list(found.questions.values()) == [question.id for question in placed]
    assert len(found.groups) == len(plan.questionnaire.placed())
    for question in placed:
        lines = found.lines.get(question.id, [])
        assert len(lines) == len(question.items)
        answers = question.declared.answers
        listed = plan.questionnaire.answers[answers].codes if answers else ()
        assert found.answers.get(question.id, []) == [str(code.code) for code in listed]
        for language in languages:
            for line, (_, text, _) in zip(lines, question.items, strict=True):
                assert found.words[question.id, line, language] == text.say(language)
            for code in listed:
                assert found.words[question.id, str(code.code), language] == code.text.say(language)
    assert {name: values for name, values in found.attributes.items() if len(values) > 1} == {}
    assert found.settings["language"] == languages[0]
    assert {language for name, language in found.texts if name == "surveyls_title"} == set(languages)


def test_limesurvey_asks_for_numbers_as_the_language_writes_them_and_sends_letters_as_they_are() -> None:
    found = imported(limesurvey_text(bundled(), TITLE, LANGUAGES).encode())
    assert [found.texts["surveyls_numberformat", language] for language in LANGUAGES] == ["0", "1", "1", "1"]
    assert found.settings["htmlemail"] == "N"
    assert found.settings["anonymized"] == "N"
    assert found.texts["surveyls_email_invite", "nl"].endswith("{SURVEYURL}")


@pytest.mark.parametrize("letters", range(6))
def test_no_sample_by_which_limesurvey_guesses_the_encoding_ends_in_a_letter(letters: int) -> None:
    title = Text({"en": "Letters", "fr": "a" * letters + "é’" * 4900})
    text = limesurvey_text(parse_questionnaire(SMALL, "small.toml"), title, ("fr",))
    for sample in (1000, 10_000):
        text.encode()[:sample].decode()
    assert [written.name for written in read_limesurvey(text)] == ["abroad", "share"]


@pytest.mark.parametrize("words", ['"Which share?"', '""', 'Which "share"?', '"one" or "two"', '"'])
def test_quotation_marks_of_a_question_survive_the_import(words: str) -> None:
    questionnaire = parse_questionnaire(SMALL.replace('"Which share?"', f"'{words}'"), "small.toml")
    text = limesurvey_text(questionnaire, TITLE, ("en",))
    assert imported(text.encode()).words["share", "", "en"] == questionnaire.groups[0].questions[1].text.say()
    check_readback(written(questionnaire, ("en",)), read_limesurvey(text), "LimeSurvey form")


def test_a_line_whose_code_limesurvey_keeps_for_itself_goes_there_and_comes_back() -> None:
    barriers = load_survey("barriers-belgium")
    text = limesurvey_text(barriers.questionnaire, TITLE, ("en",))
    assert imported(text.encode()).lines["bint"][-1] == "time0"
    assert "time" in {each.name for each in read_limesurvey(text)}
    answers = tidy_responses(pl.DataFrame({"stage": ["1"], "bint[time0]": ["3"]}), barriers).answers
    assert answers["time"].to_list() == [3]


def test_settings_of_a_question_stand_once_whatever_the_number_of_languages() -> None:
    rows = list(csv.DictReader(io.StringIO(limesurvey_text(bundled(), TITLE, LANGUAGES)), delimiter="\t"))
    limited = [row for row in rows if row["max_num_value_n"] or row["min_num_value_n"]]
    assert {row["language"] for row in limited} == {"en"}
    assert len(limited) == len({row["name"] for row in limited})


@pytest.mark.parametrize("languages", [LANGUAGES, ("fr", "nl"), ("de",)])
def test_the_xlsform_reads_back_as_it_was_written(languages: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    write_xlsform(bundled(), TITLE, languages, path)
    check_readback(written(bundled(), languages), read_xlsform(path), "XLSForm")


def test_two_exports_are_the_same_bytes(tmp_path: Path) -> None:
    digests = set()
    for name in ("one.xlsx", "two.xlsx"):
        write_xlsform(bundled(), TITLE, LANGUAGES, tmp_path / name)
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(digests) == 1


def test_pyxform_accepts_the_xlsform(tmp_path: Path) -> None:
    pyxform = pytest.importorskip("pyxform.xls2xform", reason="pyxform is a development tool")
    path = tmp_path / "form.xlsx"
    write_xlsform(bundled(), TITLE, LANGUAGES, path)
    result = pyxform.convert(str(path))
    assert "mkt2c" in result.xform
    assert "Réseaux" in result.xform


def test_a_number_and_a_choice_stand_in_the_text_of_a_later_question(tmp_path: Path) -> None:
    pyxform = pytest.importorskip("pyxform.xls2xform", reason="pyxform is a development tool")
    later = """
[[groups.questions]]
id = "later"
kind = "multiple"
text = "You said {answer:abroad} and {answer:share}. What else?"
items = [{ id = "l1", text = "One" }, { id = "l2", text = "Two" }]
"""
    form = (SMALL + later).replace("yes_no", "later")
    questionnaire = parse_questionnaire(form, "small.toml")
    write_xlsform(questionnaire, TITLE, ("en",), tmp_path / "form.xlsx")
    check_readback(written(questionnaire, ("en",)), read_xlsform(tmp_path / "form.xlsx"), "XLSForm")
    xform = pyxform.convert(str(tmp_path / "form.xlsx")).xform
    assert xform.count("jr:choice-name(") == 1
    assert re.search(r'share_shown"[^>]* calculate="[^"(]*/share *"', xform)
    assert "'later_boxes'" in xform


def test_a_changed_form_is_noticed() -> None:
    questionnaire = parse_questionnaire(SMALL, "small.toml")
    text = limesurvey_text(questionnaire, TITLE, ("en",))
    expected = written(questionnaire, ("en",))
    with pytest.raises(DataError, match="differs from the questionnaire in the texts of `share`"):
        check_readback(expected, read_limesurvey(text.replace("Which share?", "What?")), "form")
    with pytest.raises(DataError, match="differs from the questionnaire in the maximum of `share`"):
        check_readback(expected, read_limesurvey(text.replace("\t100\t", "\t90\t")), "form")
    with pytest.raises(DataError, match="lacks the variable `share`"):
        check_readback(expected, read_limesurvey(text)[:1], "form")
    with pytest.raises(DataError, match="the questionnaire lacks: `share`"):
        check_readback(expected[:1], read_limesurvey(text), "form")


def test_files_that_are_no_forms_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no survey structure of LimeSurvey"):
        read_limesurvey("a\tb\n1\t2\n")
    changed = limesurvey_text(parse_questionnaire(SMALL, "small.toml"), TITLE, ("en",)).replace(
        "\tN\tshare", "\tK\tshare"
    )
    with pytest.raises(InputError, match=r"Question `share` of survey\.txt has the type `K`"):
        read_limesurvey(changed)
    (tmp_path / "no.xlsx").write_bytes(b"no workbook")
    with pytest.raises(InputError, match=r"^no\.xlsx: this is not a readable workbook"):
        read_xlsform(tmp_path / "no.xlsx")
    with Workbook(tmp_path / "half.xlsx") as half:
        half.add_worksheet("survey")
    with pytest.raises(InputError, match=r"^half\.xlsx: there is no sheet `choices`\n  Known: survey"):
        read_xlsform(tmp_path / "half.xlsx")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('kind = "number"', 'kinds = "number"', r"line 18, .*no key `kinds` here\n.*`kind`"),
        ('answers = "yes_no"', 'answers = "yes_nee"', r"`yes_nee`, which are not declared\n.*`yes_no`"),
        ('id = "share"', 'id = "abroad"', r"the id `abroad` stands twice"),
        ('id = "share"', 'id = "Share"', r"line 17"),
        ('question = "abroad"', 'question = "abraod"', r"on `abraod`, which is not asked before\D+`abroad`"),
        ("equals = [1]", "answered = false", r"either `equals = \[...\]` or `answered = true`"),
        ("maximum = 100", "maximum = 0", r"`minimum` must be below `maximum`"),
        ('text = "Which share?"', "", r"the key `text` is missing\n.*Add `text = ...`"),
        ("code = 0", "code = 1", r"the code 1 stands twice"),
        ('answers = "yes_no"', "", r"a choice question needs `answers`"),
        ('title = "First"', 'title = "First"\nrepeat = 2', r"is repeated, so its id .* need a `#`"),
        ("[[groups]]", "[[groups]", r"not valid TOML"),
        ("equals = [1]", "equals = [1, 2]", r"where `abroad` is `2`, which is no answer to it\n"),
        ('id = "share"', 'id = "this"', r"`this` is a word of LimeSurvey"),
        ('id = "share"', 'id = "or"', r"`or` is a word of LimeSurvey"),
        ('[answers.yes_no]', '[answers."yes no"]', r"line 2"),
        ("minimum = 0", 'at_least = "abroad"', r"the answer to `abroad`, which is no number"),
    ],
)  # fmt: skip
def test_a_wrong_questionnaire_says_where_and_what_is_nearest(old: str, new: str, message: str) -> None:
    with pytest.raises(StudyError, match=message):
        parse_questionnaire(SMALL.replace(old, new, 1), "small.toml")


def test_a_condition_on_a_question_with_several_answers_is_refused() -> None:
    boxes = """
kind = "multiple"
items = [{ id = "a1", text = "One" }, { id = "a2", text = "Two" }]
"""
    form = SMALL.replace('kind = "choice"\nanswers = "yes_no"', boxes).replace(
        "equals = [1]", "answered = true"
    )
    with pytest.raises(StudyError, match="`share` depends on `abroad`, which has several answers"):
        parse_questionnaire(form, "small.toml")
    box = form.replace('question = "abroad"', 'question = "a2"')
    (condition,) = parse_questionnaire(box, "small.toml").placed()[-1].questions[-1].conditions
    assert (condition.question, condition.box) == ("abroad", "a2")
    with pytest.raises(StudyError, match="asked by the box `a2`, which is ticked or not, without codes"):
        parse_questionnaire(box.replace("answered = true", "equals = [0]"), "small.toml")


def test_a_missing_translation_is_named() -> None:
    with pytest.raises(StudyError, match=r"text\(s\) are missing, the first: answers.yes_no 1 \(fr\)"):
        parse_questionnaire(SMALL, "small.toml", ("en", "fr"))
