"""One cell of a room, explained: what it means, how it was computed, from what. For use in the room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from textwrap import indent
from typing import TYPE_CHECKING

from firmtrade.errors import UsageError
from firmtrade.kinds import specify
from firmtrade.messages import DEFAULT_LANGUAGE, language_of
from firmtrade.outputs import Cell, ObsStatus
from firmtrade.outputs.manifest import Contents, DataFacts, StudyFacts
from firmtrade.outputs.notebook import card, short
from firmtrade.outputs.room import Room, find_cell, plain
from firmtrade.query.cells import CellSpec, Term
from firmtrade.query.universes import Universe
from firmtrade.report.explanations import explain, population_of
from firmtrade.report.model import Explanation
from firmtrade.report.names import bare
from firmtrade.report.queries import columns_of, columns_of_term, query, terms_of
from firmtrade.report.rows import meanings, membership, rows_of
from firmtrade.report.terms import told
from firmtrade.report.words import why_missing
from firmtrade.studies import parse_study
from firmtrade.study import Study

if TYPE_CHECKING:
    from firmtrade.observatory.canonical import StoredTable
    from firmtrade.observatory.script import Script


@dataclass(frozen=True, slots=True)
class Explained:
    """How one cell of a room came about, with its numbers: for use in the room.

    ``said`` is what the pages of a release say too. ``terms`` say what each term of the formula counts;
    ``rows`` say what the rows are that they count, and who is a member; ``queries`` give each term, and
    ``statements`` everything from the canonical tables on. All three are empty where nothing was computed.
    """

    cell: Cell
    table: str
    said: Explanation
    terms: tuple[str, ...]
    study: StudyFacts
    population: tuple[str, str, str]
    """Key, label and source."""
    data: DataFacts
    rows: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()

    @property
    def value(self) -> str:
        """The value with its unit and years, or why there is none."""
        if self.cell.value is None:
            return why_missing(self.cell, language_of(DEFAULT_LANGUAGE))
        return f"{plain(self.cell.value)} ({self.cell.unit}, {self.cell.year})"

    @property
    def numbers(self) -> dict[str, Decimal | int]:
        """Numerator, denominator and firms, where there are any."""
        named = {
            "numerator": self.cell.numerator,
            "denominator": self.cell.denominator,
            "firms": self.cell.n_firms,
        }
        return {name: number for name, number in named.items() if number is not None}

    def sql(self) -> str:
        """Every statement from the canonical tables to the totals of the cell, to run with DuckDB beside them."""
        head = (
            f"-- {self.cell.key}: {self.value}",
            "-- Run it with DuckDB in the folder of the canonical tables.",
        )
        return "\n".join([*head, *(f"\n{statement};" for statement in self.statements)])

    def __repr__(self) -> str:
        return short("explanation", str(self))

    def _repr_html_(self) -> str:
        return card("Explanation", str(self).split("\n"))

    def __str__(self) -> str:
        name, label, source = self.population
        data = ", ".join(part for part in (self.data.kind, self.data.title, self.data.source) if part)
        lines = [
            str(self.cell.key),
            f"  {self.table}",
            "",
            f"value        {self.value}",
            *(f"{name:<12} {plain(Decimal(number))}" for name, number in self.numbers.items()),
            f"definition   {' '.join(filter(None, (self.said.of_table, self.said.definition)))}",
            f"             from: {self.said.source}",
            f"formula      {self.said.formula}",
            *(f"             {term}" for term in self.terms),
            f"study        {self.study.name}: {self.study.title}",
            f"             from: {self.study.source}",
            f"population   {name}: {label}",
            f"             from: {source}",
            f"data         {data}",
            f"             fingerprint {self.data.fingerprint}",
            f"inputs       {'; '.join(self.said.inputs)}",
        ]
        if self.said.published:
            lines.append(f"rests on     {'; '.join(map(str, self.said.published))}")
        if self.queries:
            lines += ["", "rows", *(f"  {line}" for line in self.rows), "", "query"]
            for statement in self.queries:
                lines += [indent(statement, "  "), ""]
            lines.append("`firmtrade explain --sql` gives every statement from the canonical tables on.")
        return "\n".join(lines)


def explained(room: Room, key: str) -> Explained:
    """How the cell ``key`` of a room came about.

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
    columns = {name: tuple(table.columns) for name, table in tables.items()}
    table = study.output(cell.key.table)
    name = population_of(spec, table)
    population = study.populations[name]
    queries = tuple(_totals(spec, terms, script)) if script else ()
    return Explained(
        cell,
        table.title.say(),
        explain(study, specs, room.by_key, columns)[cell.key],
        tuple(bare(str(told(*term))) for term in terms.items()),
        room.manifest.study,
        (name, population.label.say(), population.source),
        room.manifest.data,
        tuple(_rows(study, name, terms)) if script else (),
        queries,
        (*script.statements, *queries) if script else (),
    )


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
