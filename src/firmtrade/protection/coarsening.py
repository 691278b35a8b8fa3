"""Coarser tables, proposed before anything is hidden: two neighbouring classes made one, and what comes back.

Readers prefer a class fewer to a row of empty cells. Two lines of a table can be merged where their cells differ in
one class of one dimension and in nothing else. The merged cells are judged by the rules as if the table had been
declared so. Units may stand in both classes: they are added up, so a merged cell has at most that many, and only the
protection of the coarser table decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from firmtrade.errors import counted
from firmtrade.outputs import Cell, CellKey, Contribution
from firmtrade.protection.binding.judge import judge
from firmtrade.protection.log import named
from firmtrade.protection.profile import Profile
from firmtrade.query.cells import CellSpec, Formula, Line, TableSpec, Term
from firmtrade.query.dimensions import NONE, PARTNER, PARTNER_REGION, UNKNOWN
from firmtrade.query.domain import YEAR
from firmtrade.query.where import All, AnyOf, Is, Not, Where

BY_THE_FIRM = frozenset({Formula.QUARTILE, Formula.DISTRIBUTION, Formula.CODE})
"""Statistics of single firms: those of a merged class do not follow from those of its parts."""


LISTED = frozenset({PARTNER, PARTNER_REGION, YEAR})
"""Dimensions whose neighbours are no wider class: countries follow each other by their codes."""


@dataclass(frozen=True, slots=True)
class Merger:
    """Two classes of a table that may be one: ``back`` hidden numbers are shown then, ``lost`` shown ones no
    longer apart."""

    table: str
    population: str
    one: str
    other: str
    back: int
    lost: int

    def __str__(self) -> str:
        numbers = counted(self.back, "hidden number")
        return f"{named(self.table)}: merge {self.one} with {self.other} to get {numbers} back"


def mergers(
    tables: Sequence[TableSpec], cells: Mapping[CellKey, Cell], profile: Profile
) -> tuple[Merger, ...]:
    """The neighbouring classes of each table that give back no less than they cost, the best first."""
    found = [
        merger
        for table in tables
        for lines, axis in ((table.rows, "row"), (table.columns, "column"))
        for merger in _of_lines(table, _classes_of(lines), axis, cells, profile)
    ]
    useful = [each for each in found if each.back and each.back >= each.lost]
    return tuple(sorted(useful, key=lambda each: (each.lost - each.back, each.table, each.one, each.other)))


def _classes_of(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if not line.total and line.key not in (UNKNOWN, NONE)]


def _of_lines(
    table: TableSpec, lines: Sequence[Line], axis: str, cells: Mapping[CellKey, Cell], profile: Profile
) -> Iterator[Merger]:
    held: dict[tuple[str, str], dict[str, CellSpec]] = {}
    for spec in table.cells:
        if spec.formula not in BY_THE_FIRM and spec.key in cells:
            across = spec.key.column if axis == "row" else spec.key.row
            held.setdefault((spec.key.population, getattr(spec.key, axis)), {})[across] = spec
    for population in dict.fromkeys(population for population, _ in held):
        keys = [line.key for line in lines if (population, line.key) in held]
        for one, other in pairwise(keys):
            gain = _gain(held[population, one], held[population, other], cells, profile)
            if gain is not None:
                yield Merger(table.id, population, one, other, *gain)


def _gain(
    first: Mapping[str, CellSpec],
    second: Mapping[str, CellSpec],
    cells: Mapping[CellKey, Cell],
    profile: Profile,
) -> tuple[int, int] | None:
    """How many hidden numbers merging two lines brings back, and how many it shows apart no longer, by the cells that
    both have; None where they are not classes of one dimension."""
    back = lost = 0
    for across in first.keys() & second.keys():
        one, other = first[across], second[across]
        merged = {name: _united(term, other.terms.get(name)) for name, term in one.terms.items()}
        terms = {name: term for name, term in merged.items() if term is not None}
        if one.formula is not other.formula or len(terms) < len(merged):
            return None
        parts = [cells[spec.key] for spec in (one, other)]
        hidden = [bool(list(judge(spec, cells[spec.key], profile))) for spec in (one, other)]
        together = replace(parts[0], contributions=_added(*parts))
        lost += hidden.count(False)
        if not list(judge(replace(one, terms=terms), together, profile)):
            back += hidden.count(True)
    return back, lost


def _added(one: Cell, other: Cell) -> tuple[Contribution, ...]:
    """Who stands behind the sums of both."""
    second = {part.component: part for part in other.contributions}
    return tuple(_sum(part, second[part.component]) for part in one.contributions if part.component in second)


def _sum(one: Contribution, other: Contribution) -> Contribution:
    amounts = (one.largest, one.second_largest, other.largest, other.second_largest)
    largest = sorted(map(Decimal, amounts), key=abs, reverse=True)
    return Contribution(
        one.component,
        one.n_firms + other.n_firms,
        one.n_units + other.n_units,
        one.total + other.total,
        largest[0],
        largest[1],
    )


def _united(one: Term, other: Term | None) -> Term | None:
    """A term over both classes, where two terms differ in one class alone; a term that both share as it is."""
    if other is None or one == other:
        return other
    apart = [(a, b) for a, b in zip(_classes(one.where), _classes(other.where), strict=False) if a != b]
    if len(set(apart)) != 1 or apart[0][0].dimension != apart[0][1].dimension:
        return None
    first, second = apart[0]
    if first.dimension in LISTED:
        return None
    both = Is(first.dimension, (*first.classes, *second.classes))
    united = replace(one, where=_exchanged(one.where, first, both))
    return united if united == replace(other, where=_exchanged(other.where, second, both)) else None


def _classes(where: Where) -> list[Is]:
    match where:
        case Is():
            return [where]
        case All(parts) | AnyOf(parts):
            return [leaf for part in parts for leaf in _classes(part)]
        case Not(part):
            return _classes(part)
    return []


def _exchanged(where: Where, old: Is, new: Is) -> Where:
    match where:
        case All(parts):
            return All(tuple(_exchanged(part, old, new) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(_exchanged(part, old, new) for part in parts))
        case Not(part):
            return Not(_exchanged(part, old, new))
    return new if where == old else where
