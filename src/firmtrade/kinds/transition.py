"""``transition``: from each mode of internationalization in one year to each mode in another, and to none at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from firmtrade.kinds.base import Identity, Kind, column_line, count, count_spec, share_spec
from firmtrade.kinds.keys import Recorded, of_change
from firmtrade.kinds.traders import N, in_year
from firmtrade.outputs import Cell, CellKey
from firmtrade.query.cells import CellSpec, Line, TableSpec, Term
from firmtrade.query.conditions import MODES, restriction
from firmtrade.query.dimensions import traded
from firmtrade.query.universes import Universe
from firmtrade.query.where import Flag, Where
from firmtrade.study import Study, vocabulary
from firmtrade.study.tables import Problem

GONE = "gone"


class TransitionTable(Recorded):
    """Rows are the modes in the first year, columns those in the last."""

    kind: Literal["transition"]

    def problems(self, study: Study) -> Iterator[Problem]:
        yield from super().problems(study)
        yield from of_change(self.years)


def specify(table: TransitionTable, study: Study) -> TableSpec:
    """Firms of the population in the first year by mode then, and in percent by what they are in the last year."""
    first, last = table.years
    among = restriction(table.where) & in_year(first)
    words = vocabulary()
    cells: list[CellSpec] = []
    for population in table.populations:
        universe = Universe(population, "years")
        for mode, has_mode in MODES.items():
            base = among & has_mode
            key = CellKey(table.id, population, mode, N)
            cells.append(count_spec(key, Term(universe, base), str(first)))
            cells += [
                share_spec(
                    key._replace(column=end), universe, becomes, base,
                    year=f"{first}-{last}", decimals=table.decimals,
                )
                for end, becomes in _ends(last - first).items()
            ]  # fmt: skip
    rows = tuple(
        Line(mode, words.mode[mode].label, population=population)
        for population in table.populations
        for mode in MODES
    )
    ends = (*((mode, words.mode[mode].label) for mode in MODES), (GONE, words.other[GONE].label))
    columns = (column_line(N, "count"), *(Line(key, label, "percent") for key, label in ends))
    return TableSpec(table.id, rows, columns, tuple(cells))


def _ends(distance: int) -> dict[str, Where]:
    """What a firm can be so many years later: a mode, or gone, without accounts and trade."""
    exports, imports = Flag(traded("export", distance)), Flag(traded("import", distance))
    present = Flag(traded("present", distance))
    return {
        "no_internationalization": present & ~exports & ~imports,
        "import_and_export": exports & imports,
        "import_only": imports & ~exports,
        "export_only": exports & ~imports,
        GONE: ~present,
    }


def identities(spec: TableSpec, cells: Mapping[CellKey, Cell]) -> Iterator[Identity]:
    """Every firm of a row ends in one column."""
    for row in spec.rows:
        keys = [CellKey(spec.id, row.population, row.key, column.key) for column in spec.columns]
        numbers = [count(cells, key) for key in keys]
        if None not in numbers:
            whole, *parts = (number for number in numbers if number is not None)
            yield Identity("every firm of a row ends in one column", tuple(keys), whole == sum(parts))


KIND = Kind(TransitionTable, specify, identities)
