"""Models: hypotheses about firms, estimated with and without weights."""

from firmtrade.survey.models.diagnostics import (
    LinearDiagnostics,
    ProportionalOdds,
    brant,
    linear_diagnostics,
    variance_inflation,
)
from firmtrade.survey.models.marginal import MarginalEffects, marginal_effects
from firmtrade.survey.models.regression import (
    ESTIMATORS,
    Regression,
    fractional,
    linear,
    logit,
    ordered_logit,
)

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
