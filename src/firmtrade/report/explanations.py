"""How a number came about: its definition, formula, query and inputs, and the published numbers it rests on.

An explanation quotes no number of its own. Where a number rests on another that is published, it points
there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from firmtrade.kinds import KINDS
from firmtrade.outputs import CellKey
from firmtrade.query.cells import CellSpec, TableSpec
from firmtrade.query.dimensions import UNKNOWN
from firmtrade.report.formulas import formula
from firmtrade.report.inputs import Columns, inputs
from firmtrade.report.model import Explanation
from firmtrade.report.queries import terms_of
from firmtrade.study import Study, TableDeclaration, vocabulary


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
        definition=_sentences(_of_place(cell, table, study)),
        of_table=_sentences([kind.definition, *KINDS[table.kind].remarks(table), population.definition]),
        formula=formula(cell),
        query="; ".join(f"{name} = {term}" for name, term in terms.items()),
        inputs=inputs(study, terms.values(), name, columns),
        published=tuple(
            key
            for key in dict.fromkeys(KINDS[table.kind].rests_on(table, cell))
            if key in present and key != cell.key
        ),
        source=kind.source,
    )


def population_of(cell: CellSpec, table: TableDeclaration) -> str:
    """The population that a cell is of."""
    names = [name for name in table.populations if cell.key.population == name]
    return names[0] if names else table.populations[0]


def _sentences(said: Iterable[str]) -> str:
    """Definitions one after the other, each with its capital and its full stop."""
    return " ".join(f"{each[:1].upper()}{each[1:].rstrip('.')}." for each in said if each)


def _of_place(cell: CellSpec, table: TableDeclaration, study: Study) -> list[str]:
    """What the row and the column of a cell mean."""
    words = vocabulary()
    entries = {
        key: entry
        for family in (words.flags, words.status, words.trade)
        for group in family.values()
        for key, entry in group.items()
    }
    entries |= words.mode | words.column | words.dynamics
    entries |= {"gone": words.other["gone"], **KINDS[table.kind].defined(table)}
    flow = str(getattr(table, "flow", ""))
    said = [
        f"{entries[key].called(flow).say('en')}: {entries[key].definition}"
        for key in dict.fromkeys((cell.key.row, cell.key.column))
        if key in entries
    ]
    grouped = {cell.key.row: table.side("rows"), cell.key.column: table.side("columns")}
    if UNKNOWN in grouped and UNKNOWN not in entries:
        unknown = words.other[UNKNOWN]
        name = grouped[UNKNOWN]
        of = study.attributes[name].label.say("en") if name in study.attributes else name
        said.append(f"{unknown.label.say('en')}: {unknown.definition} ({of})" if of else unknown.definition)
    return said
