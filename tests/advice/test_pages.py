"""What the page of an advice says: nothing of what was not answered, and of this firm where a name is known."""

from __future__ import annotations

from advice.worked_cases import CASES
from firmtrade.advice import AnswerFile, advise
from firmtrade.messages import language_of
from firmtrade.report.advice.document import advice_document, plan_text
from firmtrade.report.model import Section, Table
from firmtrade.study.declaration import parse


def sections(text: str, lang: str = "en") -> dict[str, Section]:
    found = advise(parse(AnswerFile, text, "answers.toml"))
    return {each.id: each for each in advice_document(found, lang).sections}


def table(section: Section, title: str) -> Table:
    return next(each for each in section.items if isinstance(each, Table) and each.title == title)


def titles(section: Section) -> list[str]:
    return [each.title for each in section.items if isinstance(each, Table)]


def plan(case: str) -> str:
    return plan_text(advise(parse(AnswerFile, CASES[case], "answers.toml")), language_of("en"))


def test_without_an_answer_no_table_of_scores_is_shown() -> None:
    found = sections("")
    assert not titles(found["readiness"])
    assert not titles(found["entry"])
    assert any("forty" in each for each in found["readiness"].paragraphs)
    assert not any("Unanswered" in each for each in found["entry"].paragraphs)


def test_a_market_that_was_asked_about_or_is_sold_to_is_shown_however_far_down() -> None:
    asked = table(
        sections(CASES["tractor parts maker asked for Russia"])["markets"], "Markets to look at first"
    )
    assert {"UA", "FR"} <= {row.key for row in asked.rows}
    sold = table(sections(CASES["translation bureau"])["markets"], "Markets to look at first")
    assert sold.texts["LU", "position"].startswith("keep")


def test_markets_that_a_firm_has_are_kept_and_others_are_looked_at_first() -> None:
    told = sections(CASES["chocolate maker with a brand"])["markets"].paragraphs
    first, kept = (
        next(each for each in told if each.startswith(start)) for start in ("First to", "You sell")
    )
    assert "Italy" in first
    assert "Netherlands" not in first
    assert all(name in kept for name in ("Netherlands", "France", "Germany", "United Kingdom"))


def test_a_reason_speaks_for_more_or_less_of_its_own_axis() -> None:
    reasons = table(sections(CASES["brewery"])["entry"], "Reasons, row by row")
    assert reasons.texts["environment", "speaks"] == "more commitment"
    assert reasons.texts["global_synergy", "speaks"] == "less control"
    assert reasons.texts["know_how_value", "speaks"] == "less risk of leaks"


def test_the_closest_mode_is_one_whose_need_is_known_to_be_met() -> None:
    told = sections(CASES["weaver that stopped exporting"])["entry"].paragraphs
    assert "Closest for selling: Indirect export through a trading house." in told
    assert any("it may also be: Indirect export through a multinational" in each for each in told)


def test_where_no_mode_is_within_the_means_that_is_said() -> None:
    text = CASES["builder near the border"].replace("part_time", "none")
    assert any("No mode is within" in each for each in sections(text)["entry"].paragraphs)


def test_the_plan_names_the_dimensions_markets_and_modes_of_the_firm() -> None:
    brewery = plan("brewery")
    assert "Close the gaps of: Competencies of management." in brewery
    assert "Netherlands, France and Germany" in brewery
    assert "to weigh: Agent or distributor" in brewery
    assert "Germany, Luxembourg and France" in plan("builder near the border")
    assert "to weigh" not in plan("design studio")
