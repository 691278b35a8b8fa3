"""Zero and full cells: 0% and 100% say something of every unit of the group.

Group disclosure; Handbook on Statistical Disclosure Control, chapter 5.1, and the check *PresenceOfZero* of ACRO."""

from __future__ import annotations

from pydantic import Field, StrictBool

from firmtrade.protection.rules.evidence import Breach, Contributors, Parameters

NAME = "zero_and_full"


class ZeroAndFull(Parameters):
    """``zero`` and ``full``: whether such a share is hidden; ``below_units``: only of groups with fewer units than this
    (without it, of every group)."""

    zero: StrictBool = True
    full: StrictBool = True
    below_units: int | None = Field(strict=True, default=None, ge=1)

    def judge(self, part: Contributors, group: Contributors) -> Breach | None:
        """A breach where no firm of a group that is not empty counts, or every one does."""
        if group.firms == 0 or (self.below_units is not None and group.units >= self.below_units):
            return None
        if (self.zero and part.firms == 0) or (self.full and part.firms == group.firms):
            return Breach(NAME, part.component)
        return None
