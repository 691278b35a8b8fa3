"""The linear system: small blocks answer as the full product would, and contradictions are irreducible."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import chain
from itertools import combinations as choose
from math import inf

import numpy as np
import polars as pl
import pytest
from scipy.optimize import linprog

from firmtrade.errors import UsageError
from firmtrade.linked import Edition, Interval, LinkedSystem, read_edition
from firmtrade.linked.classes import Scope
from firmtrade.linked.conflicts import contradiction, disjoint_contradictions
from firmtrade.linked.ranges import implied
from firmtrade.linked.repair import Repair, hitting_set, repair
from firmtrade.linked.solver import Solution, Solver, SolverStatus
from firmtrade.outputs import CellKey
from firmtrade.query.cells import Formula
from firmtrade.query.domain import combinations
from firmtrade.query.universes import Universe
from firmtrade.studies import load_study
from linked.random_population import Row, edition_of, printed_rows, random_firms

STUDY = load_study("belgium-2008")
REFERENCE = Universe("manufacturing", "reference")


@cache
def belgium() -> tuple[Edition, LinkedSystem]:
    edition = read_edition("belgium-2008")
    return edition, LinkedSystem.build(STUDY, edition.cells, empty=edition.left_out)


@cache
def mended() -> Repair:
    return repair(belgium()[1])


@cache
def counted(seed: int) -> list[Row]:
    """Tables 1, 2 and 4 of a small synthetic population."""
    rows = printed_rows(STUDY, random_firms(STUDY, seed, 40))
    return [row for row in rows if row["table"] in {"1", "2", "4"}]


def changed(rows: list[Row], seed: int) -> list[Row]:
    """The same edition with one printed count or share moved by a few units of its last digit."""
    chance = np.random.default_rng(seed)
    at = int(chance.integers(len(rows)))
    step = (1 if rows[at]["unit"] == "count" else 0.1) * float(chance.integers(1, 30))
    value = float(rows[at]["value"] or 0) + step
    if rows[at]["unit"] == "percent":
        value = min(value, 100.0)
    text = f"{value:.0f}" if rows[at]["unit"] == "count" else f"{value:.1f}"
    return [
        {**row, "value": text, "printed": text} if number == at else row for number, row in enumerate(rows)
    ]


def everything(edition: Edition) -> pl.DataFrame:
    """Every base cell over all dimensions that an edition's cells ask about."""
    terms = [term for cell in edition.statistics for term in cell.spec.terms.values()]
    return combinations(STUDY, REFERENCE, {name for term in terms for name in term.where.dimensions})


def full_product(edition: Edition) -> tuple[np.ndarray, np.ndarray, list[tuple[np.ndarray, np.ndarray]]]:
    """The same constraints, written anew over every base cell of all dimensions at once."""
    cells = everything(edition)

    def firms(term: object) -> np.ndarray:
        inside = cells.select(term.where.expression().alias("inside")).to_series()  # type: ignore[attr-defined]
        return np.broadcast_to(inside.to_numpy(), (cells.height,)).astype(float)

    above, most, ratios = [], [], []
    for cell in edition.statistics:
        count = firms(cell.spec.terms["count"])
        if cell.spec.formula is Formula.COUNT:
            above += [count, -count]
            most += [cell.interval.high, -cell.interval.low]
            continue
        base = firms(cell.spec.terms["base"])
        above += [count - cell.interval.high / 100 * base, cell.interval.low / 100 * base - count, -base]
        most += [0.0, 0.0, -1.0]
        ratios.append((count, base))
    for spec in edition.specs:
        if spec.key in edition.empty and spec.group is not None:
            above.append(firms(spec.group))
            most.append(0.0)
    return np.array(above), np.array(most), ratios


@pytest.mark.parametrize("seed", range(6))
def test_blocks_that_agree_on_what_they_share_decide_like_the_full_product(seed: int) -> None:
    outcomes = []
    for rows in (counted(seed), *(changed(counted(seed), 100 * seed + number) for number in range(4))):
        edition = edition_of(STUDY, [row for row in rows if row["population"] == "manufacturing"])
        above, most, _ = full_product(edition)
        direct = linprog(
            np.zeros(above.shape[1]), A_ub=above, b_ub=most + 1e-9, bounds=(0, None), method="highs"
        )
        system = LinkedSystem.build(STUDY, edition.cells, empty=edition.left_out, margin=0.0)
        assert system.is_consistent() == (direct.status == 0)
        outcomes.append(direct.status == 0)
    assert outcomes[0]


