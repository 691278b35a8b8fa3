"""``series``: the share of firms with each flow, year by year (Figures 17 and 24)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from firmtrade.kinds.base import Identity, Kind, flag_lines, share_spec
from firmtrade.kinds.keys import Recorded, flag_sets
from firmtrade.outputs import Cell, CellKey
from firmtrade.query.cells import Formula, Line, TableSpec
from firmtrade.query.conditions import FLAGS, restriction
from firmtrade.query.universes import Universe
from firmtrade.query.where import Is
from firmtrade.study import Study, Text
from firmtrade.study.tables import Choices

YEAR = "year"


class SeriesTable(Recorded):
    """Flags, year by year."""

    kind: Literal["series"]
    rows: str
    """The set of flags whose shares are shown."""

    @classmethod
    def choices(cls, groups: Iterable[str]) -> Choices:
        return {"rows": flag_sets()}


def specify(table: SeriesTable, study: Study) -> TableSpec:
    """The population's rules are applied to each year, so the firms change from year to year."""
    years = [str(year) for year in table.years_asked]
    cells = tuple(
        share_spec(
            CellKey(table.id, population, flow, year),
            Universe(population, "years"),
            has_flow,
            restriction(table.where) & Is(YEAR, (year,)),
            year=year,
            decimals=table.decimals,
        )
        for population in table.populations
        for flow, has_flow in FLAGS[table.rows].items()
        for year in years
    )
    columns = tuple(Line(year, Text({"en": year}), "percent") for year in years)
    return TableSpec(table.id, flag_lines(table.rows), columns, cells)


def identities(spec: TableSpec, cells: Mapping[CellKey, Cell]) -> Iterator[Identity]:
    """All flows of a year are shares of the same firms."""
    for population in dict.fromkeys(cell.key.population for cell in spec.cells):
        for year in spec.columns:
            keys = tuple(CellKey(spec.id, population, row.key, year.key) for row in spec.rows)
            bases = {
                cells[key].denominator for key in keys if key in cells and cells[key].denominator is not None
            }
            if bases:
                yield Identity("all flows of a year are shares of the same firms", keys, len(bases) == 1)


KIND = Kind(SeriesTable, specify, identities, binds=frozenset({Formula.SHARE}))
