"""What the rows are that a number counts, and what each of their columns means: in sentences, from the study."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from firmtrade.query.dimensions import distance_of, is_history, measure_of, subject
from firmtrade.query.measures import COMPLETE, TRADER_MEASURES
from firmtrade.query.universes import Universe
from firmtrade.study import Attribute, Study

ZONES = {"intra": "inside", "extra": "outside", "unknown": "neither known to be inside nor outside"}
EXPORT, IMPORT = ("export", "exporter"), ("import", "importer")


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
    flag = f"in_population_{list(study.populations).index(name)}"
    employment = f"accounts.{study.study.employment}"
    parts = [
        "in the register (firms) with accounts or trade in the year",
        f"firms.nace in {rule.activity} ({study.study.activity})",
        f"{employment} known and at least {rule.employment_at_least:g}",
    ]
    if rule.employees_below is not None:
        parts.append(
            f"accounts.employees (where it is missing, {employment}) below {rule.employees_below:,}"
            if study.study.employment != "employees"
            else f"{employment} below {rule.employees_below:,}"
        )
    if rule.turnover_below is not None:
        parts.append(
            f"accounts.turnover of twelve months below {rule.turnover_below:,} {study.study.currency}, or missing"
        )
    if rule.domestic_owned is not None:
        parts.append(f"firms.domestic_owned {'yes' if rule.domestic_owned else 'no'}, or missing")
    return f"{flag}, member of {name}: {'; '.join(parts)}"


def meanings(columns: Iterable[str], universe: Universe, study: Study) -> Iterator[tuple[str, str]]:
    """Columns of the rows with their meaning, in the order given, each with those that it is made of."""
    for column in dict.fromkeys(made_of for name in columns for made_of in (name, *_parts(name))):
        yield column, meaning(column, universe, study)


def _parts(column: str) -> tuple[str, ...]:
    """The flag that a status or a history rests on."""
    for flow, flag in (EXPORT, IMPORT):
        if column in {f"{flow}_first", f"{flow}_reference"} or (
            is_history(column) and subject(column) == flow
        ):
            return (flag,)
    return ()


def meaning(column: str, universe: Universe, study: Study) -> str:
    """What a column of the rows of a universe says of a firm.

    >>> from firmtrade.studies import load_study
    >>> meaning("venture", Universe("manufacturing", "reference"), load_study("belgium-2008"))
    'firms.founded is 1998 or later'
    """
    first, last, reference = study.first_year, study.last_year, study.reference_year
    employment = f"accounts.{study.study.employment}"
    if column in study.attributes:
        return _attribute(study.attributes[column], study)
    if is_history(column):
        return _history(column)
    if (measure := measure_of(column)) is not None:
        return f"the firm has a number: {TRADER_MEASURES[measure]}"
    for flow, flag in (EXPORT, IMPORT):
        for zone, where in ZONES.items():
            if column in {f"{zone}_eu_{flow}", f"{zone}_zone_{flow}"}:
                return _flag(flow, where, study)
        if column == flag:
            return (
                f"the year's sum of trade.value, with trade.flow {flow}, exceeds {_threshold(study)} with partners "
                "inside the union, with partners outside it, or where the zone is not known"
            )
    texts = {
        "export_first": f"exporter in {first}",
        "import_first": f"importer in {first}",
        "export_reference": f"exporter in {reference}",
        "import_reference": f"importer in {reference}",
        "venture": f"firms.founded is {study.ventures_since} or later",
        "division": f"the first two digits of firms.nace; unknown where {study.study.activity} has no such division",
        "year": "the year in which the firm is looked at",
        "partner": "the country of trade.partner",
        "product": "the first six digits of trade.product",
        "number_of_partners": "class of the number of partner countries in the year",
        COMPLETE: f"value added is known in {first} and in {last}",
        "fte_start": f"{employment} in {first}",
        "fte_end": f"{employment} in {last}",
        "value_added_start": f"accounts.value_added of twelve months in {first}",
        "value_added_end": f"accounts.value_added of twelve months in {last}",
        "value": "the year's sum of trade.value of the flow"
        + (f" with the {universe.level}" if universe.level else ""),
        "value_intra": "the year's sum of trade.value of the flow with partners inside the union",
        "value_extra": "the year's sum of trade.value of the flow with partners outside the union",
        "value_partners": "the year's sum of trade.value of the flow over partners that are known",
    }  # fmt: skip
    return texts[column] if column in texts else TRADER_MEASURES[column]


def _threshold(study: Study) -> str:
    return f"{study.study.trade_threshold:,g} {study.study.currency}"


def _flag(flow: str, where: str, study: Study) -> str:
    threshold = _threshold(study)
    return (
        f"the year's sum of trade.value, with trade.flow {flow} and the zone {where} the union "
        f"({study.study.union}), exceeds {threshold}; the zone is that of trade.partner, where that tells none "
        "trade.zone; trade with the own country is left out"
        if study.study.union != "declared"
        else f"the year's sum of trade.value, with trade.flow {flow} and trade.zone {where} the union, exceeds "
        f"{threshold}; trade with the own country is left out"
    )


def _attribute(attribute: Attribute, study: Study) -> str:
    of = {
        "employees": "accounts.employees (the employment measure where the data has no such column)",
        "age": "the year less firms.founded",
        "founded": "firms.founded",
        "activity": f"firms.nace, looked up in {attribute.classification}",
        "seat": "firms.region"
        if attribute.classification is None
        else f"firms.region, without it firms.postcode looked up in {attribute.classification}",
    }[attribute.of]
    bands = [
        f"{band.key} from {_edge(band.from_)} to below {_edge(band.below)}"
        if band.from_ is not None and band.below is not None
        else f"{band.key} from {_edge(band.from_)}"
        if band.from_ is not None
        else f"{band.key} below {_edge(band.below)}"
        if band.below is not None
        else band.key
        for band in attribute.classes
    ]
    return f"{of}: {', '.join(bands)}; else unknown. {attribute.definition}"


def _edge(edge: float | None) -> str:
    return "" if edge is None else f"{edge:g}"


def _history(column: str) -> str:
    what = {"export": "exporter", "import": "importer", "present": "the firm has accounts or trade"}[
        subject(column)
    ]
    distance = distance_of(column)
    if distance is None:
        return f"{what} in any year of the record before the year before"
    years = "year" if abs(distance) == 1 else "years"
    return f"{what} {abs(distance)} {years} {'later' if distance > 0 else 'before'}"
