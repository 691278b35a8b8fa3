"""What was released before counts: as known where it is of the same data, by its differences where of other data."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from canonical_data import World, world
from firm_table import run
from firmtrade.errors import DataError, UsageError
from firmtrade.kinds import specify
from firmtrade.outputs import Cell, CellKey, Confidentiality
from firmtrade.protection.attack import attack_published, beside, published
from firmtrade.protection.editions import Before, Earlier, Revised, before, enter, read_register
from firmtrade.protection.profile import load_profile
from firmtrade.protection.protect import ProtectedCells, protect_cells
from firmtrade.studies import parse_study
from firmtrade.studies.joint import joint_study, same_firms
from firmtrade.studies.load import study_text
from firmtrade.study import Study

OWN, OTHER = "a" * 64, "b" * 64
HEAD = ("table", "population", "row", "column", "value", "unit", "year", "status", "confidentiality")


def text_with(*tables: str) -> str:
    """The head of the bundled study and some tables of one's own."""
    head = study_text("belgium-2008")[1].split("[[")[0].replace('edition = "belgium-2008.csv"\n', "")
    return head + "\n".join(tables)


def table(identity: str, rows: str, columns: str) -> str:
    title = "Shares"
    return f"""
[[tables]]
id = "{identity}"
title = {{ en = "{title}", fr = "{title}", nl = "{title}", de = "{title}" }}
kind = "share"
population = "manufacturing"
rows = {rows}
columns = {columns}
"""


