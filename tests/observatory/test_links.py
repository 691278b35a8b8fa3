"""One firm over its numbers: a new number is no new firm, and what a merger carries on is neither entry nor exit."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from canonical_data import Tables, World, world
from firm_table import Computed, agreed, canonical, declared, observing, run
from firmtrade.outputs import CellKey
from firmtrade.study import Study

DYNAMICS = {"kind": "dynamics", "flow": "export", "years": [1998, 2001]}


def study(**head: Any) -> Study:
    return declared(DYNAMICS, window=[1998, 2001], **head)


def link(old: str, new: str, year: int = 2000, kind: str = "renumbered") -> dict[str, Any]:
    return {"firm_id": old, "successor_id": new, "year": year, "kind": kind}


def notes_of(study: Study, tables: Tables) -> list[str]:
    with observing(study, tables) as data:
        return list(map(str, data.notes))


def values(tables: Tables, year: int, **head: Any) -> dict[str, float | None]:
    cells = Computed(run(study(**head), tables)).cells
    return {
        row: cells[CellKey("X", "firms", row, str(year))].value
        for row in ("traders", "entrants", "incumbents", "exiters", "entry_rate")
    }


EVERY = "export FR 1 1998, export FR 1 1999, export FR 1 2000, export FR 1 2001"
RENUMBERED = f"""
    firm | founded | accounts 1998 | accounts 1999 | accounts 2000 | accounts 2001 | trade
    old  | 1980    |               |               | no            | no            | export FR 1 1998, export FR 1 1999
    new  | 2000    | no            | no            |               |               | export FR 1 2000, export FR 1 2001
    a    | 1980    |               |               |               |               | {EVERY}
