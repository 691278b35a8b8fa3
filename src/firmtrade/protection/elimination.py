"""Secondary suppression by elimination: show statements, the most wanted first, as long as no target becomes exact.

A target is exact for a reader when its row is a combination of the rows of shown statements. Each statement that is
shown removes one atom from all rows behind it; a statement that would leave the row of a target empty is hidden. A
target that is known to the one unit behind it makes a second rule: a statement is hidden as well if it would make the
row of another target a multiple of that row, for then this unit could work the other out.

Statements that share no atom, not through others either, are looked at apart: universes and measures fall into blocks,
and what no block with a target holds is shown at once.

Arithmetic is modulo a prime, so it is exact and has no tolerance. A prime divides by accident at worst, which hides too
much and never too little; a second prime decides again, and the pattern that shows more stands. After Langsrud (2024),
"Secondary cell suppression by Gaussian elimination: an algorithm suitable for handling issues with zeros and
singletons"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from firmtrade.protection.problem import KnownRows, Mask, Problem, ProtectedQuantity, StatementRows
from firmtrade.protection.reader import regions

PRIMES = (2_147_483_647, 2_147_483_629)

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Elimination:
    """What elimination decided: which statements are hidden, and the targets (by position) that are exact even so,
    because of what must be shown."""

    hidden: Mask
    exposed: tuple[int, ...]


def eliminate(problem: Problem, hidden: Mask | None = None) -> Elimination:
    """Hide what must be hidden besides ``hidden`` (the primary statements without it) so that no target is exact.

    Statements are taken in the order of their cost, the dearest first, then as they stand."""
    found = (problem.primary if hidden is None else hidden).copy()
    exposed: list[int] = []
    for block in _blocks(problem, found):
        best = min((_Run(block, prime).decide() for prime in PRIMES), key=_loss)
        found[block.candidates[list(best.hidden)]] = True
        exposed += block.targets[sorted(best.exposed)].tolist()
    return Elimination(found, tuple(sorted(exposed)))


def exact_targets(problem: Problem, hidden: Mask) -> tuple[int, ...]:
    """The targets, by position, that a reader works out exactly from the statements that are not hidden."""
    exposed: list[int] = []
    for block in _blocks(problem, hidden):
        exact = min((_Run(block, prime).read() for prime in PRIMES), key=len)
        exposed += block.targets[sorted(exact)].tolist()
    return tuple(sorted(exposed))


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


@dataclass(frozen=True)
class _Block:
    """Rows that share no atom with others: those of what is given and of what must be shown, of ``candidates``
    (statements) in the order in which they are tried, and of ``targets`` (by position); ``alone`` is of these."""

    rows: csr_array
    given: int
    candidates: Places
    targets: Places
    alone: Places


def _blocks(problem: Problem, hidden: Mask) -> Iterator[_Block]:
    """The blocks in which there are targets."""
    kept = np.flatnonzero(problem.fixed & ~hidden)
    free = np.flatnonzero(~problem.fixed & ~hidden)
    candidates = free[np.lexsort((free, -problem.cost[free]))]
    quantities = problem.quantities[[target.quantity for target in problem.targets]]
    alone = np.array([target.alone for target in problem.targets], dtype=np.int64)
    exact = problem.statements.exact
    rows = csr_array(
        vstack([problem.given.exact, exact[kept], exact[candidates], csr_array(quantities, dtype=np.int64)])
    )
    ends = np.cumsum([len(problem.given), len(kept), len(candidates), len(alone)])
    _, label = regions(rows)
    order = np.argsort(label, kind="stable")
    for inside in np.split(order, np.flatnonzero(np.diff(label[order])) + 1):
        _, first, last = np.searchsorted(inside, ends[:3])
        if last < len(inside):
            targets = inside[last:] - ends[2]
            yield _Block(
                csr_array(rows[inside]),
                int(np.searchsorted(inside, ends[0])),
                candidates[inside[first:last] - ends[1]],
                targets,
                alone[targets],
            )


def _loss(found: _Decided) -> tuple[int, int]:
    return len(found.exposed), len(found.hidden)


@dataclass(frozen=True)
class _Decided:
    """What one prime says of a block: the candidates to hide and the targets that are exact even so, by their places in
    the block."""

    hidden: tuple[int, ...]
    exposed: tuple[int, ...]


class _Run:
    """One elimination of a block modulo one prime."""

    def __init__(self, block: _Block, prime: int) -> None:
        self.prime, self.given, self.alone = prime, block.given, block.alone
        height = block.rows.shape[0]
        self.first_target = height - len(block.targets)
        self.forced = self.first_target - len(block.candidates)
        self.rows: NDArray[np.int32] = _distinct_columns(block.rows, prime)
        self.filled = np.asfortranarray(self.rows != 0)
        self.uses = self.filled.sum(axis=0)
        self.filling = self.filled[self.first_target :].sum(axis=1)
        self.knowing = bool((self.alone >= 0).any())
        weights: Any = np.random.default_rng(20_240_601).integers(1, prime, (2, self.rows.shape[1]))
        self.weights: Places = weights.astype(np.int64)
        self.sums = np.array(
            [self._sums(at, slice(None)) for at in range(self.first_target, height)]
        ).reshape(-1, 2)
        self.lines = self._lines(self.sums, self.filling)

    def decide(self) -> _Decided:
        """Show every candidate that exposes nothing."""
        hidden = []
        exposed = set(np.flatnonzero(self.filling == 0).tolist())
        for at in range(self.first_target):
            hit = self._show(at, forced=at < self.forced)
            if at < self.forced:
                exposed.update(hit)
            elif hit:
                hidden.append(at - self.forced)
        return _Decided(tuple(hidden), tuple(exposed))

    def read(self) -> tuple[int, ...]:
        """Show every candidate, whatever it exposes."""
        exposed = set(np.flatnonzero(self.filling == 0).tolist())
        for at in range(self.first_target):
            exposed.update(self._show(at, forced=True))
        return tuple(exposed)

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
        filled = after != 0
        more = filled.sum(axis=1) - (before != 0).sum(axis=1)
        cut = int(np.searchsorted(later, self.first_target))
        changed = later[cut:] - self.first_target
        filling = self.filling[changed] + more[cut:]
        sums = (self.sums[changed] - factors[cut:, None] * self._sums(at, columns)) % self.prime
        lines = self._lines(sums, filling)
        hit = self._exposed(changed, lines, insiders=at >= self.given)
        if hit and not forced:
            return hit
        self.uses[columns] += filled.sum(axis=0) - (before != 0).sum(axis=0)
        self.rows[place] = after
        self.filled[place] = filled
        self.filling[changed], self.sums[changed], self.lines[changed] = filling, sums, lines
        return hit

    def _exposed(self, changed: Places, lines: Places, *, insiders: bool) -> list[int]:
        """Which targets become exact when some that are ``changed`` get new lines: to everyone or (with ``insiders``)
        to a unit alone behind another. What is given makes no insider: two quantities that it makes equal are one."""
        hit = set(changed[lines == 0].tolist())
        if not (insiders and self.knowing):
            return sorted(hit)
        after = self.lines.copy()
        after[changed] = lines
        _, place, number = np.unique(after, return_inverse=True, return_counts=True)
        for target in changed[(lines != 0) & (number[place[changed]] > 1)].tolist():
            # Rows that were multiples of each other before are one quantity under two names.
            met = (after == after[target]) & (self.lines != self.lines[target])
            met &= self.alone != self.alone[target]
            if (met & (self.alone >= 0)).any():
                hit.add(target)
            if self.alone[target] >= 0:
                hit.update(np.flatnonzero(met).tolist())
        return sorted(hit)

    def _sums(self, at: int, columns: Places | slice) -> Places:
        """Two sums of a row with weights by column; rows of multiples have the same ratio of them."""
        products = self.rows[at, columns].astype(np.int64) * self.weights[:, columns] % self.prime
        return np.asarray(products.sum(axis=1) % self.prime)

    def _lines(self, sums: Places, filling: Places) -> Places:
        """A number for each row that is the same for all its multiples, and 0 for an empty one."""
        inverse, power = np.ones(len(sums), dtype=np.int64), sums[:, 1].copy()
        for bit in range((self.prime - 2).bit_length()):
            if (self.prime - 2) >> bit & 1:
                inverse = inverse * power % self.prime
            power = power * power % self.prime
        return np.where(filling == 0, 0, sums[:, 0] * inverse % self.prime + 1)


def _distinct_columns(rows: csr_array, prime: int) -> NDArray[np.int32]:
    """The rows modulo a prime without empty columns, one of each set of columns that are equal: atoms that every row
    treats alike are one atom."""
    residues = csr_array((rows.data % prime, rows.indices, rows.indptr), shape=rows.shape)
    residues.eliminate_zeros()
    columns = residues.tocsc()
    columns.sort_indices()
    seen: dict[bytes, int] = {}
    for at in np.flatnonzero(np.diff(columns.indptr)).tolist():
        start, stop = columns.indptr[at : at + 2]
        name = columns.indices[start:stop].tobytes() + columns.data[start:stop].tobytes()
        seen.setdefault(name, at)
    return np.asarray(columns[:, sorted(seen.values())].astype(np.int32).toarray())
