"""``trade``: number and value of the traders of a flow by type, size, number of partners and partner.

The tables of Eurostat's and the OECD's trade by enterprise characteristics. A firm may trade inside and outside the
union: the two numbers of firms are never added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from firmtrade.classifications import classification
from firmtrade.kinds.base import Identity, Kind, column_line, count_spec, parts_of, sums
from firmtrade.kinds.finding import ReadTable, TableFinding, finding_of
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
from firmtrade.messages import language_of, message
from firmtrade.outputs import Cell, CellKey
from firmtrade.query.cells import CellSpec, Formula, Line, TableSpec, Term
from firmtrade.query.conditions import EXPORTER, IMPORTER, restriction
from firmtrade.query.dimensions import NUMBER_OF_PARTNERS, PARTNER, PARTNER_REGION, UNKNOWN, known
from firmtrade.query.groups import Group, groups_of
from firmtrade.query.measures import VALUE, VALUE_EXTRA, VALUE_INTRA, VALUE_PARTNERS
from firmtrade.query.partner_regions import UNION, continents_apart, partner_regions
from firmtrade.query.universes import Universe
from firmtrade.query.where import Flag, Is, Where, either
from firmtrade.study import LANGUAGES, Study, Text, vocabulary
from firmtrade.study.tables import DETAILS, Choices, Problem

TYPE_OF_TRADER = "type_of_trader"
SPECIAL = (TYPE_OF_TRADER, NUMBER_OF_PARTNERS, PARTNER)
"""Rows that are no attribute of a study."""
ZONES = {"intra": VALUE_INTRA, "extra": VALUE_EXTRA}
TOTAL = "total"


class TradeTable(OfTraders, Grouped):
    """Rows are groups of traders in the reference year, or the countries they trade with, with the union and continents
    that these lie in."""

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


@dataclass(frozen=True, slots=True)
class _TradeRow:
    """A row, and the rows of the universe that stand behind it."""

    group: Group
    level: str = ""
    """The partners (regions of partners) that each firm stands once for; empty where it stands once in all."""


def specify(table: TradeTable, study: Study) -> TableSpec:
    """Number of firms and value of their flow, each with its share in all, and by zone; in the reference year."""
    cells: list[CellSpec] = []
    heads: list[Line] = []
    equal: list[tuple[Term, Term]] = []
    at_most: list[tuple[Term, tuple[Term, ...]]] = []
    made_up: list[tuple[Term, tuple[Term, ...]]] = []
    for population, universe in universes(table):
        for row in _rows(table, study, population):
            heads.append(replace(row.group.line, population=population))
            cells += _cells(table, study, universe, row)
            if table.rows != PARTNER:
                firms = _firms(table, study, universe, row)
                made_up.append(_of_zones(table, universe, firms))
                at_most.append((firms, tuple(there for _, there, _ in _by_zone(table, universe, firms))))
        if table.rows == PARTNER:
            made_up += _of_partners(table, study, universe)
            equal += _alike(table, study, universe)
            at_most += _at_most(table, study, universe)
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
    return TableSpec(
        table.id, tuple(heads), columns, tuple(cells), tuple(equal), tuple(at_most), tuple(made_up)
    )


def _rows(table: TradeTable, study: Study, population: str) -> Iterator[_TradeRow]:
    """The rows of a table; of partners the countries, then the regions that they lie in, then the total."""
    if table.rows == PARTNER:
        yield from (_TradeRow(country, PARTNER) for country in _countries())
        if not table.is_figure:
            yield from _regions(study)
    yield from map(_TradeRow, _groups(table, study, population))


def _groups(table: TradeTable, study: Study, population: str) -> list[Group]:
    """The rows in which a firm stands once."""
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
            return total(with_partner, of_known=True)
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


def _regions(study: Study) -> Iterator[_TradeRow]:
    entries, words = (
        vocabulary().trade[PARTNER_REGION],
        vocabulary().trade["partner_apart"]["partners_outside"].label,
    )
    apart = continents_apart(study)
    for region in partner_regions(study):
        label = entries[region].label
        if region in apart:
            label = Text({name: f"{label.say(name)} ({words.say(name)})" for name in LANGUAGES})
        line = Line(region, label, total=True)
        yield _TradeRow(Group(line, Is(PARTNER_REGION, (region,)), optional=True), PARTNER_REGION)


def _all(table: TradeTable, study: Study, universe: Universe) -> Term:
    """Every trader that the table looks at."""
    return Term(universe, in_year(study.reference_year) & restriction(table.where))


def _firms(table: TradeTable, study: Study, universe: Universe, row: _TradeRow) -> Term:
    """The traders of a row; of partners and their regions each trader with each of them."""
    return Term(
        universe.by(row.level) if row.level else universe,
        _all(table, study, universe).where & row.group.where,
    )


def _by_zone(table: TradeTable, universe: Universe, firms: Term) -> Iterator[tuple[str, Term, Term]]:
    """The firms of a row that trade with each zone, and the value that they trade with it."""
    for zone, measure in ZONES.items():
        there = firms.where & Flag(f"{zone}_eu_{table.flow}")
        yield zone, Term(universe, there), Term(universe, there, measure)


def _of_zones(table: TradeTable, universe: Universe, firms: Term) -> tuple[Term, tuple[Term, ...]]:
    """The value of a row, and that of its zones."""
    return value_of(firms), tuple(value for _, _, value in _by_zone(table, universe, firms))


def _of_partners(
    table: TradeTable, study: Study, universe: Universe
) -> Iterator[tuple[Term, tuple[Term, ...]]]:
    """Who trades, and for how much, by what is known of partners: in all, and with the union."""
    everyone = _all(table, study, universe)
    there = everyone.where & Flag(known("partners"))
    union = Term(universe.by(PARTNER_REGION), everyone.where & Is(PARTNER_REGION, (UNION,)))
    firms, value = next(
        (firms, value) for zone, firms, value in _by_zone(table, universe, everyone) if zone == "intra"
    )
    yield everyone, (Term(universe, there),)
    yield value_of(everyone), (Term(universe, there, VALUE_PARTNERS),)
    yield firms, (union,)
    yield value, (value_of(union),)


def _alike(table: TradeTable, study: Study, universe: Universe) -> Iterator[tuple[Term, Term]]:
    """What partners and their regions add up to is the value with a firm's known partners."""
    everyone = _all(table, study, universe)

    def with_partners(level: str, classes: tuple[str, ...]) -> Term:
        return Term(universe.by(level), everyone.where & Is(level, classes), VALUE)

    regions = partner_regions(study)
    for region, countries in regions.items():
        yield with_partners(PARTNER_REGION, (region,)), with_partners(PARTNER, countries)
    if TOTAL in table.totals:
        whole = Term(universe, everyone.where & Flag(known("partners")), VALUE_PARTNERS)
        yield with_partners(PARTNER_REGION, tuple(regions)), whole


