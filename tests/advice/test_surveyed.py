"""What a released survey says of barriers to a firm of a class."""

from __future__ import annotations

from pathlib import Path

import pytest

import firmtrade as ft
from firmtrade.advice import AnswerFile, SurveyRelease, advise
from firmtrade.advice.barriers import terms
from firmtrade.advice.peers import Trust, band_of
from firmtrade.advice.surveyed import Surveyed
from firmtrade.errors import InputError, UsageError
from firmtrade.messages import has
from firmtrade.report import publish
from firmtrade.report.advice import advice_document
from firmtrade.study.declaration import parse
from report.sample import document

FIRM = """
answered_on = 2026-12-01
[firm]
country = "BE"
nace = "25"
nace_revision = "1.1"
region = "flanders"
employees = 24
"""


def row(group: str, question: str, share: str, status: str = "A", term: str = "3") -> dict[str, str]:
    low, high = (str(float(share) + step) if share else "" for step in (-5, 5))
    return {
        "block": "survey.questions", "specification": group, "outcome": question, "term": term,
        "estimate": share, "conf_low": low, "conf_high": high, "n_obs": "80" if share else "", "status": status,
    }  # fmt: skip


ROWS = (
    row("all", "cost", "31.4"),
    row("all", "cost", "12", term="2"),
    row("size_class=size_lt10", "cost", "40"),
    row("size_class=size_10_49", "cost", "28"),
    row("sector=manufacturing", "cost", "", "Q"),
    row("sector=services", "cost", "55"),
    row("region=flanders", "cost", "30"),
    row("all", "tape", "26"),
    row("all", "stage", "50"),
    {**row("all", "cost", "99"), "block": "survey.scores"},
)


def told(text: str = FIRM, country: str | None = "BE") -> Surveyed:
    release = SurveyRelease("barriers-belgium", "Barriers", country, True, "0", ROWS)
    found = advise(parse(AnswerFile, text, "answers.toml"), survey=release).surveyed
    assert found is not None
    return found


def test_a_firm_is_told_the_shares_of_its_own_classes_and_of_everyone() -> None:
    found = told()
    shares = {(each.barrier, each.by): each.share for each in found.found}
    assert shares == {
        ("costs", "all"): 31.4,
        ("costs", "size_class"): 28.0,
        ("costs", "sector"): None,
        ("costs", "region"): 30.0,
        ("red_tape", "all"): 26.0,
    }
    assert found.unknown == ()


def test_a_hidden_share_is_hidden_and_never_zero() -> None:
    hidden = next(each for each in told().found if each.by == "sector")
    assert (hidden.share, hidden.low, hidden.hidden) == (None, None, True)


@pytest.mark.parametrize(
    ("nace", "revision", "sector"),
    [
        ("45", "1.1", "construction"),
        ("45", "2", "trade"),
        ("72", "1.1", "services"),
        ("25", "2", "manufacturing"),
    ],
)
def test_a_sector_follows_the_revision_of_the_activity(nace: str, revision: str, sector: str) -> None:
    rows = tuple(
        row(f"sector={name}", "cost", "20") for name in ("manufacturing", "construction", "trade", "services")
    )
    text = f'[firm]\nnace = "{nace}"\nnace_revision = "{revision}"\n'
    found = advise(
        parse(AnswerFile, text, "answers.toml"), survey=SurveyRelease("s", "S", "BE", False, "0", rows)
    ).surveyed
    assert found is not None
    assert [(each.by, each.group) for each in found.found] == [("sector", sector)]


def test_classes_that_the_answers_leave_open_are_named() -> None:
    assert told("[firm]\nemployees = 24\n").unknown == ("sector", "region")


def test_a_survey_of_another_country_is_not_used() -> None:
    found = told(FIRM.replace('"BE"', '"NL"'))
    assert found.trust is Trust.OTHER_COUNTRY
    assert not found.found
    assert told(country=None).trust is Trust.UNKNOWN_COUNTRY
    assert told(country=None).found


def test_the_page_shows_the_shares_and_says_that_simulated_answers_are_no_finding() -> None:
    release = SurveyRelease("barriers-belgium", "Barriers", "BE", True, "0", ROWS)
    document = advice_document(advise(parse(AnswerFile, FIRM, "answers.toml"), survey=release), "en")
    section = next(each for each in document.sections if each.id == "barriers")
    texts = [text for item in section.items for text in getattr(item, "texts", {}).values()]
    assert "31% (26 to 36)" in texts
    assert "hidden for confidentiality" in texts
    assert any("simulated" in each for each in section.paragraphs)
    assert document.banner


def test_estimates_of_something_else_say_nothing_of_barriers() -> None:
    def of(rows: tuple[dict[str, str], ...]) -> int:
        return len(SurveyRelease("survey", "Survey", "BE", True, "0", rows).on_barriers)

    assert of(ROWS) > 0
    assert of(tuple({**each, "block": "premia"} for each in ROWS)) == 0
    assert of(tuple({**each, "term": "1"} for each in ROWS)) == 0


def test_every_barrier_of_the_data_has_a_question_of_its_own() -> None:
    questions = [each.question for each in terms().barriers]
    assert len(set(questions)) == len(questions)
    assert all(has(f"advice.barriers.by.{by}") for by in ("size_class", "sector", "region"))


def test_a_band_is_found_by_its_key() -> None:
    assert band_of("size", 250, ["size_100_250"]) is None
    assert band_of("size", None, ["size_lt10"]) is None


def test_a_folder_that_is_no_release_of_a_survey_is_refused(tmp_path: Path) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text(FIRM, encoding="utf-8")
    with pytest.raises(UsageError, match="no folder"):
        ft.advise(answers, barriers=tmp_path / "none")
    publish(document(rows=3), tmp_path / "release", formats=("csv",))
    with pytest.raises(InputError, match=r"(?s)no estimates\.csv.*estimates of a survey"):
        ft.advise(answers, barriers=tmp_path / "release")
