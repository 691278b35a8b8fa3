"""What the cells of a study say, before it is written as a system: quantities over atoms, what is stated of them, and
which of them need protection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import inf
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array, vstack

from firmtrade.protection.binding.atoms import Atoms
from firmtrade.protection.binding.parts import ContributedTotal
from firmtrade.protection.problem import KnownRows, ProtectedQuantity
from firmtrade.query.cells import Term

ALONE, FLAG = -1, -2
"""What stands in the place of a denominator: of a total nothing; of the flag of a hidden number this."""

Named = tuple[int, int]
"""The quantities of a ratio, or one with ``ALONE`` or ``FLAG``."""


@dataclass
class StatedRow:
    """One statement while it is being written."""

    at: int
    over: Term
    under: Term | None
    low: float = -inf
    high: float = inf
    weight: float = 0.0
    primary: bool = False
    kept: bool = False


class BoundSum(NamedTuple):
    """A quantity, those that a reader takes to make it up, and what they leave of it in truth."""

    whole: int
    parts: tuple[int, ...]
    left: Decimal


@dataclass
class Collected:
    """``rows`` are statements of what is to be released, ``told`` what was printed before; ``nothing`` are quantities
    that every reader knows to be zero, and ``rests`` those that are what a part leaves of a whole. ``equal`` are pairs
    of terms that are one number for all firms, ``at_most`` terms that are never more than others together, ``made_up``
    totals with the terms that every reader takes to make them up."""

    atoms: Atoms
    equal: Sequence[tuple[Term, Term]] = ()
    at_most: Sequence[tuple[Term, tuple[Term, ...]]] = ()
    made_up: Sequence[tuple[Term, tuple[Term, ...]]] = ()
    rows: dict[Named, StatedRow] = field(default_factory=dict)
    told: dict[Named, StatedRow] = field(default_factory=dict)
    quantities: list[csr_array] = field(default_factory=list)
    names: dict[tuple[tuple[str, str], bytes], int] = field(default_factory=dict)
    numbers: dict[Term, int] = field(default_factory=dict)
    parts: dict[int, ContributedTotal] = field(default_factory=dict)
    targets: dict[int, ProtectedQuantity] = field(default_factory=dict)
    nothing: set[int] = field(default_factory=set)
    rests: dict[int, Named] = field(default_factory=dict)

    def quantity(self, term: Term) -> int:
        """The number of a quantity: terms over the same atoms are one."""
        if term not in self.numbers:
            row = self.atoms.row(term)
            family = (str(self.atoms.terms[term].universe), term.measure)
            name = (family, row.indices.tobytes())
            if name not in self.names:
                self.names[name] = len(self.quantities)
                self.quantities.append(row)
            self.numbers[term] = self.names[name]
        return self.numbers[term]

    def difference(self, whole: int, part: int) -> int:
        """The number of the quantity that a part leaves of a whole."""
        row = csr_array(self.quantities[whole] - self.quantities[part])
        row.eliminate_zeros()
        row.sort_indices()
        name = (("difference", ""), row.indices.tobytes() + row.data.tobytes())
        if name not in self.names:
            self.names[name] = len(self.quantities)
            self.quantities.append(row)
            self.rests[self.names[name]] = whole, part
        return self.names[name]

    def given(self) -> KnownRows:
        """What holds by definition, by what tables leave out, and by what readers rightly take for granted."""
        agree = self.atoms.agreements()
        empty = [self.quantities[at] for at in sorted(self.nothing)]
        equal = [self.atoms.row(one) - self.atoms.row(other) for one, other in self.equal]
        sums = [self.left_of(each) for each in self.granted() if not each.left]
        rows = csr_array(vstack([agree, *empty, *equal, *sums]))
        return KnownRows.of(rows, np.zeros(rows.shape[0]), np.zeros(rows.shape[0]))

    def granted(self) -> Iterator[BoundSum]:
        """The sums that a reader takes for granted of which the room knows every total."""
        for whole, others in self.made_up:
            at, *parts = (self.quantity(term) for term in (whole, *others))
            totals = [self._total(each) for each in (at, *parts)]
            if at not in self.nothing and None not in totals:
                known = [total for total in totals if total is not None]
                yield BoundSum(at, tuple(parts), known[0] - sum(known[1:]))

    def _may_be_at_most(self, one: int, others: Iterable[int]) -> bool:
        """Whether it is not known that a term is more than others: traders of an unknown zone stand in none."""
        totals = [self._total(each) for each in (one, *others)]
        known = [total for total in totals if total is not None]
        return len(known) < len(totals) or known[0] <= sum(known[1:])

    def left_of(self, granted: BoundSum) -> csr_array:
        """What the parts of a sum leave of the whole, as a row over atoms."""
        return self.quantities[granted.whole] - sum(self.quantities[part] for part in granted.parts)

    def _total(self, at: int) -> Decimal | None:
        """What a quantity is in truth, where the room knows."""
        if at in self.nothing:
            return Decimal(0)
        return self.parts[at].total if at in self.parts else None

    def not_positive(self) -> list[dict[int, float]]:
        """Weights of quantities whose sum is never above zero: a term less those that it is no more than. That nobody
        is no more than others is left out."""
        pairs = [(self.quantity(one), others) for one, others in self.at_most]
        return [
            {one: 1.0} | {self.quantity(other): -1.0 for other in others}
            for one, others in pairs
            if one not in self.nothing and self._may_be_at_most(one, map(self.quantity, others))
        ]
