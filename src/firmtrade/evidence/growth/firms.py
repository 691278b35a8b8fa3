"""Growth of the firm: means, medians, and what sets a group apart from firms that trade at neither date."""

from __future__ import annotations

import polars as pl

from firmtrade.evidence.growth.sample import (
    BLOCK,
    GROUPS,
    MEASURES,
    PRODUCTIVITY,
    Span,
    label_of,
    midpoint,
    panel_firms,
    small,
    stands_behind,
)
from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.phrases import named, phrase
from firmtrade.evidence.samples import Sample
from firmtrade.evidence.statements import estimate_of, statement_of_test
from firmtrade.inference.arrays import Floats
from firmtrade.inference.fits import Effect
from firmtrade.inference.two_samples import mean_effect, median_interval, rank_sum, welch
from firmtrade.messages import Message, Slot
from firmtrade.outputs import Estimate


def of_firms(
    firms: pl.DataFrame, direction: str, span: Span, options: EvidenceOptions
) -> tuple[list[Estimate], list[Message]]:
    """Growth of the firms of each group and their difference from firms that trade at neither date."""
    base = panel_firms(firms, span)
    base = Sample(_growth_columns(base.rows, span.years), base.description, base.dropped)
    estimates: list[Estimate] = []
    off: list[Message] = []
    for outcome in (name for name in base.rows.columns if name.endswith("_growth")):
        sample = base.complete([outcome])
        values = {
            group: sample.rows.filter(pl.col("status") == group)[outcome].to_numpy() for group in GROUPS
        }
        for group in GROUPS:
            label = label_of(group, direction)
            rows = sample.rows.filter(pl.col("status") == group)
            if rows.height < options.minimum_firms:
                off.append(small("growth.firms_of", options, outcome=named(outcome), group=named(label)))
                continue
            against = (
                values["never"]
                if group != "never" and len(values["never"]) >= options.minimum_firms
                else None
            )
            note = sample.note(phrase("growth.once"))
            estimates += _compared(rows, outcome, label, against, f"{direction}/firms", note, options)
    return estimates, off


def _growth_columns(rows: pl.DataFrame, years: int) -> pl.DataFrame:
    """Yearly log growth and midpoint growth of every measure, null where undefined."""
    columns = []
    for name in MEASURES:
        if name not in rows.columns:
            continue
        start, end = pl.col(name), pl.col(f"{name}_end")
        columns.append(_log_growth(start, end, years).alias(f"{name}_log_growth"))
        columns.append(midpoint(start, end, years).alias(f"{name}_midpoint_growth"))
    if "value_added" in rows.columns:
        both = (pl.col("employment") > 0) & (pl.col("employment_end") > 0)
        start = pl.when(both).then(pl.col("value_added") / pl.col("employment"))
        end = pl.when(both).then(pl.col("value_added_end") / pl.col("employment_end"))
        columns.append(_log_growth(start, end, years).alias(f"{PRODUCTIVITY}_log_growth"))
    return rows.with_columns(columns)


def _log_growth(start: pl.Expr, end: pl.Expr, years: int) -> pl.Expr:
    return pl.when((start > 0) & (end > 0)).then(100 * (end.log() - start.log()) / years)


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
    behind = stands_behind(rows, label)
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