def test_the_range_that_other_cells_leave_is_that_of_the_full_product() -> None:
    edition = edition_of(STUDY, [row for row in counted(2) if row["population"] == "manufacturing"])
    system = LinkedSystem.build(STUDY, edition.cells, empty=edition.left_out, margin=0.0)
    compared = 0
    for cell in edition.statistics:
        if cell.key.table != "4" or cell.spec.formula is not Formula.COUNT:
            continue
        others = replace(edition, cells=tuple(other for other in edition.cells if other.key != cell.key))
        above, most, _ = full_product(others)
        wide = combinations(
            STUDY,
            REFERENCE,
            {n for c in others.statistics for t in c.spec.terms.values() for n in t.where.dimensions},
        )
        weights = (
            wide.select(cell.spec.terms["count"].where.expression()).to_series().to_numpy().astype(float)
        )
        ends = [
            linprog(sign * weights, A_ub=above, b_ub=most, bounds=(0, None), method="highs")
            for sign in (1, -1)
        ]
        found = implied(system, cell, frozenset(system.keys))
        assert found is not None
        assert found.low == pytest.approx(ends[0].fun, rel=1e-6, abs=1e-6)
        assert found.high == pytest.approx(-ends[1].fun if ends[1].status == 0 else inf, rel=1e-6, abs=1e-6)
        compared += 1
    assert compared == 5


def test_a_solution_prints_the_cells_it_was_asked_to_print() -> None:
    _, system = belgium()
    answer = system.solve(without=mended().cells)
    mode = system.block_values(answer, REFERENCE, ["exporter", "importer"])
    neither = mode.filter(~mode["exporter"] & ~mode["importer"])["firms"].sum()
    assert neither == pytest.approx(21_814)
    window = Universe("services", "window")
    panel = system.block_values(answer, window, ["export_first", "export_reference"])
    traders = panel.filter("export_reference")
    level = traders["value_added_end"].sum() / traders["fte_end"].sum() / 1000
    assert level == pytest.approx(67.0, abs=0.0501)
    growth = (traders["fte_end"].sum() / traders["fte_start"].sum()) ** (1 / 5) - 1
    assert 100 * growth == pytest.approx(3.5, abs=0.0501)


def test_a_contradiction_cannot_be_made_smaller() -> None:
    _, system = belgium()
    conflicts = disjoint_contradictions(system)
    assert conflicts
    for conflict in conflicts:
        others = frozenset(system.keys) - conflict
        assert not system.is_consistent(others)
        assert all(system.is_consistent(others | {key}) for key in conflict)


def test_the_repair_leaves_a_consistent_edition_and_every_cell_of_it_is_needed() -> None:
    _, system = belgium()
    cells = mended().cells
    assert len(cells) == 6
    assert system.is_consistent(cells)
    assert all(not system.is_consistent(cells - {key}) for key in cells)
    assert len(hitting_set(mended().conflicts, {})) == 6


def test_more_than_98_percent_of_the_published_numbers_can_be_true_at_once() -> None:
    assert 1 - len(mended().cells) / len(belgium()[0].statistics) > 0.98


def test_a_repair_is_the_cheapest_of_all_sets_that_hit_every_contradiction() -> None:
    chance = np.random.default_rng(7)
    keys = [CellKey("1", "all", "row", f"cell {number}") for number in range(7)]
    for _ in range(25):
        conflicts = [
            frozenset(chance.choice(7, size=chance.integers(1, 4), replace=False).tolist()) for _ in range(5)
        ]
        named = [frozenset(keys[at] for at in conflict) for conflict in conflicts]
        price = {key: float(chance.integers(1, 5)) for key in keys}
        every = chain.from_iterable(choose(keys, size) for size in range(8))
        cheapest = min(
            sum(price[key] for key in some) for some in every if all(set(some) & one for one in named)
        )
        assert sum(price[key] for key in hitting_set(named, price)) == pytest.approx(cheapest)


def test_prices_decide_which_of_two_cells_goes() -> None:
    one, other = CellKey("1", "all", "row", "a"), CellKey("1", "all", "row", "b")
    assert hitting_set([frozenset({one, other})], {one: 2.0}) == {other}
    assert hitting_set([frozenset({one, other})], {other: 2.0}) == {one}


