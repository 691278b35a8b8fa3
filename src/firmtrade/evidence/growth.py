"""Growth by trade status: of totals, as tables publish it, and of firms, with those that did not survive.

The growth of a total says how a group did; it is ruled by the group's largest firms and by who is still
there. The growth of the firm is told by its mean in logarithms and as a share of the midpoint (Davis,
Haltiwanger & Schuh 1996), which counts a firm that closed as -2, and by its median. Differences from firms
that trade at neither date are tested (Welch; Wilcoxon-Mann-Whitney).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.panel import Panel
from firmtrade.evidence.phrases import named, phrase
from firmtrade.evidence.result import BlockResult, Chart, EstimateTable, Section, keys_of
from firmtrade.evidence.samples import DIRECTIONS, Sample, contributions
from firmtrade.evidence.statements import (
    estimate_of,
    lacking,
    not_computed,
    statement_of_test,
    too_few,
)
from firmtrade.inference.arrays import Floats
from firmtrade.inference.fits import Effect, effect_of
from firmtrade.inference.two_samples import mean_effect, median_interval, rank_sum, welch
from firmtrade.messages import Message, Slot, Year
from firmtrade.outputs import Contribution, Estimate

BLOCK = "growth"
MEASURES = {"employment": ("employment",), "value_added": ("value_added",)}
PRODUCTIVITY = "labor_productivity"


@dataclass(frozen=True, slots=True)
class _Span:
    """The dates of a run: growth from ``first`` to ``last``, status at ``first`` and at ``reference``."""

    first: int
    last: int
    reference: int

    @property
    def years(self) -> int:
        return self.last - self.first


def growth(panel: Panel, options: EvidenceOptions) -> BlockResult:
    """Growth of groups and of firms by trade status.

    Specifications: ``DIRECTION/totals`` (yearly growth of group totals, percent), ``DIRECTION/firms`` (mean
    and median of yearly log growth and midpoint growth of firms, and differences from firms that trade at
    neither date) and ``DIRECTION/survivors`` (midpoint growth of employment by status at the start:
    survivors only, all firms with the closed ones, and the bias between the two).
    """
    off: list[Message] = []
    estimates: list[Estimate] = []
    span = _span(panel, options)
    if span is None:
        off.append(not_computed(phrase("growth.what"), phrase("reasons.one_year")))
    elif panel.lacks("employment"):
        off.append(lacking(phrase("growth.what"), ("employment",)))
    else:
        for direction, flag in DIRECTIONS.items():
            missing = panel.lacks(flag)
            if missing:
                off.append(lacking(phrase(f"growth.{direction}.by_status"), missing))
                continue
            firms = _firms(panel, span, flag)
            for part in (_totals, _of_firms, _survivors):
                found, reasons = part(firms, direction, span, options)
                estimates += found
                off += reasons
    return BlockResult(BLOCK, tuple(estimates), (), _section(estimates, span, panel, off))


def _span(panel: Panel, options: EvidenceOptions) -> _Span | None:
    first, last = options.window or (panel.first_year, panel.last_year)
    if first >= last:
        return None
    reference = options.reference_year
    if reference is None:
        flags = [name for name in DIRECTIONS.values() if not panel.lacks(name)]
        known = panel.rows.filter(pl.any_horizontal(pl.col(flags).is_not_null())) if flags else panel.rows
        years = known.filter(pl.col("year") <= last)["year"].to_numpy()
        reference = int(years.max()) if len(years) else last
    return _Span(first, last, reference)


def _firms(panel: Panel, span: _Span, flag: str) -> pl.DataFrame:
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


GROUPS = ("constant", "new_to", "stopped", "never")


def _label(group: Slot, direction: str) -> str:
    return f"{group}_{direction}" if group != "never" else f"neither_date_{direction}"


def _panel_firms(firms: pl.DataFrame, span: _Span) -> Sample:
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


def _totals(
    firms: pl.DataFrame, direction: str, span: _Span, options: EvidenceOptions
) -> tuple[list[Estimate], list[Message]]:
    sample = _panel_firms(firms, span)
    estimates: list[Estimate] = []
    off: list[Message] = []
    for group in GROUPS:
        rows = sample.rows.filter(pl.col("status") == group)
        label = _label(group, direction)
        if rows.height < options.minimum_firms:
            off.append(_small("growth.totals_of", options, group=named(label)))
            continue
        if "value_added" in rows.columns:
            rows = rows.filter(pl.col("value_added").is_not_null() & pl.col("value_added_end").is_not_null())
        growths = {name: _total_growth(rows, name, span.years) for name in MEASURES if name in rows.columns}
        if "value_added" in growths and growths["value_added"] and growths["employment"]:
            growths[PRODUCTIVITY] = _productivity(growths["value_added"], growths["employment"])
        for outcome, found in growths.items():
            if found is None:
                what = phrase("growth.total_of", outcome=named(outcome), group=named(label))
                off.append(phrase("off.undefined", what=what))
                continue
            value, influence = found
            error = float(np.sqrt(np.sum(influence**2) * len(influence) / max(len(influence) - 1, 1)))
            effect = effect_of(100 * value, 100 * error, None, options.level)
            estimates.append(
                estimate_of(
                    BLOCK,
                    f"{direction}/totals",
                    outcome,
                    label,
                    effect,
                    n_obs=rows.height,
                    n_firms=rows.height,
                    estimator=phrase("estimators.totals"),
                    note=sample.note(phrase("axes.percent_a_year"), phrase("growth.known_totals")),
                    contributions=_behind(rows, label),
                )
            )
    return estimates, off


def _small(what: str, options: EvidenceOptions, **values: Slot) -> Message:
    return too_few(phrase(what, **values), phrase("groups.members"), options.minimum_firms)


def _behind(rows: pl.DataFrame, label: str) -> tuple[Contribution, ...]:
    return contributions(rows, {label: pl.lit(value=True)})


def _total_growth(rows: pl.DataFrame, name: str, years: int) -> tuple[float, Floats] | None:
    """Compound growth of a total and every firm's influence on it; None where a total forbids it."""
    start, end = rows[name].to_numpy(), rows[f"{name}_end"].to_numpy()
    first, last = float(start.sum()), float(end.sum())
    if first <= 0 or last < 0:
        return None
    factor = (last / first) ** (1 / years)
    influence = factor / years * (end / last - start / first) if last > 0 else np.zeros(len(start))
    return factor - 1, influence


