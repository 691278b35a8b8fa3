"""What the data cannot answer, and why: missing optional columns and tables switch off only what needs them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from firmtrade.messages import Code, Message, Year, message
from firmtrade.observatory.zones import zone_of
from firmtrade.query.dimensions import REORGANIZED
from firmtrade.query.measures import FIRMS
from firmtrade.query.registry import Columns, Field, dimensions, field_of
from firmtrade.query.universes import FLOWS, Universe
from firmtrade.study import Study

Covered = Mapping[tuple[str, str, int], bool]

_ZONES = ("intra", "extra")


@dataclass(frozen=True, slots=True)
class Inputs:
    """The columns of each table, and which flows, zones and years the trade files cover."""

    columns: Mapping[str, frozenset[str]]
    covered: frozenset[tuple[str, str, int]]

    def has(self, table: str, column: str) -> bool:
        return column in self.columns.get(table, ())

    def holds(self, name: str) -> bool:
        """Whether a column, ``table.column``, is there."""
        return self.has(*name.split("."))


def why_not(
    inputs: Inputs, study: Study, universe: Universe, dimension: str, years: tuple[int, ...]
) -> Message | None:
    """Why a dimension cannot be had in a universe; None where it can. ``years`` are those of a series."""
    field = field_of(dimension, study)
    if field.measure is not None:
        if universe.flow is None:
            return why_no_measure(inputs, study, universe, field.measure.name, years)
        return _measured(inputs, study, universe, field.measure, years)
    if lacking := _columns(inputs, field):
        return lacking
    if field.moment is not None and field.moment.subject == REORGANIZED:
        return None
    if field.moment is not None:
        asked = [other for year in years for other in field.moment.years(year, study.years)]
        # A firm may be there through its trade alone.
        flows = (field.moment.subject,) if field.moment.subject in FLOWS else FLOWS
        return next((why for flow in flows if (why := _covered(inputs, study, flow, asked))), None)
    if field.flow is None:
        return None
    match universe.period:
        case "reference":
            dates: tuple[int, ...] = (study.reference_year,)
        case "window":
            dates = (study.first_year if field.in_first_year else study.reference_year,)
        case _:
            dates = years
    return _declared(inputs, study, field.flow, field.zones, dates)


def why_no_measure(
    inputs: Inputs, study: Study, universe: Universe, measure: str, years: tuple[int, ...]
) -> Message | None:
    """Why a measure cannot be had, of firms looked at in ``years``."""
    field = field_of(measure, study)
    if universe.flow is None:
        dates = years or (study.reference_year,)
        declared = None if field.flow is None else _declared(inputs, study, field.flow, field.zones, dates)
        return _columns(inputs, field) or declared
    if universe.level and (lacking := _columns(inputs, dimensions()[universe.level])):
        return lacking
    own = next((why for year in years if (why := _covered(inputs, study, universe.flow, (year,)))), None)
    return own if own or measure == FIRMS else _measured(inputs, study, universe, field, years)


def why_no_population(inputs: Inputs, study: Study) -> Message | None:
    """Why no population can be had at all."""
    for name in ("firms.nace", f"accounts.{study.head.employment}"):
        if not inputs.holds(name):
            return _lacking((name,))
    return None


def _columns(inputs: Inputs, field: Field) -> Message | None:
    """Which of the columns that a field needs are not there."""
    return next((_lacking(group) for group in field.needs if not any(map(inputs.holds, group))), None)


def _lacking(group: Columns) -> Message:
    table = group[0].split(".")[0]
    names = [Code(name.split(".")[1]) for name in group]
    if len(names) == 1:
        return message("reasons.column", column=names[0], table=table)
    return message("reasons.either", one=names[0], other=names[1], table=table)


def _measured(
    inputs: Inputs, study: Study, universe: Universe, measure: Field, years: tuple[int, ...]
) -> Message | None:
    """Why a measure of traders cannot be had in the years in which they are looked at."""
    assert universe.flow is not None  # only traders have measures
    if lacking := _columns(inputs, measure):
        return lacking
    if measure.zones:
        return _declared(inputs, study, universe.flow, measure.zones, years)
    asked = [year + waves * study.head.step for waves in measure.offsets for year in years]
    return _covered(inputs, study, universe.flow, asked)


def _covered(inputs: Inputs, study: Study, flow: str, years: Iterable[int]) -> Message | None:
    """Why it is not known whether firms have a flow in some years; None where it is."""
    for year in years:
        if year not in study.years:
            return message("reasons.outside_study", year=Year(year))
    return _declared(inputs, study, flow, _ZONES, years)


def _declared(
    inputs: Inputs, study: Study, flow: str, zones: Iterable[str], years: Iterable[int]
) -> Message | None:
    """Which declarations of a flow with partners in some zones the trade files do not cover."""
    for year in years:
        for zone in zones:
            if (flow, zone, year) not in inputs.covered:
                return message(
                    "reasons.uncovered",
                    zone=zone_of(zone, study),
                    flow=message(f"names.{flow}"),
                    year=Year(year),
                )
    return None
