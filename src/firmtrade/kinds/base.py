"""What every kind has: a way to specify cells, and identities that computed cells must keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, TypeVar, get_args

from firmtrade.kinds.finding import ReadTable, TableFinding
from firmtrade.kinds.layout import Layout
from firmtrade.messages import Message
from firmtrade.outputs import Cell, CellKey
from firmtrade.query.cells import CellSpec, Formula, Line, TableSpec, Term
from firmtrade.query.dimensions import UNKNOWN
from firmtrade.query.universes import Universe
from firmtrade.query.where import EVERYONE, Where
from firmtrade.study import Study, TableDeclaration, VocabularyEntry, vocabulary

Table = TypeVar("Table", bound=TableDeclaration)

TOLERANCE = 1e-9
"""Relative tolerance of identities between floating-point values; counts must agree exactly."""


@dataclass(frozen=True, slots=True)
class Identity:
    """One thing that a kind's cells must keep, and whether they do."""

    rule: str
    cells: tuple[CellKey, ...]
    holds: bool


@dataclass(frozen=True, slots=True)
class Kind(Generic[Table]):
    """A table kind, and all that it says of its tables."""

    declaration: type[Table]
    """The keys that its tables have in a study."""
    specify: Callable[[Table, Study], TableSpec]
    """A table before its numbers."""
    identities: Callable[[TableSpec, Mapping[CellKey, Cell]], Iterator[Identity]]
    """What its cells must keep."""
    layout: Callable[[Table, Study, TableSpec], Layout]
    """Where a table stands and what stands around its numbers."""
    findings: Callable[[Table, Study, ReadTable], Iterable[TableFinding]] = lambda *_: ()
    """The sentences of the first page that a table of one population gives."""
    remarks: Callable[[Table], Iterable[Message]] = lambda _: ()
    """What an explanation says of every number of a table."""
    defined: Callable[[Table], Mapping[str, VocabularyEntry]] = lambda _: {}
    """Definitions of rows and columns that mean something else, or nothing, in other kinds."""
    rests_on: Callable[[Table, CellSpec], Iterable[CellKey]] = lambda *_: ()
    """Cells that stand behind a cell, printed or not."""
    binds: frozenset[Formula] = frozenset()
    """Cells that bind the totals of base cells, by formula: the audit of a published edition makes linear constraints
    of them. Others are held against the numbers beside them alone."""
    leaves_out_empty: bool = False
    """Whether a cell `unknown` that a printed table leaves out has no firms; an edition leaves out the unknown class of
    an attribute whether it has firms or not."""

    example: Mapping[str, str] = field(default_factory=dict)
    """Keys of a table for the reference, where no bundled study has one of the kind."""

    @property
    def name(self) -> str:
        """What a study calls it."""
        return str(get_args(self.declaration.model_fields["kind"].annotation)[0])


def count_spec(
    key: CellKey, term: Term, year: str, *, optional: bool = False, group: Term | None = None
) -> CellSpec:
    """A cell that counts firms."""
    return CellSpec(
        key, Formula.COUNT, "count", year, 0, {"count": term}, optional=optional, group=group or term
    )


def share_spec(
    key: CellKey,
    universe: Universe,
    flag: Where,
    base: Where,
    *,
    year: str,
    decimals: int,
    optional: bool = False,
) -> CellSpec:
    """A cell that says which share of the firms in ``base`` has ``flag``."""
    of = Term(universe, base)
    terms = {"count": Term(universe, base & flag), "base": of}
    return CellSpec(key, Formula.SHARE, "percent", year, decimals, terms, optional=optional, group=of)


def column_line(key: str, unit: str = "", flow: str = "") -> Line:
    """The head of a column that the vocabulary knows; of a table about the traders of a ``flow`` in its words."""
    return Line(key, vocabulary().column[key].called(flow), unit)


def flag_lines(name: str) -> tuple[Line, ...]:
    """Heads for a set of flags, in print order."""
    entries = vocabulary().flags[name]
    return tuple(Line(key, entry.label, "percent") for key, entry in entries.items())


def count(cells: Mapping[CellKey, Cell], key: CellKey) -> int | None:
    """The number behind a cell: its count, or the numerator of its share; None where it was not computed."""
    number = behind(cells, key)
    return None if number is None else int(number)


def behind(cells: Mapping[CellKey, Cell], key: CellKey) -> Decimal | int | None:
    """The exact number behind a cell, of firms or of currency units; None where it was not computed."""
    cell = cells.get(key)
    return None if cell is None else cell.numerator


def sums(
    rule: str, cells: Mapping[CellKey, Cell], whole: CellKey, parts: Iterable[CellKey]
) -> Iterator[Identity]:
    """``whole`` is the sum of those ``parts`` that are printed. Says nothing where a number was not computed."""
    printed = [key for key in parts if key in cells]
    numbers = [behind(cells, key) for key in printed]
    total = behind(cells, whole)
    if total is not None and printed and None not in numbers:
        yield Identity(
            rule, (whole, *printed), total == sum(number for number in numbers if number is not None)
        )


def parts_of(lines: Iterable[Line]) -> tuple[str, ...]:
    """Lines that add up to the line ``total``: those that sum up no others, ``unknown`` where the total holds it."""
    lines = tuple(lines)
    out = {UNKNOWN} if any(line.of_known for line in lines) else set[str]()
    return tuple(dict.fromkeys(line.key for line in lines if not line.total and line.key not in out))


def close(first: float | None, second: float | None) -> bool | None:
    """Whether two values agree; None where one is undefined."""
    if first is None or second is None:
        return None
    return abs(first - second) <= TOLERANCE * max(1.0, abs(first), abs(second))


__all__ = [
    "EVERYONE", "Identity", "Kind", "behind", "close", "column_line", "count", "count_spec", "flag_lines", "parts_of",
    "share_spec", "sums",
]  # fmt: skip
