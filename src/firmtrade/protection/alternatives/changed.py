"""A system whose numbers of firms are changed before they are printed, as its readers see it.

Of a changed number of firms a reader knows an interval, not a value. Shares of firms are computed from changed numbers,
so they say no more than these. Everything else (amounts, levels, growth) is printed as it is or hidden, as always."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array, eye_array, vstack

from firmtrade.outputs import Cell, CellKey, Confidentiality
from firmtrade.protection.alternatives.perturbation import cell_key, table_of
from firmtrade.protection.alternatives.rounding import controlled_rounding, possible_before_rounding
from firmtrade.protection.binding.bound import BoundCell, BoundStudy
from firmtrade.protection.problem import Mask, Problem, StatementRows
from firmtrade.protection.profile import Perturbation, RoundingRule
from firmtrade.query.cells import Formula
from firmtrade.query.measures import FIRMS


@dataclass(frozen=True)
class Changed:
    """The system as readers see it, and the changed number of firms of each quantity that is one; ``reach`` is how far
    the true number may lie from it."""

    bound: BoundStudy
    numbers: Mapping[int, int]
    reach: int

    def speaks_of(self, each: BoundCell) -> bool:
        """Whether a cell is printed from changed numbers."""
        return _of_firms(each)

    def printed(self, bound: BoundStudy) -> dict[CellKey, Cell]:
        """The cells that are printed from changed numbers: numbers of firms, and shares of them; a share of nobody is
        hidden."""
        return {each.cell.key: self._printed(each) for each in bound.cells if _of_firms(each)}

    def _printed(self, each: BoundCell) -> Cell:
        terms = {name: self.bound.numbers[term] for name, term in each.spec.terms.items()}
        count = self.numbers[terms["count"]]
        if each.spec.formula is Formula.COUNT:
            return replace(each.cell, value=float(count))
        base = self.numbers[terms["base"]]
        if not base:
            return each.cell.hidden(Confidentiality.PRIMARY)
        return replace(each.cell, value=100.0 * min(count, base) / base)


def changed(bound: BoundStudy, method: RoundingRule | Perturbation) -> Changed:
    """Change every number of firms of a system.

    Raises
    ------
    DataError
        No additive table of rounded numbers is near enough.
    """
    asked = sorted(
        {bound.numbers[term] for each in bound.cells if _of_firms(each) for term in each.spec.terms.values()}
    )
    true = np.array([bound.parts[at].firms for at in asked], dtype=np.int64)
    if isinstance(method, RoundingRule):
        found = controlled_rounding(bound.problem.quantities[asked], true, method.base)
        numbers = found.counts
        low, high = possible_before_rounding(numbers, method.base, found.steps)
        reach = method.base * (1 + found.steps) - 1
    else:
        table = table_of(method.noise, method.variance)
        names = [str(bound.parts[at].term) for at in asked]
        keys = [cell_key(method.secret, f"{name}: {count}") for name, count in zip(names, true, strict=True)]
        numbers = np.array([table.perturbed(int(n), key) for n, key in zip(true, keys, strict=True)])
        reach = table.reach
        low, high = np.maximum(numbers - reach, 0), numbers + reach
    between = {at: (float(one), float(other)) for at, one, other in zip(asked, low, high, strict=True)}
    problem = _seen(bound, between)
    return Changed(replace(bound, problem=problem), dict(zip(asked, numbers.tolist(), strict=True)), reach)


def _of_firms(each: BoundCell) -> bool:
    """Whether a cell with a value is a number of firms or a share of them."""
    terms = each.spec.terms.values()
    return (
        each.cell.value is not None
        and each.spec.formula in (Formula.COUNT, Formula.SHARE)
        and all(term.measure == FIRMS and not term.by for term in terms)
    )


def _seen(bound: BoundStudy, between: Mapping[int, tuple[float, float]]) -> Problem:
    """The system with intervals for numbers of firms. What only says something of these is public."""
    problem, rows = bound.problem, bound.problem.statements
    about: dict[int, set[int]] = {}
    for each in bound.cells:
        if _of_firms(each):
            for at in each.statements:
                about.setdefault(at, set()).update(bound.numbers[term] for term in each.spec.terms.values())
            if each.flag >= 0:  # what is printed has no flag
                about.setdefault(each.flag, set())
    matrix, low, high, owner = [], [], [], []
    numbers: list[csr_array] = []
    over = csr_array(eye_array(problem.quantities.shape[0]))
    assert problem.numbers is not None
    for at in range(len(rows)):
        if at in about:
            for quantity in sorted(about[at]):
                matrix.append(csr_array(problem.quantities[[quantity]], dtype=np.float64))
                numbers.append(over[[quantity]])
                low.append(between[quantity][0])
                high.append(between[quantity][1])
                owner.append(at)
            continue
        for row in np.flatnonzero(rows.owner == at):
            matrix.append(rows.matrix[[row]])
            numbers.append(problem.numbers.said[[row]])
            low.append(rows.low[row])
            high.append(rows.high[row])
            owner.append(at)
    public: Mask = np.isin(np.arange(len(rows)), sorted(about))
    exact = rows.exact.copy()
    exact.data[np.repeat(public, np.diff(exact.indptr))] = 0
    exact.eliminate_zeros()
    statements = StatementRows(
        csr_array(vstack(matrix)) if matrix else rows.matrix,
        np.array(low),
        np.array(high),
        np.array(owner, dtype=np.int64),
        exact,
    )
    return replace(
        problem,
        statements=statements,
        primary=problem.primary & ~public,
        numbers=replace(
            problem.numbers, said=csr_array(vstack(numbers)) if numbers else problem.numbers.said
        ),
    )
