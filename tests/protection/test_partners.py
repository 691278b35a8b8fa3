"""What partners and the regions they lie in say of one another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firm_table import canonical, declared, run
from firmtrade.kinds import specify
from firmtrade.outputs import Cell, CellKey, Confidentiality
from firmtrade.protection.attack.attack import Attack, attack_published
from firmtrade.protection.profile import load_profile
from firmtrade.protection.protect import ProtectedCells, protect_cells
from firmtrade.study import Study
from proof_of_protection import seen

STUDY = declared({"kind": "trade", "flow": "export", "rows": "partner", "totals": ["total"]})
UNITS = load_profile().rules.minimum_units.units


def exporters(partners: dict[str, int]) -> tuple[Cell, ...]:
    """Cells of firms of equal size, so many with each set of partners."""
    lines = [
        f"{names.replace(' ', '')}{at} | "
        + ", ".join(f"export {name} {100_000 + at}" for name in names.split())
        for names, number in partners.items()
        for at in range(number)
    ]
    return tuple(run(STUDY, canonical(STUDY, "firm | trade\n" + "\n".join(lines))).cells)


def number(row: str) -> CellKey:
    return CellKey(STUDY.tables[0].id, "firms", row, "n")


def bare(study: Study, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The cells with what the rules hide, and nothing else, hidden."""
    primary = {each.key for each in protected(study, cells).hidden if each.primary}
    return tuple(cell.hidden(Confidentiality.PRIMARY) if cell.key in primary else cell for cell in cells)


def protected(study: Study, cells: tuple[Cell, ...]) -> ProtectedCells:
    return protect_cells(study, specify(study), cells, load_profile())


def attacked(study: Study, cells: tuple[Cell, ...]) -> Attack:
    """By a reader who knows how many units the profile asks for."""
    flagged = [cell for cell in cells if cell.confidentiality is Confidentiality.PRIMARY]
    few = {cell.key: UNITS - 1 for cell in flagged if cell.key.column == "n"}
    return attack_published(replace(seen(study, cells), few=few))


@pytest.mark.parametrize(
    "partners",
    [
        pytest.param({"US": 8, "CA": 2, "FR": 9}, id="no firm has both partners"),
        pytest.param({"US CA": 2, "US": 8, "CH": 9, "FR": 9}, id="every firm of the one has the other"),
        pytest.param({"US": 8, "MX": 4, "CA MX": 1, "CA": 1, "FR": 9}, id="three partners"),
    ],
)
def test_a_number_of_firms_is_not_what_a_region_leaves_its_other_partners(partners: dict[str, int]) -> None:
    cells = exporters(partners)
    after = protected(STUDY, cells)
    value = {cell.key: cell.value for cell in after.cells}
    assert value[number("CA")] is None
    secret = {each.key for each in after.hidden if each.primary}
    found = attack_published(replace(seen(STUDY, after.cells), few=after.few, secret=frozenset(secret)))
    assert not found.tight


def test_a_region_with_as_many_firms_as_its_partners_gives_the_hidden_one_away() -> None:
    """Ten firms in America, eight of them with the United States: two at least are with Canada, and a flag says fewer
    than three."""
    found = attacked(STUDY, bare(STUDY, exporters({"US": 8, "CA": 2, "FR": 9})))
    assert number("CA") in {each.key for each in found.tight}


def test_a_partner_has_no_more_firms_than_its_region() -> None:
    cells = tuple(
        cell.hidden(Confidentiality.SECONDARY) if cell.key == number("CA") else cell
        for cell in exporters({"US": 8, "US CA": 4, "FR": 9})
    )
    (found,) = (each for each in attacked(STUDY, cells).findings if each.key == number("CA"))
    assert found.high <= 12


def test_all_firms_are_no_fewer_than_those_of_a_region_and_no_more_than_those_of_all() -> None:
    """Where the number of all exporters and their shares are hidden, twelve trade with America and nine with the union:
    there are twelve to twenty-one."""
    cells = tuple(
        cell.hidden(Confidentiality.SECONDARY)
        if cell.key == number("total") or cell.key.column == "n_share"
        else cell
        for cell in exporters({"US": 8, "US CA": 4, "FR": 9})
    )
    (found,) = (each for each in attacked(STUDY, cells).findings if each.key == number("total"))
    assert (round(found.low), round(found.high)) == (12, 21)
