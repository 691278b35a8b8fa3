"""Levels and growth of the panel firms by their status."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from firmtrade.study import TableDeclaration
from naive.answers import Answer, Answers, Behind, Row, number
from naive.world import World, restricted


def status_rows(
    world: World, table: TableDeclaration, population: str
) -> Iterator[tuple[str, str, list[Row]]]:
    rows = restricted(table, world.panel(population))
    name = population
    if table.cohort:
        rows, name = (
            [row for row in rows if row["founding_cohort"] == table.cohort],
            f"{population}, {table.cohort}",
        )
    if table.rows == "venture":
        rows = [
            row for row in rows if row["founded"] is not None and row["founded"] >= world.study.ventures_since
        ]
        yield name, "inv", [row for row in rows if row["exporter"]]
        yield name, "dnv", [row for row in rows if not row["exporter"]]
        return
    flow = str(table.rows).removesuffix("_status")
    now, then = f"{flow}er", f"{flow}er"
    yield name, flow, [row for row in rows if row[now]]
    yield name, f"constant_{flow}", [row for row in rows if row[now] and row["a"][then]]
    yield name, f"new_to_{flow}", [row for row in rows if row[now] and not row["a"][then]]
    yield name, f"stopped_{flow}", [row for row in rows if not row[now] and row["a"][then]]
    yield name, f"no_{flow}", [row for row in rows if not row[now]]


def amounts(rows: list[Row]) -> dict[str, Behind]:
    """Employment and value added at start and end, of firms with value added known at both."""
    known = [
        row for row in rows if row["a"]["value_added"] is not None and row["b"]["value_added"] is not None
    ]
    return {
        f"{name}_{end}": [(row["unit"], row[date][measure]) for row in known]
        for name, measure in (("fte", "employment"), ("value_added", "value_added"))
        for end, date in (("start", "a"), ("end", "b"))
    }


def total(behind: Behind) -> Decimal:
    return sum((Decimal(amount) for _, amount in behind), Decimal(0))


def level(world: World, table: TableDeclaration, population: str) -> Answers:
    first, last = world.study.first_year, world.study.last_year
    found: Answers = {}
    for name, row, rows in status_rows(world, table, population):
        behind = amounts(rows)

        def ratio(end: str, behind: dict[str, Behind] = behind) -> float | None:
            employment = total(behind[f"fte_{end}"])
            return float(total(behind[f"value_added_{end}"]) / employment / 1000) if employment else None

        start, end = ratio("start"), ratio("end")
        change = 100 * (end / start - 1) if start is not None and end is not None and start > 0 else None
        if table.n:
            found[table.id, name, row, "n"] = number(rows)
        for year, value, at in ((first, start, "start"), (last, end, "end")):
            parts = {measure: behind[measure] for measure in (f"value_added_{at}", f"fte_{at}")}
            found[table.id, name, row, f"labor_productivity_{year}"] = Answer(value, parts)
        found[table.id, name, row, "labor_productivity_delta"] = Answer(change, behind)
    return found


def growth(world: World, table: TableDeclaration, population: str) -> Answers:
    years = world.study.last_year - world.study.first_year
    found: Answers = {}
    for name, row, rows in status_rows(world, table, population):
        behind = amounts(rows)

        def annual_rate(measure: str, behind: dict[str, Behind] = behind) -> float | None:
            start, end = total(behind[f"{measure}_start"]), total(behind[f"{measure}_end"])
            return float(end / start) ** (1 / years) - 1 if start > 0 and end >= 0 else None

        employment, value_added = annual_rate("fte"), annual_rate("value_added")
        both = employment is not None and value_added is not None and employment > -1
        productivity = (1 + value_added) / (1 + employment) - 1 if both else None
        if table.n:
            found[table.id, name, row, "n"] = number(rows)
        rates = {
            "employment": (employment, "fte"),
            "value_added": (value_added, "value_added"),
            "labor_productivity": (productivity, ""),
        }
        for column, (rate, measure) in rates.items():
            parts = {key: amount for key, amount in behind.items() if key.startswith(measure)}
            found[table.id, name, row, f"{column}_cagr"] = Answer(None if rate is None else 100 * rate, parts)
    return found
