"""Detail of partners and products: trade by country or product names traders faster than other numbers do, so an
institute asks for more units there, or shows smaller detail only in total."""

from __future__ import annotations

from pydantic import Field

from firmtrade.protection.rules.evidence import Breach, Contributors, Parameters
from firmtrade.protection.rules.minimum_units import MinimumUnits

NAME = "partner_detail"


class PartnerDetail(Parameters):
    """``units``: the least number of units of a cell that names a partner or a product."""

    units: int = Field(strict=True, ge=1, le=1000)

    def judge(self, evidence: Contributors) -> Breach | None:
        """A breach where fewer units trade with the partner or in the product."""
        found = MinimumUnits(units=self.units).judge(evidence)
        return None if found is None else Breach(NAME, found.component, found.below, found.above)
