"""Weighting: from a sample back to its population, and the uncertainty that remains."""

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
from firmtrade.surveys.weighting.domains import DomainMean, domain_mean, simple_design
from firmtrade.surveys.weighting.estimation import (
    SampleDesign,
    SurveyMean,
    linearized_covariance,
    survey_mean,
    survey_total,
)

__all__ = [
    "Calibrated",
    "DomainMean",
    "Margin",
    "SampleDesign",
    "SurveyMean",
    "WeightDiagnostics",
    "calibrate",
    "collapse",
    "domain_mean",
    "indicator_matrix",
    "linearized_covariance",
    "rake",
    "simple_design",
    "survey_mean",
    "survey_total",
    "trimmed",
    "weight_diagnostics",
]
