"""The result of a study: plan its views, fill all cells, check all identities."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from firmtrade.kinds import KINDS, Identity, specify
from firmtrade.messages import Message, Slot, by_cause, message
from firmtrade.outputs import Cell, CellKey, ObsStatus
from firmtrade.query.cells import TableSpec, Term
from firmtrade.query.distributions import DistributionRequest, Distributions, Spread
from firmtrade.query.universes import Universe
from firmtrade.query.views import View, ViewRequest
from firmtrade.statistics.asked import asked_for, terms_of
from firmtrade.statistics.compute import CountedTotal, by_class, by_firm, fill, switched_off, totals
from firmtrade.study import Study

Request = ViewRequest | DistributionRequest
Coordinates = tuple[Literal["row", "column"], ...]
PARTS: tuple[Coordinates, ...] = ((), ("column",), ("row",), ("row", "column"))
"""What names a part of a table, from the whole to a cell."""


class Data(Protocol):
    """What a study is computed on."""

    def missing(
        self, universe: Universe, dimensions: Iterable[str], measure: str, years: tuple[int, ...]
    ) -> Message | None:
        """Why a term cannot be computed; None where it can."""
        ...

    def answer(self, requests: Iterable[ViewRequest]) -> list[View]:
        """The views asked for."""
        ...

    def distributions(self, requests: Iterable[DistributionRequest]) -> list[Distributions]:
        """How the numbers of single firms are spread."""
        ...


@dataclass(frozen=True, slots=True)
class _Found:
    totals: Mapping[Term, CountedTotal]
    spreads: Mapping[Term, Spread]
    queries: Mapping[Request, Callable[[], str]]


@dataclass(frozen=True, slots=True)
class StudyResult:
    """All cells of a study, in print order, with what was checked and what could not be computed.

    ``without_rows`` gives the reason of each table that has no row, since what its rows rest on is missing.
    """

    specs: tuple[TableSpec, ...]
    cells: tuple[Cell, ...]
    identities: tuple[Identity, ...]
    queries: Mapping[Request, Callable[[], str]]
    without_rows: Mapping[str, Message] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<{len(self.cells):,} cells of {len(self.specs)} tables and figures>"

    @property
    def broken(self) -> tuple[Identity, ...]:
        """Identities that do not hold: none, unless the program is wrong."""
        return tuple(identity for identity in self.identities if not identity.holds)

    @property
    def switched_off(self) -> dict[str, Message]:
        """Tables, and columns, rows or cells of tables, that were not computed, each with its reason."""
        return _switched_off(self.cells) | {**self.without_rows}

    @property
    def not_computed(self) -> tuple[Slot, ...]:
        """What was not computed as messages, one for each cause."""
        lines = (message("reasons.off", where=where, needs=why) for where, why in self.switched_off.items())
        return by_cause(lines)


def compute(study: Study, data: Data) -> StudyResult:
    """Compute a study on data that can be asked."""
    specs = specify(study)
    lacking = _lacking(specs, data)
    why = {
        cell.key: next(lacking[term] for term in terms_of(cell) if term in lacking)
        for spec in specs
        for cell in spec.cells
        if any(term in lacking for term in terms_of(cell))
    }
    found = _found(study, specs, why, data, lacking)
    cells: list[Cell] = []
    for spec in specs:
        for cell_spec in spec.cells:
            if cell_spec.key in why:
                if not cell_spec.optional or (
                    cell_spec.group in found.totals and found.totals[cell_spec.group].total
                ):
                    cells.append(switched_off(cell_spec, why[cell_spec.key]))
            elif (cell := fill(cell_spec, found.totals, found.spreads)) is not None:
                cells.append(cell)
    by_key = {cell.key: cell for cell in cells}
    identities = tuple(_identities(study, specs, by_key))
    printed = {cell.key.table for cell in cells}
    without_rows: dict[str, Message] = {}
    for key, reason in why.items():
        if key.table not in printed:
            without_rows.setdefault(key.table, reason)
    return StudyResult(specs, tuple(cells), identities, found.queries, without_rows)


def _found(
    study: Study,
    specs: Iterable[TableSpec],
    why: Mapping[CellKey, Message],
    data: Data,
    lacking: Mapping[Term, Message],
) -> _Found:
    """Every term that some cell needs, with its number."""
    cells = (cell for spec in specs for cell in spec.cells)
    asked = asked_for(cells, study, lacking=lacking, off=why)
    views, firms = data.answer(asked.views), data.distributions(asked.distributions)
    totals_by_firm, spreads = by_firm(firms)
    return _Found(
        totals(asked.terms, views) | totals_by_firm,
        spreads | by_class(asked.classes, views),
        {view.request: view.query for view in views} | {one.request: one.query for one in firms},
    )


def _lacking(specs: Iterable[TableSpec], data: Data) -> dict[Term, Message]:
    """Terms that the data cannot answer, each with the reason; every term is asked about once."""
    terms = dict.fromkeys(term for spec in specs for cell in spec.cells for term in terms_of(cell))
    reasons = {
        term: data.missing(term.universe, term.where.dimensions, term.measure, term.where.years)
        for term in terms
    }
    return {term: reason for term, reason in reasons.items() if reason}


def _identities(
    study: Study, specs: Iterable[TableSpec], cells: Mapping[CellKey, Cell]
) -> Iterator[Identity]:
    kinds = {table.id: table.kind for table in study.outputs}
    for spec in specs:
        yield from KINDS[kinds[spec.id]].identities(spec, cells)


def _switched_off(cells: Iterable[Cell]) -> dict[str, Message]:
    """The largest parts of tables of which one reason is true: a table, a column, a row, or else a single cell."""
    off: dict[str, Message] = {}
    by_table: dict[str, list[Cell]] = {}
    for cell in cells:
        by_table.setdefault(cell.key.table, []).append(cell)
    for members in by_table.values():
        left = members
        for coordinates in PARTS:
            whole = _wholly_off(members, coordinates)
            named = [(cell, _name(cell.key, coordinates)) for cell in left]
            off |= {name: whole[name] for _, name in named if name in whole}
            left = [cell for cell, name in named if name not in whole]
    return off


def _wholly_off(cells: Iterable[Cell], coordinates: Coordinates) -> dict[str, Message]:
    """Parts of a table in which no cell was computed, all for one reason."""
    reasons: dict[str, set[Message | None]] = {}
    for cell in cells:
        reason = cell.reason if _is_off(cell) else None
        reasons.setdefault(_name(cell.key, coordinates), set()).add(reason)
    ones = {name: found.pop() for name, found in reasons.items() if len(found) == 1}
    return {name: reason for name, reason in ones.items() if reason is not None}


def _name(key: CellKey, coordinates: Coordinates) -> str:
    """A part of a table: ``3/export_share``."""
    return "/".join((key.table, *(getattr(key, name) for name in coordinates)))


def _is_off(cell: Cell) -> bool:
    return cell.status is ObsStatus.NOT_COMPUTED
