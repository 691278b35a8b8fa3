"""What an audit says: contradictions, what was checked and held, and the minimum repair."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from firmtrade.outputs import CellKey

Layer = Literal["identity", "system", "prose"]
Printed = tuple[CellKey, str]
"""A cell and the number as it stands on the page."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Printed numbers, or a sentence and printed numbers, that cannot all be true.

    ``layer`` is ``identity`` (a rule that some cells must keep), ``system`` (an irreducible set that only
    the system of all tables shows) or ``prose`` (a sentence that its tables deny). ``discrepancy`` is the
    distance, in the unit of print, that rounding does not explain; None where no single distance can be
    given."""

    id: str
    rule: str
    layer: Layer
    severity: str
    discrepancy: float | None
    message: str
    cells: tuple[Printed, ...]


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A cell of the repair: the number on the page, and what the cells that stay would allow instead."""

    key: CellKey
    printed: str
    allowed: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many things were checked, how many held, and how many the printed digits leave undecided."""

    checked: int
    held: int
    undecided: int = 0


@dataclass(frozen=True)
class Summary:
    """What stands behind the list: the edition, the identities by rule, the sentences, the system, the
    repair.
    """

    study: str
    edition: str
    numbers: int
    identities: Mapping[str, Tally]
    sentences: Tally | None
    variables: int
    rows: int
    repair: tuple[GivenUp, ...]
    aside: tuple[str, ...] = ()
    """Tables that were left aside: nothing binds their kind."""

    @property
    def checked(self) -> int:
        return sum(tally.checked for tally in self.identities.values())

    @property
    def held(self) -> int:
        return sum(tally.held for tally in self.identities.values())
