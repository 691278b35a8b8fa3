"""Studies of the same firms in one release: one system, one attack, a folder of each."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import firmtrade as ft
from canonical_data import World, world, write
from firm_table import run
from firmtrade.api.released import released as released_of
from firmtrade.errors import UsageError
from firmtrade.kinds import specify
from firmtrade.outputs.room import Room, read_room
from firmtrade.protection.attack import Attack, attack, attack_published, beside, published
from firmtrade.protection.binding.atoms import Atoms
from firmtrade.protection.editions import read_register
from firmtrade.protection.profile import load_profile
from firmtrade.protection.protect import protect_cells
from firmtrade.protection.rooms import ProtectedRooms, protect_rooms
from firmtrade.query.cells import TableSpec, Term
from firmtrade.studies import parse_study
from firmtrade.studies.joint import dated, joint_study, same_firms
from firmtrade.study import Study
from protection.test_editions import released, table, text_with


def study_text(name: str, *tables: str) -> str:
    return text_with(*tables).replace('name = "belgium-2008"', f'name = "{name}"')


SHARES = table("1", '"trade_flow"', '"size_class"\nn = true')
SERIES = (
    table("2", '"trade_flow"', "[2001, 2002]")
    .replace('"share"', '"series"')
    .replace("columns = ", "years = ")
)
TRADE = table("1", '"size_class"', '["total"]').replace('"share"', '"trade"\nflow = "export"')
LATE = study_text("late", SHARES)
TRADERS = study_text("traders", TRADE.replace("columns = ", "totals = "))
EARLY = study_text("early", SHARES, SERIES).replace("reference_year = 2002", "reference_year = 2001")


def of(text: str) -> Study:
    return parse_study(text, "study.toml")


def columns(atoms: Atoms, term: Term) -> set[int]:
    """The base cells that a term adds up."""
    return set(atoms.columns(term).tolist())


def in_words(table: TableSpec) -> dict[str, Term]:
    """The terms of a table by what they say."""
    return {str(term): term for spec in table.cells for term in spec.terms.values()}


def test_what_studies_of_other_dates_say_of_a_year_is_said_of_the_same_firms() -> None:
    """The series of one says of 2002 what the other says of its reference year; of 2001 it says what its own tables
    say, and what the other does not speak of."""
    late, early = of(LATE), of(EARLY)
    assert same_firms(late, early)
    joint = joint_study(late, early)
    own, series = map(in_words, dated(specify(early), early, joint))
    (others,) = map(in_words, specify(late))
    exporters = {
        "late": others[
            "number of firms of manufacturing (reference) where size_class is size_lt10 and intra_eu_export"
        ],
        "early": own[
            "number of firms of manufacturing (reference of 2001) where size_class is size_lt10 and intra_eu_export"
        ],
        "2001": series["number of firms of manufacturing (years) where year is 2001 and intra_eu_export"],
        "2002": series["number of firms of manufacturing (years) where year is 2002 and intra_eu_export"],
    }
    atoms = Atoms(joint, exporters.values())
    found = {name: columns(atoms, term) for name, term in exporters.items()}
    assert found["late"] < found["2002"]
    assert found["early"] < found["2001"]
    assert found["2001"].isdisjoint(found["2002"])
    assert joint.years == (2001, 2002)


def test_traders_of_a_flow_are_the_firms_of_the_population_that_have_it() -> None:
    """Both tables say how many small firms export inside the union."""
    (shares,), (trade,) = (map(in_words, specify(of(text))) for text in (LATE, TRADERS))
    one = shares[
        "number of firms of manufacturing (reference) where size_class is size_lt10 and intra_eu_export"
    ]
    other = trade[
        "number of firms of manufacturing (export) where year is 2002 and size_class is size_lt10 and intra_eu_export"
    ]
    atoms = Atoms(of(LATE), [one, other])
    assert columns(atoms, one) == columns(atoms, other)


@cache
def made(folder: Path, seed: int) -> tuple[Room, Room]:
    """The rooms of two studies of the same drawn firms."""
    tables = world(of(LATE), seed, World(firms=300))
    for row in tables["trade"]:
        row["value"] = 10_000 * abs(row["value"])
    write(folder / "data", tables)
    for name, text in (("late", LATE), ("traders", TRADERS)):
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
        ft.Observatory(folder / "data").run(folder / f"{name}.toml").write(folder / name)
    return read_room(folder / "late"), read_room(folder / "traders")


def attacked(*protected: ProtectedRooms) -> Attack:
    """What a reader of both studies works out."""
    late, traders = (room for each in protected for room in each.rooms)
    seen = published(of(LATE), released(late.statements.cells))
    return attack_published(
        beside(seen, of(TRADERS), released(traders.statements.cells), "traders", asked=True), quick=True
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("together")


def test_protected_together_one_study_does_not_give_away_what_the_other_hides(folder: Path) -> None:
    rooms, profile = made(folder, 3), load_profile()
    apart = attacked(*(protect_rooms([room], profile) for room in rooms))
    together = attacked(protect_rooms(rooms, profile))
    assert apart.tight
    assert not together.tight


def test_studies_of_other_measures_are_not_protected_as_one(folder: Path) -> None:
    late, traders = made(folder, 3)
    other = replace(
        traders, study=traders.study.replace('employment = "employees_fte"', 'employment = "employees"')
    )
    with pytest.raises(UsageError, match="other measures, thresholds or another country"):
        protect_rooms([late, other], load_profile())


@pytest.fixture(scope="module")
def release(folder: Path) -> Path:
    made(folder, 3)
    return ft.release(
        [folder / "late", folder / "traders"],
        folder / "release",
        formats=("html", "csv", "sdmx"),
        profile="publication",
        review=folder / "review",
        register=folder / "register",
    )


def test_a_release_of_several_studies_has_a_folder_of_each_and_one_manifest(release: Path) -> None:
    facts = json.loads((release / "manifest.json").read_text(encoding="utf-8"))
    assert facts["releases"] == ["late", "traders"]
    assert ft.verify(release) == ft.verify(release / "late") == ft.verify(release / "traders") == []
    page = (release / "index.html").read_text(encoding="utf-8")
    assert 'href="late/index.html"' in page
    assert 'href="traders/cells.csv"' in page
    assert "protected together" in page
    assert "SYNTHETIC" not in page


def test_a_release_of_several_studies_is_attacked_as_a_whole(release: Path) -> None:
    found = attack(release)
    assert not found.tight
    assert {each.key.table for each in found.findings} == {"late:1", "traders:1"}
    with pytest.raises(UsageError, match="the releases of several studies"):
        attack(release, [release / "late" / "cells.csv"])


def test_each_page_tells_what_was_hidden_of_its_own_tables(release: Path) -> None:
    for name in ("late", "traders"):
        cells = (release / name / "cells.csv").read_text(encoding="utf-8").splitlines()[1:]
        hidden = sum(line.split(",")[7] == "Q" for line in cells)
        assert f"{hidden} of the {len(cells)} numbers" in (release / name / "index.html").read_text(
            encoding="utf-8"
        )


def test_the_custodian_finds_the_record_of_each_study_and_the_register_an_entry(
    release: Path, folder: Path
) -> None:
    assert release.is_dir()
    assert (folder / "review" / "results.json").is_file()
    assert (folder / "review" / "traders" / "results.json").is_file()
    review = (folder / "review" / "review.html").read_text(encoding="utf-8")
    assert "traders:1/manufacturing/size_100_250/n" in review
    entries = read_register(folder / "register").entries
    assert [each.study for each in entries] == ["late", "traders"]


@pytest.mark.parametrize("read", [released_of, ft.audit])
def test_what_reads_one_release_asks_for_one_of_several(
    release: Path, read: Callable[[Path], object]
) -> None:
    with pytest.raises(UsageError, match="holds the releases of several studies") as refused:
        read(release)
    assert f"such as {release / 'late'}" in str(refused.value)


def test_a_folder_that_holds_releases_by_chance_is_no_release_of_several_studies(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no cells\.csv"):
        attack(folder)


@pytest.mark.parametrize("seed", [1, 4, 11])
def test_corrections_that_make_a_total_negative_contradict_nothing(seed: int) -> None:
    traders = of(TRADERS)
    tables = world(traders, seed, World(firms=60))
    for row in tables["trade"]:
        row["value"] *= 10_000
    cells = run(traders, tables).cells
    assert any(cell.value is not None and cell.value < 0 for cell in cells)
    protected = protect_cells(traders, specify(traders), cells, load_profile()).cells
    assert not attack_published(published(traders, released(protected)), quick=True).tight


def test_a_draft_counts_what_goes_of_each_study(folder: Path) -> None:
    made(folder, 3)
    lines = str(ft.draft([folder / "late", folder / "traders"])).splitlines()
    assert any(line.startswith("  Table 1: ") for line in lines)
    assert any(line.startswith("  Table 1 of traders: ") for line in lines)