def _productivity(
    value_added: tuple[float, Floats], employment: tuple[float, Floats]
) -> tuple[float, Floats]:
    ratio = (1 + value_added[0]) / (1 + employment[0])
    influence = ratio * (value_added[1] / (1 + value_added[0]) - employment[1] / (1 + employment[0]))
    return ratio - 1, influence


def _growth_columns(rows: pl.DataFrame, years: int) -> pl.DataFrame:
    """Yearly log growth and midpoint growth of every measure, null where undefined."""
    columns = []
    for name in MEASURES:
        if name not in rows.columns:
            continue
        start, end = pl.col(name), pl.col(f"{name}_end")
        columns.append(_log_growth(start, end, years).alias(f"{name}_log_growth"))
        columns.append(_midpoint(start, end, years).alias(f"{name}_midpoint_growth"))
    if "value_added" in rows.columns:
        both = (pl.col("employment") > 0) & (pl.col("employment_end") > 0)
        start = pl.when(both).then(pl.col("value_added") / pl.col("employment"))
        end = pl.when(both).then(pl.col("value_added_end") / pl.col("employment_end"))
        columns.append(_log_growth(start, end, years).alias(f"{PRODUCTIVITY}_log_growth"))
    return rows.with_columns(columns)


def _log_growth(start: pl.Expr, end: pl.Expr, years: int) -> pl.Expr:
    return pl.when((start > 0) & (end > 0)).then(100 * (end.log() - start.log()) / years)


def _midpoint(start: pl.Expr, end: pl.Expr, years: int) -> pl.Expr:
    usable = (start >= 0) & (end >= 0) & (start + end > 0)
    return pl.when(usable).then(100 * (end - start) / ((end + start) / 2) / years)


def _of_firms(
    firms: pl.DataFrame, direction: str, span: _Span, options: EvidenceOptions
) -> tuple[list[Estimate], list[Message]]:
    base = _panel_firms(firms, span)
    base = Sample(_growth_columns(base.rows, span.years), base.description, base.dropped)
    estimates: list[Estimate] = []
    off: list[Message] = []
    for outcome in (name for name in base.rows.columns if name.endswith("_growth")):
        sample = base.complete([outcome])
        values = {
            group: sample.rows.filter(pl.col("status") == group)[outcome].to_numpy() for group in GROUPS
        }
        for group in GROUPS:
            label = _label(group, direction)
            rows = sample.rows.filter(pl.col("status") == group)
            if rows.height < options.minimum_firms:
                off.append(_small("growth.firms_of", options, outcome=named(outcome), group=named(label)))
                continue
            against = (
                values["never"]
                if group != "never" and len(values["never"]) >= options.minimum_firms
                else None
            )
            note = sample.note(phrase("growth.once"))
            estimates += _compared(rows, outcome, label, against, f"{direction}/firms", note, options)
    return estimates, off


