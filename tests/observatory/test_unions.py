"""Flows inside and outside a union: the European one, another, or a list of a study's own."""

from __future__ import annotations

from typing import Any

import pytest

from canonical_data import World, world
from firm_table import Computed, agreed, canonical, declared, observing, run
from firmtrade.kinds import specify
from firmtrade.study.checks import problems

MODE = {"kind": "mode"}
WORDS = {"definition": "a union", "source": "a test"}
SACU = {"SACU": WORDS | {"members": ["BW", "LS", "NA", "SZ", "ZA"]}}

TRADE = """
    firm | trade
    a    | export TH
    b    | export VN 100 2000
    c    | export FR
    d    | export QV
    e    | export NA, export ZA
    f    | export KH 100 1999, export KH
"""


def scopes(**head: Any) -> dict[str, float | None]:
    study = declared(MODE, **head)
    cells = Computed(run(study, canonical(study, TRADE))).cells
    return {key.column: cell.value for key, cell in cells.items() if key.row == "export_only"}


def test_a_flow_is_inside_a_union_where_its_partner_is_a_member() -> None:
    assert scopes(union="ASEAN") == {
        "n": 6,
        "intra_eu": 3,
        "extra_eu": 2,
        "both_intra_extra": 0,
        "unknown": 1,
    }
    assert scopes(union="EU-15") == {"n": 6, "intra_eu": 2, "extra_eu": 4, "both_intra_extra": 0}
    own = scopes(union="SACU", unions=SACU)
    assert own == {"n": 6, "intra_eu": 1, "extra_eu": 4, "both_intra_extra": 0, "unknown": 1}


def test_members_of_another_union_are_those_of_the_day_of_the_flow() -> None:
    early = declared(MODE, union="ASEAN", reference_year=1999, window=[1998, 2001])
    tables = canonical(early, "firm | trade\na | export KH 100 1999")
    tables["trade"] = [row | {"month": month} for row in tables["trade"] for month in (4,)]
    cells = Computed(run(early, tables)).cells
    assert {k.column: c.value for k, c in cells.items() if k.row == "export_only"}["extra_eu"] == 1
    tables["trade"] = [row | {"month": 5} for row in tables["trade"]]
    cells = Computed(run(early, tables)).cells
    assert {k.column: c.value for k, c in cells.items() if k.row == "export_only"}["intra_eu"] == 1


def test_labels_and_reasons_are_those_of_the_union() -> None:
    study = declared(MODE, union="ASEAN")
    (spec,) = specify(study)
    labels = {line.key: line.label for line in spec.columns}
    assert labels["intra_eu"].say() == "Intra-ASEAN only"
    assert labels["extra_eu"].say("fr") == "Extra-ASEAN seulement"
    european = {line.key: line.label for line in specify(declared(MODE))[0].columns}
    assert european["intra_eu"].say() == "Intra-EU only"
    tables = canonical(study, TRADE)
    tables["coverage"] = [row for row in tables["coverage"] if row["zone"] != "extra"]
    with observing(study, tables) as data:
        why = str(data.inputs.covered and Computed(run(study, tables)).chapter.switched_off["X"])
    assert "extra-ASEAN" in why


def test_a_union_of_ones_own_is_of_countries_and_has_a_name_that_is_free() -> None:
    def wrong(**unions: Any) -> list[str]:
        study = declared(MODE, checked=False, union="EU-15", unions=unions)
        return [what for _, what, _ in problems(study)]

    assert wrong(SACU=SACU["SACU"]) == []
    assert wrong(SACU=WORDS | {"members": ["BW", "ZZ"]}) == ["there is no country 'ZZ'"]
    assert wrong(ASEAN=SACU["SACU"]) == ["the union `ASEAN` is known already"]
    found = [what for _, what, _ in problems(declared(MODE, checked=False, union="ASEA"))]
    assert found == ["There is no union policy `ASEA`."]
    ((_, _, advice),) = problems(declared(MODE, checked=False, union="sacu", unions=SACU))
    assert advice.startswith("Did you mean `SACU`?")


@pytest.mark.parametrize(("union", "unions"), [("ASEAN", None), ("EFTA", None), ("SACU", SACU)])
def test_every_cell_is_that_of_the_plain_computation(union: str, unions: dict[str, Any] | None) -> None:
    study = declared(MODE, union=union, unions=unions)
    agreed(study, world(study, 7, World(firms=60, months=True, zones=True)))
