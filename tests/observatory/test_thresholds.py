"""A change of the threshold of declaration fakes entry and exit, unless the highest is held for all years."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from canonical_data import Tables
from firm_table import Computed, canonical, declared, observing, run
from firmtrade.outputs import CellKey
from firmtrade.study import Study

FIRMS = """
    firm | trade
    big  | export FR 500 1998, export FR 500 1999, export FR 500 2000, export FR 500 2001
    slim | export FR 60 1998, export FR 60 1999
    late | export FR 60 1998, export FR 60 1999, export FR 100 2000, export FR 100 2001
    far  | export US 60 1998, export US 60 1999, export US 60 2000, export US 60 2001
    both | export FR 60 1999, export US 60 1999, export US 60 2000, export FR 40 2000
"""
"""From 2000 on, exports inside the union are declared from 100 a year on; `slim` no longer declares."""


def study(**head: Any) -> Study:
    return declared(
        {"kind": "dynamics", "flow": "export", "years": [1998, 2001]}, window=[1998, 2001], **head
    )


def raised(year: int) -> int | None:
    return 100 if year >= 2000 else 50


def tables(limit: Callable[[int], int | None] = raised, flow: str = "export", zone: str = "intra") -> Tables:
    """The firms, with thresholds by year for one flow and zone."""
    made = canonical(study(), FIRMS)
    made["coverage"] = [
        row
        | {"threshold": _decimal(limit(row["year"])) if (row["flow"], row["zone"]) == (flow, zone) else None}
        for row in made["coverage"]
    ]
    return made


def _decimal(amount: int | None) -> Decimal | None:
    return None if amount is None else Decimal(amount)


def values(year: int, made: Tables | None = None, **head: Any) -> dict[str, float | None]:
    cells = Computed(run(study(**head), made or tables())).cells
    rows = ("traders", "entrants", "exiters")
    return {row: cells[CellKey("X", "firms", row, str(year))].value for row in rows}


def test_as_declared_the_threshold_makes_a_firm_leave() -> None:
    assert values(2000) == {"traders": 4, "entrants": 0, "exiters": 1}


def test_with_the_highest_threshold_held_small_flows_count_in_no_year() -> None:
    assert values(2000, threshold="constant") == {"traders": 4, "entrants": 1, "exiters": 0}
    assert values(1999, threshold="constant") == {"traders": 3, "entrants": 1, "exiters": 0}


@pytest.mark.parametrize(
    ("held", "says"), [("declared", "need not declare"), ("constant", "is held for all years")]
)
def test_the_thresholds_are_printed_either_way(held: str, says: str) -> None:
    with observing(study(threshold=held), tables()) as data:
        (note,) = [str(one) for one in data.notes if "Thresholds" in str(one)]
    assert "intra-EU export: EUR\u00a050 in 1998–1999 and EUR\u00a0100 in 2000–2001" in note
    assert says in note


def told(made: Tables, **head: Any) -> list[str]:
    with observing(study(**head), made) as data:
        return [str(one) for one in data.notes if "Thresholds" in str(one)]


@pytest.mark.parametrize(
    ("limit", "zone", "traders"),
    [
        (lambda year: 50 if year >= 2000 else 100, "intra", 3),
        (lambda year: 100 if year == 1998 else None, "intra", 3),
        (lambda year: 100, "intra", 3),
        (lambda year: 1000 if year == 2002 else 10, "intra", 5),
        (lambda year: 100 if year == 2001 else 0, "extra", 4),
    ],
)
def test_the_highest_of_the_years_of_the_study_is_held_however_it_came_about(
    limit: Callable[[int], int | None], zone: str, traders: int
) -> None:
    made = tables(limit, zone=zone)
    assert values(1999, made, threshold="constant")["traders"] == traders
    assert values(1999, made)["traders"] == 5
    (note,) = told(made, threshold="constant")
    assert "is held for all years: flows below it count in none" in note


def test_a_threshold_of_imports_is_none_of_exports() -> None:
    assert values(1999, tables(lambda year: 1000, flow="import"), threshold="constant")["traders"] == 5


def test_without_values_no_threshold_is_held_and_the_note_says_so() -> None:
    made = tables()
    made["trade"] = [{name: row[name] for name in row if name != "value"} for row in made["trade"]]
    assert values(2000, made, threshold="constant")["exiters"] == 1
    (note,) = told(made, threshold="constant")
    assert note.endswith("The declarations hold no values, so that none is held for all years.")


def test_a_threshold_of_a_flow_that_is_none_is_of_nothing() -> None:
    made = tables()
    made["coverage"] = [row | {"flow": row["flow"].upper()} for row in made["coverage"]]
    assert told(made) == []
