"""The language of claims: what it can say, what it decides, and how it refuses."""

from __future__ import annotations

from functools import cache

import pytest

from firmtrade.errors import InputError, StudyError, UsageError
from firmtrade.linked import Edition, audit_edition, parse_edition, read_edition
from firmtrade.linked.claims import Truth, judge_claim
from firmtrade.linked.prose import facts_of, judge, parse_facts, read_facts
from firmtrade.studies import load_study


@cache
def belgium() -> Edition:
    return read_edition("belgium-2008")


def truth(claim: str) -> Truth | None:
    found = judge_claim(claim, belgium())
    if any(judgement.truth is Truth.DENIED for judgement in found):
        return Truth.DENIED
    if all(judgement.truth is Truth.HELD for judgement in found):
        return Truth.HELD if found else None
    return Truth.OPEN


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("sum[1/*/*/n] = 28,284", "held"),
        ("sum[1/*/*/n] = 28,285", "denied"),
        ("[5/*/export/labor_productivity_1998] = 53", "held"),
        ("[5/*/export/labor_productivity_1998] = 53.1", "held"),
        ("[5/*/export/labor_productivity_1998] = 53.10", "open"),
        ("[5/*/export/labor_productivity_1998] = truncated(53)", "held"),
        ("[5/*/constant_export/labor_productivity_1998] = 54", "open"),
        ("[5/*/export/labor_productivity_1998] = at_most(53)", "held"),
        ("[5/*/export/labor_productivity_1998] = at_least(54)", "denied"),
        ("[5/*/export/labor_productivity_1998] = 50 +- 3", "denied"),
        ("[5/*/export/labor_productivity_1998] = 50 +- 5", "held"),
        ("[6/*/stopped_export/employment_cagr] = -0.9", "held"),
        ("[6/*/stopped_export/employment_cagr] < 0", "held"),
        ("[1/*/import_only/n] < [1/*/export_only/n] < [1/*/import_and_export/n]", "held"),
        ("[1/*/import_only/n] < [1/*/import_and_export/n] < [1/*/export_only/n]", "denied"),
        ("[5/*/export/n] < [6/*/export/n]", "denied"),
        ("[5/*/export/n] <= [6/*/export/n]", "held"),
        ("[6/*/export/labor_productivity_cagr] < [6/*/new_to_export/labor_productivity_cagr]", "open"),
        ("highest [6/*/new_to_export/employment_cagr] of [6/*/*/employment_cagr]", "held"),
        ("lowest [6/*/new_to_export/employment_cagr] of [6/*/*/employment_cagr]", "denied"),
        ("highest [22/*/new_to_export/labor_productivity_cagr] of [22/*/*/labor_productivity_cagr]", "open"),
        ("min[3/*/*/export_share] = 4", "held"),
        ("max[3/*/nace_16|nace_17/export_share] - 94 = 0", "held"),
        ("(1 + [11/*/inv/employment_cagr] / 100) ^ 5 = 2.0", "held"),
        ("100 * ([1/*/import_and_export/n] + [1/*/export_only/n]) / sum[1/*/*/n] = 17.1", "held"),
        ("printed(13) / printed(12) = 1.1", "open"),
        ("7 = exact(7)", "open"),
    ],
)
def test_a_claim_is_held_denied_or_left_open_by_the_printed_digits(claim: str, expected: str) -> None:
    found = truth(claim)
    assert found is not None
    assert found.value == expected


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ("[1/*/export_only/n] = 1,700 1", "`1` is one too many"),
        ("[1/*/export_only/n]", "it compares nothing"),
        ("[1/*/export_only/n] =", "it ends too early"),
        ("[1/*/export_only/n] = (2", "it ends too early"),
        ("[1/*/export_only/n] = (2 = 3", r"`\)` is missing"),
        ("[1/*/exports_only/n] = 3", r"the study has no cell 1/\*/exports_only/n"),
        ("[1/export_only/n] = 3", "is no cell"),
        ("[1/*/*/n] = 3", "is more than one cell"),
        ("about [1/*/export_only/n] = 3", "`about` is not understood"),
        ("[1/*/export_only/n] = 3 § 4", "`§ 4` is not understood"),
        ("highest [1/*/*/n] of [1/*/*/n]", "a rank is of one cell among others"),
    ],
)
def test_a_claim_that_says_nothing_is_refused(claim: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        judge_claim(claim, belgium())


def test_a_claim_about_a_cell_that_is_not_printed_is_left_open() -> None:
    row = {
        "table": "1",
        "population": "manufacturing",
        "row": "export_only",
        "column": "n",
        "value": "5",
        "unit": "count",
    }
    edition = parse_edition([(2, row)], load_study("belgium-2008"))
    assert judge_claim("[1/*/import_only/n] = 3", edition) == []
    assert judge_claim("sum[1/*/*/n] = 3", edition) == []
    assert judge_claim("[1/*/export_only/n] = 5", edition)[0].truth is Truth.HELD


@pytest.mark.parametrize(
    ("share", "denied"), [("31", True), ("32", True), ("36", False), ("40", True), ("41", True)]
)
def test_the_share_of_exporters_in_the_core_panel_is_held_against_what_its_parts_leave(
    share: str, denied: bool
) -> None:
    facts = facts_of("belgium-2008")
    assert facts is not None
    (fact,) = [fact for fact in facts.facts if "panel firms of the core" in fact.says]
    claims = [claim.replace("printed(36)", f"printed({share})") for claim in fact.claims]
    assert any(share in claim for claim in claims)
    assert any(truth(claim) is Truth.DENIED for claim in claims) is denied
    assert all(truth(claim) is Truth.HELD for claim in fact.claims)


FILE = """source = "a bulletin"
definition = "its sentences"

[[fact]]
section = "1"
says = "1,800 firms only export"
claims = ["[1/manufacturing/export_only/n] = 1,800"]
meant = ["[1/manufacturing/export_only/n] = 1,700"]
"""


def test_a_denied_sentence_says_what_the_table_prints_and_of_whom_it_is_true() -> None:
    (verdict,) = judge(parse_facts(FILE), belgium())
    assert verdict.denied
    assert str(verdict.message) == (
        "Section 1 says that 1,800 firms only export, but Table 1 prints Export only 1,700 firms, not 1,800. "
        "It is true of Export only in Table 1 (manufacturing)."
    )
    assert verdict.distance == pytest.approx(99.5)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"1"', "1", "facts.toml, line 5, key fact.0.section"),
        ("says =", "tells =", "line 4, key fact.0.says: field required"),
        ('claims = ["[1', 'claims = ["[77', "line 7: the claim .* the study has no cell 77"),
        ('meant = ["', 'meant = ["", "', "line 8: `meant` has not one entry for each claim"),
        ("[[fact]]", "[[fact]", "this is not valid TOML"),
    ],
)
def test_a_file_of_facts_is_refused_with_its_line(old: str, new: str, message: str) -> None:
    with pytest.raises((InputError, StudyError), match=message):
        list(judge(parse_facts(FILE.replace(old, new)), belgium()))


