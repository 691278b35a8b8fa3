"""The audit as users meet it: what it finds, how it says it, and that it never cries wolf."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from firmtrade.errors import InputError
from firmtrade.linked import LinkedSystem, audit, audit_edition, repair
from firmtrade.linked.conflicts import contradiction
from firmtrade.linked.identities import checks
from firmtrade.linked.repair import alternatives
from firmtrade.studies import load_study
from linked.random_population import Row, edition_of, printed_rows, random_firms
from linked.test_identities import MISTAKES, cell

STUDY = load_study("belgium-2008")
ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "audit-imaginary"


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
    assert [(one.layer, str(one.rule)) for one in report.contradictions] == [
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
    assert [str(one.rule) for one in report.contradictions] == ["printed codes"]
    assert [str(one.allowed) for one in report.summary.repair] == ["15"]


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
    assert not [str(check.message) for check in checks(edition) if not check.holds]
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


@pytest.mark.parametrize(
    ("total", "said"),
    [
        ("n =", "These 5 numbers cannot all be true, unless the groups that Table 3 leaves out have firms: "),
        ("n = 105", "If the groups that Table 3 leaves out have no firms: Total, % export 17% (Table 3) does not "),
    ],
    ids=["the system", "an identity"],
)  # fmt: skip
def test_what_contradicts_only_if_groups_left_out_have_no_firms_is_unlikely_not_false(
    total: str, said: str
) -> None:
    """Only the system tells it of totals without their numbers of firms; identities tell it of totals with them, which
    leave five firms to the groups that are left out."""
    cells = MISTAKES["a total that is not the average of its groups"]["cells"]
    printed = [cell(text.replace("n = 100", total)) for text in cells]
    report = audit_edition(edition_of(STUDY, printed))
    assert report.contradictions == ()
    assert any(str(one.message).startswith(said) for one in report.implausible)


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
    (found,) = alternatives(repair(system), lambda _, gone: contradiction(system, gone))
    assert single
    assert found.complete
    assert set(found.sets) == single


def test_the_examples_of_the_guide_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    guide = (ROOT / "docs" / "how-to" / "audit.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", guide, flags=re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "audit.md", "exec"), {})
    assert "Exporters is printed as 140" in (tmp_path / "audit.html").read_text(encoding="utf-8")
