"""What a rule looks at, and what it says: the units behind one component of a number, and a breach.

Amounts are taken by unit: the enterprise group where it is known, else the firm."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Measure(StrEnum):
    """What a component adds up."""

    COUNT = "count"
    """firms"""
    AMOUNT = "amount"
    """something that is never negative: employment, turnover, trade"""
    SIGNED = "signed"
    """something that may be negative: value added, profit"""


@dataclass(frozen=True, slots=True)
class Contributors:
    """Who stands behind one component: numbers of firms and units, the total, and the two largest contributions of
    units by absolute value."""

    component: str
    measure: Measure
    firms: int
    units: int
    total: float
    largest: float = 0.0
    second: float = 0.0

    @property
    def rest(self) -> float:
        """What the second largest unit does not know of the total: all but the two largest."""
        return abs(self.total) - abs(self.largest) - abs(self.second)


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule is broken: by how much less and more than its value a reader must hold the component possible. Both 0
    where it is enough that it is not exact."""

    rule: str
    component: str
    below: float = 0.0
    above: float = 0.0


class Parameters(BaseModel):
    """The parameters of a rule: unknown keys are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
