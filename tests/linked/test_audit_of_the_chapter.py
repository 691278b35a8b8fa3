"""What the audit finds in the chapter of 2008, and that its page says so. It takes a minute, so all tests share one."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from browsed import barriers, with_script
from firmtrade.errors import UsageError
from firmtrade.linked import AuditReport, audit

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "audit-belgium-2008.md"


@cache
def belgium() -> AuditReport:
    return audit("belgium-2008")


def test_the_chapter_contradicts_itself_where_an_editor_can_check_it_by_hand() -> None:
    identities = [one for one in belgium().contradictions if one.layer == "identity"]
    messages = " ".join(str(one.message) for one in identities)
    assert (
        "Constant exporters (3,362) and New exporters (1,094) make 4,456 firms, but Exporters is printed as 3,979"
        in messages
    )
    assert (
        "Constant importers (3,426) and New importers (814) make 4,240 firms, but Importers is printed as 4,271"
        in messages
    )
    assert "22,051 by Table 5" in messages
    assert "20,972 by Table 12" in messages
    assert [str(one.rule) for one in identities].count("one panel has one growth") == 2
    assert len(identities) == 6


def test_firms_of_unknown_size_and_division_are_no_contradiction_of_the_chapter() -> None:
    cells = {key.table for one in belgium().contradictions if one.layer != "prose" for key, _ in one.cells}
    assert cells == {"1", "5", "6", "12", "21", "22"}


def test_the_summary_counts_what_held_and_names_the_fewest_cells_to_give_up() -> None:
    summary = belgium().summary
    assert (summary.numbers, summary.checked, summary.held) == (614, 452, 446)
    assert len(summary.repair) == 7
    given_up = {str(one.key): str(one.allowed) for one in summary.repair}
    assert given_up["5/manufacturing/export/n"] == "4,456"
    assert given_up["12/manufacturing/import/n"] == "4,240"


def test_one_population_prints_all_that_stays() -> None:
    assert belgium().summary.not_met == ()
    assert "One population, in fractions of firms, prints all numbers of the system that stay." in " ".join(
        belgium().render().split()
    )


def test_the_change_of_services_exporters_is_proved_to_be_more_than_its_groups_leave() -> None:
    exporters = "21/services/export/labor_productivity_delta"
    given_up = {str(one.key): str(one.allowed) for one in belgium().summary.repair}
    assert given_up[exporters] == "at least 8.26"
    (found,) = (one for one in belgium().contradictions if exporters in {str(key) for key, _ in one.cells})
    assert "would make Exporters, Change (Table 21) at least 8.26, where +8.2% is printed" in str(
        found.message
    )
    (cause,) = (one for one in belgium().summary.causes if found.id in one.findings)
    assert [str(key) for cells in cause.repairs for key in (one.key for one in cells)] == [
        "21/services/constant_export/labor_productivity_delta",
        exporters,
    ]


def test_a_contradiction_of_the_whole_system_says_what_the_others_leave() -> None:
    found = [one for one in belgium().contradictions if one.layer == "system"]
    assert found
    for one in found:
        assert str(one.message).startswith(f"These {len(one.cells)} numbers cannot all be true, though any ")
        assert "any of them may be wrong" in str(one.message)
        assert " has to be " not in str(one.message)
    assert any({key.table for key, _ in one.cells} == {"1", "6", "12"} for one in found)


def test_every_contradiction_is_one_readable_sentence_with_its_cells() -> None:
    for one in belgium().contradictions:
        assert str(one.message).endswith(".")
        assert not re.search(r"nan|inf|None|_", str(one.message)), str(one.message)
        assert one.cells
        assert one.severity in {"slip", "error", "grave"}
    assert len({one.id for one in belgium().contradictions}) == len(belgium().contradictions)
    assert belgium().exit_status == 1


def test_json_holds_the_list_and_the_summary() -> None:
    document = json.loads(belgium().render("json"))
    first = document["contradictions"][0]
    assert list(first) == [
        *("id", "rule", "layer", "severity", "discrepancy", "message", "cells", "unit", "sentence", "cause"),
    ]
    assert {"key": "5/manufacturing/export/n", "printed": "3,979", "line": 177} in first["cells"]
    assert document["summary"]["identities"]["checked"] == 452
    assert document["summary"]["identities"]["by_rule"]["parts and totals"] == {"checked": 21, "held": 18}
    assert len(document["summary"]["repair"]) == 7
    assert document["summary"]["sentences"] == {"checked": 352, "held": 285, "undecided": 13}


def test_findings_that_one_number_explains_have_one_cause_with_every_repair_as_small() -> None:
    causes = {cause.id: cause for cause in belgium().summary.causes}
    by_finding = {one.id: one.cause for one in belgium().contradictions if one.layer != "prose"}
    assert set(by_finding.values()) == set(causes)
    for cause in causes.values():
        assert {finding for finding, name in by_finding.items() if name == cause.id} == set(cause.findings)
        assert len({len(cells) for cells in cause.repairs}) == 1
    whole = causes[by_finding["I1"]]
    named = [{str(one.key) for one in cells} for cells in whole.repairs]
    assert len(named) > 1
    assert all("12/manufacturing/no_import/n" in cells for cells in named)


def test_unlikely_firms_are_shown_apart_with_how_far() -> None:
    unlikely = belgium().implausible
    assert all(one.layer == "implausible" and one.discrepancy and one.unit for one in unlikely)
    messages = " ".join(str(one.message) for one in unlikely)
    assert "46.8 to 47.8% of the firms of unknown class would have Extra-EU export" in messages
    assert "Value added +0.7" in messages
    assert not {one.layer for one in belgium().contradictions} & {"implausible"}


def test_csv_has_one_row_for_each_contradiction() -> None:
    rows = list(csv.DictReader(io.StringIO(belgium().render("csv"))))
    found = [*belgium().contradictions, *belgium().implausible]
    assert [row["id"] for row in rows if row["id"]] == [one.id for one in found]
    assert sum(row["layer"] == "open" for row in rows) == len(belgium().summary.open_claims) == 13
    assert {row["cause"] for row in rows if row["layer"] == "repair"} == {"C1", "C2", "C3", "C4"}
    assert any("446 of 452 identities hold." in row["message"] for row in rows if row["layer"] == "summary")
    assert "5/manufacturing/export/n=3,979" in rows[0]["cells"]


def test_table_and_page_say_the_same(tmp_path: Path) -> None:
    table, page = belgium().render("table"), belgium().render("html")
    assert "446 of 452 identities hold." in table
    assert "446 of 452 identities hold." in page
    assert page.count('<tr id="') == len(belgium().contradictions) + len(belgium().implausible)
    assert all(len(line) <= 110 for line in table.splitlines())
    belgium().write("html", tmp_path / "audit.html")
    assert (tmp_path / "audit.html").read_text(encoding="utf-8") == page
    stream = io.StringIO()
    belgium().write("table", stream)
    assert stream.getvalue() == table


@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_of_the_audit_is_accessible_and_no_wider_than_the_screen(
    browser: Any, tmp_path: Path, width: int
) -> None:
    belgium().write("html", page := tmp_path / "audit.html")
    opened = with_script(browser, page, width)
    assert barriers(opened) == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    opened.context.close()


@pytest.mark.parametrize(
    ("language", "sentence", "title"),
    [
        (
            "fr",
            "font 4\u202f456 entreprises, mais Exportateurs est imprimé comme 3,979",
            "Phrases que les tableaux",
        ),
        (
            "nl",
            "maken 4.456 ondernemingen, maar Exporteurs is gepubliceerd als 3,979",
            "Zinnen die door de tabellen",
        ),
        (
            "de",
            "ergeben 4.456 Unternehmen, doch Exporteure ist als 3,979 gedruckt",
            "Sätze, denen die Tabellen",
        ),
    ],
)
def test_findings_are_said_in_the_language_of_the_reader(language: str, sentence: str, title: str) -> None:
    page = belgium().render("html", language)
    assert f'<html lang="{language}">' in page
    assert sentence in page
    assert title in page
    document = json.loads(belgium().render("json", language))
    assert any(sentence in one["message"] for one in document["contradictions"])
    assert document["contradictions"][0]["rule"] == "parts and totals"
    english = {str(one.message) for one in (*belgium().contradictions, *belgium().implausible)}
    assert not english & {one["message"] for one in document["contradictions"] + document["implausible"]}


@pytest.mark.parametrize("language", ["en", "nl", "de"])
def test_sentences_of_findings_begin_under_one_another(language: str) -> None:
    lines = belgium().render("table", language).splitlines()
    first = [line for line in lines if re.match(r"[ISPU]\d+ +\w", line)]
    begins = {re.match(r"\S+ +\S+ +", line).end() for line in first}  # type: ignore[union-attr]
    indents = {len(line) - len(line.lstrip()) for line in lines if line.startswith(" " * 10)}
    assert len(first) > 10
    assert len(begins | indents) == 1


def test_an_unknown_format_is_named_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"there is no format 'jason'\n.*Did you mean `json`"):
        belgium().render("jason")


def identities() -> Iterator[str]:
    """The failed identities as a list."""
    return (f"- {one.message}" for one in belgium().contradictions if one.layer == "identity")


def system() -> Iterator[str]:
    """The contradictions of the system as a list."""
    return (f"- {one.message}" for one in belgium().contradictions if one.layer == "system")


def repair() -> Iterator[str]:
    """The repair as a table."""
    yield from ("| Cell | Printed | The others allow |", "|---|---|---|")
    for one in belgium().summary.repair:
        yield f"| `{one.key}` | {one.printed} | {one.allowed} |"


def detection() -> Iterator[str]:
    """The results of the benchmark as a table: one row for each kind of mistake."""
    with (PAGE.parent / "audit-detection.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["mistake"], row["found_by"], int(row["editions"])) for row in csv.DictReader(file)]
    alarms = {by: number for mistake, by, number in rows if mistake == "none"}
    found = [row for row in rows if row[0] != "none"]
    finders = ("reading", "identity", "system", "implausible", "nobody")
    yield f"Of {sum(alarms.values())} untouched editions {alarms['false alarm']} raised an alarm."
    yield ""
    yield "| Mistake | editions | refused on reading | an identity | only the system | only a doubt | nobody |"
    yield "|---|---|---|---|---|---|---|"
    for name in [*dict.fromkeys(mistake for mistake, _, _ in found), "any mistake"]:
        counts = [
            sum(number for mistake, by, number in found if by == finder and name in (mistake, "any mistake"))
            for finder in finders
        ]
        yield f"| {name} | {sum(counts)} | " + " | ".join(map(str, counts)) + " |"


SECTIONS = {"identities": identities, "system": system, "repair": repair, "detection": detection}


def filled(page: str) -> str:
    """The page with its generated sections as they have to be."""
    for name, lines in SECTIONS.items():
        body = "\n".join(["", "", *lines(), "", ""])
        page = re.sub(
            rf"(<!-- {name} -->).*?(<!-- end -->)", lambda m, b=body: m[1] + b + m[2], page, flags=re.DOTALL
        )
    return page


def test_the_page_on_the_chapter_repeats_what_the_audit_finds() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == filled(page), "run this file as a program to renew the page"


def test_the_numbers_in_the_text_of_the_page_are_those_of_the_audit() -> None:
    page, summary = PAGE.read_text(encoding="utf-8"), belgium().summary
    assert summary.sentences is not None
    tally = summary.sentences
    prose = [one for one in belgium().contradictions if one.layer == "prose"]
    assert f"{summary.held} of {summary.checked} identities hold" in page
    assert f"{summary.variables:,} variables and {summary.rows:,} rows" in page
    assert f"Of the {tally.checked} claims of the text, {tally.held} hold" in page
    assert f"in {len(prose)} sentences" in page
    assert f"the printed digits leave {tally.undecided} open" in page
    assert sum("It is true of" in str(one.message) for one in prose) == 21
    assert "twenty-one sentences" in page


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
