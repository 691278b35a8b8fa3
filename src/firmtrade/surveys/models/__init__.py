"""Models: hypotheses about firms, estimated with and without weights."""

from firmtrade.surveys.models.binary import fractional, logit
from firmtrade.surveys.models.diagnostics import (
    LinearDiagnostics,
    ProportionalOdds,
    brant,
    linear_diagnostics,
    variance_inflation,
)
from firmtrade.surveys.models.estimators import ESTIMATORS
from firmtrade.surveys.models.least_squares import linear
from firmtrade.surveys.models.marginal import MarginalEffects, marginal_effects
from firmtrade.surveys.models.ordered import ordered_logit
from firmtrade.surveys.models.regression import Regression

__all__ = [
    "ESTIMATORS",
    "LinearDiagnostics",
    "MarginalEffects",
    "ProportionalOdds",
    "Regression",
    "brant",
    "fractional",
    "linear",
    "linear_diagnostics",
    "logit",
    "marginal_effects",
    "ordered_logit",
    "variance_inflation",
]
