"""What the data cannot answer, and why: missing optional columns and tables switch off only what needs them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from firmtrade.messages import Code, Message, Year, message
from firmtrade.observatory.flows import FLAGS, FLOWS
from firmtrade.query.dimensions import NUMBER_OF_PARTNERS, is_history, measure_of, subject, years_asked
from firmtrade.query.measures import FIRMS, VALUE, VALUE_EXTRA, VALUE_INTRA, VALUE_PARTNERS
from firmtrade.query.universes import Universe
from firmtrade.study import Study

Covered = Mapping[tuple[str, str, int], bool]

_ZONES = ("intra", "extra")
AT_ONCE = (VALUE, VALUE_PARTNERS, "partners", "products")
"""Measures of traders that need no other year."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The columns of each table, and which flows, zones and years the trade files cover."""

    columns: Mapping[str, frozenset[str]]
    covered: frozenset[tuple[str, str, int]]

    def has(self, table: str, column: str) -> bool:
        return column in self.columns.get(table, ())


def why_not(
    inputs: Inputs, study: Study, universe: Universe, dimension: str, years: tuple[int, ...]
) -> Message | None:
    """Why a dimension cannot be had in a universe; None where it can. ``years`` are those of a series."""
    if dimension in {"division", "digits"}:
        return None if inputs.has("firms", "nace") else _column("nace", "firms")
    if dimension == "venture":
        return _founded(inputs)
    if dimension in {"partner", NUMBER_OF_PARTNERS}:
        return None if inputs.has("trade", "partner") else _column("partner", "trade")
    if is_history(dimension):
        return _history(inputs, study, dimension, years)
    if measure := measure_of(dimension):
        return _measured(inputs, study, universe, measure, years)
    if dimension in study.attributes:
        return _attribute(inputs, study, dimension)
    match universe.period:
        case "reference":
            dates: tuple[int, ...] = (study.reference_year,)
        case "window":
            dates = (study.first_year,) if dimension.endswith("_first") else (study.reference_year,)
        case _:
            dates = years
    return _trade(inputs, dimension, dates)


def why_no_measure(
    inputs: Inputs, study: Study, universe: Universe, measure: str, years: tuple[int, ...]
) -> Message | None:
    """Why a measure cannot be had, of firms looked at in ``years``."""
    if universe.flow:
        if universe.level and not inputs.has("trade", universe.level):
            return _column(universe.level, "trade")
        own = next((why for year in years if (why := _covered(inputs, study, universe.flow, (year,)))), None)
        if own or measure == FIRMS:
            return own
        return _measured(inputs, study, universe, measure, years)
    # Employment totals speak of the firms with known value added, as levels and growth do.
    return None if measure == FIRMS else _value_added(inputs)


def why_no_population(inputs: Inputs, study: Study) -> Message | None:
    """Why no population can be had at all."""
    if not inputs.has("firms", "nace"):
        return _column("nace", "firms")
    if not inputs.has("accounts", study.study.employment):
        return _column(study.study.employment, "accounts")
    return None


def _value_added(inputs: Inputs) -> Message | None:
    return None if inputs.has("accounts", "value_added") else _column("value_added", "accounts")


def _founded(inputs: Inputs) -> Message | None:
    return None if inputs.has("firms", "founded") else _column("founded", "firms")


def _attribute(inputs: Inputs, study: Study, name: str) -> Message | None:
    match study.attributes[name].of:
        case "age" | "founded":
            return _founded(inputs)
        case "seat":
            if study.attributes[name].classification is None:
                return None if inputs.has("firms", "region") else _column("region", "firms")
            if inputs.has("firms", "postcode") or inputs.has("firms", "region"):
                return None
            return _either("postcode", "region", "firms")
        case "activity":
            return None if inputs.has("firms", "nace") else _column("nace", "firms")
        case _:
            return None


def _history(inputs: Inputs, study: Study, dimension: str, years: tuple[int, ...]) -> Message | None:
    asked = [other for year in years for other in years_asked(dimension, year, study.years)]
    about = subject(dimension)
    directions = (about,) if about in FLOWS else FLOWS  # a firm may be there through its trade alone
    return next((why for one in directions if (why := _covered(inputs, study, one, asked))), None)


def _covered(inputs: Inputs, study: Study, direction: str, years: Iterable[int]) -> Message | None:
    """Why it is not known whether firms have a flow in some years; None where it is."""
    for year in years:
        if year not in study.years:
            return message("reasons.unread", year=Year(year))
    return _trade(inputs, direction, tuple(years))


def _column(name: str, table: str) -> Message:
    return message("reasons.column", column=Code(name), table=table)


def _either(one: str, other: str, table: str) -> Message:
    return message("reasons.either", one=Code(one), other=Code(other), table=table)


def _measured(
    inputs: Inputs, study: Study, universe: Universe, measure: str, years: tuple[int, ...]
) -> Message | None:
    """Why a measure of traders cannot be had in the years in which they are looked at."""
    assert universe.flow is not None  # only traders have measures
    level = next((level for level in ("partner", "product") if level in measure), None)
    if level and not inputs.has("trade", level):
        return _column(level, "trade")
    if measure in {VALUE_INTRA, VALUE_EXTRA}:
        return _trade(inputs, f"{measure.removeprefix('value_')}_eu_{universe.flow}", years)
    asked: list[int] = []
    if measure not in AT_ONCE:
        asked += [year - 1 for year in years]
    if measure.endswith("_survival"):
        asked += [year + 1 for year in years]
    return _covered(inputs, study, universe.flow, asked)


def _trade(inputs: Inputs, dimension: str, years: tuple[int, ...]) -> Message | None:
    """Trade dimensions: flags of a zone need a partner or a zone; flags of a direction need every zone covered."""
    if dimension in FLAGS:
        direction, zone = FLAGS[dimension]
        if zone in _ZONES and not (inputs.has("trade", "partner") or inputs.has("trade", "zone")):
            return _either("partner", "zone", "trade")
        zones: tuple[str, ...] = (zone,) if zone in _ZONES else ()
    else:
        direction = "export" if dimension.startswith("export") else "import"
        zones = _ZONES
    for year in years:
        for zone in zones:
            if (direction, zone, year) not in inputs.covered:
                return message(
                    "reasons.uncovered",
                    zone=message(f"names.{zone}"),
                    flow=message(f"names.{direction}"),
                    year=Year(year),
                )
    return None