def released(cells: Sequence[Cell]) -> str:
    """The text of ``cells.csv``."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEAD)
    for cell in cells:
        value = "" if cell.value is None else str(round(cell.value, cell.decimals))
        writer.writerow(
            (*cell.key, value, cell.unit, cell.year, cell.status.value, cell.confidentiality.value)
        )
    return text.getvalue()


STUDY = text_with(
    table("3", '"division"', '"trade_share"\nn = true\ntotals = ["total", "core_nace_15_37"]'),
    table("4", '"trade_flow"', '"size_class"\nn = true'),
)


@cache
def drawn() -> tuple[Study, tuple[Cell, ...]]:
    study = parse_study(STUDY)
    return study, tuple(run(study, world(study, 1, World(firms=40))).cells)


@cache
def protected(revised: tuple[CellKey, float] | None = None) -> ProtectedCells:
    study, cells = drawn()
    earlier = None
    if revised is not None:
        specs = {spec.key: spec for each in specify(study) for spec in each.cells}
        term = specs[revised[0]].terms["count"]
        earlier = Before(study, (), Revised(frozenset(specs), {term: (revised[1],)}))
    return protect_cells(study, specify(study), cells, load_profile(), before=earlier)


def showing(keys: set[CellKey]) -> str:
    """A release of the drawn cells that shows some and hides the others."""
    _, cells = drawn()
    return released(
        [
            cell if cell.key in keys or cell.value is None else cell.hidden(Confidentiality.PRIMARY)
            for cell in cells
        ]
    )


def leaks(out: str, before_it: str) -> list[CellKey]:
    """Confidential cells of a release that a reader of an earlier one works out."""
    study, _ = drawn()
    found = attack_published(beside(published(study, out), study, before_it, "earlier"))
    return [each.key for each in found.tight]


def test_what_an_earlier_release_printed_is_known_to_every_reader() -> None:
    """Earlier the numbers were out that now hide only to protect others: a reader of both works confidential ones out,
    unless the release is refused or hides more."""
    study, cells = drawn()
    alone = protected().cells
    partners = {cell.key for cell in alone if cell.confidentiality is Confidentiality.SECONDARY}
    assert partners
    out = showing(partners)
    assert leaks(released(alone), out)
    earlier = before(study, specify(study), OWN, [Earlier.of(STUDY, out, OWN)])
    with pytest.raises(DataError, match="earlier releases"):
        protect_cells(study, specify(study), cells, load_profile(), before=earlier)


def test_a_confidential_number_that_is_out_is_named_and_refused() -> None:
    study, cells = drawn()
    primary = next(each.key for each in protected().hidden if each.rules and each.key.column == "n")
    earlier = before(study, specify(study), OWN, [Earlier.of(STUDY, showing({primary}), OWN)])
    with pytest.raises(DataError, match="earlier releases give away"):
        protect_cells(study, specify(study), cells, load_profile(), before=earlier)


def test_the_same_release_once_more_hides_nothing_more() -> None:
    study, cells = drawn()
    once = protected().cells
    earlier = before(study, specify(study), OWN, [Earlier.of(STUDY, released(once), OWN)])
    again = protect_cells(study, specify(study), cells, load_profile(), before=earlier).cells
    assert [cell.status for cell in again] == [cell.status for cell in once]


def test_a_share_of_a_group_that_was_revised_by_few_is_hidden_too() -> None:
    """A share beside the old one says whether the firm that came counts."""
    shown = next(cell for cell in protected().cells if cell.value is not None and cell.key.row == "n")
    shares = [
        cell.key
        for cell in protected().cells
        if cell.key.column == shown.key.column and cell.value is not None and cell.key.row != "n"
    ]
    assert shares
    hidden = {each.key: each.rules for each in protected((shown.key, shown.value + 1)).hidden}
    assert all("revisions" in hidden[key] for key in shares)


@pytest.mark.parametrize(("change", "hides"), [(1, True), (-2, True), (3, False), (0, False)])
def test_a_number_of_firms_that_was_revised_by_few_is_hidden(change: int, hides: bool) -> None:
    shown = next(cell for cell in protected().cells if cell.value is not None and cell.key.row == "n")
    hidden = {each.key: each.rules for each in protected((shown.key, shown.value + change)).hidden}
    assert (hidden.get(shown.key) == ("revisions",)) is hides


def test_rounded_numbers_that_are_out_are_known_within_their_distance() -> None:
    study, cells = drawn()
    rounded = [
        replace(cell, value=5.0 * round(cell.value / 5))
        if cell.value is not None and cell.key.column == "n"
        else cell
        for cell in cells
    ]
    out = released(rounded)
    earlier = before(study, specify(study), OWN, [Earlier.of(STUDY, out, OWN, within=4)])
    assert {number.within for number in earlier.known} == {4}
    again = protect_cells(study, specify(study), cells, load_profile(), before=earlier).cells
    assert sum(cell.value is None for cell in again) >= sum(cell.value is None for cell in protected().cells)


def test_other_data_are_no_facts_and_other_dates_are_of_other_firms() -> None:
    study, _ = drawn()
    out = released(protected().cells)
    same = before(study, specify(study), OWN, [Earlier.of(STUDY, out, OWN)])
    other = before(study, specify(study), OWN, [Earlier.of(STUDY, out, OTHER)])
    assert len(same.known) == len(other.revised.cells) > 0
    assert not same.revised.cells
    assert not other.known
    later = STUDY.replace("reference_year = 2002", "reference_year = 2001")
    elsewhere = before(study, specify(study), OWN, [Earlier.of(later, out, OWN)])
    assert same_firms(study, parse_study(later))
    assert {number.spec.group.universe.dates for number in elsewhere.known} == {"2001"}
    assert elsewhere.revised == Revised()
    other_measure = STUDY.replace('employment = "employees_fte"', 'employment = "employees"')
    assert not same_firms(study, parse_study(other_measure))
    nothing = before(study, specify(study), OWN, [Earlier.of(other_measure, out, OWN)])
    assert (nothing.known, nothing.revised) == ((), Revised())


def test_a_name_that_means_two_things_is_refused() -> None:
    other = parse_study(
        STUDY.replace("below = 50,", "below = 60,").replace("from = 50,", "from = 60,"), "other.toml"
    )
    with pytest.raises(UsageError, match=r"attributes\.size_class means one thing"):
        joint_study(drawn()[0], other)


def test_populations_of_another_study_stand_beside_ones_own() -> None:
    more = STUDY.replace('[populations."manufacturing without construction"]', "[populations.industry]")
    whole = joint_study(drawn()[0], parse_study(more, "more.toml"))
    assert {"industry", "manufacturing without construction"} <= set(whole.populations)
    assert whole.tables == drawn()[0].tables


def entered(folder: Path, cells: str, data: str = OWN) -> str:
    return enter(
        folder, study=STUDY, name="belgium-2008", data=data, profile="publication", cells=cells
    ).digest


def test_the_register_keeps_every_release_and_its_digest_stands_for_all(tmp_path: Path) -> None:
    assert read_register(tmp_path / "register").entries == ()
    first, second = released(protected().cells), showing(set())
    one = entered(tmp_path / "register", first)
    assert entered(tmp_path / "register", first) == one
    two = entered(tmp_path / "register", second)
    found = read_register(tmp_path / "register")
    assert [each.number for each in found.entries] == [1, 2]
    assert found.digest == two != one
    assert found.entries[1].previous == one
    assert found.releases[0].values
    assert not found.releases[1].values


@pytest.mark.parametrize(
    ("name", "old", "new", "where"),
    [
        ("register.jsonl", "publication", "lenient", "line 2"),
        ("1/cells.csv", "manufacturing", "services", "1/cells.csv"),
        ("2/study.toml", "2002", "2003", "2/study.toml"),
    ],
)
def test_a_register_that_was_changed_is_refused(
    tmp_path: Path, name: str, old: str, new: str, where: str
) -> None:
    for text in (released(protected().cells), showing(set())):
        entered(tmp_path, text)
    path = tmp_path / name
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError, match="the register was changed") as refused:
        read_register(tmp_path)
    assert where in str(refused.value)


def test_a_folder_of_something_else_is_no_register(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="no register of releases"):
        read_register(tmp_path)
    with pytest.raises(UsageError, match="no register of releases"):
        entered(tmp_path, showing(set()))
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
