"""``trade``: number and value of the traders of a flow by type, size, number of partners and partner.

The tables of Eurostat's and the OECD's trade by enterprise characteristics. A firm may trade inside and outside the
union: the two numbers of firms are never added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Literal

from firmtrade.classifications import classification
from firmtrade.kinds.base import Identity, Kind, column_line, count_spec, parts_of, sums
from firmtrade.kinds.finding import Finding, PrintedTable, finding_of
from firmtrade.kinds.keys import Grouped, OfTraders
from firmtrade.kinds.layout import Layout
from firmtrade.kinds.traders import (
    N,
    amount_spec,
    first_page,
    flow_of,
    in_year,
    traders_layout,
    universes,
    value_of,
)
from firmtrade.messages import language_of
from firmtrade.outputs import Cell, CellKey
from firmtrade.query.cells import CellSpec, Formula, Line, TableSpec, Term
from firmtrade.query.conditions import EXPORTER, IMPORTER, restriction
from firmtrade.query.dimensions import NUMBER_OF_PARTNERS, UNKNOWN, known
from firmtrade.query.groups import Group, groups_of
from firmtrade.query.measures import VALUE, VALUE_EXTRA, VALUE_INTRA, VALUE_PARTNERS
from firmtrade.query.universes import Universe
from firmtrade.query.where import Flag, Is, Where, either
from firmtrade.study import LANGUAGES, Study, Text, vocabulary
from firmtrade.study.tables import DETAILS, Choices, Problem

TYPE_OF_TRADER, PARTNER = "type_of_trader", "partner"
SPECIAL = (TYPE_OF_TRADER, NUMBER_OF_PARTNERS, PARTNER)
"""Rows that are no attribute of a study."""
ZONES = {"intra": VALUE_INTRA, "extra": VALUE_EXTRA}
TOTAL = "total"


class TradeTable(OfTraders, Grouped):
    """Rows are groups of traders in the reference year, or the countries they trade with."""

    kind: Literal["trade"]
    rows: str
    """An attribute, `division`, `type_of_trader`, `number_of_partners` or `partner`."""

    @classmethod
    def choices(cls, groups: Iterable[str]) -> Choices:
        return {"rows": frozenset({*groups, *SPECIAL})}

    def problems(self, study: Study) -> Iterator[Problem]:
        yield from super().problems(study)
        if self.rows in SPECIAL and {*self.totals} - {TOTAL}:
            yield (
                ("totals",),
                f"rows by `{self.rows}` have no subtotal",
                'Only `totals = ["total"]` is possible.',
            )

    @property
    def details(self) -> frozenset[str]:
        return frozenset(name for name in DETAILS if name in self.rows)


def specify(table: TradeTable, study: Study) -> TableSpec:
    """Number of firms and value of their flow, each with its share in all, and by zone; in the reference year."""
    cells: list[CellSpec] = []
    heads: list[Line] = []
    for population, universe in universes(table):
        for group in _groups(table, study, population):
            heads.append(replace(group.line, population=population))
            cells += _cells(table, study, universe, group)
    amount = study.value_unit
    zones = () if table.rows == PARTNER else tuple(
        line
        for zone in ZONES
        for line in (column_line(f"n_{zone}", "count"), column_line(f"value_{zone}", amount))
    )  # fmt: skip
    columns = (
        column_line(N, "count"),
        column_line("n_share", "percent", table.flow),
        column_line("value", amount),
        column_line("value_share", "percent"),
        *zones,
    )
    return TableSpec(table.id, tuple(heads), columns, tuple(cells))


def _groups(table: TradeTable, study: Study, population: str) -> list[Group]:
    """The rows of a table."""
    words = vocabulary()
    of_known = table.totals_of == "known"
    with_partner = Flag(known("partners"))

    def total(where: Where, *, of_known: bool = False) -> list[Group]:
        line = Line(TOTAL, words.other[TOTAL].label, total=True, of_known=of_known)
        return [Group(line, where)] if TOTAL in table.totals else []

    match table.rows:
        case "type_of_trader":
            other = IMPORTER if table.flow == "export" else EXPORTER
            types = {"one_way": ~other, "two_way": other}
            labels = words.trade[TYPE_OF_TRADER]
            return [
                Group(Line(key, labels[key].called(table.flow)), one) for key, one in types.items()
            ] + total(either(other))
        case "number_of_partners":
            entries = words.trade[NUMBER_OF_PARTNERS]
            unknown = Group(Line(UNKNOWN, words.other[UNKNOWN].label), ~with_partner, optional=True)
            bands = [
                Group(Line(key, one.label), Is(NUMBER_OF_PARTNERS, (key,))) for key, one in entries.items()
            ]
            return [
                *bands,
                unknown,
                *total(with_partner if of_known else either(with_partner), of_known=of_known),
            ]
        case "partner":
            return [*_countries(), *total(with_partner, of_known=True)]
        case attribute:
            return groups_of(study, table.totals, attribute, population, of_known=of_known)


def _countries() -> list[Group]:
    labels = classification("countries")
    return [
        Group(
            Line(
                code,
                Text(
                    {
                        language: labels.label(code, language)
                        if language in labels.languages
                        else language_of(language).country(code)
                        for language in LANGUAGES
                    }
                ),
            ),
            Is(PARTNER, (code,)),
            optional=True,
        )
        for code in labels.codes
    ]


def _cells(table: TradeTable, study: Study, universe: Universe, group: Group) -> Iterator[CellSpec]:
    year, optional = str(study.reference_year), group.optional
    everyone = Term(universe, in_year(study.reference_year) & restriction(table.where))
    firms = Term(universe, everyone.where & group.where)
    value = value_of(firms)
    if table.rows == PARTNER:
        relations = universe.by(PARTNER)
        value = Term(relations, firms.where, VALUE)
        firms = Term(relations, firms.where)
        if group.line.key == TOTAL:  # a firm counts once, however many partners it has
            firms = Term(universe, everyone.where & group.where)
            value = Term(universe, firms.where, VALUE_PARTNERS)

    def key(column: str) -> CellKey:
        return CellKey(table.id, universe.population, group.line.key, column)

    def share(column: str, part: Term, whole: Term) -> CellSpec:
        behind = {"count": part, "base": whole}
        return CellSpec(
            key(column),
            Formula.SHARE,
            "percent",
            year,
            table.decimals,
            behind,
            optional=optional,
            group=firms,
        )

    yield count_spec(key(N), firms, year, optional=optional)
    yield share("n_share", firms, everyone)
    yield amount_spec(key("value"), value, study, year, optional=optional, group=firms)
    yield share("value_share", value, value_of(everyone))
    if table.rows == PARTNER:
        return
    for zone, measure in ZONES.items():
        there = firms.where & Flag(f"{zone}_eu_{table.flow}")
        inside = Term(universe, there)
        yield count_spec(key(f"n_{zone}"), inside, year, optional=optional, group=firms)
        traded = Term(universe, there, measure)
        yield amount_spec(key(f"value_{zone}"), traded, study, year, optional=optional, group=firms)


def identities(spec: TableSpec, cells: Mapping[CellKey, Cell]) -> Iterator[Identity]:
    """The groups add up to the total, in firms and in value; partners only in value."""
    by_partner = not any(column.key.endswith("_intra") for column in spec.columns)
    for population in dict.fromkeys(cell.key.population for cell in spec.cells):
        for column in spec.columns:
            if by_partner and column.key in {N, "n_share"}:
                continue
            keys = [CellKey(spec.id, population, row, column.key) for row in parts_of(spec.rows)]
            whole = CellKey(spec.id, population, TOTAL, column.key)
            yield from sums("the groups add up to the total", cells, whole, keys)


def layout(table: TradeTable, study: Study, spec: TableSpec) -> Layout:
    """Groups or countries down, these by name, of which pages print the largest by value; a figure draws the shares."""
    layout = traders_layout("trade", table, study, spec, table.rows, ("n_share", "value_share"))
    return replace(layout, by_name=True, largest="value") if table.rows == PARTNER else layout


def findings(table: TradeTable, study: Study, printed: PrintedTable) -> Iterator[Finding]:
    """The part of those that trade in both directions, in firms and in value."""
    if table.rows == TYPE_OF_TRADER and first_page(table):
        columns = {"n": "n_share", "value": "value_share"}
        cells = {slot: printed.cell("two_way", column) for slot, column in columns.items()}
        yield from finding_of(f"{table.flow}_two_way", cells, once=True)


def rests_on(table: TradeTable, cell: CellSpec) -> Iterator[CellKey]:
    """A share on the number or value of its group and of all."""
    if cell.key.column.endswith("_share"):
        of = cell.key.column.removesuffix("_share")
        yield cell.key._replace(column=of)
        yield cell.key._replace(row=TOTAL, column=of)


KIND = Kind(TradeTable, specify, identities, layout, findings, remarks=flow_of, rests_on=rests_on)
