"""The estimators by their names in a survey file."""

from __future__ import annotations

from collections.abc import Callable

from firmtrade.surveys.models.binary import fractional, logit
from firmtrade.surveys.models.least_squares import linear
from firmtrade.surveys.models.ordered import ordered_logit
from firmtrade.surveys.models.regression import Regression

ESTIMATORS: dict[str, Callable[..., Regression]] = {
    "linear": linear,
    "logit": logit,
    "fractional": fractional,
    "ordered_logit": ordered_logit,
}