def test_the_panel_is_no_larger_than_the_population_it_is_part_of() -> None:
    rows = [
        count("1", "no_internationalization", "n", 10),
        count("1", "export_only", "n", 5),
        count("1", "import_only", "n", 0),
        count("1", "import_and_export", "n", 0),
        count("6", "export", "n", 6),
    ]
    system = system_of(rows)
    assert contradiction(system) == {
        CellKey("1", "manufacturing", "export_only", "n"),
        CellKey("1", "manufacturing", "import_and_export", "n"),
        CellKey("6", "manufacturing", "export", "n"),
    }


def test_a_growth_rate_needs_firms() -> None:
    rows = [
        count("6", "export", "n", 0),
        {**count("6", "export", "employment_cagr", 1.0), "unit": "percent_per_year"},
    ]
    assert len(contradiction(system_of(rows)) or ()) == 2


def test_a_block_that_no_table_asks_about_is_refused() -> None:
    _, system = belgium()
    with pytest.raises(UsageError, match="no block of manufacturing \\(reference\\) has region"):
        system.space.block(Scope(REFERENCE), ["region"])


def test_whole_numbers_of_firms_can_be_asked_for() -> None:
    edition = edition_of(STUDY, [row for row in counted(1) if row["population"] == "manufacturing"])
    system = LinkedSystem.build(STUDY, edition.cells, empty=edition.left_out)
    answer = system.solve(whole=True)
    assert answer.values is not None
    assert np.allclose(answer.values, np.round(answer.values), atol=1e-6)


def test_an_objective_is_minimized_or_maximized() -> None:
    edition = edition_of(STUDY, [row for row in counted(1) if row["population"] == "manufacturing"])
    system = LinkedSystem.build(STUDY, edition.cells, empty=edition.left_out)
    cost = np.zeros(system.space.width)
    cost[system.space.block(Scope(REFERENCE), ["size_class"]).columns("firms")] = 1
    total = sum(cell.value for cell in edition.statistics if cell.key.table == "1" and cell.key.column == "n")
    assert system.solve(cost).objective == pytest.approx(total)
    assert system.solve(cost, maximize=True).objective == pytest.approx(total)


def test_an_interval_is_narrowed_by_a_negative_margin() -> None:
    edition, _ = belgium()
    level = edition.by_key[CellKey("5", "manufacturing", "export", "labor_productivity_1998")]
    system = LinkedSystem.build(STUDY, [level], margin=-0.5)
    found = system.solve()
    panel = system.block_values(found, Universe("manufacturing", "window"), ["export_reference"])
    traders = panel.filter("export_reference")
    assert (
        Interval(53.075, 53.125).gap(
            Interval.point(traders["value_added_start"].sum() / traders["fte_start"].sum() / 1000)
        )
        < 1e-6
    )


def count(table: str, row: str, column: str, value: float) -> Row:
    year = "2002" if table == "1" else "1998-2003"
    return {
        "table": table,
        "population": "manufacturing",
        "row": row,
        "column": column,
        "value": f"{value:g}",
        "unit": "count",
        "year": year,
    }


def system_of(rows: list[Row]) -> LinkedSystem:
    edition = edition_of(STUDY, rows)
    return LinkedSystem.build(STUDY, edition.cells, empty=edition.left_out)


def test_the_cheapest_repair_is_the_same_whichever_contradictions_were_met_first() -> None:
    chance = np.random.default_rng(11)
    keys = [CellKey("1", "all", "row", f"cell {number}") for number in range(9)]
    for _ in range(20):
        named = [
            frozenset(keys[at] for at in chance.choice(9, size=chance.integers(2, 4), replace=False))
            for _ in range(6)
        ]
        first = hitting_set(named, {}, among=keys)
        assert all(
            hitting_set(chance.permutation(np.array(named, object)).tolist(), {}, among=keys) == first
            for _ in range(3)
        )
        every = [
            set(some)
            for size in range(10)
            for some in choose(keys, size)
            if all(set(some) & one for one in named)
        ]
        smallest = min(map(len, every))
        ranks = [sum(keys.index(key) for key in some) for some in every if len(some) == smallest]
        assert len(first) == smallest
        assert sum(keys.index(key) for key in first) == min(ranks)


def test_an_end_that_the_arithmetic_cannot_decide_is_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    read, system = belgium()
    cell = next(one for one in read.statistics if one.spec.formula is Formula.COUNT)
    monkeypatch.setattr(Solver, "solve", lambda self, prove=False: Solution(SolverStatus.UNDECIDED))
    found = implied(system, cell, frozenset(system.keys))
    assert found is not None
    assert (found.low, found.high) == (-inf, inf)