def _compared(
    rows: pl.DataFrame,
    outcome: str,
    label: str,
    against: Floats | None,
    specification: str,
    note: Slot,
    options: EvidenceOptions,
) -> list[Estimate]:
    """Mean and median of a group, and what sets it apart from the firms that trade at neither date."""
    values = rows[outcome].to_numpy()
    behind = _behind(rows, label)
    n = len(values)

    def stated(term: str, effect: Effect, estimator: Slot, n_obs: int) -> Estimate:
        return estimate_of(
            BLOCK, specification, outcome, term, effect, n_obs=n_obs, n_firms=n_obs, estimator=estimator,
            note=note, contributions=behind,
        )  # fmt: skip

    median, low, high = median_interval(values, options.level)
    nothing = float("nan")
    found = [
        stated(f"{label} (mean)", mean_effect(values, options.level), phrase("estimators.mean"), n),
        stated(
            f"{label} (median)",
            Effect(median, nothing, low, high, nothing),
            phrase("estimators.median"),
            n,
        ),
    ]
    if against is not None:
        both = n + len(against)
        found.append(
            stated(
                f"{label} - neither date (mean)",
                welch(values, against, options.level),
                phrase("estimators.welch"),
                both,
            )
        )
        higher, p_value = rank_sum(values, against)
        found.append(
            statement_of_test(
                BLOCK,
                specification,
                outcome,
                f"{label} above neither date (probability)",
                higher,
                p_value,
                n_obs=both,
                n_firms=both,
                estimator=phrase("estimators.rank_sum"),
                note=note,
                contributions=behind,
            )
        )
    return found


def _survivors(
    firms: pl.DataFrame, direction: str, span: _Span, options: EvidenceOptions
) -> tuple[list[Estimate], list[Message]]:
    """Midpoint growth of employment by status at the start: survivors, everyone, and the difference."""
    known = (pl.col("employment_end") > 0) | pl.col("closed_by_end")
    sample = (
        Sample(firms, phrase("growth.start_sample", year=Year(span.first)))
        .keep(
            pl.col("in_population_first") & (pl.col("employment") > 0),
            phrase("growth.outside_start", year=Year(span.first)),
        )
        .keep(pl.col("status_first").is_not_null(), phrase("notes.unknown_status"))
        .keep(known.fill_null(value=False), phrase("growth.gone"))
    )
    end = pl.when("closed_by_end").then(0.0).otherwise(pl.col("employment_end"))
    rows = sample.rows.with_columns(growth=_midpoint(pl.col("employment"), end, span.years))
    estimates: list[Estimate] = []
    off: list[Message] = []
    for flag, label in ((True, f"{direction}er"), (False, f"not_{direction}er")):
        part = rows.filter(pl.col("status_first") == flag)
        survivors = part.filter(~pl.col("closed_by_end"))
        if survivors.height < options.minimum_firms:
            what = phrase("growth.bias_of", group=named(label))
            off.append(too_few(what, phrase("groups.survivors"), options.minimum_firms))
            continue
        everyone, alive = part["growth"].to_numpy(), survivors["growth"].to_numpy()
        lives = ~part["closed_by_end"].to_numpy()
        bias = float(alive.mean() - everyone.mean())
        share = lives.mean()
        influence = np.where(lives, (everyone - alive.mean()) / share, 0.0) - (everyone - everyone.mean())
        error = float(np.sqrt(np.mean(influence**2) / len(everyone)))
        effects = {
            "survivors only": (mean_effect(alive, options.level), survivors),
            "with closed firms": (mean_effect(everyone, options.level), part),
            "survivor bias": (effect_of(bias, error, None, options.level), part),
        }
        for name, (effect, behind) in effects.items():
            estimates.append(
                estimate_of(
                    BLOCK,
                    f"{direction}/survivors",
                    "employment_midpoint_growth",
                    f"{label} ({name})",
                    effect,
                    n_obs=behind.height,
                    n_firms=behind.height,
                    estimator=phrase("estimators.midpoint"),
                    note=sample.note(phrase("growth.midpoint")),
                    contributions=_behind(behind, label),
                )
            )
    return estimates, off


def _section(estimates: list[Estimate], span: _Span | None, panel: Panel, off: list[Message]) -> Section:
    tables, charts = [], []
    for direction in DIRECTIONS:
        for part in ("totals", "firms", "survivors"):
            keys = keys_of(estimates, specification=f"{direction}/{part}")
            if keys:
                title = phrase(f"growth.{direction}.table_{part}")
                tables.append(EstimateTable(title, keys, phrase("axes.percent_a_year")))
        totals = keys_of(estimates, specification=f"{direction}/totals", outcome="employment")
        means = tuple(
            key
            for key in keys_of(estimates, specification=f"{direction}/firms", outcome="employment_log")
            if key.term.endswith(("(mean)", "(median)")) and " - " not in key.term
        )
        if totals or means:
            charts.append(
                Chart(
                    "coefficients",
                    phrase(f"growth.{direction}.employment"),
                    phrase("growth.drawn"),
                    phrase("axes.percent_a_year"),
                    phrase("axes.status"),
                    estimates=(*totals, *means),
                )
            )
    dates: Slot = ""
    if span:
        first, last, reference = Year(span.first), Year(span.last), Year(span.reference)
        dates = phrase("growth.dates", first=first, last=last, reference=reference)
    paragraphs = (phrase("growth.compared", dates=dates), *panel.notes)
    return Section(BLOCK, phrase("growth.title"), paragraphs, tuple(tables), tuple(charts), tuple(off))
