"""Views: their rows, the units behind them, and the units that span rows, against brute force."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from itertools import combinations
from random import Random

import polars as pl

from firmtrade.engines.views import answer
from firmtrade.query.cells import Term
from firmtrade.query.measures import FIRMS, UNITS
from firmtrade.query.universes import Universe
from firmtrade.query.views import View, ViewRequest
from firmtrade.query.where import Is
from firmtrade.statistics.compute import totals
from tested_engine import an_engine


def answered(rows: pl.DataFrame, request: ViewRequest) -> View:
    with an_engine() as engine:
        return answer(engine, engine.register("firms", rows), request, str)


def test_units_that_span_rows_are_counted_once_in_any_union_of_rows() -> None:
    """Against brute force: number of units and the two largest of them, for every union of classes."""
    rng, measure = Random(7), "value"
    universe = Universe("firms", "export")
    classes = ("a", "b", "c", "d")
    firms = [
        {
            "class": rng.choice(classes), "unit": rng.choice([None, *"abcdefghijkl"]),
            **{name: Decimal(rng.randrange(-50, 200)) for name in universe.measures if name != FIRMS},
        }
        for _ in range(40)
    ]  # fmt: skip
    frame = pl.DataFrame(firms, schema_overrides=dict.fromkeys(universe.measures[1:], pl.Decimal(18, 2)))
    view = answered(frame, ViewRequest(universe, ("class",)))
    assert view.spanning["unit"].n_unique() > 3
    assert view.rows[UNITS].sum() > 0
    unions = [union for size in range(1, 5) for union in combinations(classes, size)]
    terms = {union: Term(universe, Is("class", union), measure) for union in unions}
    found = totals(terms.values(), [view])
    for union, term in terms.items():
        inside = [firm for firm in firms if firm["class"] in union]
        amounts: dict[str, Decimal] = defaultdict(Decimal)
        for number, firm in enumerate(inside):
            amounts[firm["unit"] or f"alone {number}"] += firm[measure]
        largest = sorted((abs(amount) for amount in amounts.values()), reverse=True)[:2]
        total = found[term]
        assert (total.n_firms, total.n_units) == (len(inside), len(amounts)), union
        assert total.total == sum(amounts.values()), union
        assert [total.largest, total.second_largest] == largest, union


def test_a_view_without_dimensions_is_one_row() -> None:
    whole = ViewRequest(Universe("firms", "reference"), ())
    (row,) = answered(pl.DataFrame({"unit": ["x", "x", "y"]}), whole).rows.to_dicts()
    assert row == {FIRMS: 3, UNITS: 2, "firms_1": 2, "firms_2": 1}
    (row,) = answered(pl.DataFrame({"year": [1, 1, 1]}), whole).rows.to_dicts()
    assert row == {FIRMS: 3, UNITS: 3, "firms_1": 1, "firms_2": 1}


def test_a_single_unit_has_no_second_largest() -> None:
    whole = ViewRequest(Universe("firms", "reference"), ())
    for units, firms in ((["x", "x"], 2), ([None], 1)):
        (row,) = answered(pl.DataFrame({"unit": pl.Series(units, dtype=pl.String)}), whole).rows.to_dicts()
        assert row == {FIRMS: firms, UNITS: 1, "firms_1": firms, "firms_2": None}


def test_a_unit_spans_no_rows_that_no_question_adds_up() -> None:
    """Group `x` stands in one row of each year; `y` in two rows of 2001, which a question may add up."""
    rows = pl.DataFrame({
        "year": [2000, 2001, 2001, 2001], "size": ["small", "large", "small", "large"], "unit": ["x", "x", "y", "y"],
    })  # fmt: skip
    years = Universe("firms", "years")
    view = answered(rows, ViewRequest(years, ("size", "year"), apart=("year",)))
    assert view.spanning.select("size", "year", FIRMS).rows() == [("large", "2001", 1), ("small", "2001", 1)]
    assert view.rows.select("size", "year", FIRMS, UNITS).rows() == [
        ("large", "2001", 2, 1), ("small", "2000", 1, 1), ("small", "2001", 1, 0),
    ]  # fmt: skip
    assert answered(rows, ViewRequest(years, ("size", "year"))).spanning.height == 4


def test_what_is_handed_over_grows_with_the_classes_and_not_with_the_firms() -> None:
    handed = []
    for firms in (40, 4000):
        rows = pl.DataFrame(
            {"size": ["small", "large"] * firms, "unit": pl.Series([None] * 2 * firms, dtype=pl.String)}
        )
        view = answered(rows, ViewRequest(Universe("firms", "reference"), ("size",)))
        handed.append((view.rows.height, view.spanning.height))
    assert handed == [(2, 0), (2, 0)]
