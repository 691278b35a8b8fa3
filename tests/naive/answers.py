"""What an answer is: a value, and the unit and amount of every firm behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

Row = dict[str, Any]
Key = tuple[str, str, str, str]
Behind = list[tuple[tuple[str, str], Decimal | int]]


class Answer(NamedTuple):
    """A value (None where undefined), and the unit and amount of every firm behind each of its components.

    Where a year or a column that the value rests on is absent, it is not ``computed``.
    """

    value: float | None
    behind: dict[str, Behind]
    computed: bool = True

    def contribution(self, component: str) -> tuple[int, int, Decimal | int, Decimal | int, Decimal | int]:
        """Firms, units, total and the amounts of the two largest units."""
        units: dict[tuple[str, str], Decimal | int] = defaultdict(int)
        for unit, amount in self.behind[component]:
            units[unit] += amount
        first, second, *_ = [*sorted((abs(amount) for amount in units.values()), reverse=True), 0, 0]
        return len(self.behind[component]), len(units), sum(units.values()), first, second


Answers = dict[Key, Answer]
NOT_COMPUTED = Answer(None, {}, computed=False)


def ones(rows: list[Row]) -> Behind:
    return [(row["unit"], 1) for row in rows]


def number(rows: list[Row]) -> Answer:
    return Answer(len(rows), {"count": ones(rows)})


def percent(rows: list[Row], has: Callable[[Row], Any]) -> Answer:
    those = [row for row in rows if has(row)]
    return Answer(100 * len(those) / len(rows) if rows else None, {"count": ones(those), "base": ones(rows)})
