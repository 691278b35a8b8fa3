"""``dynamics``: entry, exit, survival, re-entry and one-year spells of the traders of a flow.

The indicators of the World Bank's Exporter Dynamics Database, for importers too. Papers differ in what they divide by,
so every denominator is a row of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from firmtrade.kinds.base import EVERYONE, Identity, Kind, count, count_spec, sums
from firmtrade.kinds.finding import ReadTable, TableFinding, finding_of
from firmtrade.kinds.keys import Grouped, OfTraders, Recorded, of_change
from firmtrade.kinds.layout import (
    Chart,
    Layout,
    attribute_over,
    drawn,
    every,
    figure_first,
    of_sample,
    traders_of,
)
from firmtrade.kinds.traders import Traders, first_page, flow_of, universes, value_of
from firmtrade.messages import Text, Year, message
from firmtrade.outputs import Cell, CellKey
from firmtrade.query.cells import CellSpec, Formula, Line, TableSpec, Term
from firmtrade.query.conditions import restriction
from firmtrade.query.groups import groups_of
from firmtrade.query.universes import Universe
from firmtrade.query.where import Where
from firmtrade.study import Study, vocabulary
from firmtrade.study.tables import Choices, Problem, Step

DRAWN = ("entry_rate", "exit_rate", "survival_1")
"""What a figure shows: numbers that one axis can hold."""

SURVIVAL = {"survival_1": 1, "survival_2": 2, "survival_3": 3}
COUNTS = ("traders", "entrants", "incumbents", "reentrants", "one_year", "traders_before", "exiters")
BESIDE = ("started", "ended")
"""Traders that a merger or split began or ended, printed where there are any."""
NOT_ASKED = ("not_asked_before", "not_asked_again")
"""Traders of a sample that were not asked in the wave before, or not again, printed where there are any."""
RATES: dict[str, tuple[str, ...]] = {
    "entry_rate": ("entrants", "traders"),
    "exit_rate": ("exiters", "traders_before"),
    "reentry_rate": ("reentrants", "entrants"),
    "one_year_rate": ("one_year", "traders"),
}
"""Shares of one row's firms in another's: of a sample, in those of it that were asked in the other wave too."""


@dataclass(frozen=True, slots=True)
class _Column:
    line: Line
    year: int
    where: Where
    optional: bool = False


class DynamicsTable(OfTraders, Recorded, Grouped):
    """Rows are the indicators; columns the years of the record, or groups in the reference year."""

    kind: Literal["dynamics"]
    columns: str | None = None
    """An attribute or `division`; without it, the years of the record but the first."""
    step: Step | None = None
    """Years between the two dates of an entry or exit, where they are not those of the study's `step`: 2 compares a
    year with that of two years ago."""

    @property
    def years_asked(self) -> range:
        return range(self.years[0], self.years[1] + 1, self.step or 1)

    @classmethod
    def choices(cls, groups: Iterable[str]) -> Choices:
        return {"columns": frozenset(groups)}

    def problems(self, study: Study) -> Iterator[Problem]:
        yield from super().problems(study)
        yield from of_change(self.years)
        if self.step is None:
            return
        if self.step % study.head.step:
            yield (
                ("step",),
                f"steps of {self.step} years do not lead from wave to wave: they come every {study.head.step} years",
                f"Give a multiple of {study.head.step}.",
            )
        elif (self.years[1] - self.years[0]) % self.step:
            yield (
                ("step",),
                f"steps of {self.step} years do not lead from {self.years[0]} to {self.years[1]}",
                "Give the first and the last wave in `years`.",
            )
        elif self.columns is not None and study.reference_year not in self.years_asked:
            yield (
                ("step",),
                f"the reference year {study.reference_year} is no wave of the record",
                "Give years and a step that meet it.",
            )


def specify(table: DynamicsTable, study: Study) -> TableSpec:
    """One column for each year of the record but the first, or for each group in the reference year."""
    cells: list[CellSpec] = []
    heads: list[Line] = []
    made_up: list[tuple[Term, tuple[Term, ...]]] = []
    for population, universe in universes(table):
        columns = list(_columns(table, study, population))
        heads += [column.line for column in columns]
        for column in columns:
            cells += _cells(table, study, universe, column)
            made_up += _made_up(table, study, universe, column)
    entries = vocabulary().dynamics
    rows = tuple(
        Line(key, entry.called(table.flow), entry.unit)
        for key, entry in entries.items()
        if study.is_sample or key not in NOT_ASKED
    )
    return TableSpec(table.id, rows, tuple(dict.fromkeys(heads)), tuple(cells), made_up=tuple(made_up))


def _columns(table: DynamicsTable, study: Study, population: str) -> Iterator[_Column]:
    if table.columns is None:
        for year in study.waves(table.years_asked)[1:]:
            yield _Column(Line(str(year), Text({"en": str(year)})), year, EVERYONE)
        return
    for group in groups_of(
        study, table.totals, table.columns, population, of_known=table.totals_of == "known"
    ):
        yield _Column(
            Line(group.line.key, group.line.label), study.reference_year, group.where, group.optional
        )


def _cells(table: DynamicsTable, study: Study, universe: Universe, column: _Column) -> Iterator[CellSpec]:
    who = Traders(table.flow, study, table.step)
    year, among = column.year, restriction(table.where) & column.where
    firms: dict[str, Where] = {
        "traders": who.traders(year),
        "entrants": who.entrants(year),
        "incumbents": who.incumbents(year),
        "reentrants": who.reentrants(year, table.years[0]),
        "one_year": who.one_year(year),
        "traders_before": who.traders(year - who.step),
        "exiters": who.exiters(year),
        "started": who.started(year),
        "ended": who.ended(year),
    }
    bases: dict[str, Where] = {
        "entry_rate": who.known_before(year),
        "exit_rate": who.known_after(year),
        "reentry_rate": firms["entrants"],
        "one_year_rate": who.known_around(year),
    }
    not_asked = {"not_asked_before": who.not_asked_before(year), "not_asked_again": who.not_asked_again(year)}

    def term(where: Where) -> Term:
        return Term(universe, among & where)

    terms = {row: term(where) for row, where in firms.items()}

    def key(row: str) -> CellKey:
        return CellKey(table.id, universe.population, row, column.line.key)

    def share(row: str, part: Term, whole: Term) -> CellSpec:
        behind = {"count": part, "base": whole}
        return CellSpec(
            key(row), Formula.SHARE, "percent", str(year), table.decimals, behind,
            optional=column.optional, group=terms["traders"] if column.optional else whole,
        )  # fmt: skip

    for row in COUNTS:
        # A column that is printed only where it has traders asks the traders of its own year.
        group = terms["traders"] if column.optional else terms[row]
        yield count_spec(key(row), terms[row], str(year), optional=column.optional, group=group)
    for row in BESIDE:
        yield count_spec(key(row), terms[row], str(year), optional=True)
    if study.is_sample:
        for row, where in not_asked.items():
            yield count_spec(key(row), term(where), str(year), optional=True)
    for row, (part, _) in RATES.items():
        yield share(row, terms[part], term(bases[row]))
    for row, years in SURVIVAL.items():
        yield share(row, term(who.survivors(year, years)), term(who.observed(year, years)))
    known = term(who.known_before(year))
    yield share("entrant_value_share", value_of(terms["entrants"]), value_of(known))


def _made_up(
    table: DynamicsTable, study: Study, universe: Universe, column: _Column
) -> Iterator[tuple[Term, tuple[Term, ...]]]:
    """The traders of the year before stay or leave, no merger ends an entrant, and those that survive a year are the
    entrants of that year."""
    who = Traders(table.flow, study, table.step)
    year, among = column.year, restriction(table.where) & column.where

    def terms(*firms: Where) -> tuple[Term, ...]:
        return tuple(Term(universe, among & where) for where in firms)

    left = (who.not_asked_again(year),) if study.is_sample else ()
    stays = terms(who.incumbents(year), who.exiters(year), who.ended(year), *left)
    yield terms(who.traders(year - who.step))[0], stays
    for years in SURVIVAL.values():
        yield terms(who.entrants(year))[0], terms(who.observed(year, years))
    if who.step == 1:
        yield terms(who.survivors(year, 1))[0], terms(who.last_entrants(year + 1))


def identities(spec: TableSpec, cells: Mapping[CellKey, Cell]) -> Iterator[Identity]:
    """Traders entered, were there, began with a merger or split, or were not asked before; last year's traders are
    those of the column before; survival never rises."""
    for population in dict.fromkeys(cell.key.population for cell in spec.cells):
        before: CellKey | None = None
        for column in spec.columns:
            keys = {row.key: CellKey(spec.id, population, row.key, column.key) for row in spec.rows}
            if keys["traders"] not in cells:
                continue
            parts = [keys[row] for row in ("entrants", "incumbents", "started", NOT_ASKED[0]) if row in keys]
            yield from sums("a trader entered or was there before", cells, keys["traders"], parts)
            if before is not None and column.key.isdecimal():
                rule = "the traders of the year before are those of its own column"
                yield from sums(rule, cells, keys["traders_before"], [before])
            before = keys["traders"]
            lasting = {key: count(cells, key) for key in (keys["entrants"], *(keys[row] for row in SURVIVAL))}
            known = {key: number for key, number in lasting.items() if number is not None}
            if len(known) > 1:
                falling = all(first >= second for first, second in pairwise(known.values()))
                yield Identity("entrants that survive are fewer with every year", tuple(known), falling)


def layout(table: DynamicsTable, study: Study, spec: TableSpec) -> Layout:
    """Indicators down; a figure draws rates alone, as lines where its columns are years."""
    groups = {
        row.key: message(f"report.groups.{'counts' if row.unit == 'count' else 'rates'}") for row in spec.rows
    }
    return Layout(
        "dynamics",
        drawn(table, spec.rows, DRAWN),
        spec.columns,
        figure_first(table),
        message("report.stubs.dynamics"),
        spanners=attribute_over(study, table.columns, spec.columns),
        row_groups={} if table.is_figure else groups,
        about=(traders_of(table.flow), *every(table.step or study.head.step), *of_sample(study)),
        chart=Chart.LINES if table.columns is None else Chart.GROUPED_BARS,
        short_labels={row: message(f"report.short.{row}") for row in DRAWN},
        y_label="%",
    )


def findings(table: DynamicsTable, study: Study, printed: ReadTable) -> Iterator[TableFinding]:
    """Entry, exit and survival in the reference year."""
    year, step = study.reference_year, table.step or study.head.step
    if table.columns is None and first_page(table):
        rows = {"entry": "entry_rate", "exit": "exit_rate", "survival": "survival_1"}
        cells = {slot: printed.cell(row, str(year)) for slot, row in rows.items()}
        yield from finding_of(
            f"{table.flow}_dynamics",
            cells,
            period=str(year),
            once=True,
            year=Year(year),
            before=Year(year - step),
            after=Year(year + step),
        )


def rests_on(table: DynamicsTable, cell: CellSpec) -> Iterator[CellKey]:
    """A rate on the two numbers that it divides, survival on the entrants."""
    behind = RATES | dict.fromkeys(SURVIVAL, ("entrants",))
    yield from (cell.key._replace(row=row) for row in behind.get(cell.key.row, ()))


KIND = Kind(
    DynamicsTable,
    specify,
    identities,
    layout,
    findings,
    remarks=flow_of,
    rests_on=rests_on,
    binds=frozenset({Formula.COUNT, Formula.SHARE}),
)
