"""Firms are whole: a reader who knows how few firms are confidential, and counts, works out no number of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest

from firm_table import canonical, run, study_of
from firmtrade.kinds import specify
from firmtrade.outputs import Cell, CellKey, Confidentiality
from firmtrade.protection.attack import Attack, attack_published
from firmtrade.protection.audit import audit, failing
from firmtrade.protection.binding.bind import bind
from firmtrade.protection.binding.bound import BoundStudy
from firmtrade.protection.profile import load_profile
from firmtrade.protection.protect import ProtectedCells, protect_cells
from firmtrade.study import Study
from proof_of_protection import seen

HEAD = "firm | nace | employees_fte | trade\n"
SMALL, OTHER = (CellKey("3", "manufacturing", f"nace_{division}", "n") for division in (17, 18))

CLASSES = {
    "half of six": (2, 6, 3),
    "a third of nine": (2, 9, 3),
    "a quarter of twelve": (2, 12, 3),
    "three of seven beside one": (1, 7, 3),
}
"""Firms of a class of few, firms of the class that hides with it, and how many of these export. One firm more or less
and the share would be printed otherwise."""


def firms(division: int, number: int, exporters: int) -> str:
    """Rows of a table of firms."""
    flows = ["export FR"] * exporters + [""] * (number - exporters)
    return "".join(f"f{division}{at} | {division} | 12 | {flow}\n" for at, flow in enumerate(flows))


@cache
def drawn(case: str) -> tuple[Study, tuple[Cell, ...]]:
    few, number, exporters = CLASSES[case]
    study = study_of("3")
    others = "".join(firms(division, 40 + division, 10 + division) for division in (20, 21, 22))
    table = HEAD + firms(17, few, 1) + firms(18, number, exporters) + others
    return study, tuple(run(study, canonical(study, table)).cells)


def bound(case: str) -> BoundStudy:
    study, cells = drawn(case)
    return bind(study, specify(study), {cell.key: cell for cell in cells}, load_profile())


def protected(case: str) -> ProtectedCells:
    study, cells = drawn(case)
    return protect_cells(study, specify(study), cells, load_profile())


def hiding_both(case: str) -> tuple[Cell, ...]:
    """The cells without what the rules hide, and without the number of the class that protects the small one."""
    broken = {each.cell.key for each in bound(case).cells if each.breaches}
    flags = dict.fromkeys(broken, Confidentiality.PRIMARY) | {OTHER: Confidentiality.SECONDARY}
    return tuple(cell.hidden(flags[cell.key]) if cell.key in flags else cell for cell in drawn(case)[1])


def attacked(case: str, cells: Sequence[Cell], units: int | None = None) -> Attack:
    printed = seen(drawn(case)[0], cells)
    return attack_published(printed if units is None else printed.fewer_than(units))


@pytest.mark.parametrize("case", CLASSES)
def test_a_share_that_only_one_whole_number_has_gives_a_class_of_few_away(case: str) -> None:
    system = bound(case)
    hidden = system.problem.primary.copy()
    for each in system.cells:
        if each.cell.key == OTHER:
            hidden[list(each.statements)] = True
    small = system.numbers[next(each for each in system.cells if each.cell.key == SMALL).spec.terms["count"]]
    narrow = failing(system.problem, audit(system.problem, hidden))
    assert small in {system.problem.targets[each.target].quantity for each in narrow if each.whole}
    assert SMALL in {each.key for each in attacked(case, hiding_both(case), units=3).tight}
    assert SMALL not in {each.key for each in attacked(case, hiding_both(case)).tight}


@pytest.mark.parametrize("case", CLASSES)
def test_no_class_of_few_is_worked_out_by_who_knows_how_few_are_confidential(case: str) -> None:
    done = protected(case)
    hidden = {each.key for each in done.hidden}
    assert {SMALL, OTHER} <= hidden
    shown = len(drawn(case)[1]) - len(hidden)
    assert shown > len(hidden), "protection is no reason to hide everything"
    assert not attacked(case, done.cells, units=3).tight


def test_a_total_of_two_single_firms_is_not_flagged_so_that_all_three_are_known() -> None:
    """Whoever knows that the total is 1 or 2 and either part at least 1 knows all of them; flagged as numbers that
    protect others, some may be none."""
    study = study_of("1")
    rest = "".join(f"n{at} | 20 | 12 | \n" for at in range(30)) + "".join(
        f"x{at} | 20 | 12 | export FR, import FR, import US\n" for at in range(30)
    )
    table = HEAD + "a | 20 | 12 | import FR\nb | 20 | 12 | import US\n" + rest
    cells = run(study, canonical(study, table)).cells
    done = protect_cells(study, specify(study), cells, load_profile())
    few = {each.cell.key for each in done.bound.cells if each.breaches and each.cell.value in (1.0, 2.0)}
    flagged = {cell.key for cell in done.cells if cell.confidentiality is Confidentiality.PRIMARY}
    assert len(few) >= 3
    assert few - flagged, "one of them is printed as if it protected others"
    assert set(done.few) == few & flagged
    printed = replace(seen(study, done.cells), few=done.few, secret=frozenset(few))
    assert not attack_published(printed).tight
    every = tuple(cell.hidden(Confidentiality.PRIMARY) if cell.key in few else cell for cell in done.cells)
    known = {each.key for each in attack_published(seen(study, every).fewer_than(3)).tight}
    assert few <= known, "with every flag all are known"
