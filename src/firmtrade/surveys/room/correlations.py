"""Means, standard deviations and correlations of what the models speak of."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from firmtrade.messages import Count
from firmtrade.outputs import Estimate
from firmtrade.outputs.layout import Entry, TableLayout, Words
from firmtrade.surveys.analysis import Analysis
from firmtrade.surveys.room.ledger import in_estimate, known, ones
from firmtrade.surveys.room.report import Report, Row
from firmtrade.surveys.room.words import columns, note, table, words
from firmtrade.surveys.terms import criteria_in

Array = NDArray[np.float64]

SPECIFICATION = "pairs of answers"


def correlated(analysis: Analysis) -> dict[str, tuple[Words, Array]]:
    """Outcomes and numeric criteria of the models, by key, with their words and values; each measure once."""
    plan = analysis.loaded.plan
    found: dict[str, tuple[Words, Array]] = {}
    measures: set[tuple[str, str]] = set()
    for model in plan.models.values():
        outcome = plan.outcomes[model.outcome]
        if not outcome.categories and (outcome.measure, "none") not in measures:
            measures.add((outcome.measure, "none"))
            found[f"outcome {model.outcome}"] = (outcome.label, analysis.outcomes[model.outcome])
        for name in (each for term in (*model.terms, *model.controls) for each in criteria_in(term)):
            criterion = plan.criteria[name]
            key = (criterion.measure if criterion.measure != "concept" else name, criterion.transform)
            if name not in analysis.contrasts and key not in measures:
                measures.add(key)
                found[name] = (criterion.label, analysis.criteria[name])
    return found


def correlation_estimates(analysis: Analysis) -> Iterator[Estimate]:
    """Pearson's correlation of every pair, over the answers that have both."""
    values = correlated(analysis)
    names = list(values)
    for at, one in enumerate(names):
        for other in names[:at]:
            both = ~np.isnan(values[one][1]) & ~np.isnan(values[other][1])
            n = int(both.sum())
            x, y = values[one][1][both], values[other][1][both]
            varies = n > 2 and x.min() < x.max() and y.min() < y.max()
            r, p = stats.pearsonr(x, y) if varies else (float("nan"), float("nan"))
            yield Estimate(
                "survey.correlations", SPECIFICATION, one, other, known(float(r)), p_value=known(float(p)),
                n_obs=n, n_firms=n, estimator="Pearson", contributions=(ones("base", n),), decimals=2,
            )  # fmt: skip


def correlation_table(report: Report) -> TableLayout | None:
    """A row for each variable: mean, standard deviation, and correlations with those above it; None for fewer than
    two."""
    values = correlated(report.analysis)
    if len(values) < 2:
        return None
    rows: list[Row] = []
    names = list(values)
    for at, name in enumerate(names):
        label, numbers = values[name]
        there = numbers[~np.isnan(numbers)]
        n = int(there.size)
        mean = float(there.mean()) if n else None
        spread = float(there.std(ddof=1)) if n > 1 else None
        pairs: list[Entry] = [
            in_estimate("correlations", SPECIFICATION, name, other, decimals=2) for other in names[:at]
        ]
        rows.append(
            (
                words("ranked", number=Count(at + 1), name=label),
                report.ledger.number("correlations", name, "mean", mean, n, 2),
                report.ledger.number("correlations", name, "sd", spread, n, 2),
                *pairs,
                *(None,) * (len(names) - 1 - at),
            )
        )
    heads: tuple[Words, ...] = (
        *columns("variable", "mean", "sd"),
        *(Count(number) for number in range(1, len(names))),
    )
    remarks = (note("correlations"), *report.notes)
    return report.table("correlations", table("correlations"), heads, rows, remarks)
