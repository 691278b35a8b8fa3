"""From items to scores: reversed items turned, missing codes set apart, the mean of what was answered."""

from __future__ import annotations

import warnings

import numpy as np
import polars as pl
from numpy.typing import NDArray

from firmtrade.surveys.instrument.placement import Variable
from firmtrade.surveys.plan import LoadedSurvey

Array = NDArray[np.float64]


def item_values(answers: pl.DataFrame, variable: Variable, *, turned: bool = True) -> Array:
    """One item as numbers: missing codes are missing, reversed items turned over if asked, shape (n,)."""
    if variable.name not in answers.columns:
        return np.full(len(answers), np.nan)
    value = answers[variable.name].cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy().copy()
    if variable.answers is not None:
        valid = [float(code.code) for code in variable.answers.valid if isinstance(code.code, int)]
        value[~np.isin(value, valid)] = np.nan
        if variable.reverse and turned:
            value = min(valid) + max(valid) - value
    elif variable.missing:
        value[np.isin(value, variable.missing)] = np.nan
    return value


def scale_lines(loaded: LoadedSurvey, answers: pl.DataFrame, scale: str) -> Array:
    """Lines of a scale, shape (n, lines): repetitions of a line (one per market) are averaged."""
    columns = []
    for names in loaded.item_columns(scale):
        values = np.stack([item_values(answers, loaded.variables[name]) for name in names])
        columns.append(_mean(values))
    return np.stack(columns, axis=1)


def _mean(values: Array) -> Array:
    """Mean over the first axis of what is there; missing where nothing is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmean(values, axis=0))


def scale_scores(loaded: LoadedSurvey, answers: pl.DataFrame) -> dict[str, Array]:
    """The mean of each scale, missing where fewer than its `least_answered` share of lines was answered."""
    scores = {}
    for name, scale in loaded.plan.scales.items():
        lines = scale_lines(loaded, answers, name)
        answered = (~np.isnan(lines)).mean(axis=1)
        scores[name] = np.where(answered >= scale.least_answered, _mean(lines.T), np.nan)
    return scores
