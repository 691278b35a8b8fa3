"""Samples: which rows a model uses, which it does not and why, and who stands behind its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import polars as pl

from firmtrade.evidence.phrases import commas, named, phrase, remarked
from firmtrade.inference.arrays import Flags, Integers
from firmtrade.messages import Count, Message, Slot
from firmtrade.outputs import Contribution

MEASURES = ("value_added", "turnover", "employment")
"""The measure whose concentration tells whether one firm dominates a group: the first that the data has."""

DIRECTIONS = {"export": "exporter", "import": "importer"}
"""Directions of trade, and the column that flags a firm that trades that way."""

PERFORMANCE: dict[str, tuple[str, ...]] = {
    "log_labor_productivity": ("employment", "value_added"),
    "log_wage": ("employment", "labor_cost"),
    "log_employment": ("employment",),
}
"""Outcomes that firms are compared by before and after they start to trade, and the columns each needs."""

FEW = 10


@dataclass(frozen=True, slots=True)
class Sample:
    """Rows of a model with the account of how they were reached."""

    rows: pl.DataFrame
    description: Slot
    dropped: tuple[tuple[Slot, int], ...] = ()

    def keep(self, condition: pl.Expr, otherwise: Slot) -> Sample:
        """The rows that satisfy ``condition``; the others are counted under the phrase ``otherwise``."""
        kept = self.rows.filter(condition)
        lost = self.rows.height - kept.height
        dropped = (*self.dropped, (otherwise, lost)) if lost else self.dropped
        return Sample(kept, self.description, dropped)

    def complete(self, columns: Sequence[str]) -> Sample:
        """The rows in which all ``columns`` are known, one count per column that is not."""
        sample = self
        for column in columns:
            sample = sample.keep(pl.col(column).is_not_null(), phrase("notes.without", column=named(column)))
        return sample

    @property
    def n_firms(self) -> int:
        return self.rows["firm"].n_unique()

    def note(self, *remarks: Slot) -> Message:
        """Sample, dropped rows and remarks, one after the other."""
        return note(self.description, self.dropped, *remarks)


def note(description: Slot, dropped: Sequence[tuple[Slot, int]] = (), *remarks: Slot) -> Message:
    """The words beside an estimate: its sample, the rows it left out (small counts are not told), remarks."""
    rows = tuple(
        phrase(
            "notes.rows" if count >= FEW else "notes.few_rows", reason=reason, count=Count(max(count, FEW))
        )
        for reason, count in dropped
    )
    lost = phrase("notes.dropped", rows=commas(*rows)) if rows else phrase("notes.none_dropped")
    return remarked(phrase("notes.sample", sample=description), lost, *remarks)


def measure_of(rows: pl.DataFrame) -> str | None:
    """The measure of concentration of these rows."""
    return next(
        (name for name in MEASURES if name in rows.columns and rows[name].null_count() < rows.height), None
    )


@dataclass(frozen=True, slots=True)
class Owners:
    """Who stands behind rows: arrays (n,) of firm, unit, and the measure of concentration in cents."""

    firm: Integers
    unit: Integers
    cents: Integers
    measure: str

    def contribution(self, rows: Integers | Flags, component: str) -> Contribution:
        """Firms, units and the two largest units behind some of the rows; sums are exact."""
        unit, cents = self.unit[rows], self.cents[rows]
        n_units = int(self.unit.max(initial=0)) + 1
        totals = np.abs(np.bincount(unit, weights=cents, minlength=max(n_units, 2)))
        top = int(totals.argmax())
        largest, totals[top] = float(totals[top]), 0.0
        return Contribution(
            component=f"{component}:{self.measure}",
            n_firms=_distinct(self.firm[rows]),
            n_units=_distinct(unit),
            total=Decimal(int(cents.sum())) / 100,
            largest=Decimal(int(largest)) / 100,
            second_largest=Decimal(int(totals.max())) / 100,
        )


def owners_of(rows: pl.DataFrame) -> Owners:
    """The owners of rows that have ``firm`` and ``unit_code``."""
    measure = measure_of(rows)
    cents = (pl.col(measure).fill_null(0) * 100).round().cast(pl.Int64) if measure else pl.lit(100)
    amounts = rows.select(pl.col("firm"), cents.alias("cents"))["cents"].to_numpy()
    return Owners(rows["firm"].to_numpy(), rows["unit_code"].to_numpy(), amounts, measure or "count")


def contributions(rows: pl.DataFrame, groups: Mapping[str, pl.Expr]) -> tuple[Contribution, ...]:
    """One contribution per named group of rows."""
    owners = owners_of(rows)
    flags = rows.select(
        "firm", *(condition.fill_null(value=False).alias(name) for name, condition in groups.items())
    )
    return tuple(owners.contribution(flags[name].to_numpy(), name) for name in groups)


def _distinct(labels: Integers) -> int:
    return int(np.count_nonzero(np.bincount(labels))) if len(labels) else 0
