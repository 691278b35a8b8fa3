"""What the data cannot answer, and why: missing optional columns and tables switch off only what needs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from firmtrade.observatory.flows import FLAGS
from firmtrade.observatory.views import FIRMS, FTE_END, FTE_START, Universe
from firmtrade.study import Study

Covered = Mapping[tuple[str, str, int], bool]

_ZONES = ("intra", "extra")


@dataclass(frozen=True, slots=True)
class Inputs:
    """The columns of each table, and which flows, zones and years the trade files cover."""

    columns: Mapping[str, frozenset[str]]
    covered: frozenset[tuple[str, str, int]]

    def has(self, table: str, *columns: str) -> bool:
        return set(columns) <= self.columns.get(table, frozenset())


def why_not(
    inputs: Inputs, study: Study, universe: Universe, dimension: str, years: tuple[int, ...]
) -> str | None:
    """Why a dimension cannot be had in a universe; None where it can. ``years`` are those of a series."""
    if dimension in {"division", "digits"}:
        return None if inputs.has("firms", "nace") else "needs the column `nace` of firms"
    if dimension == "venture":
        return _founded(inputs)
    if dimension in study.attributes:
        return _attribute(inputs, study, dimension)
    match universe.period:
        case "reference":
            dates: tuple[int, ...] = (study.reference_year,)
        case "years":
            dates = years
        case _:
            dates = (study.first_year,) if dimension.endswith("_first") else (study.reference_year,)
    return _trade(inputs, dimension, dates)


def why_no_measure(inputs: Inputs, measure: str) -> str | None:
    """Why a measure cannot be had."""
    if measure == FIRMS or measure in {FTE_START, FTE_END}:
        # Employment totals speak of the firms with known value added, as levels and growth do.
        return None if measure == FIRMS else _value_added(inputs)
    return _value_added(inputs)


def why_no_population(inputs: Inputs, study: Study) -> str | None:
    """Why no population can be had at all."""
    if not inputs.has("firms", "nace"):
        return "needs the column `nace` of firms"
    if not inputs.has("accounts", study.study.employment):
        return f"needs the column `{study.study.employment}` of accounts"
    return None


def _value_added(inputs: Inputs) -> str | None:
    return None if inputs.has("accounts", "value_added") else "needs the column `value_added` of accounts"


def _founded(inputs: Inputs) -> str | None:
    return None if inputs.has("firms", "founded") else "needs the column `founded` of firms"


def _attribute(inputs: Inputs, study: Study, name: str) -> str | None:
    match study.attributes[name].of:
        case "age" | "founded":
            return _founded(inputs)
        case "seat":
            if study.attributes[name].classification is None:
                return None if inputs.has("firms", "region") else "needs the column `region` of firms"
            if inputs.has("firms", "postcode") or inputs.has("firms", "region"):
                return None
            return "needs the column `postcode` or `region` of firms"
        case "activity":
            return None if inputs.has("firms", "nace") else "needs the column `nace` of firms"
        case _:
            return None


def _trade(inputs: Inputs, dimension: str, years: tuple[int, ...]) -> str | None:
    """Trade dimensions: flags of a zone need a partner or a zone; flags of a direction need every zone covered."""
    if dimension in FLAGS:
        direction, zone = FLAGS[dimension]
        if zone in _ZONES and not (inputs.has("trade", "partner") or inputs.has("trade", "zone")):
            return "needs the column `partner` or `zone` of trade"
        zones: tuple[str, ...] = (zone,) if zone in _ZONES else ()
    else:
        direction = "export" if dimension.startswith("export") else "import"
        zones = _ZONES
    for year in years:
        for zone in zones:
            if (direction, zone, year) not in inputs.covered:
                return (
                    f"needs {zone}-EU {direction} declarations of {year}, which the trade files do not cover"
                )
    return None
