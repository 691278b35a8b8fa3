"""Unions that a reader derives: a shown total less the parts that are shown is the sum of those that are hidden.

That sum is a quantity like any other: if few units stand behind it, or one dominates it, it needs protection itself.
Which unions there are depends on what is hidden, so they are looked for again whenever more is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array

from firmtrade.protection.problem import LineFamily, Mask, Problem, ProtectedQuantity

Judge = Callable[[Problem, LineFamily, tuple[int, ...]], ProtectedQuantity | None]
"""Says what protection the sum of the hidden parts of a family needs; the target's quantity is filled in later."""


def derivable(problem: Problem, hidden: Mask) -> Iterator[tuple[LineFamily, tuple[int, ...]]]:
    """The families whose total is shown, with their hidden parts, where more than one part is hidden and one is
    shown."""
    open_quantities = set(problem.of_statement[~hidden].tolist())
    for family in problem.families:
        if family.total not in open_quantities:
            continue
        parts = tuple(part for part in family.parts if part not in open_quantities)
        if 1 < len(parts) < len(family.parts):
            yield family, parts


def with_unions(problem: Problem, hidden: Mask, judge: Judge) -> Problem:
    """The problem with a target for every derivable union that ``judge`` finds unsafe."""
    found = list(derivable(problem, hidden))
    known = _names(problem.quantities) if found else set()
    rows: list[csr_array] = []
    targets: list[ProtectedQuantity] = []
    for family, parts in found:
        target = judge(problem, family, parts)
        row = csr_array(problem.quantities[list(parts)].sum(axis=0).reshape(1, -1), dtype=np.int64)
        name = _names(row)
        if target is None or name <= known:
            continue
        known |= name
        at = problem.quantities.shape[0] + len(rows)
        rows.append(row)
        targets.append(
            ProtectedQuantity(at, target.value, target.below, target.above, target.whole, target.alone)
        )
    for row in rows:
        problem = problem.with_quantities(row)
    return problem.protecting(targets)


def _names(matrix: csr_array) -> set[tuple[bytes, bytes]]:
    """The rows of a matrix by what they hold."""
    ordered = matrix.copy()
    ordered.eliminate_zeros()
    ordered.sort_indices()
    columns, weights = ordered.indices.astype(np.int64), ordered.data.astype(np.int64)
    return {
        (columns[start:stop].tobytes(), weights[start:stop].tobytes())
        for start, stop in pairwise(ordered.indptr.tolist())
    }
