"""The result of a study: plan its views, fill all cells, check all identities."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from firmtrade.kinds import KINDS, Identity, specify
from firmtrade.messages import Message
from firmtrade.outputs import Cell, CellKey, ObsStatus
from firmtrade.query.cells import CellSpec, TableSpec, Term
from firmtrade.query.registry import field_of
from firmtrade.query.universes import Universe
from firmtrade.query.views import View, ViewRequest, plan, plan_values
from firmtrade.statistics.compute import Total, fill, spreads, switched_off, totals
from firmtrade.study import Study

Missing = Callable[[Universe, Iterable[str], str, tuple[int, ...]], Message | None]
Answer = Callable[[Iterable[ViewRequest]], list[View]]


@dataclass(frozen=True, slots=True)
class StudyResult:
    """All cells of a study, in print order, with what was checked and what could not be computed."""

    specs: tuple[TableSpec, ...]
    cells: tuple[Cell, ...]
    identities: tuple[Identity, ...]
    queries: Mapping[ViewRequest, str]

    @property
    def broken(self) -> tuple[Identity, ...]:
        """Identities that do not hold: none, unless the program is wrong."""
        return tuple(identity for identity in self.identities if not identity.holds)

    @property
    def switched_off(self) -> dict[str, Message]:
        """Tables, and columns or rows of tables, that were not computed, each with its reason."""
        return _switched_off(self.cells)


def compute(study: Study, answer: Answer, missing: Missing) -> StudyResult:
    """Compute a study: ``answer`` gives views, ``missing`` says what cannot be had and why."""
    specs = specify(study)
    lacking = _lacking(specs, missing)
    why = {
        cell.key: next(lacking[term] for term in _terms(cell) if term in lacking)
        for spec in specs
        for cell in spec.cells
        if any(term in lacking for term in _terms(cell))
    }
    found, views = _found(study, specs, why, answer, lacking)
    cells: list[Cell] = []
    for spec in specs:
        for cell_spec in spec.cells:
            if cell_spec.key in why:
                if not cell_spec.optional or (cell_spec.group in found and found[cell_spec.group].total):
                    cells.append(switched_off(cell_spec, why[cell_spec.key]))
            elif (cell := fill(cell_spec, found)) is not None:
                cells.append(cell)
    by_key = {cell.key: cell for cell in cells}
    identities = tuple(_identities(study, specs, by_key))
    return StudyResult(specs, tuple(cells), identities, {view.request: view.query for view in views})


def _found(
    study: Study,
    specs: Iterable[TableSpec],
    why: Mapping[CellKey, Message],
    answer: Answer,
    lacking: Mapping[Term, Message],
) -> tuple[dict[Term, Total], list[View]]:
    """Every term that some cell needs, with its number, and the views they were read from."""
    cells = [cell for spec in specs for cell in spec.cells]
    wanted = [cell for cell in cells if cell.key not in why]
    single = list(dict.fromkeys(term for cell in wanted if cell.statistic for term in _numbers(cell)))
    groups = [cell.group for cell in cells if cell.optional or cell.key not in why]
    summed = [term for cell in wanted if not cell.statistic for term in cell.terms.values()]
    terms = [term for term in dict.fromkeys(summed + groups) if term not in lacking]
    by_class = [term for term in single if term.by]
    asked = [*terms, *by_class]
    names = {name for term in asked for name in term.dimensions}
    views = answer([
        *plan(asked, {name for name in names if field_of(name, study).kind == "class"}),
        *plan_values((term.universe, term.dimensions, term.measure) for term in single if not term.by),
    ])  # fmt: skip
    # A term of single numbers may also be asked for as a total: the numbers know more.
    return totals(terms, views) | spreads(single, views), views


def _numbers(cell: CellSpec) -> Iterator[Term]:
    """Terms of a statistic: those whose single numbers are asked for."""
    yield from cell.terms.values()
    if cell.spread is not None:
        yield cell.spread


def _terms(cell: CellSpec) -> Iterator[Term]:
    yield from _numbers(cell)
    yield cell.group


def _lacking(specs: Iterable[TableSpec], missing: Missing) -> dict[Term, Message]:
    """Terms that the data cannot answer, each with the reason; every term is asked about once."""
    terms = dict.fromkeys(term for spec in specs for cell in spec.cells for term in _terms(cell))
    reasons = {
        term: missing(term.universe, term.where.dimensions, term.measure, term.where.years) for term in terms
    }
    return {term: reason for term, reason in reasons.items() if reason}


def _identities(
    study: Study, specs: Iterable[TableSpec], cells: Mapping[CellKey, Cell]
) -> Iterator[Identity]:
    kinds = {table.id: table.kind for table in study.outputs}
    for spec in specs:
        yield from KINDS[kinds[spec.id]].identities(spec, cells)


def _switched_off(cells: Iterable[Cell]) -> dict[str, Message]:
    by_table: dict[str, list[Cell]] = {}
    for cell in cells:
        by_table.setdefault(cell.key.table, []).append(cell)
    off: dict[str, Message] = {}
    for table, members in by_table.items():
        reasons = {
            cell.key.column: cell.reason for cell in reversed(members) if cell.reason and _is_off(cell)
        }
        if all(map(_is_off, members)):
            off |= {table: next(cell.reason for cell in members if cell.reason)}
        else:
            columns = dict.fromkeys(cell.key.column for cell in members if _is_off(cell))
            off |= {f"{table}/{column}": reasons[column] for column in columns}
    return off


def _is_off(cell: Cell) -> bool:
    return cell.status is ObsStatus.NOT_COMPUTED
