"""What an audit says: contradictions, what was checked and held, and the minimum repair."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from firmtrade.messages import Message
from firmtrade.outputs import CellKey

Layer = Literal["identity", "system", "prose", "implausible"]
Printed = tuple[CellKey, str]
"""A cell and the number as it stands on the page."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Printed numbers, or a sentence and printed numbers, that cannot all be true.

    ``layer`` is ``identity`` (a rule that some cells must keep), ``system`` (an irreducible set that only
    the system of all tables shows), ``prose`` (a sentence that its tables deny) or ``implausible`` (true of some firms,
    but of none that one would expect). ``discrepancy`` is the distance in ``unit`` that rounding does not explain; None
    where no single distance can be given. ``lines`` are those of the cells in the file of the edition, ``sentence`` is
    what the text says, and ``cause`` groups findings that one wrong number can explain."""

    id: str
    rule: Message
    layer: Layer
    severity: str
    discrepancy: float | None
    message: Message
    cells: tuple[Printed, ...]
    unit: str = ""
    lines: tuple[int, ...] = ()
    sentence: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """A claim of the text that the printed digits neither hold nor deny, or whose cells are not printed."""

    section: str
    says: str
    claim: str


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A cell of the repair: the number on the page, and what the cells that stay would allow instead; None where that
    was not measured."""

    key: CellKey
    printed: str
    allowed: Message | None


@dataclass(frozen=True, slots=True)
class Cause:
    """Findings that share numbers, and every set of as few cells as possible whose correction ends them all.

    ``complete`` is False where there are more such sets than listed."""

    id: str
    findings: tuple[str, ...]
    repairs: tuple[tuple[GivenUp, ...], ...]
    complete: bool = True


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
    identities: Mapping[Message, Tally]
    sentences: Tally | None
    variables: int
    rows: int
    repair: tuple[GivenUp, ...]
    causes: tuple[Cause, ...] = ()
    open_claims: tuple[OpenClaim, ...] = ()
    unbound: tuple[str, ...] = ()
    """Tables with numbers that are held against one another by rules, and are no part of the system."""
    undeclared: tuple[str, ...] = ()
    """Tables that were not read: the study does not declare them."""
    not_met: tuple[GivenUp, ...] = ()
    """Ratios of ratios that stay and that no population was found for beside all others, with their value in the one
    that comes nearest. Without any, one population prints all numbers of the system that stay."""

    @property
    def checked(self) -> int:
        return sum(tally.checked for tally in self.identities.values())

    @property
    def held(self) -> int:
        return sum(tally.held for tally in self.identities.values())
