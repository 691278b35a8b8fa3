"""What the cells of a study say, before it is written as a system: quantities over atoms, what is stated of them, and
which of them need protection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf

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


@dataclass
class Collected:
    """``rows`` are statements of what is to be released, ``told`` what was printed before; ``nothing`` are quantities
    that every reader knows to be zero, and ``rests`` those that are what a part leaves of a whole. ``equal`` are pairs
    of terms that are one number for all firms, ``at_most`` terms that are never more than others together."""

    atoms: Atoms
    equal: Sequence[tuple[Term, Term]] = ()
    at_most: Sequence[tuple[Term, tuple[Term, ...]]] = ()
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
        """What holds by definition, and by what tables leave out."""
        agree = self.atoms.agreements()
        empty = [self.quantities[at] for at in sorted(self.nothing)]
        equal = [self.atoms.row(one) - self.atoms.row(other) for one, other in self.equal]
        rows = csr_array(vstack([agree, *empty, *equal])) if empty or equal else agree
        return KnownRows.of(rows, np.zeros(rows.shape[0]), np.zeros(rows.shape[0]))

    def not_positive(self) -> list[dict[int, float]]:
        """Weights of quantities whose sum is never above zero: a term less those that it is no more than. That nobody
        is no more than others is left out."""
        pairs = [(self.quantity(one), others) for one, others in self.at_most]
        return [
            {one: 1.0} | {self.quantity(other): -1.0 for other in others}
            for one, others in pairs
            if one not in self.nothing
        ]
