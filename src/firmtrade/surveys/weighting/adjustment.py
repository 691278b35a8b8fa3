"""From design weights to final weights: non-response, calibration to the register, trimming."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from firmtrade.messages import Count, Firms, Message, message
from firmtrade.surveys.faults import ImpossibleError
from firmtrade.surveys.plan import Weighting
from firmtrade.surveys.weighting.calibration import (
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
from firmtrade.surveys.weighting.checks import checked_design
from firmtrade.surveys.weighting.estimation import SampleDesign

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FinalWeights:
    """Weights at every step, shape (n,), the design for estimation, and what was merged or went wrong.

    ``merged`` holds, by attribute, the levels that were taken together.
    """

    base: Array
    adjusted: Array
    final: Array
    calibrated: Calibrated
    design: SampleDesign
    diagnostics: WeightDiagnostics
    merged: Mapping[str, tuple[tuple[str, ...], ...]]
    problems: tuple[Message, ...]


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
    _check_weights(sample)
    base = respondents["weight"].to_numpy().astype(float)
    strata, firms, answered = _strata(sample, respondents)
    adjusted = base * np.divide(firms, answered, out=np.ones_like(firms), where=answered > 0)[strata]
    margins, merged = _margins(frame, respondents, rules)
    calibrated = _calibrated(adjusted, margins, rules)
    cut = trimmed(calibrated.weights, rules.trim)
    problems = list(calibrated.problems)
    if not np.array_equal(cut, calibrated.weights):
        calibrated = _calibrated(cut, margins, rules)
    present, codes = np.unique(strata, return_inverse=True)
    design = checked_design(
        SampleDesign(codes.astype(np.intp), calibrated.weights, firms[present], calibrated)
    )
    silent = len(firms) - len(present)
    if silent:
        problems.append(message("problems.silent_strata", n=Count(silent)))
    return FinalWeights(
        base, adjusted, calibrated.weights, calibrated, design,
        weight_diagnostics(calibrated.weights), merged,
        tuple(dict.fromkeys([*problems, *calibrated.problems])),
    )  # fmt: skip


def _check_weights(sample: pl.DataFrame) -> None:
    """A drawn firm stands for at least itself: a design weight is a number above zero."""
    weights = sample["weight"].cast(pl.Float64, strict=False)
    wrong = int((~(weights > 0).fill_null(False) | ~weights.is_finite().fill_null(False)).sum())
    if wrong:
        raise ImpossibleError("wrong_weights", n=Firms(wrong))


def _strata(sample: pl.DataFrame, respondents: pl.DataFrame) -> tuple[NDArray[np.intp], Array, Array]:
    """The stratum of each respondent (n,), and by stratum the firms it stands for and the weight that answered.

    Summed in the order of the rows: parallel sums of floating point numbers differ from run to run.
    """
    keys, drawn = np.unique(sample["stratum"].to_numpy().astype(str), return_inverse=True)
    there = np.searchsorted(keys, respondents["stratum"].to_numpy().astype(str)).astype(np.intp)
    asked = np.bincount(drawn, weights=sample["weight"].to_numpy().astype(float), minlength=len(keys))
    base = respondents["weight"].to_numpy().astype(float)
    answered = np.bincount(there, weights=base, minlength=len(keys))
    return there, asked.astype(float), answered.astype(float)


def _calibrated(weights: Array, margins: list[Margin], rules: Weighting) -> Calibrated:
    if rules.method == "raking":
        return rake(weights, margins)
    auxiliary, totals = indicator_matrix(margins)
    return calibrate(weights, auxiliary, totals, method=rules.method, bounds=rules.bounds)


def _margins(
    frame: pl.DataFrame, respondents: pl.DataFrame, rules: Weighting
) -> tuple[list[Margin], dict[str, tuple[tuple[str, ...], ...]]]:
    margins: list[Margin] = []
    merged: dict[str, tuple[tuple[str, ...], ...]] = {}
    for name in rules.margins:
        everyone = frame[name].cast(pl.String).fill_null("unknown")
        levels = natural_order(everyone.unique().to_list())
        place = {level: number for number, level in enumerate(levels)}
        codes = respondents[name].cast(pl.String).fill_null("unknown").replace_strict(place).to_numpy()
        totals = np.array([float((everyone == level).sum()) for level in levels])
        margin, groups = collapse(Margin(name, codes.astype(np.intp), totals), rules.minimum)
        if len(groups) < len(levels):
            merged[name] = tuple(
                tuple(levels[level] for level in group) for group in groups if len(group) > 1
            )
        margins.append(margin)
    return margins, merged


def natural_order(levels: Iterable[str]) -> list[str]:
    """Classes in the order of the numbers in their keys, so that a class is merged with its neighbour.

    Keys without a number come first, by their letters; ``unknown`` comes last.

    >>> natural_order(["size_lt10", "size_10_49", "size_ge250", "size_50_99", "size_100_249", "unknown"])
    ['size_lt10', 'size_10_49', 'size_50_99', 'size_100_249', 'size_ge250', 'unknown']
    """

    def place(level: str) -> tuple[bool, int, int, str]:
        number = re.search(r"\d+", level)
        below = bool(re.search(r"(lt|below|under|<)[_ =]*\d", level))
        return level == "unknown", int(number[0]) if number else -1, -1 if below else 0, level

    return sorted(levels, key=place)
