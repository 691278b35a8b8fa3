"""Whole studies on drawn firms: protected together, then attacked from outside by code that shares nothing with it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from random import Random

import pytest

from canonical_data import World, world
from firm_table import run
from firmtrade.errors import StudyError
from firmtrade.kinds import specify
from firmtrade.outputs import Cell, Confidentiality, ObsStatus
from firmtrade.protection.attack import Attack
from firmtrade.protection.attack.attack import attack_published
from firmtrade.protection.custody.acro import acro_files
from firmtrade.protection.custody.jj import jj
from firmtrade.protection.custody.page import review_page
from firmtrade.protection.custody.tau_argus import Node, hierarchy, lines_of, tau_files
from firmtrade.protection.log import losses
from firmtrade.protection.profile import Profile, Waiver, load_profile
from firmtrade.protection.protect import ProtectedCells, protect_cells
from firmtrade.studies import load_study, parse_study
from firmtrade.study import Study
from proof_of_protection import seen

ELSEWHERE = Path(__file__).parents[1] / "statistics" / "studies" / "elsewhere.toml"

CASES = {
    "150 firms in groups": ("belgium-2008", 1, World(groups=True)),
    "a handful of firms": ("belgium-2008", 2, World(firms=12)),
    "600 firms": ("belgium-2008", 3, World(firms=600, headcount=True)),
    "another country": (
        str(ELSEWHERE),
        4,
        World(headcount=True, groups=True, months=True, zones=True, regions=True),
    ),
    "traders": ("belgium-traders", 5, World(firms=500, products=True)),
    "few traders": ("belgium-traders", 5, World(firms=200, products=True)),
}
LONG = ("few traders",)
"""More is hidden of fewer traders, and each hidden number is an interval to work out."""
ALL = [pytest.param(case, marks=pytest.mark.long) if case in LONG else case for case in CASES]


@cache
def drawn(case: str) -> tuple[Study, tuple[Cell, ...]]:
    name, seed, about = CASES[case]
    study = load_study(name)
    return study, tuple(run(study, world(study, seed, about)).cells)


@cache
def profile(name: str = "publication") -> Profile:
    return load_profile(name)


@cache
def protected(case: str, name: str = "publication") -> ProtectedCells:
    study, cells = drawn(case)
    return protect_cells(study, specify(study), cells, profile(name))


def attacked(study: Study, cells: Sequence[Cell]) -> Attack:
    return attack_published(seen(study, cells))


@cache
def attacked_protected(case: str) -> Attack:
    return attacked(drawn(case)[0], protected(case).cells)


@pytest.mark.parametrize("case", ALL)
def test_nothing_hidden_comes_down_to_one_number(case: str) -> None:
    found = attacked_protected(case)
    assert found.findings
    assert not found.tight


@pytest.mark.parametrize("case", ["150 firms in groups", "600 firms"])
def test_without_secondary_suppression_the_attack_succeeds(case: str) -> None:
    study, cells = drawn(case)
    primary = {each.key for each in protected(case).hidden if each.primary}
    naive = [cell.hidden(Confidentiality.PRIMARY) if cell.key in primary else cell for cell in cells]
    assert attacked(study, naive).tight


@pytest.mark.parametrize("case", ALL)
def test_every_true_value_lies_in_the_interval_that_the_attack_finds(case: str) -> None:
    _, cells = drawn(case)
    true = {cell.key: cell.value for cell in cells}
    for each in attacked_protected(case).findings:
        value = true[each.key]
        if value is None:  # undefined, and hidden because that says that a group is empty
            continue
        assert each.low - 1e-3 * (1 + abs(value)) <= value <= each.high + 1e-3 * (1 + abs(value))


@pytest.mark.parametrize("case", ["150 firms in groups", "another country"])
def test_no_shown_cell_breaks_a_rule(case: str) -> None:
    _, cells = drawn(case)
    after = {cell.key: cell for cell in protected(case).cells}
    least = profile().rules.minimum_units.units
    for cell in cells:
        few = any(0 < part.n_units < least for part in cell.contributions)
        diagonal = cell.key.table in {"2", "18"} and cell.key.row == cell.key.column
        if few and cell.value is not None and not diagonal:
            assert after[cell.key].value is None, str(cell.key)
            assert after[cell.key].status is ObsStatus.SUPPRESSED


def test_a_stricter_profile_hides_more() -> None:
    loose, strict = protected("another country"), protected("another country", "research-output")
    assert len(loose.hidden) < len(strict.hidden)


def test_shown_cells_keep_no_total_that_is_printed_nowhere() -> None:
    """A share alone does not print the firms behind it: what `explain` and prose could quote is gone."""
    case = "150 firms in groups"
    _, cells = drawn(case)
    before = {cell.key: cell for cell in cells}
    hidden_counts = {each.key for each in protected(case).hidden if before[each.key].unit == "count"}
    assert hidden_counts
    hidden_numbers = {(key.table, key.population, key.row) for key in hidden_counts if key.column == "n"}
    for cell in protected(case).cells:
        if (cell.key.table, cell.key.population, cell.key.row) in hidden_numbers and cell.key.table == "3":
            assert cell.denominator is None
            assert cell.n_firms is None


def test_the_order_of_cells_and_a_second_run_change_nothing() -> None:
    study, cells = drawn("another country")
    shuffled = list(cells)
    Random(7).shuffle(shuffled)
    again = protect_cells(study, specify(study), shuffled, profile())
    first = {cell.key: cell for cell in protected("another country").cells}
    assert {cell.key: cell for cell in again.cells} == first


def test_protecting_what_is_protected_changes_nothing() -> None:
    study, _ = drawn("another country")
    once = protected("another country").cells
    twice = protect_cells(study, specify(study), once, profile())
    assert twice.cells == once


def test_a_waiver_shows_a_cell_that_would_be_hidden() -> None:
    study, cells = drawn("600 firms")
    hidden = protected("600 firms").hidden
    first = next(
        each for each in hidden if each.key.table in {"2", "18"} and each.rules == ("minimum_units",)
    )
    waiver = {"cell": str(first.key), "reason": "consent in writing", "by": "the custodian"}
    allowed = profile().model_copy(update={"waivers": (Waiver(**waiver),)})
    after = protect_cells(study, specify(study), cells, allowed)
    assert first.key not in {each.key for each in after.hidden if each.primary}


def test_a_table_that_is_wanted_more_loses_less() -> None:
    study, cells = drawn("another country")
    lost = [each.key.table for each in protected("another country").hidden if not each.primary]
    wanted = max(set(lost), key=lost.count)
    asked = profile().model_copy(
        update={"secondary": profile().secondary.model_copy(update={"weights": {wanted: 50.0}})}
    )
    after = protect_cells(study, specify(study), cells, asked)
    assert sum(each.key.table == wanted for each in after.hidden if not each.primary) <= lost.count(wanted)
    wish = tuple(replace(table, priority=50.0) if table.id == wanted else table for table in specify(study))
    assert protect_cells(study, wish, cells, profile()).cells == after.cells


def test_a_study_says_which_tables_are_wanted_more() -> None:
    text = files("firmtrade.studies").joinpath("belgium-2008.toml").read_text(encoding="utf-8")
    study = parse_study(text.replace('id = "4"\n', 'id = "4"\npriority = 2.5\n', 1), "study.toml")
    assert {table.id: table.priority for table in specify(study) if table.priority != 1} == {"4": 2.5}
    with pytest.raises(StudyError, match="greater than 0"):
        parse_study(text.replace('id = "4"\n', 'id = "4"\npriority = -2.5\n', 1), "study.toml")


def test_the_log_tells_rule_interval_and_partners() -> None:
    found = protected("600 firms")
    primary = [each for each in found.hidden if each.primary]
    assert all(each.rules for each in primary)
    intervals = [one for each in primary for one in each.intervals]
    assert intervals
    assert all(one.low <= one.value <= one.high for one in intervals)
    assert replace(primary[0], rules=()).primary is False


def test_the_system_in_jj_states_relations_that_hold() -> None:
    """Every relation of the file adds up, and every value lies between its bounds."""
    text = jj(protected("150 firms in groups").bound).splitlines()
    assert text[0] == "0"
    count = int(text[1])
    cells = [line.split() for line in text[2 : 2 + count]]
    values = [float(cell[1]) for cell in cells]
    assert [int(cell[0]) for cell in cells] == list(range(count))
    assert all(float(cell[4]) <= float(cell[1]) <= float(cell[5]) for cell in cells)
    assert {cell[3] for cell in cells} == {"s", "u"}
    relations = text[3 + count :]
    assert int(text[2 + count]) == len(relations) > 20
    for line in relations:
        terms = re.findall(r"(\d+) \((-?1)\)", line)
        assert int(line.split()[1]) == len(terms)
        assert sum(values[int(at)] * int(weight) for at, weight in terms) == pytest.approx(0, abs=1e-4)


def test_every_line_for_tau_argus_adds_up_along_its_hierarchy() -> None:
    bound = protected("150 firms in groups").bound
    files = {name: text.decode("utf-8") for name, text in tau_files(bound).items()}
    data = [name for name in files if name.endswith(".tab")]
    assert len(data) > 20
    for name in data:
        rows = [line.split(";") for line in files[name].splitlines()]
        values = {row[0].strip('"'): Decimal(row[1]) for row in rows}
        assert next(iter(values)) == "Total"
        assert len(values) == len(rows)
        assert {row[5] for row in rows} <= {"s", "u"}
        stem = name.removesuffix(".tab")
        assert files[f"{stem}.rda"].count("<MAXSCORE>") == 2
        assert Path(name).name in files[f"{stem}.arb"]
        levels = files.get(f"{stem}.hrc", "\n".join(list(values)[1:])).splitlines()
        above = {-1: "Total"}
        sums: dict[str, Decimal] = {}
        for line in levels:
            depth = len(line) - len(line.lstrip("@"))
            code = above[depth] = line.lstrip("@")
            sums[above[depth - 1]] = sums.get(above[depth - 1], Decimal(0)) + values[code]
        assert sums
        assert all(values[code] == total for code, total in sums.items())


def test_parts_that_overlap_are_no_line_for_tau_argus_even_where_their_numbers_add_up() -> None:
    """Exporters and importers of a class: some are both, as many are neither."""
    bound = protected("150 firms in groups").bound
    for _, root in lines_of(bound):
        for node in root.all():
            atoms = [set(bound.problem.quantities[[part.quantity]].indices.tolist()) for part in node.parts]
            assert sum(map(len, atoms)) == len(set().union(*atoms))
            assert not {part.code for part in node.parts} & {"export_share", "import_share"}


def test_a_hierarchy_for_tau_argus_has_one_mark_per_level_and_no_line_for_the_total() -> None:
    section = Node("15", 1, (Node("15.1", 2), Node("15.8", 3)))
    root = Node("Total", 0, (section, Node("17", 4)))
    assert list(hierarchy(root)) == ["15\n", "@15.1\n", "@15.8\n", "17\n"]


def test_the_record_points_at_the_cells_that_are_empty_in_its_tables() -> None:
    case = "150 firms in groups"
    study, _ = drawn(case)
    found = protected(case)
    cells = {cell.key: cell for cell in found.cells}
    files = acro_files(study, specify(study), cells, found.hidden)
    record = json.loads(files["results.json"])
    assert record["version"] == "1.0.1"
    pointed = 0
    for uid, one in record["results"].items():
        (file,) = one["files"]
        rows = list(csv.reader(io.StringIO(files[file["name"]].decode())))[1:]
        places = {tuple(place) for held in file["sdc"]["cells"].values() for place in held}
        assert all(rows[row][column + 2] == "" for row, column in places)
        assert one["uid"] == uid
        assert one["status"] == ("review" if places else "pass")
        pointed += len(places)
    assert pointed == len(found.hidden)
    for name, content in files.items():
        if not name.startswith("checksums/"):
            assert files[f"checksums/{name}.txt"].decode() == hashlib.sha256(content).hexdigest()


def test_the_review_page_names_each_hidden_number_and_says_that_it_stays_inside() -> None:
    found = protected("150 firms in groups")
    page = review_page("publication", found.hidden, losses([cell.key for cell in found.cells], found.hidden))
    assert "FOR CHECKING ONLY" in page
    assert all(escape(str(each.key)) in page for each in found.hidden)
    assert page.count("<select") == len(found.hidden)
