"""What a study asks of an engine: its terms, gathered into few views and into the numbers of single firms."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from firmtrade.outputs import CellKey
from firmtrade.query.cells import CellSpec, Formula, Term
from firmtrade.query.distributions import DistributionRequest, plan_distributions
from firmtrade.query.registry import field_of
from firmtrade.query.views import ViewRequest, plan
from firmtrade.study import Study


@dataclass(frozen=True, slots=True)
class Asked:
    """Requests, and what they are for.

    ``terms`` are summed; ``classes`` are spread over the classes of a dimension; ``views`` answer both. The numbers of
    single firms behind other statistics are asked by ``distributions``.
    """

    terms: tuple[Term, ...]
    classes: tuple[Term, ...]
    views: tuple[ViewRequest, ...]
    distributions: tuple[DistributionRequest, ...]


def asked_for(
    cells: Iterable[CellSpec],
    study: Study,
    *,
    lacking: Container[Term] = frozenset(),
    off: Container[CellKey] = (),
) -> Asked:
    """What has to be asked for cells, without the terms that the data lacks and the numbers of cells that are off."""
    cells = list(cells)
    wanted = [cell for cell in cells if cell.key not in off]
    single = list(dict.fromkeys(term for cell in wanted if cell.statistic for term in numbers_of(cell)))
    groups = [cell.group for cell in cells if cell.optional or cell.key not in off]
    summed = [term for cell in wanted if not cell.statistic for term in cell.terms.values()]
    terms = [term for term in dict.fromkeys(summed + groups) if term not in lacking]
    classes = [term for term in single if term.by]
    names = {name for term in (*terms, *classes) for name in term.dimensions}
    several = {name for name in names if field_of(name, study).kind == "class"}
    with_sides = {cell.spread for cell in wanted if cell.formula is Formula.QUARTILE and cell.spread}
    return Asked(
        tuple(terms),
        tuple(classes),
        tuple(plan([*terms, *classes], several)),
        tuple(plan_distributions((term for term in single if not term.by), with_sides)),
    )


def numbers_of(cell: CellSpec) -> Iterator[Term]:
    """Terms of a statistic: those whose single numbers are asked for."""
    yield from cell.terms.values()
    if cell.spread is not None:
        yield cell.spread


def terms_of(cell: CellSpec) -> Iterator[Term]:
    """Every term that a cell rests on."""
    yield from numbers_of(cell)
    yield cell.group
