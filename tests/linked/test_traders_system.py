"""Tables of traders as rows of the linear system: what no single rule sees, and no false alarm.

The numbers are those of a synthetic population.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.optimize import linprog

from firmtrade.linked import Edition, LinkedSystem, audit_edition, parse_edition
from firmtrade.linked.claims import Truth, judge_claim
from firmtrade.linked.classes import Scope, ScopeClasses
from firmtrade.linked.identities import checks
from firmtrade.linked.ranges import implied
from firmtrade.outputs import CellKey
from firmtrade.query.cells import Formula
from firmtrade.query.universes import Universe
from firmtrade.studies import load_study

STUDY = load_study("belgium-traders")
with (Path(__file__).parent / "traders.csv").open(encoding="utf-8") as file:
    ROWS = {CellKey(*(row[part] for part in CellKey._fields)): row for row in csv.DictReader(file)}


def printed(rows: dict[CellKey, dict[str, str]]) -> Edition:
    return parse_edition(enumerate(rows.values(), start=2), STUDY)


def with_values(changes: dict[str, str], without: str = "") -> Edition:
    """The true edition with some other numbers, and without one."""
    return printed(
        {
            key: {**row, "value": changes.get(str(key), row["value"])}
            for key, row in ROWS.items()
            if str(key) != without
        }
    )


def number(key: str) -> float:
    return float(ROWS[CellKey(*key.split("/"))]["value"])


def system_of(edition: Edition) -> LinkedSystem:
    return LinkedSystem.build(STUDY, edition.cells)


def test_numbers_and_values_of_traders_are_rows_of_the_system() -> None:
    edition = printed(ROWS)
    formulas = {cell.spec.formula for cell in edition.statistics}
    assert formulas == {Formula.COUNT, Formula.SHARE, Formula.AMOUNT}
    assert {cell.spec.formula for cell in edition.unbound} == {Formula.DISTRIBUTION}
    assert {cell.key for cell in (*edition.statistics, *edition.unbound)} == set(ROWS)


@pytest.mark.parametrize("seed", range(30))
def test_true_numbers_of_traders_fit_whatever_an_edition_leaves_out(seed: int) -> None:
    draw = random.Random(seed)
    kept = draw.choice((0.3, 0.6, 0.9, 1.0))
    assert system_of(printed({key: row for key, row in ROWS.items() if draw.random() < kept})).is_consistent()


def test_a_rate_of_entry_contradicts_its_traders_though_no_entrants_are_printed() -> None:
    rate = f"{number('1/manufacturing/entry_rate/2000') + 0.2:.1f}"
    edition = with_values({"1/manufacturing/entry_rate/2000": rate}, "1/manufacturing/entrants/2000")
    assert all(check.holds for check in checks(edition))
    report = audit_edition(edition)
    assert [one.layer for one in report.contradictions] == ["system"]
    assert {key.row for key, _ in report.contradictions[0].cells} >= {"entry_rate", "traders", "incumbents"}


def test_exporters_of_a_year_are_as_many_by_type_as_by_mode() -> None:
    key = "4/manufacturing/export_only/n"
    edition = with_values({key: f"{number(key) + 3:.0f}"})
    assert all(check.holds for check in checks(edition))
    assert not system_of(edition).is_consistent()


def test_a_value_that_is_not_printed_is_what_the_total_leaves() -> None:
    whole, part = number("14/manufacturing/total/value"), number("14/manufacturing/two_way/value")
    edition, key = printed(ROWS), CellKey("14", "manufacturing", "one_way", "value")
    gone = [key, key._replace(column="value_share"), key._replace(row="two_way", column="value_share")]
    found = implied(system_of(edition), edition.by_key[key], frozenset(ROWS) - {*gone})
    assert found is not None
    assert (found.low, found.high) == pytest.approx((whole - part - 1, whole - part + 1), abs=0.1)


def test_a_sentence_may_speak_of_traders_and_of_the_median_firm() -> None:
    traders = f"{number('1/manufacturing/traders/2000'):.0f}"
    for claim in (
        f"[1/manufacturing/traders/2000] = {traders}",
        "[5/manufacturing/all/median] < [5/manufacturing/all/mean]",
    ):
        assert [one.truth for one in judge_claim(claim, printed(ROWS))] == [Truth.HELD]


ENTRY = ("traders", "entrants", "incumbents", "reentrants", "one_year", "entry_rate", "reentry_rate", "one_year_rate",
         "survival_1", "survival_2")  # fmt: skip


@pytest.mark.parametrize("seed", range(25))
def test_blocks_of_traders_decide_like_one_table_over_all_their_years(seed: int) -> None:
    """The same constraints, written anew over every combination of what an exporter did in all other years."""
    draw = random.Random(seed)
    column = {
        key: row
        for key, row in ROWS.items()
        if key.table == "1" and key.column == "2000" and key.row in ENTRY
    }
    changed = draw.choice(sorted(column))
    step = 10 ** -(len(column[changed]["value"].partition(".")[2]))
    value = (
        f"{float(column[changed]['value']) + draw.choice((-2, -1, 0, 1, 2)) * step:.{1 if step < 1 else 0}f}"
    )
    left_out = draw.sample(sorted(set(column) - {changed}), 4)
    rows = {key: row for key, row in column.items() if key not in left_out}
    edition = printed({**rows, changed: {**column[changed], "value": value}})
    assert system_of(edition).is_consistent() == _fits(edition)


def _fits(edition: Edition) -> bool:
    terms = [term for cell in edition.statistics for term in cell.spec.terms.values()]
    wheres = [term.where for term in terms]
    everyone = ScopeClasses(STUDY, Scope(Universe("manufacturing", "export"), "2000"), wheres)
    cells = everyone.combinations({name for where in wheres for name in where.dimensions} - {"year"})

    def firms(name: str, cell: object) -> np.ndarray:
        where = cell.spec.terms[name].where  # type: ignore[attr-defined]
        return (
            cells.select(where.expression().alias("inside") & pl.lit(value=True))
            .to_series()
            .to_numpy()
            .astype(float)
        )

    above, most = [], []
    for cell in edition.statistics:
        count, low, high = firms("count", cell), cell.interval.low, cell.interval.high
        if cell.spec.formula is Formula.COUNT:
            above += [count, -count]
            most += [high, -low]
        else:
            base = firms("base", cell)
            above += [count - high / 100 * base, low / 100 * base - count, -base]
            most += [0.0, 0.0, -1.0]
    found = linprog(
        np.zeros(cells.height), np.array(above), np.array(most) + 1e-6, bounds=(0, None), method="highs"
    )
    return bool(found.status == 0)
