"""The audit: can a reader come closer to a hidden value than its rule allows?

Every target is asked for its least and greatest possible value. A vector of atoms that was found for one target is a
witness for all others: what a witness has already shown possible is not asked again. A number of firms must not follow
from the fact that firms are whole either (see ``whole``)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from firmtrade.protection.problem import TOLERANCE, Mask, Problem, ProtectedQuantity, Vector, Viewpoint
from firmtrade.protection.reader import Reader, Witness, whole_numbers
from firmtrade.protection.whole import WholeFirms


@dataclass(frozen=True, slots=True)
class DeducedBounds:
    """What a reader can say of a target: it lies between ``low`` and ``high``. Where the audit stopped at a witness,
    the true interval is at least as wide. ``whole`` says that it comes down to one value only because firms are
    whole."""

    target: int
    low: float
    high: float
    viewpoint: str = ""
    whole: bool = False

    def keeps(self, target: ProtectedQuantity) -> bool:
        """Whether the interval is as wide as the target needs."""
        return possible(target, self.low, self.high)


def possible(target: ProtectedQuantity, low: float, high: float) -> bool:
    """Whether an interval leaves a target as uncertain as its rule asks."""
    slack = TOLERANCE * max(abs(target.value), 1.0)
    if low > target.value - target.below + slack or high < target.value + target.above - slack:
        return False
    if target.whole:
        return whole_numbers(low, high) >= 2
    return high - low > slack


def audit(
    problem: Problem, hidden: Mask, viewpoint: Viewpoint | None = None, *, exhaustive: bool = False
) -> list[DeducedBounds]:
    """The bounds of every target for one reader, in the order of the targets.

    With ``exhaustive`` each interval is exact; without, a target that a witness shows to be safe is not asked."""
    reader = Reader(problem, hidden, viewpoint.knows if viewpoint else None)
    blind = viewpoint.blind if viewpoint else frozenset()
    name = viewpoint.name if viewpoint else ""
    rows = csr_array(problem.quantities[[target.quantity for target in problem.targets]], dtype=np.float64)
    seen = Seen(rows, reader.some())
    whole = None if viewpoint else WholeFirms(problem, hidden)
    found: list[DeducedBounds] = []
    for at, target in enumerate(problem.targets):
        if at in blind:
            continue
        low, high = seen.low[at], seen.high[at]
        if exhaustive or not possible(target, low, high):
            low, high, witnesses = reader.interval(target.quantity)
            for witness in witnesses:
                seen.add(witness)
        if whole and target.whole and possible(target, low, high) and whole.known(target.quantity):
            found.append(DeducedBounds(at, target.value, target.value, name, whole=True))
            continue
        found.append(DeducedBounds(at, low, high, name))
    return found


def failing(problem: Problem, bounds: list[DeducedBounds]) -> list[DeducedBounds]:
    """The bounds that are too narrow for their target."""
    return [each for each in bounds if not each.keeps(problem.targets[each.target])]


class Seen:
    """The least and greatest value of each target among the witnesses so far.

    ``rows`` are the targets over atoms, ``base`` are atoms that fit what is shown: a witness of one region goes
    together with them for the others."""

    def __init__(self, rows: csr_array, base: Vector) -> None:
        self.rows, self.columns, self.base = rows, rows.tocsc(), base
        self.values = rows @ base
        self.low, self.high = self.values.copy(), self.values.copy()

    def add(self, witness: Witness) -> None:
        """Take the values that the targets have with a witness."""
        atoms, values = witness
        moved = self.columns[:, atoms] @ (values - self.base[atoms])
        self.take(self.values + moved)

    def take(self, reached: Vector) -> None:
        """Take the values that all targets have together."""
        np.minimum(self.low, reached, out=self.low)
        np.maximum(self.high, reached, out=self.high)
