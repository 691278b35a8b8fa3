"""Who stands behind a number: the facts that a disclosure rule needs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

CONTRIBUTION_COLUMNS = (
    "table", "population", "row", "column", "component",
    "n_firms", "n_units", "total", "largest", "second_largest",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contribution:
    """One component of a cell (``count``, ``base``, ``fte_start``, ``value_added_end``, ...).

    ``n_units`` counts protected units: the enterprise group where ``group_id`` is known, else the firm.
    ``largest`` and ``second_largest`` are the two largest contributions of units, by absolute value.
    """

    component: str
    n_firms: int
    n_units: int
    total: Decimal | int
    largest: Decimal | int
    second_largest: Decimal | int
