"""Firms as kinds, and who stands behind a total of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from firmtrade.outputs import Contribution
from firmtrade.query.measures import COMPLETE, FIRMS
from firmtrade.query.where import Where

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]
COUNTS = (FIRMS, COMPLETE)


@dataclass(frozen=True)
class World:
    """The firms of one universe at one date: the kind and the unit of each, and its amounts by measure."""

    kinds: pl.DataFrame
    kind: Numbers
    unit: Numbers
    amounts: Mapping[str, Numbers]
    masks: dict[Where, Mask] = field(default_factory=dict)

    def inside(self, where: Where) -> Mask:
        """The kinds for which a condition holds."""
        if where not in self.masks:
            holds = self.kinds.select(where.expression() & (pl.int_range(pl.len()) >= 0))
            self.masks[where] = holds.to_series().to_numpy().astype(bool)
        return self.masks[where]

    def behind(self, component: str, measure: str, where: Where) -> Contribution:
        """Who stands behind a total."""
        firms = self.inside(where)[self.kind]
        own = np.ones(len(self.kind), dtype=np.int64) if measure in COUNTS else self.amounts[measure]
        units = np.unique(self.unit[firms])
        sums = [abs(int(own[firms & (self.unit == one)].sum())) for one in units]
        largest, second = [*sorted(sums, reverse=True), 0, 0][:2]
        return Contribution(component, int(firms.sum()), len(units), int(own[firms].sum()), largest, second)
