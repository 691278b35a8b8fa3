"""One population that prints all numbers of an edition at once, ratios of ratios too."""

from __future__ import annotations

from decimal import Decimal

import pytest

from firmtrade.linked import Edition, LinkedSystem
from firmtrade.linked.blocks import UNITS
from firmtrade.linked.ratios import search
from firmtrade.query.cells import Formula
from firmtrade.statistics.formulas import evaluate
from firmtrade.studies import load_study
from linked.random_population import edition_of, printed_rows, random_firms

STUDY = load_study("belgium-2008")
TABLES = {"5", "6", "7", "8", "12", "13", "14"}
"""Levels and growth of the manufacturing panel and of two of its cohorts."""


def panel(seed: int) -> Edition:
    rows = printed_rows(STUDY, random_firms(STUDY, seed, 400), half_up=bool(seed % 2))
    return edition_of(STUDY, [row for row in rows if row["table"] in TABLES])


@pytest.mark.parametrize("seed", range(6))
def test_the_numbers_of_a_population_are_those_of_one_population(seed: int) -> None:
    """The population that is found is not the one that was printed; its numbers, computed from its totals, are."""
    edition = panel(seed)
    system = LinkedSystem.build(STUDY, edition.cells)
    found = search(system)
    assert not found.missed
    values = found.values
    ratios = 0
    for cell in edition.statistics:
        totals = {
            name: Decimal(repr(float(values[system.space.columns(term)].sum()) * UNITS[term.measure]))
            for name, term in cell.spec.terms.items()
        }
        value = evaluate(cell.spec.formula, totals, cell.spec.years)[0]
        assert value is not None
        assert (
            cell.interval.low - 0.01 * cell.half_unit <= value <= cell.interval.high + 0.01 * cell.half_unit
        )
        ratios += cell.spec.formula in (Formula.LEVEL_CHANGE, Formula.PRODUCTIVITY_CAGR)
    assert ratios >= 15
