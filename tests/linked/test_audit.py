"""The audit as users meet it: what it finds, how it says it, and that it never cries wolf."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from firmtrade.errors import InputError, UsageError
from firmtrade.linked import AuditReport, LinkedSystem, audit, audit_edition, repair
from firmtrade.linked.identities import checks
from firmtrade.linked.repair import alternatives
from firmtrade.studies import load_study
from linked.random_population import Row, edition_of, printed_rows, random_firms
from linked.test_identities import MISTAKES, cell

STUDY = load_study("belgium-2008")
EXAMPLE = Path(__file__).parents[2] / "examples" / "audit-imaginary"


@cache
def belgium() -> AuditReport:
    return audit("belgium-2008")


def test_the_chapter_contradicts_itself_where_an_editor_can_check_it_by_hand() -> None:
    identities = [one for one in belgium().contradictions if one.layer == "identity"]
    messages = " ".join(one.message for one in identities)
    assert (
        "Constant export (3,362) and New to export (1,094) make 4,456 firms, but Export is printed as 3,979"
        in messages
    )
    assert (
        "Constant import (3,426) and New to import (814) make 4,240 firms, but Import is printed as 4,271"
        in messages
    )
    assert "22,051 by Table 5" in messages
    assert "20,972 by Table 12" in messages
    assert [one.rule for one in identities].count("one panel has one growth") == 2
    assert len(identities) == 6


def test_firms_of_unknown_size_and_division_are_no_contradiction_of_the_chapter() -> None:
    cells = {key.table for one in belgium().contradictions if one.layer != "prose" for key, _ in one.cells}
    assert cells == {"1", "5", "6", "12"}


def test_the_summary_counts_what_held_and_names_the_fewest_cells_to_give_up() -> None:
    summary = belgium().summary
    assert (summary.numbers, summary.checked, summary.held) == (614, 452, 446)
    assert len(summary.repair) == 6
    given_up = {str(one.key): one.allowed for one in summary.repair}
    assert given_up["5/manufacturing/export/n"] == "4,456"
    assert given_up["12/manufacturing/import/n"] == "4,240"


def test_a_contradiction_of_the_whole_system_says_what_the_others_leave() -> None:
    found = [one for one in belgium().contradictions if one.layer == "system"]
    assert found
    for one in found:
        assert one.message.startswith(f"These {len(one.cells)} numbers cannot all be true, though any ")
        assert "any of them may be wrong" in one.message
        assert " has to be " not in one.message
    assert any({key.table for key, _ in one.cells} == {"1", "6", "12"} for one in found)


def test_every_contradiction_is_one_readable_sentence_with_its_cells() -> None:
    for one in belgium().contradictions:
        assert one.message.endswith(".")
        assert not re.search(r"nan|inf|None|_", one.message), one.message
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
    assert len(document["summary"]["repair"]) == 6
    assert document["summary"]["sentences"] == {"checked": 351, "held": 283, "undecided": 13}


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
    messages = " ".join(one.message for one in unlikely)
    assert "46.8 to 47.8 % of the firms of unknown class would have Extra-EU export" in messages
    assert "Value added +0.7" in messages
    assert not {one.layer for one in belgium().contradictions} & {"implausible"}


def test_csv_has_one_row_for_each_contradiction() -> None:
    rows = list(csv.DictReader(io.StringIO(belgium().render("csv"))))
    found = [*belgium().contradictions, *belgium().implausible]
    assert [row["id"] for row in rows if row["id"]] == [one.id for one in found]
    assert sum(row["layer"] == "open" for row in rows) == len(belgium().summary.open_claims) == 13
    assert {row["cause"] for row in rows if row["layer"] == "repair"} == {"C1", "C2", "C3"}
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


def test_an_unknown_format_is_named_with_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"there is no format 'jason'\n.*Did you mean `json`"):
        belgium().render("jason")


def test_progress_is_told_stage_by_stage() -> None:
    stages: list[str] = []
    report = audit(EXAMPLE / "edition.csv", study=EXAMPLE / "study.toml", progress=stages.append)
    assert stages == [
        "reading the edition", "checking identities", "writing the system of all tables",
        "looking for the minimum repair", "measuring what the repair leaves", "reading the sentences",
        "looking for what is unlikely",
    ]  # fmt: skip
    again = audit(EXAMPLE / "edition.csv", study=EXAMPLE / "study.toml")
    assert again.render("json") == report.render("json")


def test_the_example_of_an_imaginary_country_is_audited_with_its_own_study_and_text() -> None:
    report = audit(EXAMPLE / "edition.csv", study=EXAMPLE / "study.toml", facts=EXAMPLE / "facts.toml")
    assert [(one.layer, one.rule) for one in report.contradictions] == [
        ("identity", "parts and totals"), ("prose", "section Summary"),
    ]  # fmt: skip
    assert [str(one.key) for one in report.summary.repair] == ["A2/industry/export/n"]


def test_a_reading_can_explain_what_rounding_cannot(tmp_path: Path) -> None:
    head = "table,population,row,column,value,unit,printed,reading\n"
    levels = (
        "5,services,export,labor_productivity_1998,50.0,thousand_eur_per_fte,50.0,{0}\n"
        "5,services,export,labor_productivity_2003,55.9,thousand_eur_per_fte,55.9,{0}\n"
        "5,services,export,labor_productivity_delta,12.0,percent,+12.0%,rounded\n"
    ).replace("5,services", "21,services")
    for reading, contradictions in (("rounded", 0), ("truncated", 0), ("exact", 1)):
        file = tmp_path / f"{reading}.csv"
        file.write_text(head + levels.format(reading), encoding="utf-8")
        assert len(audit(file).contradictions) == contradictions


def test_a_wrong_code_is_found_and_given_up(tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text(
        "table,population,row,column,value,unit\n3,manufacturing,nace_15,nace_code,16,code\n",
        encoding="utf-8",
    )
    report = audit(file)
    assert [one.rule for one in report.contradictions] == ["printed codes"]
    assert [one.allowed for one in report.summary.repair] == ["15"]


def test_an_edition_that_cannot_be_read_is_refused_not_audited(tmp_path: Path) -> None:
    file = tmp_path / "empty.csv"
    file.write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="the file is empty"):
        audit(file)


def published(seed: int) -> list[Row]:
    rows = printed_rows(STUDY, random_firms(STUDY, seed, [15, 150, 1500][seed % 3]), half_up=bool(seed % 2))
    return [row for row in rows if row["unit"] != "code"]


@pytest.mark.parametrize("seed", range(3))
def test_an_edition_computed_from_firms_is_consistent(seed: int) -> None:
    edition = edition_of(STUDY, published(seed))
    assert all(check.holds for check in checks(edition))
    assert LinkedSystem.build(STUDY, edition.cells, empty=edition.left_out).is_consistent()


def test_an_untouched_edition_has_nothing_to_report() -> None:
    rows = [row for row in published(1) if row["table"] in {"1", "2", "3", "4", "5", "6", "12"}]
    report = audit_edition(edition_of(STUDY, rows))
    assert report.contradictions == ()
    assert report.summary.repair == ()
    assert report.exit_status == 0
    assert "Nothing contradicts" in report.render("table")
    assert "Nothing contradicts" in report.render("html")


def test_a_changed_count_is_found_and_is_among_the_numbers_named() -> None:
    rows = [
        row
        for row in published(2)
        if row["table"] in {"1", "2", "3", "4"} and row["population"] == "services"
    ]
    rows += [row for row in published(2) if row["table"] in {"17", "18", "19", "20"}]
    counts = [at for at, row in enumerate(rows) if row["table"] == "17" and row["column"] != "n"]
    chance = np.random.default_rng(0)
    for at in chance.choice(counts, 3, replace=False):
        text = str(int(rows[at]["value"]) + 7)
        changed = [
            {**row, "value": text, "printed": text} if number == at else row
            for number, row in enumerate(rows)
        ]
        report = audit_edition(edition_of(STUDY, changed))
        named = {key for one in report.contradictions for key, _ in one.cells}
        row = rows[at]
        assert (row["table"], row["population"], row["row"], row["column"]) in named
        assert len(report.summary.repair) == 1


@pytest.mark.parametrize("seed", range(12))
def test_no_alarm_is_raised_whatever_an_edition_leaves_out(seed: int) -> None:
    chance = np.random.default_rng(seed)
    rows = [row for row in published(seed % 3) if chance.random() < (0.4, 0.8, 0.97)[seed % 3]]
    lines = {row["row"] for row in rows if row["table"] in {"3", "19"} and chance.random() < 0.3}
    rows = [row for row in rows if row["table"] not in {"3", "19"} or row["row"] not in lines]
    edition = replace(edition_of(STUDY, rows), left_out_is_empty=False)
    assert not [check.message for check in checks(edition) if not check.holds]
    assert LinkedSystem.build(STUDY, edition.cells, empty=edition.left_out).is_consistent()


def test_a_division_that_is_left_out_is_no_contradiction() -> None:
    rows = [
        row for row in published(2) if row["table"] in {"1", "3"} and row["population"] == "manufacturing"
    ]
    left = [row for row in rows if row["table"] != "3" or row["row"] != "nace_45"]
    assert len(left) < len(rows)
    report = audit_edition(edition_of(STUDY, left))
    assert report.contradictions == ()
    assert report.exit_status == 0


def test_what_contradicts_only_if_groups_left_out_have_no_firms_is_unlikely_not_false() -> None:
    mistake = MISTAKES["a total that is not the average of its groups"]
    hidden = ["3/manufacturing/total/n =", "3/manufacturing/core_nace_15_37/n ="]
    shown = [text for text in mistake["cells"] if not text.endswith("n = 100")]
    report = audit_edition(edition_of(STUDY, [cell(text) for text in (*shown, *hidden)]))
    assert report.contradictions == ()
    assert any(
        "unless the groups that Table 3 leaves out have firms" in one.message for one in report.implausible
    )


def test_every_repair_as_small_as_the_smallest_is_listed_as_brute_force_finds_them() -> None:
    rows = [row for row in published(1) if row["population"] == "manufacturing" and row["table"] == "1"]
    at = next(
        number for number, row in enumerate(rows) if row["row"] == "export_only" and row["column"] == "n"
    )
    wrong = str(int(rows[at]["value"]) - 3)
    rows[at] = {**rows[at], "value": wrong, "printed": wrong}
    edition = replace(edition_of(STUDY, rows), left_out_is_empty=False)
    system = LinkedSystem.build(STUDY, edition.cells)
    single = {frozenset({key}) for key in system.keys if system.is_consistent({key})}
    (found,) = alternatives(system, repair(system))
    assert single
    assert found.complete
    assert set(found.sets) == single
