"""One cell of a room, explained in text: what it means, how it was computed, from what. For use in the room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from textwrap import indent
from typing import TYPE_CHECKING

from firmtrade.errors import UsageError
from firmtrade.kinds import specify
from firmtrade.messages import DEFAULT_LANGUAGE, language_of
from firmtrade.outputs import Cell, ObsStatus
from firmtrade.outputs.manifest import Contents
from firmtrade.outputs.room import Room, find_cell, plain
from firmtrade.query.cells import CellSpec, Term
from firmtrade.query.universes import Universe
from firmtrade.report.explanations import explain, population_of
from firmtrade.report.queries import columns_of, columns_of_term, query, terms_of
from firmtrade.report.rows import meanings, membership, rows_of
from firmtrade.report.words import why_missing
from firmtrade.studies import parse_study
from firmtrade.study import Study

if TYPE_CHECKING:
    from firmtrade.observatory.canonical import StoredTable
    from firmtrade.observatory.script import Script


def explanation(room: Room, key: str, *, sql: bool = False) -> str:
    """Definition, value, numerator, denominator, rows, query and inputs of the cell ``key`` of a room.

    With ``sql`` every statement from the canonical tables to the totals of the cell, to be run with DuckDB in the
    folder of the data.

    Raises
    ------
    UsageError
        The room has no such cell (the message names the nearest), or is none of a study's tables.
    """
    if room.manifest.contents is not Contents.TABLES:
        raise UsageError(
            f"{room.path}: this is a room of {room.manifest.contents}",
            fix="Give the folder that `firmtrade run` wrote.",
        )
    cell = find_cell(room.cells, key)
    study = parse_study(room.study, "study.toml")
    specs = specify(study)
    spec = next(one for table in specs for one in table.cells if one.key == cell.key)
    terms = {} if cell.status is ObsStatus.NOT_COMPUTED else terms_of(spec)
    tables = _stored(room)
    script = _script(study, tables, terms) if terms else None
    if sql:
        return "\n".join(_statements(cell, spec, terms, script))
    columns = {name: tuple(table.columns) for name, table in tables.items()}
    said = explain(study, specs, room.by_key, columns)[cell.key]
    table = study.output(cell.key.table)
    data, name = room.manifest.data, population_of(spec, table)
    population = study.populations[name]
    lines = [
        str(cell.key),
        f"  {table.title.say()}",
        "",
        f"value        {_value(cell)}",
        *_parts(cell),
        f"definition   {said.definition}",
        f"             from: {said.source}",
        f"formula      {said.formula}",
        *(f"{term:<20} {meant}" for term, meant in terms.items()),
        f"study        {study.name}: {study.study.title.say()}",
        f"             from: {study.study.source}",
        f"population   {name}: {population.label.say()}",
        f"             from: {population.source}",
        f"data         {', '.join(part for part in (data.kind, data.title, data.source) if part)}",
        f"             fingerprint {data.fingerprint}",
        f"inputs       {'; '.join(said.inputs)}",
    ]
    if said.published:
        lines.append(f"rests on     {'; '.join(map(str, said.published))}")
    if script is not None:
        lines += ["", "rows", *(f"  {line}" for line in _rows(study, name, terms))]
        lines += ["", "query"]
        for statement in _totals(spec, terms, script):
            lines += [indent(statement, "  "), ""]
        lines.append("`firmtrade explain --sql` gives every statement from the canonical tables on.")
    return "\n".join(lines)


def _value(cell: Cell) -> str:
    if cell.value is None:
        return why_missing(cell, language_of(DEFAULT_LANGUAGE))
    return f"{plain(cell.value)} ({cell.unit}, {cell.year})"


def _parts(cell: Cell) -> Iterator[str]:
    for name, number in (
        ("numerator", cell.numerator),
        ("denominator", cell.denominator),
        ("firms", cell.n_firms),
    ):
        if number is not None:
            yield f"{name:<12} {plain(Decimal(number))}"


def _stored(room: Room) -> dict[str, StoredTable]:
    from firmtrade.observatory.canonical import StoredTable

    return {name: StoredTable(**table.model_dump()) for name, table in (room.manifest.tables or {}).items()}


def _script(study: Study, tables: Mapping[str, StoredTable], terms: Mapping[str, Term]) -> Script:
    from firmtrade.observatory.script import script

    return script(study, tables, columns_of(terms))


def _rows(study: Study, population: str, terms: Mapping[str, Term]) -> Iterator[str]:
    """What the rows are, who is a member, and what the columns of the query mean."""
    asked: dict[Universe, dict[str, None]] = {}
    for term in terms.values():
        asked.setdefault(term.universe, {}).update(dict.fromkeys(columns_of_term(term)))
    yield membership(population, study)
    for universe, names in asked.items():
        yield rows_of(universe, study)
        for column, meant in meanings(names, universe, study):
            yield f"  {column}: {meant}"


def _totals(spec: CellSpec, terms: Mapping[str, Term], script: Script) -> Iterator[str]:
    """One query for each term, each over the rows of its universe."""
    for name, term in terms.items():
        rows = f"(\n{indent(script.rows[term.universe], '  ')}\n)"
        yield query(name, term, rows, single=spec.statistic is not None and term == spec.spread)


def _statements(
    cell: Cell, spec: CellSpec, terms: Mapping[str, Term], script: Script | None
) -> Iterator[str]:
    yield f"-- {cell.key}: {_value(cell)}"
    yield "-- Run it with DuckDB in the folder of the canonical tables."
    for statement in (
        *(script.statements if script else ()),
        *(_totals(spec, terms, script) if script else ()),
    ):
        yield f"\n{statement};"
