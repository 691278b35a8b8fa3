"""Atoms that no row tells apart are one atom: the system gets smaller and says the same."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array, vstack

from firmtrade.protection.problem import KnownRows, Problem, StatementRows


def merged(problem: Problem) -> Problem:
    """The problem over the fewest atoms; bounds and wholeness are part of what tells atoms apart."""
    traits = np.vstack([problem.low, problem.high, problem.whole.astype(np.float64)])
    statements = problem.statements
    rows = csr_array(
        vstack(
            [statements.matrix, statements.exact.astype(np.float64), problem.quantities, problem.given.matrix]
        )
    )
    columns = rows.tocsc()
    columns.sort_indices()
    first: dict[bytes, int] = {}
    for at, (start, stop) in enumerate(pairwise(columns.indptr.tolist())):
        name = columns.indices[start:stop].tobytes() + columns.data[start:stop].tobytes()
        if start < stop:
            first.setdefault(name + traits[:, at].tobytes(), at)
    keep = np.array(sorted(first.values()), dtype=np.int64)

    def narrow(matrix: csr_array) -> csr_array:
        return csr_array(matrix.tocsc()[:, keep])

    return replace(
        problem,
        statements=StatementRows(
            narrow(statements.matrix),
            statements.low,
            statements.high,
            statements.owner,
            narrow(statements.exact),
        ),
        quantities=narrow(problem.quantities),
        low=problem.low[keep],
        high=problem.high[keep],
        whole=problem.whole[keep],
        given=KnownRows(
            narrow(problem.given.matrix), problem.given.low, problem.given.high, narrow(problem.given.exact)
        ),
    )
