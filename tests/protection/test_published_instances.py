"""Published tables with their answers: ``instances/index.csv`` names the source of each, and what differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from firmtrade.protection.audit import DeducedBounds, audit, failing
from firmtrade.protection.elimination import eliminate, exact_targets
from firmtrade.protection.insiders import lone_viewpoints, unit_viewpoints
from firmtrade.protection.optimal import optimal
from firmtrade.protection.problem import LineFamily, Problem, ProtectedQuantity, StatementRows, additive
from firmtrade.protection.suppress import Suppression, suppress
from small_tables import CrossTable, Records, instance


def intervals(problem: Problem, hidden: Any = None) -> list[tuple[float, float]]:
    found = audit(problem, problem.primary if hidden is None else hidden, exhaustive=True)
    return [(round(each.low, 4), round(each.high, 4)) for each in found]


def hiding(table: CrossTable | Records, rows: list[int], **more: Any) -> Problem:
    """A problem that hides rows and protects each from being exact."""
    targets = [ProtectedQuantity(at, float(table.values[at]), whole=more.get("whole", False)) for at in rows]
    return additive(table.cells, table.values, primary=rows, targets=targets, **more)


def secondary_cost(found: Suppression) -> float:
    return float(found.problem.cost[found.secondary].sum())


def test_the_interval_of_four_hidden_cells_of_a_three_by_two_table() -> None:
    rows = instance("geurts_3x2")
    inner = [("1", "1"), ("1", "2"), ("2", "1"), ("2", "2"), ("3", "1"), ("3", "2")]
    known = {(row["row"], row["col"]): float(row["published"]) for row in rows if row["published"]}
    names = list(known)
    cells = [
        [all(a in ("T", b) for a, b in zip(name, atom, strict=True)) for atom in inner] for name in names
    ]
    open_cells = inner[:4]
    asked = np.array([[int(one == atom) for atom in inner] for one in open_cells])
    problem = additive(cells, list(known.values())).with_quantities(asked)
    problem = problem.protecting([ProtectedQuantity(len(names) + at, 0.0) for at in range(4)])
    assert intervals(problem, np.zeros(len(names), dtype=bool)) == [(3, 6), (1, 4), (0, 3), (0, 3)]


def fischetti(below: float = 0, above: float = 0) -> tuple[CrossTable, Problem]:
    table = CrossTable(instance("fischetti_salazar_3x3"), ("activity", "region"), "value")
    cell = table.at("II", "C")
    target = ProtectedQuantity(cell, 22.0, below, above)
    return table, additive(table.cells, table.values, primary=[cell], targets=[target])


def test_the_introductory_table_of_fischetti_and_salazar_has_its_pattern_and_interval() -> None:
    table, problem = fischetti()
    found = suppress(problem, exhaustive=True)
    assert table.where(found.hidden) == [("II", "A"), ("II", "C"), ("III", "A"), ("III", "C")]
    assert [(each.low, each.high) for each in found.bounds] == [(5, 30)]
    assert secondary_cost(found) == 37


@pytest.mark.parametrize(("below", "above", "cost"), [(0, 0, 37), (6, 9, 63), (18, 8, 38), (5, 15, 101)])
def test_the_cheapest_pattern_of_the_table_for_four_protection_levels(
    below: float, above: float, cost: float
) -> None:
    """For (5, 15) the pattern of seven cells costs 101; the best of those with four cells costs 164."""
    _, problem = fischetti(below, above)
    hidden = optimal(problem)
    assert hidden is not None
    assert problem.cost[hidden & ~problem.primary].sum() == cost
    assert not failing(problem, audit(problem, hidden))
    found = suppress(problem)
    assert not found.open
    assert cost <= secondary_cost(found) <= 1.2 * cost


def test_two_hidden_cells_in_every_line_can_still_leave_one_exact() -> None:
    rows = instance("sdctable_4x4_two_per_line")
    table = CrossTable(rows, ("v1", "v2"), "freq")
    primary = [at for at, row in enumerate(rows) if row["primary"] == "1"]
    problem = hiding(table, primary)
    assert intervals(problem) == [
        (float(rows[at]["lo_primary_only"]), float(rows[at]["up_primary_only"])) for at in primary
    ]
    assert [table.names[primary[at]] for at in exact_targets(problem, problem.primary)] == [("w", "b")]
    found = suppress(problem, exhaustive=True)
    assert table.where(found.secondary) == [("x", "d")]
    assert [(each.low, each.high) for each in found.bounds] == [
        (float(rows[at]["lo_after"]), float(rows[at]["up_after"])) for at in primary
    ]


def linked(name: str) -> tuple[list[dict[str, str]], Records]:
    """Regions, counties and groups as three tables that share their regions and the total, weighed by number of
    firms."""
    rows = instance(name)
    cells: dict[Any, Callable[[Any], bool]] = {"total": lambda _: True}
    for column in ("region", "county", "group"):
        for label in sorted({row[column] for row in rows}):
            cells[label] = lambda row, column=column, label=label: row[column] == label
    return rows, Records(rows, cells, "n")


def test_tables_that_are_safe_alone_leak_together() -> None:
    rows, table = linked("usersupport136_linked")
    primary = [table.at(row["region"]) for row in rows if row["primary_n_le_3"] == "1"]
    problem = hiding(table, primary, whole=True)
    assert [problem.targets[at].quantity for at in exact_targets(problem, problem.primary)] == [table.at("K")]
    found = suppress(problem)
    assert [table.names[at] for at in np.flatnonzero(found.secondary)] == ["N"]


@pytest.mark.parametrize(
    ("primary", "more", "cost"),
    [(["I"], {"K", "county-1", "county-10"}, 31), (["I", "K"], {"county-1", "county-10"}, 27)],
)
def test_linked_hierarchies_have_one_cheapest_pattern(
    primary: list[str], more: set[str], cost: float
) -> None:
    _, table = linked("usersupport133_linked")
    fixed = np.array([name == "total" for name in table.names])
    problem = hiding(table, [table.at(name) for name in primary], whole=True, kept=fixed)
    hidden = optimal(problem)
    assert hidden is not None
    assert problem.cost[hidden].sum() - sum(table.values[table.at(name)] for name in primary) <= cost
    found = suppress(problem)
    assert not found.open
    assert not failing(problem, audit(problem, found.hidden))


def test_three_singletons_are_exact_once_zeros_are_published() -> None:
    rows = instance("usersupport135_three_singletons")
    table = CrossTable(rows, ("var1", "var2"), "freq")
    primary = [at for at, row in enumerate(rows) if row["primary_1_2"] == "1"]
    inner = [row for row in rows if "T" not in (row["var1"], row["var2"])]
    outside = hiding(table, primary)
    assert intervals(outside) == [(0, 3)] * 7
    low = [1.0 if row["primary_1_2"] == "1" else 0.0 for row in inner]
    knowing = hiding(table, primary, low=low, whole=True, kept=table.values == 0)
    assert intervals(knowing) == [(float(rows[at]["lo_lb1"]), float(rows[at]["up_lb1"])) for at in primary]
    found = suppress(knowing)
    assert not found.open
    assert secondary_cost(found) == 14
    assert table.where(found.secondary) == [("1", "H"), ("T", "H")]


@pytest.mark.parametrize(("detect", "more"), [(False, []), (True, ["b"])])
def test_two_single_firms_in_one_line_know_each_other(detect: bool, more: list[str]) -> None:
    rows = instance("sdctable_1d_singletons")
    names = [row["region"] for row in rows if row["region"] not in ("tot", "d")]
    cells = np.vstack([np.eye(3, dtype=int), np.ones(3, dtype=int)])
    values = [1.0, 2.0, 1.0, 4.0]
    targets = [
        ProtectedQuantity(0, 1.0, alone=1 if detect else -1),
        ProtectedQuantity(2, 1.0, alone=2 if detect else -1),
    ]
    kept = np.array([False, False, False, True])
    problem = additive(cells, values, primary=[0, 2], targets=targets, kept=kept)
    found = suppress(problem)
    assert [names[at] for at in np.flatnonzero(found.secondary)] == more


@pytest.mark.parametrize(("value", "cost"), [("freq", 40), ("val", 402)])
def test_a_small_cell_of_a_four_by_two_table_is_protected_at_least_cost(value: str, cost: float) -> None:
    table = CrossTable(instance("sdctable_microdata1_4x2"), ("region", "gender"), value)
    problem = hiding(table, [table.at("A", "female")])
    hidden = optimal(problem)
    assert hidden is not None
    assert table.where(hidden & ~problem.primary) == [("A", "male"), ("C", "male"), ("C", "female")]
    assert secondary_cost(suppress(problem)) == cost
    elsewhere = [
        table.at("A", "male"),
        table.at("A", "female"),
        table.at("D", "male"),
        table.at("D", "female"),
    ]
    other = np.zeros(len(table.names), dtype=bool)
    other[elsewhere] = True
    assert not exact_targets(problem, other), "the pattern of the other program is safe as well"


def test_a_hidden_set_below_the_threshold_hides_a_third() -> None:
    """23 in all, 15 shown: the two that are hidden are 8 together, and 11 are asked for."""
    cells = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]
    values = [15.0, 5.0, 3.0, 23.0]
    problem = additive(
        cells,
        values,
        primary=[1, 2],
        targets=[ProtectedQuantity(1, 5.0, whole=True), ProtectedQuantity(2, 3.0, whole=True)],
        families=(LineFamily(3, (0, 1, 2)),),
        kept=np.array([False, False, False, True]),
        whole=True,
    )

    def fewer_than_eleven(_: Problem, __: LineFamily, parts: tuple[int, ...]) -> ProtectedQuantity | None:
        together = sum(values[part] for part in parts)
        return ProtectedQuantity(-1, together, whole=True) if together < 11 else None

    assert np.flatnonzero(suppress(problem).secondary).tolist() == []
    assert np.flatnonzero(suppress(problem, fewer_than_eleven).secondary).tolist() == [0]


MICRO = instance("magnitude1_micro")


def micro(keys: list[tuple[str, str]]) -> Records:
    """The cells of sector and place, with ``Total`` and the sums of sectors and places."""

    def test(sector: str, place: str) -> Callable[[Any], bool]:
        return lambda row: (
            sector in ("Total", row["sector4"], row["sector2"]) and place in ("Total", row["geo"], row["eu"])
        )

    return Records(MICRO, {key: test(*key) for key in keys}, "value")


def learned_by_insiders(problem: Problem, hidden: Any, targets: list[int]) -> set[tuple[str, int]]:
    """The primary quantities of others that a unit works out exactly."""
    return {
        (view.name, each.target)
        for view in problem.viewpoints
        for each in failing(problem, audit(problem, hidden, view))
        if problem.targets[each.target].quantity in targets
    }


@pytest.mark.parametrize("name", ["magnitude1_few1", "magnitude1_linked_company", "magnitude1_hier_company2"])
def test_no_company_learns_a_primary_cell_of_another(name: str) -> None:
    rows = instance(name)
    table = micro([(row["sector4"], row["geo"]) for row in rows])
    assert np.allclose(table.values, [float(row["value"]) for row in rows])
    primary = [at for at, row in enumerate(rows) if row["primary"] == "TRUE"]
    problem = hiding(table, primary, low=0.0)
    owners = (
        [str(at) for at in range(len(MICRO))]
        if name == "magnitude1_few1"
        else [row["company"] for row in MICRO]
    )
    with_views = replace(problem, viewpoints=unit_viewpoints(problem, table.units(owners), table.atoms))
    published = np.array([row["suppressed"] == "TRUE" for row in rows])
    assert not learned_by_insiders(with_views, published, primary), "the published pattern is safe"
    if "suppressed_no_singleton" in rows[0]:
        naive = np.array([row["suppressed_no_singleton"] == "TRUE" for row in rows])
        assert learned_by_insiders(with_views, naive, primary), "without regard to insiders it is not"
    found = suppress(with_views)
    assert not found.open
    assert found.hidden.sum() <= published.sum() + 1
    assert found.problem.cost[found.hidden].sum() <= 1.5 * problem.cost[published].sum()


@pytest.mark.parametrize(
    ("pattern", "ends"), [("suppressed", ("lo", "up")), ("suppressed_range80", ("lo_range80", "up_range80"))]
)
def test_the_intervals_of_a_published_pattern_of_a_hierarchy(pattern: str, ends: tuple[str, str]) -> None:
    rows = instance("magnitude1_p30_intervals")
    table = micro([(row["sector4"], row["geo"]) for row in rows])
    primary = [at for at, row in enumerate(rows) if row["primary"] == "TRUE"]
    problem = hiding(table, primary)
    hidden = np.array([row[pattern] == "TRUE" for row in rows])
    found = intervals(problem, hidden)
    assert len(found) == 14
    assert found == [pytest.approx([float(rows[at][end]) for end in ends], abs=1e-4) for at in primary]


@pytest.mark.parametrize("width", [False, True])
def test_a_hierarchy_gets_the_widths_that_are_asked_for(width: bool) -> None:
    rows = instance("magnitude1_p30_intervals")
    table = micro([(row["sector4"], row["geo"]) for row in rows])
    targets = []
    for at, row in enumerate(rows):
        if row["primary"] == "TRUE":
            value, low, high = float(row["value"]), float(row["lomax"]), float(row["upmin"])
            targets.append(ProtectedQuantity(at, value, value - low, high - value))
    primary = [target.quantity for target in targets]
    problem = additive(table.cells, table.values, primary=primary, targets=targets)
    published = np.array([row["suppressed"] == "TRUE" for row in rows])
    assert not failing(problem, audit(problem, published))
    found = suppress(problem)
    assert not found.open
    assert secondary_cost(found) <= problem.cost[published & ~problem.primary].sum()


def test_a_single_firm_reads_its_neighbour_unless_their_sum_is_protected() -> None:
    rows = instance("tauargus_manual_singleton")
    table = CrossTable(rows, ("row", "col"), "value")
    single, other = table.at("A", "X2"), table.at("A", "X4")
    targets = [ProtectedQuantity(single, 15.0, alone=1), ProtectedQuantity(other, 17.0)]
    plain = additive(
        table.cells,
        table.values,
        primary=[single, other],
        targets=[ProtectedQuantity(single, 15.0), ProtectedQuantity(other, 17.0)],
    )
    assert table.where(suppress(plain).secondary) == [("B", "X2"), ("B", "X4")]
    aware = additive(table.cells, table.values, primary=[single, other], targets=targets)
    found = suppress(aware)
    assert table.where(found.secondary) == [("A", "X1"), ("B", "X1"), ("B", "X2"), ("B", "X4")]
    assert secondary_cost(found) == 102
    insider = replace(aware, viewpoints=lone_viewpoints(aware))
    assert [
        table.names[aware.targets[each.target].quantity] for each in leaks(insider, suppress(plain).hidden)
    ] == [("A", "X4")]
    assert not leaks(insider, found.hidden)


def leaks(problem: Problem, hidden: Any) -> list[DeducedBounds]:
    return [each for view in problem.viewpoints for each in failing(problem, audit(problem, hidden, view))]


@pytest.mark.parametrize("ratio", ["growth", "share"])
def test_a_growth_rate_or_a_share_gives_back_a_hidden_region(ratio: str) -> None:
    """R1 and R2 are hidden in this year; the year before and the total are open. 4.8% growth of R2 from 250, or its
    share of 25.0% of 1,049, leave one whole number."""
    before = {row["region"]: float(row["prev_published"]) for row in instance("own_growth_share_trap")}
    values = [137.0, 262.0, 650.0, 1049.0]
    cells = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1], [0, 1, 0]]
    if ratio == "growth":
        low, high = before["R2"] * (1 + 0.0475), before["R2"] * (1 + 0.0485)
    else:
        low, high = 1049 * 0.2495, 1049 * 0.2505
    statements = StatementRows.of(np.array(cells), [*values, low], [*values, high])
    target = ProtectedQuantity(0, 137.0, whole=True)
    problem = replace(
        additive(cells, [*values, 262.0], primary=[0], targets=[target], whole=True),
        statements=statements,
        kept=np.array([False, False, True, True, False]),
    )
    hidden = np.array([True, True, False, False, False])
    bounds = audit(problem, hidden, exhaustive=True)
    assert bounds[0].low <= 137 <= bounds[0].high
    assert failing(problem, bounds), "one whole number is left"
    assert suppress(problem).hidden[4]


def test_elimination_alone_accepts_what_the_audit_refuses() -> None:
    """No row of the three is exact, yet one interval is narrower than its level: elimination is no audit."""
    _, problem = fischetti(5, 15)
    pattern = eliminate(problem).hidden
    assert not exact_targets(problem, pattern)
    assert failing(problem, audit(problem, pattern))
    assert not suppress(problem).open
