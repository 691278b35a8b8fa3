"""A change of the threshold of declaration fakes entry and exit, unless the highest is held for all years."""

from __future__ import annotations

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


def tables() -> Tables:
    made = canonical(study(), FIRMS)
    limits = {("export", "intra"): lambda year: Decimal(100 if year >= 2000 else 50)}
    made["coverage"] = [
        row | {"threshold": limits.get((row["flow"], row["zone"]), lambda year: None)(row["year"])}
        for row in made["coverage"]
    ]
    return made


def values(year: int, **head: Any) -> dict[str, float | None]:
    cells = Computed(run(study(**head), tables())).cells
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
