"""Terms on views: the cheapest view that knows all that is asked, and numbers by class beside their total."""

from __future__ import annotations

import polars as pl
import pytest

from firmtrade.query.cells import Term
from firmtrade.query.measures import FIRMS, UNITS
from firmtrade.query.universes import Universe
from firmtrade.query.views import View, ViewRequest
from firmtrade.query.where import EVERYONE, Is
from firmtrade.statistics.compute import by_class, totals

HERE = Universe("services", "export_partners")
ROWS = {
    ("FR", "small"): (3, 2, 2, 1), ("FR", "large"): (5, 5, 1, 1), ("US", "small"): (4, 4, 3, 1),
}  # fmt: skip
"""Firms, units and the largest two counts of units, by partner and size."""


def view(*names: str, more: int = 0) -> View:
    """The rows by some dimensions, and so many rows of nobody beside them."""
    places = [("partner", "size").index(name) for name in names]
    found: dict[tuple[str, ...], list[tuple[int, int, int, int]]] = {}
    for key, row in ROWS.items():
        found.setdefault(tuple(key[place] for place in places), []).append(row)
    empty = [(*(f"{name} {number}" for name in names), 0, 0, 0, 0) for number in range(more)]
    summed = [
        (*key, sum(row[0] for row in rows), sum(row[1] for row in rows), *largest(rows))
        for key, rows in found.items()
    ]
    frame = pl.DataFrame(
        summed + empty, schema=[*names, FIRMS, UNITS, f"{FIRMS}_1", f"{FIRMS}_2"], orient="row"
    )
    spanning = pl.DataFrame(schema={**dict.fromkeys(names, pl.String), "unit": pl.Int64, FIRMS: pl.Int64})
    return View(ViewRequest(HERE, names), frame, spanning)


def largest(rows: list[tuple[int, int, int, int]]) -> tuple[int, int]:
    first, second = sorted((number for row in rows for number in row[2:]), reverse=True)[:2]
    return first, second


@pytest.mark.parametrize("more", [0, 9])
def test_a_term_is_read_from_a_view_that_has_its_dimensions_whatever_else_there_is(more: int) -> None:
    views = [view("partner"), view("partner", "size", more=more), view("size")]
    small = Term(HERE, Is("size", ("small",)))
    found = totals([small, Term(HERE, EVERYONE)], views)
    assert found[small].total == 7
    assert found[Term(HERE, EVERYONE)].total == 12


def test_numbers_by_class_are_those_of_a_view_with_the_class_and_the_condition() -> None:
    views = [view("partner"), view("size"), view("partner", "size", more=9)]
    term = Term(HERE, Is("size", ("small",)), by="partner")
    found = by_class([term], views)[term]
    assert (found.n, found.total, found.squares) == (2, 7, 25)
    assert found.places == {0: 3, 1: 4}


def test_the_largest_units_of_a_total_may_stand_in_one_row_of_a_view() -> None:
    term = Term(HERE, EVERYONE)
    found = totals([term], [view("size")])[term]
    assert found.total == 12
    assert (found.n_units, found.largest, found.second_largest) == (11, 3, 2)