def _at_most(table: TradeTable, study: Study, universe: Universe) -> Iterator[tuple[Term, tuple[Term, ...]]]:
    """Firms of a partner are firms of its region, and each firm of a region has a partner there; all of them are firms
    with known partners."""
    everyone = _all(table, study, universe)

    def firms(level: str, name: str) -> Term:
        return Term(universe.by(level), everyone.where & Is(level, (name,)))

    regions = {firms(PARTNER_REGION, region): tuple(firms(PARTNER, one) for one in countries)
               for region, countries in partner_regions(study).items()}  # fmt: skip
    for region, partners in regions.items():
        yield region, partners
        yield from ((partner, (region,)) for partner in partners)
    if TOTAL in table.totals:
        whole = Term(universe, everyone.where & Flag(known("partners")))
        yield whole, tuple(regions)
        yield from ((region, (whole,)) for region in regions)


def _cells(table: TradeTable, study: Study, universe: Universe, row: _TradeRow) -> Iterator[CellSpec]:
    group = row.group
    year, optional = str(study.reference_year), group.optional
    everyone = _all(table, study, universe)
    firms = _firms(table, study, universe, row)
    value = value_of(firms)
    if table.rows == PARTNER and not row.level:  # a firm counts once, however many partners it has
        value = replace(firms, measure=VALUE_PARTNERS)

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
    for zone, inside, traded in _by_zone(table, universe, firms):
        yield count_spec(key(f"n_{zone}"), inside, year, optional=optional, group=firms)
        yield amount_spec(key(f"value_{zone}"), traded, study, year, optional=optional, group=firms)


def identities(spec: TableSpec, cells: Mapping[CellKey, Cell]) -> Iterator[Identity]:
    """The groups add up to the total, in firms and in value; partners, and the regions they lie in, only in value."""
    by_partner = not any(column.key.endswith("_intra") for column in spec.columns)
    for population in dict.fromkeys(cell.key.population for cell in spec.cells):
        for column in spec.columns:
            if by_partner and column.key in {N, "n_share"}:
                continue
            keys = [CellKey(spec.id, population, row, column.key) for row in parts_of(spec.rows)]
            whole = CellKey(spec.id, population, TOTAL, column.key)
            yield from sums("the groups add up to the total", cells, whole, keys)
            if by_partner:
                regions = [whole._replace(row=region) for region in vocabulary().trade[PARTNER_REGION]]
                yield from sums("the regions add up to the total", cells, whole, regions)


def layout(table: TradeTable, study: Study, spec: TableSpec) -> Layout:
    """Groups or countries down, these by name, of which pages print the largest by value; a figure draws the shares."""
    layout = traders_layout("trade", table, study, spec, table.rows, ("n_share", "value_share"))
    if table.rows != PARTNER:
        return layout
    regions = message(f"report.stubs.{PARTNER_REGION}")
    heads = {line.key: regions for line in spec.rows if line.total and line.key != TOTAL}
    return replace(layout, by_name=True, largest="value", row_groups=heads)


def findings(table: TradeTable, study: Study, printed: ReadTable) -> Iterator[TableFinding]:
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


KIND = Kind(
    TradeTable,
    specify,
    identities,
    layout,
    findings,
    remarks=flow_of,
    rests_on=rests_on,
    binds=frozenset({Formula.COUNT, Formula.SHARE, Formula.AMOUNT}),
)
