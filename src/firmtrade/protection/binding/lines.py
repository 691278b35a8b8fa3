"""Lines of tables: a total and the rows (columns) beside it that make it up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from scipy.sparse import csr_array

from firmtrade.query.cells import CellSpec, Formula, TableSpec, Term

Line = tuple[int, tuple[int, ...]]


def lines(
    tables: Sequence[TableSpec], numbers: Mapping[Term, int], quantities: Sequence[csr_array]
) -> Iterator[Line]:
    """Every total of a table with its parts, as quantities: along rows and along columns, for each component of the
    cells. A total counts only where its parts make it up exactly."""
    seen: set[Line] = set()
    for table in tables:
        for line in _of_table(table, numbers):
            for found in _whole(line, quantities):
                if found not in seen:
                    seen.add(found)
                    yield found


def _of_table(table: TableSpec, numbers: Mapping[Term, int]) -> Iterator[list[int]]:
    """The quantities of one component along each row and each column."""
    held: dict[tuple[str, ...], list[int]] = {}
    for spec in table.cells:
        for name, term in _summed(spec).items():
            if term in numbers:
                place = spec.key
                for line in (
                    ("row", place.population, place.row),
                    ("column", place.population, place.column),
                ):
                    held.setdefault((*line, name), []).append(numbers[term])
    for line_quantities in held.values():
        yield list(dict.fromkeys(line_quantities))


def _summed(spec: CellSpec) -> dict[str, Term]:
    if spec.formula in (Formula.CODE, Formula.DISTRIBUTION):
        return {}
    return {name: term for name, term in spec.terms.items() if not term.by}


def _whole(line: list[int], quantities: Sequence[csr_array]) -> Iterator[Line]:
    """Totals of a line whose parts, the largest that do not overlap, make them up."""
    columns = {at: frozenset(quantities[at].indices.tolist()) for at in line}
    for total in line:
        inside = [at for at in line if at != total and columns[at] and columns[at] < columns[total]]
        for parts in (
            _disjoint(inside, columns, largest_first=True),
            _disjoint(inside, columns, largest_first=False),
        ):
            if len(parts) > 1 and sum(len(columns[at]) for at in parts) == len(columns[total]):
                yield total, parts


def _disjoint(
    inside: list[int], columns: Mapping[int, frozenset[int]], *, largest_first: bool
) -> tuple[int, ...]:
    order = sorted(inside, key=lambda at: (-len(columns[at]) if largest_first else len(columns[at]), at))
    taken: list[int] = []
    used: set[int] = set()
    for at in order:
        if not columns[at] & used:
            taken.append(at)
            used |= columns[at]
    return tuple(sorted(taken))
