"""Codes for missing values that pose as numbers: 98, 99, 999, 9999 and -9, where they stand out.

A value is suspected when it is far more frequent than the values beside it. Round numbers are frequent in
every file, so multiples of ten are no neighbours. Amounts that are all whole thousands were declared in
thousands: the code is looked for in that unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import ibis

from firmtrade.sources.canonical import TABLES
from firmtrade.sources.quality.rule import Relation, Severity

SPIKE = Relation("missing_value_code", Severity.WARNING)
CODES = (-9, 98, 99, 999, 9999)
REACH = 5
LEAST, TIMES = 10, 5
"""A spike has at least ten rows, and five times as many as its neighbours have on average."""


@dataclass(frozen=True, slots=True)
class Spike:
    """A suspected code in a column, its frequency and that of its neighbours."""

    table: str
    column: str
    code: int
    unit: int
    count: int
    beside: float


def numbers_of(name: str, rows: ibis.Table) -> tuple[str, ...]:
    """The columns in which such codes are looked for."""
    if name == "benchmarks":
        return ()
    kinds = ("money", "quantity")
    return tuple(one.name for one in TABLES[name].columns if one.kind in kinds and one.name in rows.columns)


def parts_of_thousand(value: ibis.Value) -> ibis.Value:
    """How many values are no whole number of thousands; null where every value is zero or missing."""
    return ibis.ifelse((value != 0).sum() > 0, (value % 1000 != 0).sum(), ibis.null("int64"))


def spikes(connection: Any, name: str, rows: ibis.Table, units: dict[str, int]) -> list[Spike]:
    """Suspected codes in the numbers of a table, one narrow query for each column in its ``units``."""
    return [
        spike for column, unit in units.items() for spike in _of_column(connection, name, column, rows, unit)
    ]


def neighbours(code: int) -> tuple[int, ...]:
    """Values beside a code that are no codes and no multiples of ten.

    >>> neighbours(99)
    (94, 95, 96, 97, 101, 102, 103, 104)
    """
    around = range(code - REACH, code + REACH + 1)
    return tuple(value for value in around if value not in CODES and value % 10)


def _of_column(connection: Any, name: str, column: str, rows: ibis.Table, unit: int) -> list[Spike]:
    value = rows[column]
    near = reduce(or_, (value.between((code - REACH) * unit, (code + REACH) * unit) for code in CODES))
    counted = rows.filter(near & (value % unit == 0)).group_by(value=value).agg(n=ibis._.count())
    counts = {int(row["value"] / unit): row["n"] for row in connection.to_pyarrow(counted).to_pylist()}
    found = []
    for code in CODES:
        around = neighbours(code)
        beside = sum(counts.get(number, 0) for number in around) / len(around)
        if counts.get(code, 0) >= max(LEAST, TIMES * beside):
            found.append(Spike(name, column, code, unit, counts[code], beside))
    return found
