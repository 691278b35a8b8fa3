"""What ``level`` and ``growth`` share: rows of the panel by trade status, and their counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from firmtrade.kinds.base import EVERYONE, Identity, count_spec, sums
from firmtrade.kinds.keys import COHORTS, OfPanel
from firmtrade.kinds.layout import Head, Layout, cohort_of, heading, panel_of, prices_of
from firmtrade.outputs import Cell, CellKey
from firmtrade.query.cells import CellSpec, Formula, Line, TableSpec, Term
from firmtrade.query.conditions import BASES, restriction, status_conditions
from firmtrade.query.measures import COMPLETE
from firmtrade.query.universes import Universe
from firmtrade.query.where import Is, Where
from firmtrade.study import Study, vocabulary

N = "n"


def status_rows(table: OfPanel) -> tuple[Line, ...]:
    """Heads of the rows."""
    words = vocabulary()
    entries = words.status.get(table.rows) or words.flags[table.rows]
    return tuple(Line(key, entry.label) for key, entry in entries.items())


def row_terms(table: OfPanel, study: Study) -> Iterator[tuple[str, str, Universe, Where]]:
    """Population key, row, universe and condition of every row."""
    cohort = Is(COHORTS, (table.cohort,)) if table.cohort else EVERYONE
    among = restriction(table.where) & cohort
    if not _are_ventures(study, table.cohort):
        among &= BASES.get(table.rows, EVERYONE)
    for population in table.populations:
        universe = Universe(population, "window")
        for row, has_status in status_conditions(table.rows).items():
            yield table.population_key(population), row, universe, among & has_status


def _are_ventures(study: Study, cohort: str | None) -> bool:
    """Whether all firms of a founding cohort are ventures anyway."""
    if cohort is None:
        return False
    band = next(one for one in study.attributes[COHORTS].classes if one.key == cohort)
    return band.from_ is not None and band.from_ >= study.ventures_since


def window_label(study: Study) -> str:
    """``1998-2003``."""
    return f"{study.first_year}-{study.last_year}"


def n_spec(
    table: OfPanel, study: Study, population: str, row: str, universe: Universe, where: Where
) -> CellSpec:
    """The number of panel firms of a row, with or without known value added."""
    return count_spec(CellKey(table.id, population, row, N), Term(universe, where), window_label(study))


def totals_spec(
    key: CellKey, formula: Formula, measures: tuple[str, ...], universe: Universe, where: Where,
    *, unit: str, year: str, decimals: int, years: int = 1,
) -> CellSpec:  # fmt: skip
    """A cell of group totals: only firms with value added known in both years stand behind it."""
    terms = {measure: Term(universe, where, measure) for measure in measures}
    return CellSpec(
        key, formula, unit, year, decimals, terms, years=years, group=Term(universe, where, COMPLETE)
    )


def status_identities(spec: TableSpec, cells: Mapping[CellKey, Cell]) -> Iterator[Identity]:
    """Traders are constant or new."""
    rows = [row.key for row in spec.rows]
    for population in dict.fromkeys(cell.key.population for cell in spec.cells):
        for flow in ("export", "import"):
            if flow in rows:
                keys = {row: CellKey(spec.id, population, row, N) for row in rows}
                parts = [keys[f"constant_{flow}"], keys[f"new_to_{flow}"]]
                yield from sums("traders are constant or new", cells, keys[flow], parts)


def panel_layout(
    table: OfPanel, study: Study, spec: TableSpec, *, place: int, signed: frozenset[str],
    spanners: Mapping[str, Head] | None = None,
) -> Layout:  # fmt: skip
    """The layout of a table of the panel: its section is that of exporters, importers or ventures."""
    parts = {"venture": "ventures", "import_status": "importers"}
    return Layout(
        parts.get(table.rows, "exporters"),
        spec.rows,
        spec.columns,
        place,
        heading(study, table.rows),
        spanners=spanners or {},
        about=(*cohort_of(study, table.cohort), panel_of(study), *prices_of(table, study, spec)),
        signed=signed,
    )


def statuses_behind(cell: CellSpec) -> Iterator[CellKey]:
    """The number of traders on those that are constant and new."""
    if cell.key.row in {"export", "import"} and cell.key.column == N:
        yield cell.key._replace(row=f"constant_{cell.key.row}")
        yield cell.key._replace(row=f"new_to_{cell.key.row}")
