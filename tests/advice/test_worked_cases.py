"""What is said to imaginary firms is what an adviser would find sensible."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pytest

from advice.worked_cases import CASES, EXPECTED
from firmtrade.advice import Advice, AnswerFile, PeerRelease, advise
from firmtrade.advice.approach import ApproachPath
from firmtrade.advice.approach import terms as approach_terms
from firmtrade.advice.plan import ics, months_after, plan, terms
from firmtrade.advice.population import outside
from firmtrade.advice.readiness import Veto
from firmtrade.advice.support import directory, rules, support
from firmtrade.concepts import concept
from firmtrade.messages import has
from firmtrade.study.declaration import parse
from shared import shared


def answers(text: str) -> AnswerFile:
    return parse(AnswerFile, text, "answers.toml")


def advised(case: str) -> Advice:
    return advise(answers(CASES[case]))


def numbers(advice: Advice) -> list[int]:
    return [rule.number for rule in advice.support.rules]


def said(advice: Advice) -> dict[str, Any]:
    """What an advice says, as the expectations name it."""
    modes, found = advice.entry.modes, advice.markets
    return {
        "approach": advice.approach.path,
        "past": advice.approach.past,
        "able": {each.mode.key for each in modes if not each.lacks},
        "lacks": {each.mode.key for each in modes if each.lacks},
        "contends": {each.mode.key for each in modes if each.contender},
        "closest": [each.mode.key for each in modes if not each.lacks],
        "vetoes": [each.key for each in advice.readiness.vetoes],
        "bands": list(advice.readiness.bands),
        "rules": set(numbers(advice)),
        "outside": list(advice.outside),
        "contradictions": list(advice.contradictions),
        "offer": found.offer,
        "markets": [each.country for each in found.passing],
        "stopped": {each.country for each in (*found.asked, *found.vetoed)},
        "keeps": {each.country for each in found.passing if each.verdicts[-1].reason == "keep"},
        "notes": set(found.notes),
        "felt": [each.barrier.key for each in advice.barriers if each.felt is Veto.CERTAIN],
        "settles": {each.key for each in advice.practice},
        "agencies": len(advice.support.agencies),
        "lists": {each.name for each in advice.support.agencies},
    }


def kept(key: str, expected: Any, found: dict[str, Any]) -> bool:
    """Whether an expectation is kept."""
    match key:
        case "first":
            return set(found["closest"][: len(expected)]) == set(expected)
        case "able":
            return found["able"] == set(expected)
        case "lacks" | "contends" | "rules" | "notes" | "stopped" | "lists" | "settles":
            return set(expected) <= found[key]
        case "behind":
            return not set(expected) & found["contends"]
        case "no_rules" | "no_lists" | "no_settles":
            return not set(expected) & found[key.removeprefix("no_")]
        case "markets":
            return found["markets"][: len(expected)] == expected
        case "passes":
            return set(expected) <= set(found["markets"])
        case "keeps":
            return found["keeps"] == set(expected)
    return bool(found[key] == expected)


def test_there_are_twenty_firms_and_each_has_its_expectations() -> None:
    assert len(CASES) == 20
    assert CASES.keys() == EXPECTED.keys()


@pytest.mark.parametrize("case", CASES)
def test_the_advice_is_what_an_adviser_would_say(case: str) -> None:
    found = said(advised(case))
    expected = {key: value for key, value in EXPECTED[case].items() if key != "why"}
    assert EXPECTED[case]["why"]
    broken = {key: (value, found.get(key)) for key, value in expected.items() if not kept(key, value, found)}
    assert not broken


def test_no_expectation_is_kept_by_every_firm() -> None:
    """An expectation that any firm would meet would say nothing of the one that it stands for."""
    every = {case: said(advised(case)) for case in CASES}
    for case, expected in EXPECTED.items():
        told = {key: value for key, value in expected.items() if key != "why"}
        others = [each for name, each in every.items() if name != case]
        assert any(not all(kept(key, value, each) for key, value in told.items()) for each in others), case


def test_no_answer_at_all_names_no_partner_and_no_gap() -> None:
    found = advise(answers(""))
    assert numbers(found) == [5, 11]
    assert found.outside == ()


@pytest.mark.parametrize("turnover", [49_999_999, 50_000_000])
def test_the_limit_of_an_sme_is_below_fifty_million(turnover: int) -> None:
    firm = answers(f"[firm]\nemployees = 249\nturnover = {turnover}\n").firm
    assert outside(firm) == (("large",) if turnover == 50_000_000 else ())


def test_an_old_firm_that_does_not_export_can_no_longer_start_early() -> None:
    drivers = "[plans]\nniche = true\nshort_window = true\nfounders_abroad = true\n"
    text = f"answered_on = 2026-01-01\n[firm]\nfounded = 2000\nexports = false\n{drivers}"
    assert advise(answers(text)).approach.path is ApproachPath.STEPS
    assert advise(answers(text.replace("2000", "2024"))).approach.path is ApproachPath.VENTURE


def test_a_definition_that_no_later_start_can_meet_is_not_met_by_a_firm_that_does_not_export_yet() -> None:
    text = "answered_on = 2026-01-01\n[firm]\nfounded = {founded}\nexports = false\n"
    held = {
        founded: {
            each.concept: each.holds for each in advise(answers(text.format(founded=founded))).approach.held
        }
        for founded in (2000, 2021, 2024)
    }
    early = ("international_new_venture_six_years", "international_new_venture_five_years")
    assert [held[2000][name] for name in early] == [False, False]
    assert [held[2021][name] for name in early] == [None, None]
    assert held[2021]["born_global_rennie_1993"] is False
    assert held[2024]["born_global_rennie_1993"] is None


@pytest.mark.parametrize(
    ("first_sale", "path"), [(2022, ApproachPath.BORN_AGAIN), (1995, ApproachPath.STEPS)]
)
def test_the_markets_of_today_show_a_late_jump_only_soon_after_the_first_sale(
    first_sale: int, path: ApproachPath
) -> None:
    text = (
        "answered_on = 2026-01-01\n[firm]\nfounded = 1960\nexports = true\ncountries = 9\nworld_regions = 3\n"
    )
    found = advise(answers(f"{text}first_foreign_sale = {first_sale}\n")).approach
    assert found.path is path
    assert found.past


def test_a_programme_for_new_ventures_is_for_firms_that_are_still_new() -> None:
    text = "answered_on = 2026-01-01\n[firm]\nfounded = {founded}\nfirst_foreign_sale = {first}\nexports = true\n"
    assert 6 in numbers(advise(answers(text.format(founded=2020, first=2022))))
    assert 6 not in numbers(advise(answers(text.format(founded=2019, first=2021))))


def test_a_year_of_founding_that_is_still_to_come_makes_no_new_firm() -> None:
    text = "answered_on = 2026-01-01\n[firm]\nfounded = {}\n"
    assert [4 in numbers(advise(answers(text.format(year)))) for year in (2021, 2022, 2026, 2027)] == [
        False,
        True,
        True,
        False,
    ]


def test_a_federation_of_some_activities_is_named_to_them_and_where_the_activity_is_not_told() -> None:
    def listed(firm: str) -> bool:
        found = support(answers(f"[firm]\n{firm}\n"), {"always"})
        return "Agoria" in {each.name for each in found.agencies}

    assert listed('nace = "28"\nnace_revision = "2"')
    assert not listed('nace = "10"\nnace_revision = "2"')
    assert not listed('nace = "15"\nnace_revision = "1.1"')
    assert listed('nace = "10"')
    assert listed("")


def test_one_more_driver_of_speed_never_turns_an_early_start_into_steps() -> None:
    names = ("niche", "short_window", "founders_abroad")
    order = [ApproachPath.STEPS, ApproachPath.OPEN, ApproachPath.VENTURE]
    for held in itertools.product(("true", "false"), repeat=3):
        for at, name in enumerate(names):
            paths = []
            for given in ("false", "true"):
                said = [*held[:at], given, *held[at + 1 :]]
                lines = "".join(f"{key} = {value}\n" for key, value in zip(names, said, strict=True))
                text = f'[firm]\ntechnology = "high"\n[plans]\n{lines}'
                paths.append(order.index(advise(answers(text)).approach.path))
            assert paths[0] <= paths[1], (name, held)


def test_a_share_of_today_says_nothing_of_the_first_three_years() -> None:
    text = (
        "answered_on = {year}-06-01\n[firm]\nfounded = 2010\nfirst_foreign_sale = 2011\nforeign_share = 40\n"
    )
    held = {
        year: {each.concept: each.holds for each in advise(answers(text.format(year=year))).approach.held}
        for year in (2012, 2026)
    }
    assert held[2012]["born_global_knight_cavusgil_2004"] is True
    assert held[2026]["born_global_knight_cavusgil_2004"] is None
    assert held[2026]["born_global_knight_cavusgil_1996"] is True


def test_every_concept_that_decides_the_approach_has_criteria() -> None:
    by = approach_terms()
    assert all(concept(key).criteria for key in (by.deciding, *by.reported, by.jump))


def test_the_twelve_recommendations_are_there_each_with_advice_caution_and_source() -> None:
    assert [rule.number for rule in rules().rules] == list(range(1, 13))
    for rule in rules().rules:
        assert rule.source
        assert set(rule.kinds) <= set(rules().kinds)
        assert has(f"advice.rules.{rule.key}.advice")
        assert has(f"advice.rules.{rule.key}.caution")


def test_an_entry_of_the_directory_that_nobody_asked_about_is_undated() -> None:
    found = support(answers('answered_on = 2026-02-01\n[firm]\nregion = "wallonia"\n'), {"always"})
    assert "AWEX" in found.unasked
    assert "VOKA" not in [each.name for each in found.agencies]
    assert len(directory().agencies) == 12


def test_an_entry_of_the_directory_is_old_by_the_date_of_the_answers_alone() -> None:
    asked = tuple(
        each.model_copy(update={"as_of": date(2025, 1, 1)}) if each.name == "AWEX" else each
        for each in directory().agencies
    )
    book = directory().model_copy(update={"agencies": asked})
    assert book.old(date(2025, 12, 31)) == ()
    assert [each.name for each in book.old(date(2026, 2, 1))] == ["AWEX"]
    undated = support(answers(""), {"always"})
    assert (undated.dated, undated.old) == (False, ())


def test_the_directory_lists_the_agencies_that_the_founding_study_names() -> None:
    folder = shared()
    if folder is None:
        pytest.skip("the founding study is not here")
    text = (folder / "seeds" / "internationalization-of-smes-belgium-chapters-5-7.txt").read_text(
        encoding="utf-8"
    )
    plain = " ".join(text.split())
    told = plain[plain.index("Policies supporting internationalization in Belgium are scattered") :]
    told = told[: told.index("Globalization brings about")]
    for each in directory().agencies:
        assert each.in_study in told, each.name
    for private in ("VOKA", "UNIZO", "Agoria"):
        assert private in told


def test_a_firm_of_another_country_gets_no_belgian_agency() -> None:
    found = support(answers('[firm]\ncountry = "NL"\n'), {"always"})
    assert not found.directory
    assert not found.agencies


def test_the_plan_runs_from_diagnosis_to_follow_up_in_order() -> None:
    steps = plan(date(2027, 1, 31), {"below_minimum"})
    assert [each.key for each in steps] == [each.key for each in terms().steps]
    assert [each.due for each in steps] == sorted(each.due for each in steps if each.due)
    assert steps[0].due == date(2027, 2, 28)
    assert "capabilities" not in [each.key for each in plan(None, set())]
    assert months_after(date(2027, 11, 30), 3) == date(2028, 2, 29)


def test_the_calendar_keeps_its_form() -> None:
    steps = plan(date(2027, 1, 31), set())
    text = ics(steps, date(2027, 1, 31), lambda key: key, lambda key: f"{key}; a, b\\c " + "é" * 60)
    lines = text.split("\r\n")
    assert (lines[0], lines[-2], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR", "")
    assert max(len(line.encode()) for line in lines) <= 75
    whole = text.replace("\r\n ", "")
    assert whole.count("BEGIN:VEVENT") == len(steps)
    assert "DESCRIPTION:start\\; a\\, b\\\\c " + "é" * 60 in whole
    assert len({line for line in whole.split("\r\n") if line.startswith("UID:")}) == len(steps)


def released(status: str, value: str, country: str | None = "BE") -> PeerRelease:
    row = {"table": "3", "population": "manufacturing", "unit": "percent", "year": "2002"}
    cells = (
        {**row, "row": "nace_15", "column": "export_share", "value": value, "status": status},
        {**row, "row": "intra_eu_export", "column": "size_10_49", "value": "20.5", "status": "A"},
        {**row, "row": "intra_eu_export", "column": "size_50_99", "value": "40.5", "status": "A"},
    )
    return PeerRelease("other", "Other", country, "1.1", False, "0", cells)


def test_a_suppressed_cell_of_peers_is_hidden_and_never_zero() -> None:
    found = advise(answers(CASES["brewery"]), released("Q", "")).peers
    assert found is not None
    hidden = next(each for each in found.found if each.by == "division")
    assert (hidden.value, hidden.hidden) == (None, True)


def test_peers_of_a_class_that_a_release_lacks_are_said_to_be_absent() -> None:
    found = advise(answers(CASES["brewery"]), released("A", "21")).peers
    assert found is not None
    assert set(found.absent) == {"age", "region", "technology"}
    assert {each.group for each in found.found} == {"nace_15", "size_10_49"}


def test_the_last_employee_of_a_class_belongs_to_it() -> None:
    for employees, group in (
        (10, "size_10_49"),
        (49, "size_10_49"),
        (49.5, "size_10_49"),
        (50, "size_50_99"),
    ):
        text = CASES["brewery"].replace("employees = 24", f"employees = {employees}")
        found = advise(answers(text), released("A", "21")).peers
        assert found is not None
        assert group in {each.group for each in found.found}


def test_a_release_of_unknown_country_is_used_and_said_to_be_so() -> None:
    found = advise(answers(CASES["brewery"]), released("A", "21", None)).peers
    assert found is not None
    assert found.trust == "unknown_country"
    assert found.found


@pytest.mark.parametrize("wrong", ['nace_revision = "2"', ""])
def test_an_activity_by_another_revision_is_compared_with_no_class(wrong: str) -> None:
    """Division 11 brews beer in NACE Rev. 2 and extracts petroleum in Rev. 1.1."""
    found = advise(
        answers(CASES["brewery"].replace('nace_revision = "1.1"', wrong)), released("A", "21")
    ).peers
    assert found is not None
    assert not found.matched
    assert not found.found


def test_an_activity_outside_the_evidence_is_told_by_its_own_revision() -> None:
    told = {
        revision: outside(answers(f'[firm]\nnace = "75"\nnace_revision = "{revision}"\n').firm)
        for revision in ("1.1", "2")
    }
    assert told == {"1.1": ("other_activity",), "2": ()}
