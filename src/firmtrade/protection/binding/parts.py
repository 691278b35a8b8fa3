"""A total as the room knows it, and the units in which the system counts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from firmtrade.protection.binding.judge import COUNTS
from firmtrade.query.cells import Term
from firmtrade.query.measures import FTE_END, FTE_START, WEIGHT, weighted

MONEY = 50_000.0
"""The unit of atoms of currency, near the value added of one unit of employment: numbers of like size keep the solver
exact."""


def unit_of(measure: str) -> float:
    """What one unit of an atom stands for."""
    of_firms = COUNTS | {WEIGHT, FTE_START, FTE_END, weighted("employment")}
    return 1.0 if measure in of_firms else MONEY


@dataclass(frozen=True, slots=True)
class ContributedTotal:
    """A total, and who stands behind it; amounts are in units of employment or currency."""

    term: Term
    total: Decimal
    firms: int
    units: int
    largest: Decimal = Decimal(0)
    second: Decimal = Decimal(0)

    def without(self, inner: ContributedTotal) -> ContributedTotal:
        """What is left of a total without one inside it. Who stands in both is not known, so each firm that is left
        counts as a unit."""
        firms = self.firms - inner.firms
        return ContributedTotal(self.term, self.total - inner.total, firms, firms)
