"""Growth of totals, as tables publish it, with the error of every firm's part in it."""

from __future__ import annotations

import numpy as np
import polars as pl

from firmtrade.evidence.growth.sample import (
    BLOCK,
    GROUPS,
    MEASURES,
    PRODUCTIVITY,
    Span,
    label_of,
    panel_firms,
    small,
    stands_behind,
)
from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.phrases import named, phrase
from firmtrade.evidence.statements import estimate_of
from firmtrade.inference.arrays import Floats
from firmtrade.inference.fits import effect_of
from firmtrade.messages import Message
from firmtrade.outputs import Estimate


def totals(
    firms: pl.DataFrame, direction: str, span: Span, options: EvidenceOptions
) -> tuple[list[Estimate], list[Message]]:
    """Yearly growth of the totals of each group, and why one is not there."""
    sample = panel_firms(firms, span)
    estimates: list[Estimate] = []
    off: list[Message] = []
    for group in GROUPS:
        rows = sample.rows.filter(pl.col("status") == group)
        label = label_of(group, direction)
        if rows.height < options.minimum_firms:
            off.append(small("growth.totals_of", options, group=named(label)))
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
                    contributions=stands_behind(rows, label),
                )
            )
    return estimates, off


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
