"""How numbers of single firms are spread, asked of the engine, is what they give when each of them is at hand."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from random import Random

import polars as pl
import pytest

from firmtrade.engines.distributions import distributions
from firmtrade.query.cells import Term
from firmtrade.query.distributions import DistributionRequest, Distributions, Side, Spread, places_asked
from firmtrade.query.universes import Universe
from firmtrade.query.where import EVERYONE, Flag, Is
from firmtrade.statistics.spread import spread
from tested_engine import an_engine

HERE = Universe("firms", "reference")
CONDITIONS = (EVERYONE, Is("size", ("small",)), Flag("exporter"), ~Flag("exporter") & Is("size", ("large",)),
              Is("size", ("small", "large")), Is("size", ("nobody",)))  # fmt: skip


def asked(rows: pl.DataFrame, measure: str) -> Distributions:
    terms = tuple(Term(HERE, where, measure) for where in CONDITIONS)
    with an_engine() as engine:
        request = DistributionRequest(HERE, measure, terms, sides=True)
        return distributions(engine, engine.register("firms", rows), request, str)


def firms(number: int, kind: pl.DataType, largest: int, *, units: bool) -> pl.DataFrame:
    rng = Random(number + largest)
    scale = kind.scale if isinstance(kind, pl.Decimal) else 0
    values = [
        None
        if rng.random() < 0.1
        else Decimal(int(rng.choice([1, -1, 1]) * largest ** rng.random())).scaleb(-scale)
        for _ in range(number)
    ]
    column = pl.Series(values, dtype=pl.Decimal(38, scale)).cast(kind)
    unit = {"unit": [rng.choice([None, *"abcdefgh"]) for _ in range(number)]} if units else {}
    return pl.DataFrame({
        "size": [rng.choice(["small", "large"]) for _ in range(number)],
        "exporter": [rng.random() < 0.5 for _ in range(number)],
        "amount": column, **unit,
    })  # fmt: skip


@pytest.mark.parametrize("units", [False, True])
@pytest.mark.parametrize(
    ("kind", "largest"),
    [(pl.Int64(), 40), (pl.Decimal(18, 2), 10**17), (pl.Decimal(38, 6), 10**22)],
    ids=["numbers of partners", "money", "rates of growth"],
)
@pytest.mark.parametrize("number", [3, 250])
def test_a_distribution_is_that_of_the_numbers_themselves(
    number: int, kind: pl.DataType, largest: int, units: bool
) -> None:
    rows = firms(number, kind, largest, units=units)
    for term, found in asked(rows, "amount").found.items():
        inside = rows.filter(term.where.expression(), pl.col("amount").is_not_null())
        expected = spread(inside["amount"])
        assert found.spread.n == expected.n == inside.height
        assert found.spread.total == expected.total
        assert found.spread.squares == expected.squares
        assert found.spread.places == expected.places
        assert found.spread.held == expected.held
        amounts: dict[str, Decimal] = defaultdict(Decimal)
        for place, row in enumerate(inside.to_dicts()):
            amounts[row.get("unit") or f"alone {place}"] += row["amount"]
        ordered = [*sorted(map(abs, amounts.values()), reverse=True), 0, 0]
        assert (found.n_units, found.largest, found.second_largest) == (len(amounts), *ordered[:2])
        assert_sides(found.spread, inside)


def assert_sides(found: Spread, inside: pl.DataFrame) -> None:
    """The firms on either side of each quartile, and the two units with the most of them, by going through all."""
    firms = sorted(
        (row["amount"], row.get("unit") or f"alone {place}") for place, row in enumerate(inside.to_dicts())
    )
    assert found.whole == side([unit for _, unit in firms])
    for part in (1, 2, 3) if firms else ():
        place, rest = divmod(part * len(firms), 4)
        low, high = firms[place if rest else place - 1][0], firms[place][0]
        below = side([unit for amount, unit in firms if amount <= low])
        above = side([unit for amount, unit in firms if amount >= high])
        assert found.sides[part] == (below, above)


def side(units: list[str]) -> Side:
    most = [*sorted(Counter(units).values(), reverse=True), 0, 0]
    return Side(len(units), len({*units}), most[0], most[1])


@pytest.mark.parametrize("units", [False, True])
def test_quotients_are_put_in_order_and_not_added_up(units: bool) -> None:
    rows = firms(60, pl.Int64(), 40, units=units).with_columns(pl.col("amount") / 7)
    for term, found in asked(rows, "amount").found.items():
        inside = rows.filter(term.where.expression(), pl.col("amount").is_not_null())
        ordered = inside["amount"].sort()
        assert found.spread.total == (None if inside.height else 0)
        assert found.spread.held == {}
        assert (found.spread.squares, found.largest, found.second_largest) == (0, 0, 0)
        assert found.spread.places == {place: ordered[place] for place in places_asked(inside.height)}
        assert_sides(found.spread, inside)


def test_of_no_firms_nothing_is_known() -> None:
    rows = firms(3, pl.Int64(), 9, units=True).head(0)
    assert {found.spread.n for found in asked(rows, "amount").found.values()} == {0}


def test_sides_are_there_where_they_are_asked_for_and_squares_where_firms_are_added_up() -> None:
    rows = firms(20, pl.Int64(), 9, units=False)
    terms = (Term(HERE, EVERYONE, "amount"), Term(HERE, Is("size", ("nobody",)), "amount"))
    with an_engine() as engine:
        request = DistributionRequest(HERE, "amount", terms)
        everyone, nobody = distributions(engine, engine.register("firms", rows), request, str).found.values()
    assert everyone.spread.sides == nobody.spread.sides == {}
    assert nobody.spread.squares == 0
