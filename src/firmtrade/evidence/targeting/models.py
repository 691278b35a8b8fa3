"""Two forecasts of an event: a penalized logit, and gradient boosted trees that keep missing values as they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
import polars as pl

from firmtrade.inference.arrays import Flags, Floats

LEARNED_FROM = 200_000
"""Rows that a model learns from at most: more make it slower, not better."""

Forecast = Callable[[pl.DataFrame], Floats]
"""Probabilities (n,) of rows with the columns that a model was fitted on."""


def available() -> bool:
    """Whether scikit-learn, an optional dependency, is installed."""
    return find_spec("sklearn") is not None


@dataclass(frozen=True, slots=True)
class _Coded:
    """How rows become numbers: means and spreads of the numbers, and the levels of the classes, of the rows learned
    from."""

    numbers: tuple[str, ...]
    mean: Floats
    spread: Floats
    gaps: Flags
    levels: tuple[tuple[str, tuple[str, ...]], ...]

    def columns(self, rows: pl.DataFrame) -> Floats:
        """Numbers at mean zero and spread one, a flag where one is missing, a column for each level but the first."""
        values = _numbers(rows, self.numbers)
        missing = ~np.isfinite(values)
        scaled = np.where(missing, 0.0, (values - self.mean) / self.spread)
        flags = [
            (rows[name].fill_null("") == level).to_numpy().astype(np.float64)
            for name, levels in self.levels
            for level in levels[1:]
        ]
        return np.column_stack([scaled, missing[:, self.gaps], *flags])

    def ordinal(self, rows: pl.DataFrame) -> Floats:
        """Numbers as they are, missing as NaN, and each class as the place of its level, NaN where it is new."""
        classes = [
            rows[name]
            .fill_null("")
            .replace_strict(levels, range(len(levels)), default=None, return_dtype=pl.Float64)
            .fill_null(float("nan"))
            .to_numpy()
            for name, levels in self.levels
        ]
        return np.column_stack([_numbers(rows, self.numbers), *classes])


def _coded(rows: pl.DataFrame, numbers: tuple[str, ...], classes: tuple[str, ...]) -> _Coded:
    """The coding of rows; a number that is known of none of them, or the same for all, says nothing and is left out."""
    values = _numbers(rows, numbers)
    known = np.isfinite(values)
    varies = [len(np.unique(column[there])) > 1 for column, there in zip(values.T, known.T, strict=True)]
    numbers = tuple(name for name, moves in zip(numbers, varies, strict=True) if moves)
    values, known = values[:, varies], known[:, varies]
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, values, 0.0).sum(axis=0) / count
    spread = np.sqrt((np.where(known, values - mean, 0.0) ** 2).sum(axis=0) / count)
    levels = tuple((name, tuple(rows[name].fill_null("").unique().sort().to_list())) for name in classes)
    return _Coded(numbers, mean, np.where(spread > 0, spread, 1.0), np.asarray(~known.all(axis=0)), levels)


def _numbers(rows: pl.DataFrame, numbers: tuple[str, ...]) -> Floats:
    found = np.empty((rows.height, len(numbers)))
    for place, name in enumerate(numbers):
        found[:, place] = rows[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return found


def logit(rows: pl.DataFrame, outcome: Flags, numbers: tuple[str, ...], classes: tuple[str, ...]) -> Forecast:
    """Logistic regression with a weak ridge penalty, which keeps a rare class from a coefficient without limit.

    Newton's steps reach its maximum to the last digits, in few passes over the rows.
    """
    from sklearn.linear_model import LogisticRegression

    coded = _coded(rows, numbers, classes)
    model = LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-8).fit(coded.columns(rows), outcome)
    return lambda others: np.asarray(model.predict_proba(coded.columns(others))[:, 1], dtype=np.float64)


def gradient_boosting(
    rows: pl.DataFrame, outcome: Flags, numbers: tuple[str, ...], classes: tuple[str, ...]
) -> Forecast:
    """Gradient boosted trees of few leaves, the same trees every time.

    One thread grows them: the order of sums is then the same on every machine, and small trees wait for none.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    coded = _coded(rows, numbers, classes)
    nominal = [False] * len(coded.numbers) + [len(levels) <= 250 for _, levels in coded.levels]
    model = HistGradientBoostingClassifier(
        max_iter=150, learning_rate=0.05, max_leaf_nodes=8, min_samples_leaf=50, l2_regularization=1.0,
        categorical_features=nominal, early_stopping=False, random_state=0,
    )  # fmt: skip
    with threadpool_limits(limits=1):
        model.fit(coded.ordinal(rows), outcome)

    def forecast(others: pl.DataFrame) -> Floats:
        with threadpool_limits(limits=1):
            return np.asarray(model.predict_proba(coded.ordinal(others))[:, 1], dtype=np.float64)

    return forecast


MODELS = {"logit": logit, "gradient_boosting": gradient_boosting}
"""The forecasts by name, the simpler first."""


def learned(
    name: str, rows: pl.DataFrame, outcome: str, numbers: tuple[str, ...], classes: tuple[str, ...]
) -> Forecast:
    """Fit a forecast on rows whose ``outcome`` is known; of many rows, those of firms drawn by a fixed seed.

    Where all rows have one outcome, so has the forecast.
    """
    if rows.height > LEARNED_FROM:
        firms = rows["firm"].unique().sort().to_numpy()
        kept = firms[np.random.default_rng(11).random(len(firms)) < LEARNED_FROM / rows.height]
        rows = rows.filter(np.isin(rows["firm"].to_numpy(), kept))
    known = rows[outcome].to_numpy().astype(np.bool_)
    if known.all() or not known.any():
        return lambda others: np.full(others.height, float(known.all()))
    return MODELS[name](rows, known, numbers, classes)
