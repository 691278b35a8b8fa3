"""How a number came about: its definition, formula, query and inputs, and the published numbers it rests on.

An explanation quotes no number of its own. Where a number rests on another that is published, it points
there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from firmtrade.outputs import CellKey
from firmtrade.query.cells import CellSpec, TableSpec
from firmtrade.report.formulas import MEASURES, formula
from firmtrade.report.inputs import Columns, inputs
from firmtrade.report.model import Explanation
from firmtrade.report.queries import terms_of
from firmtrade.study import Study, TableDeclaration, vocabulary

RESTS_ON: Mapping[str, tuple[str, ...]] = {
    "labor_productivity_cagr": ("value_added_cagr", "employment_cagr"),
    "employment_cagr": ("n",),
    "value_added_cagr": ("n",),
    "export_share": ("n",),
    "import_share": ("n",),
    "n_share": ("n",),
    "value_share": ("value",),
    "mean": ("n",),
    "herfindahl": ("n", "value"),
}
"""Columns of the same row that stand behind a column."""

RATES_REST_ON: Mapping[str, tuple[str, ...]] = {
    "entry_rate": ("entrants", "traders"),
    "exit_rate": ("exiters", "traders_before"),
    "reentry_rate": ("reentrants", "entrants"),
    "one_year_rate": ("one_year", "traders"),
    "survival_1": ("entrants",),
    "survival_2": ("entrants",),
    "survival_3": ("entrants",),
}
"""Rows of dynamics, of the same column, that stand behind a rate."""


def explain(
    study: Study,
    specs: Iterable[TableSpec],
    present: Mapping[CellKey, Any],
    columns: Columns | None = None,
) -> dict[CellKey, Explanation]:
    """An explanation for each cell of ``present`` that the study specifies, from data with these ``columns``."""
    found: dict[CellKey, Explanation] = {}
    for spec in specs:
        table = study.output(spec.id)
        for cell in spec.cells:
            if cell.key in present:
                found[cell.key] = _explanation(study, table, cell, present, columns)
    return found


def _explanation(
    study: Study,
    table: TableDeclaration,
    cell: CellSpec,
    present: Mapping[CellKey, Any],
    columns: Columns | None,
) -> Explanation:
    kind = vocabulary().kind[table.kind]
    terms = terms_of(cell)
    name = population_of(cell, table)
    population = study.populations[name]
    return Explanation(
        key=cell.key,
        definition=f"{_definitions(cell, table, kind.definition)}. {population.definition}.",
        formula=formula(cell),
        query="; ".join(f"{name} = {term}" for name, term in terms.items()),
        inputs=inputs(study, terms.values(), name, columns),
        published=tuple(key for key in _rests_on(cell, table) if key in present and key != cell.key),
        source=kind.source,
    )


def population_of(cell: CellSpec, table: TableDeclaration) -> str:
    """The population that a cell is of."""
    names = [name for name in table.populations if cell.key.population == name]
    return names[0] if names else table.populations[0]


def _definitions(cell: CellSpec, table: TableDeclaration, kind: str) -> str:
    words = vocabulary()
    entries = {
        key: entry
        for family in (words.flags, words.status, words.trade)
        for group in family.values()
        for key, entry in group.items()
    }
    entries |= words.mode | words.scope | words.column | words.dynamics
    entries |= words.trader if getattr(table, "rows", None) == "trader_type" else {}
    entries |= {"gone": words.other["gone"]}
    said = [kind[:1].upper() + kind[1:]]
    if flow := getattr(table, "flow", None):
        said.append(f"Flow: {flow}")
    if measure := getattr(table, "measure", None):
        said.append(f"Measure: {MEASURES[measure]}")
    said += [
        f"{entries[key].label.say('en')}: {entries[key].definition}"
        for key in dict.fromkeys((cell.key.row, cell.key.column))
        if key in entries
    ]
    return ". ".join(said)


def _rests_on(cell: CellSpec, table: TableDeclaration) -> list[CellKey]:
    key = cell.key
    found = [key._replace(column=column) for column in RESTS_ON.get(key.column, ())]
    if key.column.endswith("_delta"):
        base = key.column.removesuffix("_delta")
        found += [key._replace(column=f"{base}_{year}") for year in cell.year.split("-")]
    if table.kind == "share" and key.row != "n" and key.column not in RESTS_ON:
        found.append(key._replace(row="n"))
    if key.row in {"export", "import"} and key.column == "n":
        found += [key._replace(row=f"constant_{key.row}"), key._replace(row=f"new_to_{key.row}")]
    if table.kind == "dynamics":
        found += [key._replace(row=row) for row in RATES_REST_ON.get(key.row, ())]
    if table.kind == "transition" and key.column != "n":
        found.append(key._replace(column="n"))
    if table.kind == "trade" and key.column.endswith("_share"):
        found.append(key._replace(row="total", column=key.column.removesuffix("_share")))
    if table.kind == "mode" and key.column == "n":
        found += [key._replace(column=scope) for scope in vocabulary().scope]
    return found
