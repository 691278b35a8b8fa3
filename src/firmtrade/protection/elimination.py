"""Secondary suppression by elimination: show statements, the most wanted first, as long as no target becomes exact.

A target is exact for a reader when its row is a combination of the rows of shown statements. Each statement that is
shown removes one atom from all rows behind it; a statement that would leave the row of a target empty is hidden. A
target that is known to the one unit behind it makes a second rule: a statement is hidden as well if it would make the
row of another target a multiple of that row, for then this unit could work the other out.

Arithmetic is modulo a prime, so it is exact and has no tolerance. A prime divides by accident at worst, which hides too
much and never too little; a second prime decides again, and the pattern that shows more stands. After Langsrud (2024),
"Secondary cell suppression by Gaussian elimination: an algorithm suitable for handling issues with zeros and
singletons"."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from firmtrade.protection.problem import KnownRows, Mask, Problem, ProtectedQuantity, StatementRows

PRIMES = (2_147_483_647, 2_147_483_629)

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Elimination:
    """What elimination decided: which statements are hidden, and the targets (by position) that are exact even so,
    because of what must be shown."""

    hidden: Mask
    exposed: tuple[int, ...]


def eliminate(problem: Problem, hidden: Mask | None = None) -> Elimination:
    """Hide what must be hidden besides ``hidden`` (the primary statements without it) so that no target is exact.

    Statements are taken in the order of their cost, the dearest first, then as they stand."""
    start = problem.primary if hidden is None else hidden
    found = [_Run(problem, start, prime).decide() for prime in PRIMES]
    return min(found, key=lambda each: (len(each.exposed), int(each.hidden.sum())))


def exact_targets(problem: Problem, hidden: Mask) -> tuple[int, ...]:
    """The targets, by position, that a reader works out exactly from the statements that are not hidden."""
    return min((_Run(problem, hidden, prime).read() for prime in PRIMES), key=len)


def zero_rows(given: KnownRows, rows: csr_array) -> tuple[int, ...]:
    """The rows that are combinations of what is given, and so known beforehand."""
    width = rows.shape[1]
    nothing = csr_array((0, width), dtype=np.int64)
    problem = Problem(
        statements=StatementRows.of(nothing, np.zeros(0), np.zeros(0)),
        cost=np.zeros(0),
        primary=np.zeros(0, dtype=bool),
        quantities=rows,
        of_statement=np.zeros(0, dtype=np.int64),
        low=np.zeros(width),
        high=np.zeros(width),
        whole=np.zeros(width, dtype=bool),
        given=given,
        targets=tuple(ProtectedQuantity(at, 0.0) for at in range(rows.shape[0])),
    )
    return exact_targets(problem, problem.primary)


class _Run:
    """One elimination modulo one prime, on rows in the order: given and kept, candidates, targets."""

    def __init__(self, problem: Problem, hidden: Mask, prime: int) -> None:
        self.problem, self.prime = problem, prime
        self.start = hidden
        kept = np.flatnonzero(problem.fixed & ~hidden)
        free = np.flatnonzero(~problem.fixed & ~hidden)
        self.candidates = free[np.lexsort((free, -problem.cost[free]))]
        quantities = problem.quantities[[target.quantity for target in problem.targets]]
        rows = vstack(
            [
                problem.given.exact,
                problem.statements.exact[kept],
                problem.statements.exact[self.candidates],
                csr_array(quantities, dtype=np.int64),
            ]
        )
        self.given = len(problem.given)
        self.forced = self.given + len(kept)
        self.first_target = self.forced + len(self.candidates)
        self.rows: NDArray[np.int32] = _distinct_columns(csr_array(rows), prime).astype(np.int32)
        self.filled = np.asfortranarray(self.rows != 0)
        self.uses = self.filled.sum(axis=0)
        self.alone = np.array([target.alone for target in problem.targets], dtype=np.int64)
        weights: Any = np.random.default_rng(20_240_601).integers(1, prime, self.rows.shape[1])
        self.weights: Rows = weights.astype(np.int64)
        self.lines = np.array([self._line(row) for row in self.rows[self.first_target :]], dtype=np.int64)

    def decide(self) -> Elimination:
        """Show every candidate that exposes nothing."""
        hidden = self.start.copy()
        exposed: set[int] = {at for at, line in enumerate(self.lines) if line == 0}
        for at in range(self.first_target):
            hit = self._show(at, forced=at < self.forced)
            if at < self.forced:
                exposed.update(hit)
            elif hit:
                hidden[self.candidates[at - self.forced]] = True
        return Elimination(hidden, tuple(sorted(exposed)))

    def read(self) -> tuple[int, ...]:
        """Show every candidate, whatever it exposes."""
        exposed: set[int] = {at for at, line in enumerate(self.lines) if line == 0}
        for at in range(self.first_target):
            exposed.update(self._show(at, forced=True))
        return tuple(sorted(exposed))

    def _show(self, at: int, *, forced: bool) -> list[int]:
        """Remove one atom from all later rows by row ``at``; returns the targets that become exact. Where there are
        any, nothing is done unless ``forced``."""
        columns = np.flatnonzero(self.rows[at])
        if not len(columns):
            return []
        column = columns[np.argmin(self.uses[columns])]
        later = np.flatnonzero(self.filled[at + 1 :, column]) + at + 1
        if not len(later):
            return []
        row = self.rows[at, columns].astype(np.int64)
        place = np.ix_(later, columns)
        before = self.rows[place].astype(np.int64)
        inverse = pow(int(self.rows[at, column]), -1, self.prime)
        factors = self.rows[later, column].astype(np.int64) * inverse % self.prime
        after = (before - factors[:, None] * row % self.prime) % self.prime
        cut = int(np.searchsorted(later, self.first_target))
        changed = later[cut:] - self.first_target
        hit, lines = self._exposed(later[cut:], changed, columns, after[cut:], insiders=at >= self.given)
        if hit and not forced:
            return hit
        filled = after != 0
        self.uses[columns] += filled.sum(axis=0) - (before != 0).sum(axis=0)
        self.rows[place] = after
        self.filled[place] = filled
        self.lines[changed] = lines
        return hit

    def _exposed(
        self, rows: Rows, targets: Rows, columns: Rows, after: NDArray[np.int64], *, insiders: bool
    ) -> tuple[list[int], NDArray[np.int64]]:
        """Which targets become exact, to everyone or (with ``insiders``) to a unit alone behind another, and their new
        lines. What is given makes no insider: two quantities that it makes equal are one."""
        if not len(targets):
            return [], np.zeros(0, dtype=np.int64)
        whole = self.rows[rows].copy()
        whole[:, columns] = after
        fresh = np.array([self._line(row) for row in whole], dtype=np.int64)
        lines = self.lines.copy()
        lines[targets] = fresh
        hit = {int(each) for each, line in zip(targets, fresh, strict=True) if line == 0}
        for target, line in zip(targets, fresh, strict=True) if insiders else ():
            # Rows that were multiples of each other before are one quantity under two names.
            met = (lines == line) & (self.lines != self.lines[target]) & (lines != 0)
            knowing = met & (self.alone >= 0) & (self.alone != self.alone[target])
            if knowing.any():
                hit.add(int(target))
            if self.alone[target] >= 0:
                hit.update(int(other) for other in np.flatnonzero(met & (self.alone != self.alone[target])))
        return sorted(hit), fresh

    def _line(self, row: NDArray[np.int32]) -> int:
        """A number that is the same for all multiples of a row, and 0 for an empty one."""
        columns = np.flatnonzero(row)
        if not len(columns):
            return 0
        inverse = pow(int(row[columns[0]]), -1, self.prime)
        scaled = row[columns].astype(np.int64) * inverse % self.prime
        return int((scaled * self.weights[columns] % self.prime).sum() % self.prime) + 1


def _distinct_columns(rows: csr_array, prime: int) -> NDArray[np.int64]:
    """The rows modulo a prime without empty columns, one of each set of columns that are equal: atoms that every row
    treats alike are one atom."""
    residues = csr_array((rows.data % prime, rows.indices, rows.indptr), shape=rows.shape)
    residues.eliminate_zeros()
    columns = residues.tocsc()
    columns.sort_indices()
    seen: dict[bytes, int] = {}
    for at, (start, stop) in enumerate(pairwise(columns.indptr.tolist())):
        if start < stop:
            name = columns.indices[start:stop].tobytes() + columns.data[start:stop].tobytes()
            seen.setdefault(name, at)
    return np.asarray(columns[:, sorted(seen.values())].toarray())
