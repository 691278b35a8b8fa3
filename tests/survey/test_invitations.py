"""Every drawn firm gets a token of its own, on the form and on paper, and only who is silent is reminded."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import polars as pl
import pytest

from firmtrade.surveys import run_survey
from firmtrade.surveys.instrument.invitations import letters, participants, still_silent, tokens, with_tokens
from firmtrade.surveys.plan import bundled_surveys, load_survey
from survey.test_small_survey import SURVEY, some_answers, written
from survey.world import drawn, loaded

FIRMS = with_tokens(drawn().firms, loaded().fingerprint)
LETTER = loaded().questionnaire.texts.invitation


def test_a_token_is_short_plain_and_of_one_firm_whatever_the_order_of_the_sample() -> None:
    assert FIRMS["token"].n_unique() == len(FIRMS)
    assert all(re.fullmatch(r"[2-9a-hj-km-np-z]{12}", token) for token in FIRMS["token"])
    turned = with_tokens(drawn().firms.reverse(), loaded().fingerprint).reverse()
    assert turned["token"].equals(FIRMS["token"])


def test_tokens_of_another_sample_or_survey_tell_nothing_of_these() -> None:
    some = drawn().firms["firm_id"].head(50)
    known = set(FIRMS["token"])
    assert not known & set(tokens(some, loaded().fingerprint))
    assert not known & set(tokens(drawn().firms["firm_id"], "another survey"))


def test_participants_have_the_columns_that_limesurvey_imports() -> None:
    """Its import asks for first name, last name and e-mail address in the header; tokens have at most 35 signs."""
    addressed = FIRMS.head(2).with_columns(
        email=pl.Series(["a@example.org", None]), language=pl.Series(["nl", None])
    )
    table = participants(addressed, "fr")
    rows = list(csv.DictReader(io.StringIO(table.write_csv())))
    assert list(rows[0])[:3] == ["firstname", "lastname", "email"]
    assert [(row["email"], row["language"], row["usesleft"]) for row in rows] == [
        ("a@example.org", "nl", "1"), ("", "fr", "1"),
    ]  # fmt: skip
    assert all(0 < len(row["token"]) <= 35 for row in rows)
    assert not any(firm in table.write_csv() for firm in FIRMS["firm_id"].head(2))


@pytest.mark.parametrize("survey", bundled_surveys())
def test_a_bundled_survey_has_its_letters_and_the_texts_around_its_form(survey: str) -> None:
    plan = load_survey(survey)
    texts = plan.questionnaire.texts
    assert None not in (texts.welcome, texts.privacy, texts.closing)
    for letter in (texts.invitation, texts.reminder):
        assert letter is not None
        assert all(letter.body.say(language).count("{link}") == 1 for language in plan.plan.survey.languages)


def test_a_letter_speaks_the_language_of_the_firm_and_shows_its_way_into_the_form() -> None:
    assert LETTER is not None
    firms = FIRMS.head(3).with_columns(language=pl.Series(["fr", "xx", None]))
    found = letters(firms, LETTER, "https://example.org/form?token={token}", loaded().plan.survey.languages)
    assert found["language"].to_list() == ["fr", "en", "en"]
    assert found["subject"].to_list() == [
        LETTER.subject.say("fr"),
        LETTER.subject.say("en"),
        LETTER.subject.say("en"),
    ]
    for token, link, body in found.select("token", "link", "body").iter_rows():
        assert link == f"https://example.org/form?token={token}"
        assert body.endswith(link)
    unknown = letters(firms, LETTER, None, loaded().plan.survey.languages)
    assert unknown["body"].str.contains("{link}", literal=True).all()


def test_who_answered_refused_or_left_the_population_is_not_reminded() -> None:
    firms = FIRMS.head(6)
    said = ["complete", "refusal", "ineligible", "non_contact", "unknown", "partial"]
    became = pl.DataFrame({"firm_id": firms["firm_id"], "disposition": said})
    assert still_silent(firms, became)["firm_id"].to_list() == firms["firm_id"].to_list()[3:5]


def test_answers_find_their_firms_by_the_tokens_of_the_room(tmp_path: Path) -> None:
    register = pl.DataFrame({"firm_id": [f"F{i}" for i in range(200)], "region": ["x", "y"] * 100})
    path = written(tmp_path, some_answers())
    path.write_text(SURVEY.replace("size = 20", "size = 80"), encoding="utf-8")
    folder = run_survey(path, tmp_path / "room", data=tmp_path / "answers.csv", frame=register).write(
        tmp_path / "again"
    )
    sample = pl.read_csv(folder / "sample.csv")
    assert (folder / "invitations" / "participants.csv").is_file()
    field = tmp_path / "field"
    field.mkdir()
    some_answers().with_columns(sample["token"].head(60)).write_csv(field / "answers.csv")
    sample.write_csv(field / "sample.csv")
    register.write_csv(field / "frame.csv")
    found = run_survey(path, tmp_path / "after", data=field)
    assert found.analysis.weights is not None
    assert found.analysis.rates is not None
    assert found.analysis.rates.counts["complete"] + found.analysis.rates.counts["ineligible"] == 60
    again = pl.read_csv(tmp_path / "after" / "sample.csv")
    assert again["token"].equals(sample["token"])
    manifest = json.loads((tmp_path / "after" / "manifest.json").read_text(encoding="utf-8"))
    assert "invitations/participants.csv" in manifest["stays_inside"]
