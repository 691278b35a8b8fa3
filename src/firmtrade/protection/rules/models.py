"""Models: coefficients are safe where many observations are left over, a category is not one firm, and no unit carries
the result.

Checks *MinimumDoF*, *MinimumThreshold* and *NK* of ACRO on the class of linear and logistic models; output
guidelines of research data centres ask for ten degrees of freedom. Curves are tables: each step must rest on
enough units."""

from __future__ import annotations

from pydantic import Field

from firmtrade.protection.rules.evidence import Breach, Parameters

NAME = "models"


class Models(Parameters):
    """``degrees_of_freedom`` left over by a model; ``units`` behind every estimate, category and point of a curve;
    ``influence``: the per cent of a total that the largest unit behind an estimate may hold."""

    degrees_of_freedom: int = Field(strict=True, ge=1, le=10_000)
    units: int = Field(strict=True, ge=1, le=10_000)
    influence: float = Field(strict=True, default=50.0, gt=0, le=100, repr=False)

    def judge(
        self, units: int, observations: int, terms: int, largest_share: float | None = None
    ) -> Breach | None:
        """A breach where a model of ``terms`` coefficients on ``observations`` is too close to its data, where too few
        units stand behind it, or where one holds too much (``largest_share``, 0 to 1, where it is known)."""
        if units < self.units or observations - terms < self.degrees_of_freedom:
            return Breach(NAME, "observations")
        if largest_share is not None and largest_share * 100 > self.influence:
            return Breach(NAME, "influence")
        return None
