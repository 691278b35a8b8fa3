"""What the rows are that a number counts, and what each of their columns means: in sentences, from the study."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from firmtrade.query.dimensions import population_columns
from firmtrade.query.registry import field_of, meaning
from firmtrade.query.universes import Universe
from firmtrade.study import Study


def rows_of(universe: Universe, study: Study) -> str:
    """What one row of a universe is."""
    member = f"member of the population in {study.reference_year}"
    match universe.period:
        case "reference":
            return f"one row for each firm that is a {member}"
        case "window":
            return (
                f"one row for each firm that is a {member} and has employment above 0 in {study.first_year} "
                f"and in {study.last_year}"
            )
        case "years":
            return "one row for each firm and year in which it is a member of the population"
    each = f" and {universe.level}" if universe.level else ""
    return (
        f"one row for each firm, year{each} in which it is a member of the population and has the flow "
        f"({universe.flow})"
    )


def membership(name: str, study: Study) -> str:
    """Who is a member of a population in a year: its predicate, by the columns that it is judged by."""
    rule = study.populations[name]
    flag = population_columns(study)[name]
    employment = f"accounts.{study.head.employment}"
    parts = [
        "in the register (firms) with accounts or trade in the year",
        f"firms.nace in {rule.activity} ({study.head.activity})",
        f"{employment} known and at least {rule.employment_at_least:g}",
    ]
    if rule.employees_below is not None:
        parts.append(
            f"accounts.employees (where it is missing, {employment}) below {rule.employees_below:,}"
            if study.head.employment != "employees"
            else f"{employment} below {rule.employees_below:,}"
        )
    if rule.turnover_below is not None:
        parts.append(
            f"accounts.turnover of twelve months below {rule.turnover_below:,} {study.head.currency}, or missing"
        )
    if rule.domestic_owned is not None:
        parts.append(f"firms.domestic_owned {'yes' if rule.domestic_owned else 'no'}, or missing")
    return f"{flag}, member of {name}: {'; '.join(parts)}"


def meanings(columns: Iterable[str], universe: Universe, study: Study) -> Iterator[tuple[str, str]]:
    """Columns of the rows with their meaning, in the order given, each with those that it is made of."""
    made_of = {name: (name, *field_of(name, study).rests_on) for name in columns}
    for column in dict.fromkeys(part for parts in made_of.values() for part in parts):
        yield column, meaning(field_of(column, study), study, universe.level)
