"""Estimates from a sample once more, in plain Python: a list of all firms of the sample, with 0 for those outside."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import sqrt
from typing import Any

from naive.answers import Answer, Answers, Behind, Row, number
from naive.median import SCALES, figure, grouped
from naive.modes import FLAGS
from naive.world import World, restricted

PLACES = {"employment": Decimal("0.000001")}
CENT = Decimal("0.01")


def weighted(world: World, table: Any, population: str) -> Answers:
    sample = strata_of(world)
    members = restricted(table, world.members(population, world.study.reference_year))
    found: Answers = {}
    for key, group, optional in grouped(world, table, population, members):
        rows = [row for row in group if weight(row) is not None]
        if optional and not rows:
            continue
        here = (table.id, population, key)
        found[*here, "n"] = number(rows)
        weights = of_firms(rows, lambda row: weight(row))
        columns: dict[str, tuple[dict[str, Behind], int, dict[str, Fraction], dict[str, Fraction] | None]] = {
            "firms": ({"count": weights}, 1, by_name(rows, weights), None)
        }
        for flag, has in FLAGS[table.columns].items() if table.columns else ():
            those = [row for row in rows if has(row)]
            part = of_firms(those, lambda row: weight(row))
            columns[flag] = (
                {"count": part, "base": weights}, 0, by_name(those, part), by_name(rows, weights),
            )  # fmt: skip
        if table.measure is not None:
            columns |= of_measure(world, table.measure, rows)
        for column, (behind, scale, over, under) in columns.items():
            value, error = estimate(sample, over, under)
            factor = Fraction(1, scale) if scale else Fraction(100)
            found[*here, column] = Answer(None if value is None else float(value * factor), behind)
            found[*here, f"{column}_se"] = Answer(None if error is None else error * float(factor), behind)
    return found


def of_measure(world: World, measure: str, rows: list[Row]) -> dict[str, Any]:
    scale = SCALES.get(measure, 1000)
    if measure == "labor_productivity":
        known = [row for row in rows if row["value_added"] is not None and row["employment"]]
        over = of_firms(known, lambda row: rounded(weight(row) * row["value_added"], CENT))
        under = of_firms(known, lambda row: rounded(weight(row) * row["employment"], PLACES["employment"]))
        behind = {"total": over, "base": under}
        return {measure: (behind, scale, by_name(known, over), by_name(known, under))}
    known = [row for row in rows if figure(world, measure, row) is not None]
    places = PLACES.get(measure, CENT)
    over = of_firms(known, lambda row: rounded(Fraction(weight(row)) * figure(world, measure, row), places))
    under = of_firms(known, weight)
    return {
        "total": ({"total": over}, scale, by_name(known, over), None),
        "mean": ({"total": over, "base": under}, scale, by_name(known, over), by_name(known, under)),
    }


def weight(row: Row) -> Any:
    found = row["columns"]["firms"].get("weight")
    return found if found is not None and found > 0 else None


def rounded(exact: Any, places: Decimal) -> Decimal:
    fraction = Fraction(exact)
    # Enough digits for any amount: these are decimals of at most 14 places.
    return (Decimal(fraction.numerator) / Decimal(fraction.denominator)).quantize(places, ROUND_HALF_UP)


def of_firms(rows: list[Row], amount: Any) -> Behind:
    return [(row["unit"], amount(row)) for row in rows]


def by_name(rows: list[Row], amounts: Behind) -> dict[str, Fraction]:
    return {row["firm_id"]: Fraction(amount) for row, (_, amount) in zip(rows, amounts, strict=True)}


def strata_of(world: World) -> dict[str, list[str]]:
    """The firms of the sample with accounts or trade in the reference year, by stratum; without those taken whole."""
    year = world.study.reference_year
    present = {name for name, at in world.books if at == year} | {
        key[0] for key in world.sums if key[1] == year
    }
    found: dict[str, list[str]] = defaultdict(list)
    weights: dict[str, list[Decimal]] = defaultdict(list)
    for name, firm in world.register_of(year).items():
        row = {"columns": {"firms": firm}}
        if name in present and weight(row) is not None:
            stratum = (firm.get("stratum") or "") if world.study.head.strata else ""
            found[stratum].append(name)
            weights[stratum].append(weight(row))
    return {stratum: names for stratum, names in found.items() if max(weights[stratum]) > 1}


def estimate(
    strata: dict[str, list[str]], over: dict[str, Fraction], under: dict[str, Fraction] | None
) -> tuple[Fraction | None, float | None]:
    """A total or a ratio, and its standard error from what every firm of the sample adds to it."""
    total = sum(over.values(), Fraction(0))
    if under is None:
        return total, deviation(strata, over)
    base = sum(under.values(), Fraction(0))
    if base <= 0:
        return None, None
    ratio = total / base
    names = {*over, *under}
    residuals = {
        name: (over.get(name, Fraction(0)) - ratio * under.get(name, Fraction(0))) / base for name in names
    }
    return ratio, deviation(strata, residuals)


def deviation(strata: dict[str, list[str]], adds: dict[str, Fraction]) -> float | None:
    variance = Fraction(0)
    for names in strata.values():
        numbers = [adds.get(name, Fraction(0)) for name in names]
        n = len(numbers)
        if n == 1:
            if names[0] in adds:
                return None
            continue
        mean = sum(numbers) / n
        variance += Fraction(n, n - 1) * sum(((one - mean) ** 2 for one in numbers), Fraction(0))
    return sqrt(variance)