def test_facts_come_with_a_bundled_edition_only(tmp_path: object) -> None:
    assert facts_of("belgium-2008") is not None
    assert facts_of("bulletin.csv") is None
    with pytest.raises(UsageError, match="there is no such file"):
        read_facts("no-such-file.toml")


def test_the_text_of_the_chapter_is_denied_where_it_names_other_firms_than_the_table_shows() -> None:
    facts = facts_of("belgium-2008")
    assert facts is not None
    denied = [verdict for verdict in judge(facts, belgium()) if verdict.denied]
    said = {verdict.fact.says: str(verdict.message) for verdict in denied}
    assert "Table 1 gives 22.9, not 24.9" in said["24.9% of manufacturing SMEs are international"]
    panel = said["3,998 panel firms of manufacturing are exporters and 15,972 are not"]
    assert "Exporters 3,979 firms, not 3,998" in panel
    assert "Non-exporters 18,072 firms, not 15,972" in panel
    named = [verdict for verdict in denied if verdict.fact.meant]
    assert len(named) == 21
    assert all("It is true of" in str(verdict.message) for verdict in named)


def test_every_claim_of_the_chapter_is_decided_or_left_open_by_its_digits() -> None:
    facts = facts_of("belgium-2008")
    assert facts is not None
    truths = [truth for verdict in judge(facts, belgium()) for truth in verdict.truths]
    assert (len(truths), truths.count(Truth.DENIED), truths.count(Truth.OPEN)) == (352, 54, 13)


def test_a_sentence_joins_the_audit_as_a_contradiction() -> None:
    row = {
        "table": "1",
        "population": "manufacturing",
        "row": "export_only",
        "column": "n",
        "value": "1700",
        "unit": "count",
        "printed": "1,700",
    }
    edition = parse_edition([(2, row)], load_study("belgium-2008"))
    report = audit_edition(edition, parse_facts(FILE))
    (found,) = report.contradictions
    assert (found.id, found.layer, str(found.rule), found.severity) == ("P1", "prose", "section 1", "grave")
    assert found.cells == ((("1", "manufacturing", "export_only", "n"), "1,700"),)
