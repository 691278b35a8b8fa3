"""Quartiles of numbers of single firms once more, in plain Python: a list in order, and the firm at a place in it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from naive.answers import Answer, Answers, Row, number, ones
from naive.modes import FLAGS, MODES, mode_of
from naive.shares import share_groups
from naive.world import World, restricted

SCALES = {"employment": 1, "employees": 1}
"""What a number is divided by to be printed; money is printed in thousands."""


def median(world: World, table: Any, population: str) -> Answers:
    members = restricted(table, world.members(population, world.study.reference_year))
    found: Answers = {}
    for key, rows, optional in grouped(world, table, population, members):
        known = [(figure(world, table.measure, row), row) for row in rows]
        known = [(one, row) for one, row in known if one is not None]
        if optional and not known:
            continue
        here = (table.id, population, key)
        found[*here, "n"] = number([row for _, row in known])
        for part, column in enumerate(("first_quartile", "median", "third_quartile"), start=1):
            found[*here, column] = quartile(known, part, SCALES.get(table.measure, 1000))
    return found


def grouped(
    world: World, table: Any, population: str, rows: list[Row]
) -> Iterator[tuple[str, list[Row], bool]]:
    total = [("total", rows, False)] if "total" in table.totals or table.rows is None else []
    if table.rows is None:
        yield from total
    elif table.rows == "mode":
        yield from ((mode, [row for row in rows if mode_of(row) == mode], False) for mode in MODES)
        yield from total
    elif table.rows in FLAGS:
        yield from ((key, [row for row in rows if has(row)], False) for key, has in FLAGS[table.rows].items())
        yield from total
    else:
        for key, members, _ in share_groups(world, table, table.rows, population, rows):
            yield (
                key,
                members,
                key in ("unknown", "none") or (table.rows == "division" and key.startswith("nace_")),
            )


def figure(world: World, measure: str, row: Row) -> Fraction | None:
    """The number of a firm; a quotient as a binary floating-point number holds it."""
    book = world.books[row["firm_id"], row["year"]]
    if measure == "labor_productivity":
        if row["value_added"] is None or not row["employment"]:
            return None
        return Fraction(float(row["value_added"]) / float(row["employment"]))
    if measure in ("export_value", "import_value"):
        flow = measure.removesuffix("_value")
        zones = ("intra", "extra", "unknown")
        sums = [world.sums.get((row["firm_id"], row["year"], flow, zone), Decimal(0)) for zone in zones]
        return Fraction(sum(sums)) if row[f"{flow}er"] else None
    amount = row["employment"] if measure == "employment" else book.get(measure)
    return None if amount is None else Fraction(amount)


def quartile(known: list[tuple[Fraction, Row]], part: int, scale: int) -> Answer:
    """Of n numbers in order the one at place part n / 4, rounded up; the mean with the next where that is whole."""
    numbers = sorted(one for one, _ in known)
    if not numbers:
        return Answer(None, {"count": [], "at_or_below": [], "at_or_above": []})
    at = Fraction(part * len(numbers), 4)
    place = -(-at.numerator // at.denominator)
    value = numbers[place - 1]
    if at.denominator == 1:
        value = (value + numbers[place]) / 2
    return Answer(
        float(value / scale),
        {
            "count": ones([row for _, row in known]),
            "at_or_below": ones([row for one, row in known if one <= value]),
            "at_or_above": ones([row for one, row in known if one >= value]),
        },
    )
