"""The release as one system: atoms that nobody sees, statements that say something about them, and quantities
that nobody may work out.

An *atom* is a total that no statement splits further: the firms (or their employment, or their sales) that stand in
exactly the same cells. A *statement* is a published number; it is a row over atoms that lies in an interval, because a
rounded number says no more than that. A *target* is a quantity that a rule protects, with the distance that a reader
must be kept from it. Elimination, audit, repair and insider tests all work on this form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

Vector = NDArray[np.float64]
Mask = NDArray[np.bool_]

TOLERANCE = 1e-6
"""The share of a value by which two numbers of the solver may differ and still be called equal."""


@dataclass(frozen=True)
class KnownRows:
    """Rows over atoms with the interval in which each lies: ``low <= matrix @ atoms <= high``.

    ``exact`` are the same rows as whole numbers for arithmetic modulo a prime; of a ratio it is the row that holds for
    the unrounded number. Without it, the rows of ``matrix`` are whole."""

    matrix: csr_array
    low: Vector
    high: Vector
    exact: csr_array

    @classmethod
    def of(cls, matrix: Any, low: Any, high: Any, exact: Any = None) -> KnownRows:
        """Facts from anything that makes a sparse matrix and two vectors."""
        rows = csr_array(matrix, dtype=np.float64)
        whole = csr_array(np.rint(rows) if exact is None else exact, dtype=np.int64)
        return cls(rows, np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64), whole)

    @classmethod
    def none(cls, atoms: int) -> KnownRows:
        """No fact about that many atoms."""
        return cls.of(csr_array((0, atoms)), np.zeros(0), np.zeros(0))

    def __len__(self) -> int:
        return len(self.low)

    def and_also(self, other: KnownRows) -> KnownRows:
        """These rows, then the rows of another."""
        return KnownRows(
            csr_array(vstack([self.matrix, other.matrix])),
            np.concatenate([self.low, other.low]),
            np.concatenate([self.high, other.high]),
            csr_array(vstack([self.exact, other.exact])),
        )


@dataclass(frozen=True)
class StatementRows:
    """What is published, in the same form: one row of ``exact`` per statement, and one or more rows of ``matrix`` with
    an interval (two for a rounded ratio); ``owner`` says to which statement each belongs."""

    matrix: csr_array
    low: Vector
    high: Vector
    owner: NDArray[np.int64]
    exact: csr_array

    @classmethod
    def of(cls, matrix: Any, low: Any, high: Any, exact: Any = None, owner: Any = None) -> StatementRows:
        """Statements from anything that makes a sparse matrix and vectors; one row each without ``owner``."""
        facts = KnownRows.of(matrix, low, high, exact)
        owners = np.arange(len(facts)) if owner is None else np.asarray(owner, dtype=np.int64)
        return cls(facts.matrix, facts.low, facts.high, owners, facts.exact)

    def __len__(self) -> int:
        return int(self.exact.shape[0])

    def rows(self, which: Mask) -> Mask:
        """The rows of ``matrix`` that belong to some statements."""
        return np.asarray(which[self.owner])


@dataclass(frozen=True, slots=True)
class ProtectedQuantity:
    """A quantity to protect.

    ``quantity`` is a row of :attr:`Problem.quantities`, ``value`` what it truly is. A reader must hold both
    ``value - below`` and ``value + above`` possible; with both 0 it is enough that more than one value is
    possible (more than one whole number where it is ``whole``). ``alone`` names the unit that stands behind it
    alone, or behind one that it lies inside, and so knows it; -1 where it is none or nobody knows which."""

    quantity: int
    value: float
    below: float = 0.0
    above: float = 0.0
    whole: bool = False
    alone: int = -1


@dataclass(frozen=True)
class Viewpoint:
    """A reader who knows more than what is published: a unit that knows its own contributions, say.

    ``blind`` are the targets that it may know: those that are its own."""

    name: str
    knows: KnownRows
    blind: frozenset[int] = frozenset()


@dataclass(frozen=True)
class LineFamily:
    """Quantities of one line of a table: a total and the parts that make it up."""

    total: int
    parts: tuple[int, ...]


@dataclass(frozen=True)
class Numbers:
    """The same over quantities instead of atoms, for who counts in whole firms: ``said`` has the rows of
    ``Statements.matrix``; ``sure`` holds whatever is hidden (lines that add up, parts that are no more than the whole,
    groups that are known to be empty or not)."""

    said: csr_array
    sure: KnownRows


@dataclass(frozen=True)
class Problem:
    """What protection works on.

    ``statements`` has one row per published number and ``cost`` what its loss weighs; ``primary`` are the
    statements that a rule hides, ``kept`` those that must be shown. ``given`` holds for every reader whatever
    is hidden. ``quantities`` are rows over atoms that targets and families name; ``of_statement[s]`` is the
    quantity that statement ``s`` states, or -1 for a ratio. ``low`` and ``high`` bound the atoms, ``whole``
    says which are numbers of firms."""

    statements: StatementRows
    cost: Vector
    primary: Mask
    quantities: csr_array
    of_statement: NDArray[np.int64]
    low: Vector
    high: Vector
    whole: Mask
    given: KnownRows
    targets: tuple[ProtectedQuantity, ...] = ()
    kept: Mask = field(default_factory=lambda: np.zeros(0, dtype=bool))
    viewpoints: tuple[Viewpoint, ...] = ()
    families: tuple[LineFamily, ...] = ()
    numbers: Numbers | None = None

    @property
    def atoms(self) -> int:
        return len(self.low)

    @cached_property
    def fixed(self) -> Mask:
        """Statements that must be shown."""
        return self.kept if len(self.kept) else np.zeros(len(self.statements), dtype=bool)

    def protecting(self, more: Sequence[ProtectedQuantity]) -> Problem:
        """The problem with further targets, those of known quantities left out."""
        known = {target.quantity for target in self.targets}
        fresh = [target for target in more if target.quantity not in known]
        return replace(self, targets=(*self.targets, *fresh))

    def with_quantities(self, rows: csr_array) -> Problem:
        """The problem with further quantities at the end."""
        return replace(self, quantities=csr_array(vstack([self.quantities, rows])))


def additive(
    cells: Any,
    values: Any,
    *,
    cost: Any = None,
    primary: Any = (),
    targets: Sequence[ProtectedQuantity] = (),
    half_units: Any = 0.0,
    low: Any = 0.0,
    high: Any = np.inf,
    whole: bool = False,
    **more: Any,
) -> Problem:
    """The problem of cells that are sums of atoms, each published as it is or within ``half_units``.

    ``cells`` has one row per cell and one column per atom; ``primary`` lists rows. Without ``cost`` a cell weighs its
    value, and at least 1."""
    matrix = csr_array(cells)
    published = np.asarray(values, dtype=np.float64)
    atoms = matrix.shape[1]
    hidden = np.zeros(len(published), dtype=bool)
    hidden[list(primary)] = True
    return Problem(
        statements=StatementRows.of(matrix, published - half_units, published + half_units),
        cost=np.maximum(np.abs(published), 1.0) if cost is None else np.asarray(cost, dtype=np.float64),
        primary=hidden,
        quantities=csr_array(matrix, dtype=np.int64),
        of_statement=np.arange(len(published)),
        low=np.broadcast_to(np.asarray(low, dtype=np.float64), (atoms,)).copy(),
        high=np.broadcast_to(np.asarray(high, dtype=np.float64), (atoms,)).copy(),
        whole=np.full(atoms, whole),
        given=more.pop("given", KnownRows.none(atoms)),
        targets=tuple(targets),
        **more,
    )
