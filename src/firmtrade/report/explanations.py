"""How a number came about: its definition, formula, query and inputs, and the published numbers it rests on.

An explanation quotes no number of its own. Where a number rests on another that is published, it points
there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from firmtrade.kinds import KINDS
from firmtrade.kinds.layout import heading
from firmtrade.messages import DEFAULT_LANGUAGE, Language, language_of
from firmtrade.outputs import CellKey
from firmtrade.query.cells import CellSpec, TableSpec
from firmtrade.query.dimensions import UNKNOWN
from firmtrade.report.formulas import formula
from firmtrade.report.inputs import Columns, inputs
from firmtrade.report.methods import population_rule
from firmtrade.report.model import Explanation
from firmtrade.report.queries import terms_of
from firmtrade.report.terms import told
from firmtrade.study import Study, TableDeclaration, VocabularyEntry, vocabulary


def explain(
    study: Study,
    specs: Iterable[TableSpec],
    present: Mapping[CellKey, Any],
    columns: Columns | None = None,
    *,
    words: Language | None = None,
) -> dict[CellKey, Explanation]:
    """An explanation for each cell of ``present`` that the study specifies, from data with these ``columns``.

    All of it is said in the language of ``words`` (English without it), but the sources.
    """
    spoken = words or language_of(DEFAULT_LANGUAGE)
    found: dict[CellKey, Explanation] = {}
    for spec in specs:
        table = study.output(spec.id)
        shared = _Shared(
            {name: _sentences(_of_table(table, study, name, spoken)) for name in table.populations},
            _entries(table),
        )
        for cell in spec.cells:
            if cell.key in present:
                found[cell.key] = _explanation(study, table, cell, shared, present, columns, spoken)
    return found


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the explanations of a table share: what holds for every number of a population, and what words mean."""

    of_population: Mapping[str, str]
    entries: Mapping[str, VocabularyEntry]


def _explanation(
    study: Study,
    table: TableDeclaration,
    cell: CellSpec,
    shared: _Shared,
    present: Mapping[CellKey, Any],
    columns: Columns | None,
    words: Language,
) -> Explanation:
    kind = vocabulary().kind[table.kind]
    terms = terms_of(cell)
    name = population_of(cell, table)
    return Explanation(
        key=cell.key,
        definition=_sentences(_of_place(cell, table, study, shared.entries, words)),
        of_table=shared.of_population[name],
        formula=words.render(formula(cell)),
        query=words.listing([words.render(told(*term)) for term in terms.items()], "semicolon"),
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


def _sentences(parts: Iterable[str]) -> str:
    """Definitions one after the other, each with its capital and its full stop."""
    return " ".join(f"{each[:1].upper()}{each[1:].rstrip('.')}." for each in parts if each)


def _of_table(table: TableDeclaration, study: Study, population: str, words: Language) -> Iterator[str]:
    """What holds for every number of a table and population. A study defines its populations in English alone; in
    another language they are told by their rule."""
    yield vocabulary().kind[table.kind].definition.say(words.code)
    yield from map(words.render, KINDS[table.kind].remarks(table))
    declared = study.populations[population]
    english = words.code == DEFAULT_LANGUAGE
    yield declared.definition if english else words.render(population_rule(declared, study.head.currency))


def _entries(table: TableDeclaration) -> dict[str, VocabularyEntry]:
    """What words mean as rows and columns of a table."""
    words = vocabulary()
    entries = {
        key: entry
        for family in (words.flags, words.status, words.trade)
        for group in family.values()
        for key, entry in group.items()
    }
    entries |= words.mode | words.column | words.dynamics
    return entries | {"gone": words.other["gone"], **KINDS[table.kind].defined(table)}


def _of_place(
    cell: CellSpec,
    table: TableDeclaration,
    study: Study,
    entries: Mapping[str, VocabularyEntry],
    language: Language,
) -> list[str]:
    """What the row and the column of a cell mean."""
    code = language.code
    flow = str(getattr(table, "flow", ""))
    colon = language.say("report.words.colon")
    parts = [
        f"{entries[key].called(flow).say(code)}{colon}{entries[key].definition.say(code)}"
        for key in dict.fromkeys((cell.key.row, cell.key.column))
        if key in entries
    ]
    grouped = {cell.key.row: table.side("rows"), cell.key.column: table.side("columns")}
    if UNKNOWN in grouped and UNKNOWN not in entries:
        unknown = vocabulary().other[UNKNOWN]
        meant = f"{unknown.label.say(code)}{colon}{unknown.definition.say(code)}"
        of = heading(study, grouped[UNKNOWN])
        parts.append(f"{meant} ({language.render(of)})" if of else meant)
    return parts
