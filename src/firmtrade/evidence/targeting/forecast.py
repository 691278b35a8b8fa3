"""The forecasts: learned from some firms and early years, tested on other firms and later, then made for the firms of
today."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from firmtrade.evidence.options import EvidenceOptions
from firmtrade.evidence.targeting.models import MODELS, learned
from firmtrade.evidence.targeting.risk_set import RiskSet, parted
from firmtrade.inference.arrays import Floats
from firmtrade.inference.forecasts import Bin, ForecastQuality, bins, intervals, quality

OUTCOME = "starts"
TOP = 0.1
"""Share of the firms ranked highest that lift, and the first band, speak of."""
BANDS = ((0.1, "top tenth"), (0.3, "next two tenths"), (1.0, "other seven tenths"))
"""Firms by the place of their forecast: up to this share of them, counted from the highest, is in the band."""


@dataclass(frozen=True, slots=True)
class Tested:
    """One forecast of the firms that are tested (n,), and how good it was."""

    name: str
    forecast: Floats
    quality: ForecastQuality
    intervals: dict[str, tuple[float, float]]
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Forecasts:
    """What was learned.

    ``test`` are the rows that are tested, with ``probability`` and ``band`` by the ``chosen`` forecast;
    ``learned_from`` counts the rows learned from. ``scores`` has ``firm_id``,
    ``firm``, ``unit_code``, ``year``, the classes, ``probability`` and ``band`` of every firm at risk in the last year:
    it stays in the room. They are of the chosen forecast, learned again from all rows whose outcome is known.
    """

    test: pl.DataFrame
    learned_from: int
    reference: float
    tested: tuple[Tested, ...]
    chosen: str
    scores: pl.DataFrame


def forecasts(risk: RiskSet, options: EvidenceOptions) -> Forecasts | None:
    """Learn, test and score; None where too few firms start among those learned from or tested."""
    train, test = parted(risk)
    for rows in (train, test):
        counts = [rows.filter(pl.col(OUTCOME) == value)["firm"].n_unique() for value in (True, False)]
        if min(counts) < options.minimum_firms:
            return None
    reference = float(train[OUTCOME].cast(pl.Float64).to_numpy().mean())
    outcome = test[OUTCOME].to_numpy().astype(np.bool_)
    tested = []
    for name in MODELS:
        forecast = learned(name, train, OUTCOME, risk.numbers, risk.classes)(test)
        spread = intervals(
            outcome, forecast, test["firm"].to_numpy(), reference, top=TOP, level=options.level
        )
        measured = quality(outcome, forecast, reference, TOP)
        tested.append(Tested(name, forecast, measured, spread, bins(outcome, forecast)))
    best = max(tested, key=lambda each: each.quality.brier_skill)
    final = learned(best.name, risk.labelled, OUTCOME, risk.numbers, risk.classes)
    latest = risk.latest
    scores = latest.select(
        "firm_id", "firm", "unit_code", "year", *(name for name in _CLASSES if name in latest.columns),
        probability=pl.Series(final(latest)),
    )  # fmt: skip
    test = _banded(test.with_columns(probability=pl.Series(best.forecast)))
    return Forecasts(test, train.height, reference, tuple(tested), best.name, _banded(scores))


_CLASSES = ("size_class", "division", "region", "technology_class")


def _banded(scores: pl.DataFrame) -> pl.DataFrame:
    """Scores with the band of each firm, highest first; firms with the same forecast share the better one."""
    place = pl.col("probability").rank("min", descending=True) / pl.len()
    band = pl.lit(BANDS[-1][1])
    for share, name in reversed(BANDS[:-1]):
        band = pl.when(place <= share).then(pl.lit(name)).otherwise(band)
    return scores.with_columns(band=band)
