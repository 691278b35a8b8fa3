"""Codes for missing values that pose as numbers: 98, 99, 999, 9999 and -9, where they stand out.

A value is suspected when it is far more frequent than the values beside it. Round numbers are frequent in
every file, so multiples of ten are no neighbours. Amounts that are all whole thousands were declared in
thousands: the code is looked for in that unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis

from firmtrade.sources.canonical import TABLES
from firmtrade.sources.quality.rule import Relation, Severity

SPIKE = Relation(
    "missing_value_code",
    Severity.WARNING,
    "a code for missing values that poses as a number: far more frequent than the values beside it",
    "If it is such a code, declare it as `missing` in the mapping.",
)
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


def spikes(connection: Any, name: str, rows: ibis.Table) -> list[Spike]:
    """Suspected codes in the numbers of a table, one narrow query for each column."""
    found = []
    for column in TABLES[name].columns:
        if column.kind in ("money", "quantity") and column.name in rows.columns and name != "benchmarks":
            found += _of_column(connection, name, column.name, rows)
    return found


def neighbours(code: int) -> tuple[int, ...]:
    """Values beside a code that are no codes and no multiples of ten.

    >>> neighbours(99)
    (94, 95, 96, 97, 101, 102, 103, 104)
    """
    around = range(code - REACH, code + REACH + 1)
    return tuple(value for value in around if value not in CODES and value % 10)


def _of_column(connection: Any, name: str, column: str, rows: ibis.Table) -> list[Spike]:
    value = rows[column].cast("decimal(18, 6)")
    looked_at = sorted({*CODES, *(near for code in CODES for near in neighbours(code))})
    unit = _unit(connection, rows, column)
    wanted = [Decimal(number * unit) for number in looked_at]
    counted = (
        rows.select(value=value).filter(ibis._.value.isin(wanted)).group_by("value").agg(n=ibis._.count())
    )
    counts = {int(row["value"] / unit): row["n"] for row in connection.to_pyarrow(counted).to_pylist()}
    found = []
    for code in CODES:
        near = neighbours(code)
        beside = sum(counts.get(number, 0) for number in near) / len(near)
        if counts.get(code, 0) >= max(LEAST, TIMES * beside):
            found.append(Spike(name, column, code, unit, counts[code], beside))
    return found


def _unit(connection: Any, rows: ibis.Table, column: str) -> int:
    """1,000 where every known value is a whole number of thousands and some are not zero, 1 otherwise."""
    value = rows[column]
    broken = connection.to_pyarrow(
        rows.agg(broken=(value % 1000 != 0).sum(), known=((value != 0) & value.notnull()).sum())
    ).to_pylist()[0]
    return 1000 if broken["known"] and not broken["broken"] else 1
