"""The firms of growth: their measures at both ends, their status of trade, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import Panel
from firmtrade.evidence.phrases import phrase
from firmtrade.evidence.samples import DIRECTIONS, Sample, contributions
from firmtrade.evidence.statements import too_few
from firmtrade.messages import Message, Slot, Year
from firmtrade.outputs import Contribution

BLOCK = "growth"
MEASURES = {"employment": ("employment",), "value_added": ("value_added",)}
PRODUCTIVITY = "labor_productivity"
GROUPS = ("constant", "new_to", "stopped", "never")


@dataclass(frozen=True, slots=True)
class Span:
    """The dates of a run: growth from ``first`` to ``last``, status at ``first`` and at ``reference``."""

    first: int
    last: int
    reference: int

    @property
    def years(self) -> int:
        return self.last - self.first


def span_of(panel: Panel, options: EvidenceOptions) -> Span | None:
    """The dates of a run, None where the panel has a single year."""
    first, last = options.window or (panel.first_year, panel.last_year)
    if first >= last:
        return None
    reference = options.reference_year
    if reference is None:
        flags = [name for name in DIRECTIONS.values() if not panel.lacks(name)]
        known = panel.rows.filter(pl.any_horizontal(pl.col(flags).is_not_null())) if flags else panel.rows
        years = known.filter(pl.col("year") <= last)["year"].to_numpy()
        reference = int(years.max()) if len(years) else last
    return Span(first, last, reference)


def firms_of(panel: Panel, span: Span, flag: str) -> pl.DataFrame:
    """One row per firm of the first year: status, measures at both ends, and what became of it."""
    kept = ["firm", "unit_code", *(name for name in ("employment", "value_added") if not panel.lacks(name))]
    start = panel.rows.filter(pl.col("year") == span.first).select(
        *kept, pl.col("in_population").alias("in_population_first"), pl.col(flag).alias("status_first")
    )
    values = [name for name in kept if name not in ("firm", "unit_code")]
    end = panel.rows.filter(pl.col("year") == span.last).select(
        "firm",
        *(pl.col(name).alias(f"{name}_end") for name in values),
        pl.lit(value=True).alias("present_end"),
    )
    at_reference = panel.rows.filter(pl.col("year") == span.reference).select(
        "firm",
        pl.col(flag).alias("status_reference"),
        pl.col("in_population").alias("in_population_reference"),
    )
    fates = panel.rows.select("firm", "last_active", "ended").unique()
    firms = start.join(end, on="firm", how="left").join(at_reference, on="firm", how="left")
    firms = firms.join(fates, on="firm", how="left").sort("firm")
    dead = (pl.col("last_active") < span.last) & pl.col("ended")
    status = (
        pl.when(pl.col("status_first") & pl.col("status_reference")).then(pl.lit("constant"))
        .when(~pl.col("status_first") & pl.col("status_reference")).then(pl.lit("new_to"))
        .when(pl.col("status_first") & ~pl.col("status_reference")).then(pl.lit("stopped"))
        .when(~pl.col("status_first") & ~pl.col("status_reference")).then(pl.lit("never"))
    )  # fmt: skip
    return firms.with_columns(
        status=status,
        closed_by_end=dead.fill_null(value=False),
        present_end=pl.col("present_end").fill_null(value=False),
    )


def label_of(group: Slot, direction: str) -> str:
    """The key of a group in the terms of a direction."""
    return f"{group}_{direction}" if group != "never" else f"neither_date_{direction}"


def panel_firms(firms: pl.DataFrame, span: Span) -> Sample:
    """Firms of the population with employment at both ends and a known status."""
    words = phrase(
        "growth.sample", first=Year(span.first), last=Year(span.last), reference=Year(span.reference)
    )
    return (
        Sample(firms, words)
        .keep(
            pl.col("in_population_reference").fill_null(value=False),
            phrase("growth.outside", year=Year(span.reference)),
        )
        .keep((pl.col("employment") > 0) & (pl.col("employment_end") > 0), phrase("growth.no_employment"))
        .keep(pl.col("status").is_not_null(), phrase("notes.unknown_status"))
    )


def midpoint(start: pl.Expr, end: pl.Expr, years: int) -> pl.Expr:
    """Yearly change in percent of the mean of both ends: -200 over the years for a firm that is gone."""
    usable = (start >= 0) & (end >= 0) & (start + end > 0)
    return pl.when(usable).then(100 * (end - start) / ((end + start) / 2) / years)


def small(what: str, options: EvidenceOptions, **values: Slot) -> Message:
    """What a group that is too small switches off."""
    return too_few(phrase(what, **values), phrase("groups.members"), options.minimum_firms)


def stands_behind(rows: pl.DataFrame, label: str) -> tuple[Contribution, ...]:
    """Who stands behind the numbers of a group."""
    return contributions(rows, {label: pl.lit(value=True)})
