"""From design weights to final weights: non-response, calibration to the register, trimming."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from firmtrade.survey.plan import Weighting
from firmtrade.survey.weighting.calibration import (
    Calibrated,
    Margin,
    WeightDiagnostics,
    calibrate,
    collapse,
    indicator_matrix,
    rake,
    trimmed,
    weight_diagnostics,
)
from firmtrade.survey.weighting.estimation import SampleDesign

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FinalWeights:
    """Weights at every step, shape (n,), the design for estimation, and what was merged or went wrong."""

    base: Array
    adjusted: Array
    final: Array
    calibrated: Calibrated
    design: SampleDesign
    diagnostics: WeightDiagnostics
    merged: tuple[str, ...]
    problems: tuple[str, ...]


def final_weights(
    frame: pl.DataFrame, sample: pl.DataFrame, respondents: pl.DataFrame, rules: Weighting
) -> FinalWeights:
    """Weights of the respondents.

    Design weights are raised, stratum by stratum, by what the sample holds over what answered; then
    calibrated to the margins of the frame; then trimmed, with a second calibration so that the margins hold
    again.

    Parameters
    ----------
    frame
        The population: one row per firm with the attributes of the margins.
    sample
        Drawn firms with ``stratum`` and ``weight``.
    respondents
        Rows of ``sample`` that answered, in the order of the answers.
    """
    base = respondents["weight"].to_numpy().astype(float)
    adjusted = base * _raised(sample, respondents)
    margins, merged = _margins(frame, respondents, rules)
    calibrated = _calibrated(adjusted, margins, rules)
    cut = trimmed(calibrated.weights, rules.trim)
    problems = list(calibrated.problems)
    if not np.array_equal(cut, calibrated.weights):
        calibrated = _calibrated(cut, margins, rules)
    strata = np.unique(respondents["stratum"].to_numpy(), return_inverse=True)[1].astype(np.intp)
    design = SampleDesign(strata, calibrated.weights, None, calibrated)
    return FinalWeights(
        base, adjusted, calibrated.weights, calibrated, design,
        weight_diagnostics(calibrated.weights), merged,
        tuple(dict.fromkeys([*problems, *calibrated.problems])),
    )  # fmt: skip


def _raised(sample: pl.DataFrame, respondents: pl.DataFrame) -> Array:
    """Weight asked over weight answered of each respondent's stratum.

    Summed in the order of the rows: parallel sums of floating point numbers differ from run to run.
    """
    keys, drawn = np.unique(sample["stratum"].to_numpy().astype(str), return_inverse=True)
    there = np.searchsorted(keys, respondents["stratum"].to_numpy().astype(str))
    asked = np.bincount(drawn, weights=sample["weight"].to_numpy(), minlength=len(keys))
    answered = np.bincount(there, weights=respondents["weight"].to_numpy(), minlength=len(keys))
    return np.asarray(asked[there] / answered[there])


def _calibrated(weights: Array, margins: list[Margin], rules: Weighting) -> Calibrated:
    if rules.method == "raking":
        return rake(weights, margins)
    auxiliary, totals = indicator_matrix(margins)
    return calibrate(weights, auxiliary, totals, method=rules.method, bounds=rules.bounds)


def _margins(
    frame: pl.DataFrame, respondents: pl.DataFrame, rules: Weighting
) -> tuple[list[Margin], tuple[str, ...]]:
    margins, merged = [], []
    for name in rules.margins:
        everyone = frame[name].cast(pl.String).fill_null("unknown")
        levels = sorted(everyone.unique().to_list())
        place = {level: number for number, level in enumerate(levels)}
        codes = respondents[name].cast(pl.String).fill_null("unknown").replace_strict(place).to_numpy()
        totals = np.array([float((everyone == level).sum()) for level in levels])
        margin, groups = collapse(Margin(name, codes.astype(np.intp), totals), rules.minimum)
        if len(groups) < len(levels):
            together = ["+".join(levels[level] for level in group) for group in groups if len(group) > 1]
            merged.append(f"{name}: {', '.join(together)}")
        margins.append(margin)
    return margins, tuple(merged)
