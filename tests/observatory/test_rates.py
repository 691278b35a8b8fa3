"""Rates and amounts at other prices are exact: they are those of fractions, rounded half away from zero."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from random import Random

import polars as pl
import pytest

from firmtrade.observatory.rates import divided, percent_of, times_ratio
from firmtrade.study.prices import LARGEST_OF_RATIO
from naive.distribution import rounded
from tested_engine import an_engine

MONEY = pl.Decimal(18, 2)
LARGEST = Decimal(10**18 - 1).scaleb(-2)


def amounts() -> list[Decimal]:
    rng = Random(1)
    drawn = [Decimal(rng.choice([-1, 1]) * int(10 ** rng.uniform(0, 17.9))).scaleb(-2) for _ in range(300)]
    return [
        *drawn,
        LARGEST,
        -LARGEST,
        Decimal("9999999.99"),
        Decimal("10000000.00"),
        Decimal("0.01"),
        Decimal(0),
        Decimal("5000000000000000.00"),
    ]


def ratios(number: int) -> list[tuple[int, int]]:
    rng = Random(2)
    drawn = [(rng.randint(1, LARGEST_OF_RATIO), rng.randint(1, LARGEST_OF_RATIO)) for _ in range(number - 7)]
    return [*drawn, (1, 1), (1, 1), (1, 2), (LARGEST_OF_RATIO, 1), (1, 2), (3, 2), (2, 1)]


def test_an_amount_times_a_ratio_is_exact_to_the_cent_and_null_beyond_what_is_an_amount() -> None:
    money, of = amounts(), ratios(len(amounts()))
    frame = pl.DataFrame(
        {"amount": money, "above": [above for above, _ in of], "below": [below for _, below in of]},
        schema_overrides={"amount": MONEY},
    )
    with an_engine() as engine:
        rows = engine.register("amounts", frame)
        found = engine.collect(
            rows.select("amount", "above", "below", times=times_ratio(rows.amount, rows.above, rows.below))
        )
    exact = [
        rounded(Fraction(amount) * above / below, 2)
        for amount, above, below in found.select("amount", "above", "below").rows()
    ]
    assert found["times"].to_list() == [one if abs(one) <= LARGEST else None for one in exact]
    assert found["times"].null_count() > 0


@pytest.mark.parametrize("kind", [pl.Int64(), MONEY], ids=["numbers", "amounts"])
def test_a_rate_is_exact_to_six_decimals(kind: pl.DataType) -> None:
    parts, wholes = drawn_pairs(0 if kind == pl.Int64() else 2)
    frame = pl.DataFrame({"part": parts, "whole": wholes}).cast({"part": kind, "whole": kind})
    with an_engine() as engine:
        rows = engine.register("pairs", frame)
        found = engine.collect(rows.select("part", "whole", rate=percent_of(rows.part, rows.whole)))
    exact = [
        rounded(100 * Fraction(part) / Fraction(whole), 6)
        for part, whole in found.select("part", "whole").rows()
    ]
    assert found["rate"].to_list() == exact


def drawn_pairs(scale: int) -> tuple[Sequence[Decimal], Sequence[Decimal]]:
    """Parts and wholes, with the ties at the seventh decimal: an odd number over 2 times 10 to the eighth."""
    rng = Random(3)
    pairs = [
        (rng.choice([-1, 1]) * int(10 ** rng.uniform(0, 11)), int(10 ** rng.uniform(0, 11)))
        for _ in range(300)
    ]
    pairs += [
        (1, 200_000_000),
        (-1, 200_000_000),
        (3, 200_000_000),
        (0, 7),
        (7, 7),
        (-7, 7),
        (29, 3),
        (-1, 3),
    ]
    parts, wholes = zip(*pairs, strict=True)
    return [Decimal(one).scaleb(-scale) for one in parts], [Decimal(one).scaleb(-scale) for one in wholes]


def test_a_quotient_of_the_largest_amounts_has_a_rest() -> None:
    largest = 10**18 - 1
    frame = pl.DataFrame({"number": [largest, largest - 1, 10, 0]}, schema={"number": pl.Int64})
    with an_engine() as engine:
        rows = engine.register("numbers", frame)
        quotient, rest = divided(rows.number, 1_000_000_000)
        found = engine.collect(rows.select("number", quotient=quotient, rest=rest))
    assert sorted(found.rows()) == sorted((one, *divmod(one, 10**9)) for one in frame["number"].to_list())
