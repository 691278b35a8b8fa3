"""The firm-years that premia compare: which of them a model uses, and who stands behind its numbers.

All models read the same columns; which rows they use is said by flags, so that a large panel is never copied, and
models that use the same rows share what is known of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from firmtrade.evidence.panel import Panel, lead_column
from firmtrade.evidence.phrases import named, phrase
from firmtrade.evidence.premia.models import EXPORTS, OUTCOMES, SIZE, exporter_in, firm_years
from firmtrade.evidence.samples import MEASURES, Owners, note
from firmtrade.inference.arrays import Flags, Integers
from firmtrade.messages import Message, Slot
from firmtrade.outputs import Contribution


@dataclass(frozen=True, eq=False)
class FirmYears:
    """Firm-years sorted by firm and year: the columns of all models in ``frame``, and a description of the sample."""

    frame: pl.DataFrame
    description: Message
    _seen: dict[bytes, RowsInUse] = field(default_factory=dict)

    def flag(self, *names: str) -> Flags:
        """Array (n,): rows that have any of these statuses."""
        return (
            self.frame.select(pl.any_horizontal(pl.col(names).fill_null(value=False))).to_series().to_numpy()
        )

    @cached_property
    def firms(self) -> Integers:
        """Array: the first row of each firm."""
        return np.flatnonzero(np.diff(self.frame["firm"].to_numpy(), prepend=-1))

    @cached_property
    def tenures(self) -> Integers:
        """Array: the first row of each stretch of years of a firm in one unit."""
        moved = np.diff(self.frame["unit_code"].to_numpy(), prepend=-1) != 0
        moved[self.firms] = True
        return np.flatnonzero(moved)

    def compared(self, columns: Sequence[str]) -> PremiaSample:
        """The firm-years of the population in which all ``columns`` are known, one count per column that is not."""
        used = self.flag("in_population")
        dropped = []
        for column in columns:
            values = self.frame[column]
            if not values.null_count():
                continue
            known = used & values.is_not_null().to_numpy()
            lost = int(np.count_nonzero(used) - np.count_nonzero(known))
            if lost:
                dropped.append((phrase("notes.without", column=named(column)), lost))
            used = known
        return PremiaSample(self.rows(used), tuple(dropped))

    def rows(self, used: Flags) -> RowsInUse:
        """The rows flagged (n,); the same flags give the same object."""
        return self._seen.setdefault(np.packbits(used).tobytes(), RowsInUse(self, used))


@dataclass(frozen=True, eq=False)
class RowsInUse:
    """Some of the firm-years, by flags ``used`` (n,)."""

    years: FirmYears
    used: Flags
    _having: dict[tuple[str, ...], Integers] = field(default_factory=dict)
    _behind: dict[tuple[str, bool], tuple[Contribution, ...]] = field(default_factory=dict)

    @cached_property
    def sizes(self) -> Integers:
        """Array (firms,): rows of each firm."""
        return self._by_firm(self.used)

    def having(self, *statuses: str) -> Integers:
        """Array (firms,): rows in which a firm has any of the statuses."""
        if statuses not in self._having:
            self._having[statuses] = self._by_firm(self.used & self.years.flag(*statuses))
        return self._having[statuses]

    def firms_where(self, rows: Flags) -> int:
        """How many firms have one of these rows (n,) among those in use."""
        return int(np.count_nonzero(self._by_firm(self.used & rows)))

    def switching(self, status: str) -> Flags:
        """Array (firms,): whether a firm has the status in some rows and not in others."""
        having = self.having(status)
        return (having > 0) & (having < self.sizes)

    def behind(
        self, status: str, *, switching: bool = False, name: str | None = None
    ) -> tuple[Contribution, ...]:
        """Who stands behind the coefficient of a status; with ``switching``, only firms that change it.

        ``name`` is that of the group in the contributions, by default the status.
        """
        if (status, switching) not in self._behind:
            flagged = self.years.flag(status)
            used = self.used & self._rows_of(self.switching(status)) if switching else self.used
            group = name or status
            self._behind[status, switching] = (
                self._contribution(used & flagged, group),
                self._contribution(used & ~flagged, f"not_{group}"),
            )
        return self._behind[status, switching]

    def _by_firm(self, rows: Flags) -> Integers:
        return np.add.reduceat(rows, self.years.firms, dtype=np.int64)

    def _rows_of(self, firms: Flags) -> Flags:
        return np.repeat(firms, np.diff(self.years.firms, append=len(self.used)))

    @cached_property
    def _cents(self) -> tuple[str, Integers]:
        frame = self.years.frame
        for measure in MEASURES:
            if measure in frame.columns and (frame[measure].is_not_null().to_numpy() & self.used).any():
                amounts = frame.select((pl.col(measure).fill_null(0) * 100).round().cast(pl.Int64))
                return measure, amounts.to_series().to_numpy()
        return "count", np.full(len(self.used), 100)

    def _contribution(self, rows: Flags, component: str) -> Contribution:
        """As of :class:`Owners`, by stretches of years in one unit, of which there are fewer than rows."""
        measure, cents = self._cents
        frame, tenures = self.years.frame, self.years.tenures
        owners = Owners(
            frame["firm"].to_numpy()[tenures],
            frame["unit_code"].to_numpy()[tenures],
            np.add.reduceat(np.where(rows, cents, 0), tenures),
            measure,
        )
        return owners.contribution(np.logical_or.reduceat(rows, tenures), component)


@dataclass(frozen=True, slots=True)
class PremiaSample:
    """The rows of a model with the account of how they were reached."""

    rows: RowsInUse
    dropped: tuple[tuple[Slot, int], ...]

    def note(self, *remarks: Slot) -> Message:
        """Sample, dropped rows and remarks, one after the other."""
        return note(self.rows.years.description, self.dropped, *remarks)


def firm_years_of(panel: Panel, statuses: Sequence[str]) -> FirmYears:
    """The columns that the models with these statuses read, as far as the panel has them."""
    needed = (
        "firm", "unit_code", "year", "cell", "in_population", *MEASURES, *statuses, *SIZE, "log_wage",
        "log_labor_productivity", "export_intensity", "export_intensity_squared",
    )  # fmt: skip
    rows = panel.rows.select(name for name in dict.fromkeys(needed) if name in panel.rows.columns)
    for outcome in OUTCOMES:
        if outcome.growth_of and outcome.growth_of in rows.columns:
            later = lead_column(rows, outcome.growth_of, panel.step, "_later")
            change = (later["_later"] - later[outcome.growth_of]) / panel.step
            rows = rows.with_columns(change.alias(outcome.name))
    if "export_intensity" in rows.columns:
        rows = rows.with_columns((pl.col("export_intensity") > 0).alias(EXPORTS))
    if "exporter" in rows.columns:
        years = range(panel.first_year, panel.last_year + 1, panel.step)
        rows = rows.with_columns(
            (pl.col("exporter") & (pl.col("year") == year)).alias(exporter_in(year)) for year in years
        )
    return FirmYears(rows, firm_years(panel))