"""


def test_a_new_number_is_no_entry_and_no_exit() -> None:
    tables = canonical(study(), RENUMBERED)
    assert values(tables, 2000) == {
        "traders": 2, "entrants": 1, "incumbents": 1, "exiters": 1, "entry_rate": 50,
    }  # fmt: skip
    joined = tables | {"links": [link("old", "new")]}
    assert values(joined, 2000) == {
        "traders": 2, "entrants": 0, "incumbents": 2, "exiters": 0, "entry_rate": 0,
    }  # fmt: skip
    assert values(joined, 2000, firms="as_registered") == values(tables, 2000)
    assert "1, of 1 earlier numbers" in " ".join(notes_of(study(), joined))


@pytest.mark.parametrize("kind", ["renumbered", "new number"])
@pytest.mark.parametrize("numbers", [3, 5, 33])
def test_chains_of_numbers_are_followed_to_the_last(kind: str, numbers: int) -> None:
    text = "firm | nace | trade\n" + "\n".join(
        f"n{number:02} | {15 if number == numbers else 52} | "
        + ("export FR 1 1999" if number == 1 else "export FR 1 2000" if number == numbers else "")
        for number in range(1, numbers + 1)
    )
    tables = canonical(study(), text)
    links = [link(f"n{number:02}", f"n{number + 1:02}", kind=kind) for number in range(1, numbers)]
    assert values(tables | {"links": links[::-1]}, 2000)["incumbents"] == 1
    assert values(tables | {"links": links[1:]}, 2000)["incumbents"] == 0


def test_a_number_that_goes_in_a_circle_or_to_two_is_not_joined() -> None:
    tables = canonical(study(), RENUMBERED)
    circle = [link("old", "new"), link("new", "old")]
    fork = [link("old", "new"), link("old", "a")]
    for links in (circle, fork, [link("old", "old")]):
        assert values(tables | {"links": links}, 2000) == values(tables, 2000)


def test_of_accounts_under_two_numbers_those_of_the_later_count_and_are_told() -> None:
    text = """
        firm | employees_fte 2000 | accounts 1999 | trade
        old  | 0.5                |               | export FR 1 1999
        new  | 7                  | no            | export FR 1 2000
    """
    joined = canonical(study(), text) | {"links": [link("old", "new")]}
    assert values(joined, 2000)["incumbents"] == 1
    assert "for one year, of which those of the later number count: 3" in " ".join(notes_of(study(), joined))


def test_a_joined_firm_is_as_old_as_its_first_number() -> None:
    share = {"kind": "share", "rows": "venture", "columns": "size_class"}
    found = declared(share, window=[1998, 2001], reference_year=2000)
    tables = canonical(found, RENUMBERED)
    young = {key: cell for key, cell in Computed(run(found, tables)).cells.items() if key.row == "inv"}
    old = {
        key: cell
        for key, cell in Computed(run(found, tables | {"links": [link("old", "new")]})).cells.items()
        if key.row == "inv"
    }
    assert next(iter(young.values())).value == 100
    assert next(iter(old.values())).value is None


@pytest.mark.parametrize("kind", ["merger", "split"])
@pytest.mark.parametrize("year", [1999, 2000])
def test_what_a_merger_or_split_begins_or_ends_is_neither_entry_nor_exit_and_counted_beside(
    kind: str, year: int
) -> None:
    tables = canonical(study(), RENUMBERED)
    linked = tables | {"links": [link("old", "new", year, kind)]}
    cells = Computed(run(study(), linked)).cells
    found = {key.row: cell.value for key, cell in cells.items() if key.column == "2000"}
    assert {row: found[row] for row in ("traders", "entrants", "incumbents", "exiters", "started", "ended")} == {
        "traders": 2, "entrants": 0, "incumbents": 1, "exiters": 0, "started": 1, "ended": 1,
    }  # fmt: skip
    assert not {"started", "ended"} & {key.row for key in cells if key.column == "1999"}
    assert "Firms that took part in a merger or split: 2" in " ".join(notes_of(study(), linked))


def test_a_merger_is_of_its_year_and_the_next() -> None:
    tables = canonical(study(), RENUMBERED)
    assert values(tables | {"links": [link("old", "new", 1998, "merger")]}, 2000) == values(tables, 2000)
    assert values(tables | {"links": [link("old", "new", 2001, "merger")]}, 2000) == values(tables, 2000)


def test_two_firms_that_merge_into_one_and_trade_before_do_not_add_their_records() -> None:
    text = """
        firm | trade
        a    | export FR 1 1998, export FR 1 1999
        b    | export FR 1 1998, export FR 1 1999
        c    | export FR 1 2000, export FR 1 2001
    """
    tables = canonical(study(), text) | {
        "links": [link("a", "c", 2000, "merger"), link("b", "c", 2000, "merger")]
    }
    assert [values(tables, 2000)[row] for row in ("traders", "entrants", "incumbents", "exiters")] == [
        1,
        0,
        0,
        0,
    ]
    assert [values(tables, 2001)[row] for row in ("traders", "entrants", "incumbents", "exiters")] == [
        1,
        0,
        1,
        0,
    ]


def test_firms_that_merge_are_in_no_transition_and_counted_beside() -> None:
    asked = declared({"kind": "transition", "years": [1998, 2000]}, window=[1998, 2001])
    tables = canonical(asked, RENUMBERED)
    cells = Computed(run(asked, tables | {"links": [link("old", "new", kind="merger")]})).cells
    row = {key.column: cell.value for key, cell in cells.items() if key.row == "export_only"}
    assert (row["n"], row["export_only"], row["gone"], row["reorganized"]) == (1, 100, 0, 1)


def test_a_register_by_year_is_joined_by_year() -> None:
    text = """
        firm | year | nace | accounts 2000 | trade
        old  | 1998 | 15   | no            | export FR 1 1999
        old  | 1999 | 52   | no            |
        new  | 2000 | 15   |               | export FR 1 2000
        new  | 2001 | 52   |               |
    """
    joined = canonical(study(), text) | {"links": [link("old", "new")]}
    assert values(joined, 2000)["incumbents"] == 1
    assert values(joined, 1999)["traders"] == 0
    assert values(joined, 2001)["traders"] == 0


@pytest.mark.parametrize("yearly", [False, True])
def test_firms_renumbered_at_random_and_linked_give_the_same_cells(yearly: bool) -> None:
    asked = study()
    drawn = world(asked, 5, World(firms=60, yearly_register=yearly, groups=True))
    original = run(asked, drawn)
    draw = Random(5)
    changes = {
        name: draw.choice([1999, 2000, 2001])
        for name in sorted({row["firm_id"] for row in drawn["firms"]})
        if draw.random() < 0.3
    }

    def renamed(row: dict[str, Any]) -> dict[str, Any]:
        since = changes.get(row["firm_id"])
        return (
            row | {"firm_id": f"{row['firm_id']}-new"} if since and row.get("year", since) >= since else row
        )

    firms = [renamed(row) for row in drawn["firms"]]
    if not yearly:  # the register has a state of each number
        firms += [row for row in drawn["firms"] if row["firm_id"] in changes]
    tables = drawn | {
        "firms": firms,
        "accounts": [renamed(row) for row in drawn["accounts"]],
        "trade": [renamed(row) for row in drawn["trade"]],
        "links": [link(name, f"{name}-new", year) for name, year in changes.items()],
    }
    found = run(asked, tables)
    assert len(changes) > 10
    assert [(cell.key, cell.value, cell.contributions) for cell in found.cells] == [
        (cell.key, cell.value, cell.contributions) for cell in original.cells
    ]


def test_mergers_of_three_splits_that_merge_again_and_numbers_in_circles_are_as_the_plain_computation_has_them() -> (
    None
):
    asked = declared(DYNAMICS | {"years": [1998, 2003]}, window=[1998, 2003])
    tables = world(asked, 4, World(firms=30, groups=True, thresholds=True))
    firm = [f"firm {number}" for number in range(30)]
    links = [
        *(link(firm[one], firm[3], 2000, "merger") for one in range(3)),
        *(link(firm[3], firm[one], 2001, "split") for one in (4, 5)),
        *(link(firm[one], firm[7], 2002, "merger") for one in (5, 6)),
        *(link(firm[old], firm[new], 2000) for old, new in ((8, 9), (9, 10), (10, 8))),
        *(link(firm[old], firm[new], 1999 + old - 11) for old, new in ((11, 12), (12, 13))),
        *(link(firm[one], firm[14], 2001, "merger") for one in (13, 15)),
        *(link(firm[16], firm[new], 2001) for new in (17, 18)),
        *(link(*pair, 2002) for pair in ((firm[14], firm[19]), (firm[20], firm[20]), ("nobody", firm[21]))),
    ]
    agreed(asked, tables | {"links": links})
