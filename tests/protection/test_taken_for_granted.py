"""What every reader takes for granted gives nothing away: whoever traded in two years is counted in both, and the value
of a flow is what goes to its zones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from firm_table import canonical, declared, run
from firmtrade.kinds import specify
from firmtrade.outputs import Cell, CellKey, Confidentiality
from firmtrade.protection.attack.attack import Attack, attack_published
from firmtrade.protection.profile import load_profile
from firmtrade.protection.protect import ProtectedCells, protect_cells
from firmtrade.study import Study
from proof_of_protection import seen

DYNAMICS: dict[str, Any] = {"kind": "dynamics", "flow": "export", "years": [1999, 2001]}
BY_SIZE: dict[str, Any] = {"kind": "trade", "flow": "export", "rows": "size_class", "totals": ["total"]}


def traders_of_three_years() -> str:
    """Twenty firms export all the time, four stop before the last year, and one begins in it."""
    always, stopped, began = "1999 2000 2001", "1999 2000", "2001"
    habits = [always] * 20 + [stopped] * 4 + [began]
    lines = [
        f"f{at} | " + ", ".join(f"export FR 100 {year}" for year in habit.split())
        for at, habit in enumerate(habits)
    ]
    return "\n".join(["firm | trade", *lines])


def traders_of_two_zones(more: str = "") -> str:
    """Of twelve small firms one exports outside the union; of twelve large ones all do."""
    small = ["export FR 100, export US 777", *[f"export FR {100 + at}" for at in range(11)]]
    large = [f"export FR {100 + at}, export US {120 + at}" for at in range(12)]
    lines = [
        f"f{at} | {5 if at < 12 else 30} | {trade}{more if at < 12 else ''}"
        for at, trade in enumerate([*small, *large])
    ]
    return "\n".join(["firm | employees_fte | trade", *lines])


def protected(study: Study, firms: str) -> tuple[tuple[Cell, ...], ProtectedCells]:
    cells = tuple(run(study, canonical(study, firms)).cells)
    return cells, protect_cells(study, specify(study), cells, load_profile())


def attacked(study: Study, cells: tuple[Cell, ...], done: ProtectedCells) -> Attack:
    secret = frozenset(each.key for each in done.hidden if each.primary)
    return attack_published(replace(seen(study, cells), secret=secret, closer=1.0))


def bare(cells: tuple[Cell, ...], done: ProtectedCells) -> tuple[Cell, ...]:
    secret = {each.key for each in done.hidden if each.primary}
    return tuple(cell.hidden(Confidentiality.PRIMARY) if cell.key in secret else cell for cell in cells)


def shown(done: ProtectedCells, *keys: str) -> bool:
    values = {str(cell.key): cell.value for cell in done.cells}
    return all(values[key] is not None for key in keys)


def test_a_lone_entrant_is_not_what_those_that_stayed_leave_of_the_traders() -> None:
    """Of 24 exporters 4 stopped, so 20 of the 21 of the year after were there before."""
    study = declared(DYNAMICS)
    cells, done = protected(study, traders_of_three_years())
    entrant = CellKey("X", "firms", "entrants", "2001")
    assert not shown(done, str(entrant))
    assert not shown(done, "X/firms/traders/2001", "X/firms/traders_before/2001", "X/firms/exiters/2001"), (
        "traders less last year's, and those that left added: the entrant"
    )
    assert entrant in {each.key for each in attacked(study, bare(cells, done), done).tight}
    assert not attacked(study, done.cells, done).tight


def test_what_one_firm_sells_in_a_zone_is_not_what_the_other_zone_leaves_of_the_value() -> None:
    study = declared(BY_SIZE)
    cells, done = protected(study, traders_of_two_zones())
    lone = CellKey("X", "firms", "small", "value_extra")
    assert not shown(done, str(lone))
    assert not shown(done, "X/firms/small/value", "X/firms/small/value_intra")
    assert shown(done, "X/firms/small/value", "X/firms/total/value_intra"), "the zone is hidden, not the row"
    assert lone in {each.key for each in attacked(study, bare(cells, done), done).tight}
    assert not attacked(study, done.cells, done).tight


def test_a_little_of_an_unknown_zone_does_not_make_the_rest_safe() -> None:
    """With 1 of an unknown zone from each small firm, value less what stays in the union is 789 in place of 777."""
    study = declared(BY_SIZE)
    _, done = protected(study, traders_of_two_zones(", export ? 1"))
    assert not shown(done, "X/firms/small/value", "X/firms/small/value_intra")


@pytest.mark.parametrize(
    "firms", [traders_of_three_years(), traders_of_three_years() + "\nlate | export FR 100 2001"]
)
def test_protecting_twice_what_is_taken_for_granted_is_protecting_once(firms: str) -> None:
    study = declared(DYNAMICS)
    _, done = protected(study, firms)
    assert protect_cells(study, specify(study), done.cells, load_profile()).cells == done.cells


def test_where_nobody_trades_with_either_zone_nobody_trades() -> None:
    """No small firm exports, and that is a secret: of both zones nobody would say it."""
    study = declared(BY_SIZE)
    exporting = "".join(f"f{at} | 30 | export FR 100, export US 100\n" for at in range(12))
    cells, done = protected(study, "firm | employees_fte | trade\n" + exporting + "small | 5 |\n")
    assert not shown(done, "X/firms/small/n")
    assert not shown(done, "X/firms/small/n_intra", "X/firms/small/n_extra")
    nobody = CellKey("X", "firms", "small", "n")
    assert {each.key: each.high for each in attacked(study, bare(cells, done), done).findings}.get(
        nobody, 0
    ) == 0


def test_an_export_of_nothing_says_that_nobody_exports() -> None:
    """No small firm exports, which is a secret as long as no share of none is shown."""
    firms = "firm | employees_fte | trade\n" + "".join(
        f"f{at} | {5 if at < 12 else 30 if at < 24 else 70} | {'' if at < 12 else f'export FR {100 + at}'}\n"
        for at in range(36)
    )
    study = declared(BY_SIZE)
    cells, done = protected(study, firms)
    for amount in ("value", "value_share"):
        assert not shown(done, f"X/firms/small/{amount}")
        printed = {cell.key: cell for cell in cells if cell.key.column == amount}
        mixed = tuple(printed.get(cell.key, cell) for cell in done.cells)
        nobody = {str(each.key): each.high for each in attacked(study, mixed, done).findings}
        assert nobody["X/firms/small/n"] == 0, "the value alone gives the number away"
    assert not attacked(study, done.cells, done).tight
