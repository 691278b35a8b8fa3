"""Sums of the weighted numbers of a sample by stratum: what standard errors are made of."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import ibis.expr.types as ir

from firmtrade.engines.protocol import Engine
from firmtrade.engines.wide import BASE, halves, scale_of
from firmtrade.query.distributions import StratumSums
from firmtrade.query.measures import SAMPLED, STRATUM

TERM, VALUE, UNDER = "term", "value", "beside"
"""Columns of the rows: the term, the weighted number, the number that stands under it in a ratio."""
SQUARES = {"over_squared": (VALUE, VALUE), "product": (VALUE, UNDER), "under_squared": (UNDER, UNDER)}


def by_stratum(engine: Engine, numbers: ir.Table) -> dict[int, dict[str, StratumSums]]:
    """For each term the exact sums of its numbers, and of their squares and products, in each stratum."""
    parts = {name: halves(numbers[name]) for name in (VALUE, UNDER)}
    columns = {
        f"{name} {left} {right}": parts[one][left] * parts[other][right]
        for name, (one, other) in SQUARES.items()
        for left, right in product(range(2), repeat=2)
    }
    rows = numbers.mutate(**columns)
    asked = rows.group_by(TERM, STRATUM).agg(
        sampled=rows[SAMPLED].max(),
        **{name: rows[name].sum() for name in (VALUE, UNDER, *columns)},
    )
    scales = {name: scale_of(numbers[name].type()) for name in (VALUE, UNDER)}
    found: dict[int, dict[str, StratumSums]] = {}
    for row in engine.collect(asked).to_dicts():
        squares = {}
        for name, (one, other) in SQUARES.items():
            whole = sum(
                int(row[f"{name} {left} {right}"]) * BASE ** (2 - left - right)
                for left, right in product(range(2), repeat=2)
            )
            squares[name] = Fraction(whole, 10 ** (scales[one] + scales[other]))
        found.setdefault(row[TERM], {})[row[STRATUM]] = StratumSums(
            row["sampled"], Fraction(row[VALUE]), Fraction(row[UNDER]), **squares
        )
    return found
