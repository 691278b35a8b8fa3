"""Measurement: from answers to items to scales that may be trusted.

Every engine here is a pure function of arrays. The published Python packages for factor analysis and
structural equations are wrong in places, so these are written on numpy and scipy and held against frozen
results of R.
"""

from firmtrade.surveys.measurement.common_method import (
    FullCollinearity,
    Harman,
    MarkerAdjustment,
    full_collinearity,
    harman,
    marker_adjustment,
)
from firmtrade.surveys.measurement.confirmatory import Confirmatory, MeasurementModel, confirmatory
from firmtrade.surveys.measurement.correlations import (
    covariance,
    pearson,
    polychoric,
    smooth_correlation,
)
from firmtrade.surveys.measurement.exploratory import Exploratory, exploratory
from firmtrade.surveys.measurement.factorability import Bartlett, Kmo, bartlett, kmo
from firmtrade.surveys.measurement.fit import FitIndices
from firmtrade.surveys.measurement.reliability import (
    Alpha,
    Omega,
    alpha,
    average_variance_extracted,
    composite_reliability,
    omega,
)
from firmtrade.surveys.measurement.retention import (
    MinimumAveragePartial,
    Parallel,
    map_test,
    parallel_analysis,
)
from firmtrade.surveys.measurement.validity import FornellLarcker, Htmt, fornell_larcker, htmt

__all__ = [
    "Alpha",
    "Bartlett",
    "Confirmatory",
    "Exploratory",
    "FitIndices",
    "FornellLarcker",
    "FullCollinearity",
    "Harman",
    "Htmt",
    "Kmo",
    "MarkerAdjustment",
    "MeasurementModel",
    "MinimumAveragePartial",
    "Omega",
    "Parallel",
    "alpha",
    "average_variance_extracted",
    "bartlett",
    "composite_reliability",
    "confirmatory",
    "covariance",
    "exploratory",
    "fornell_larcker",
    "full_collinearity",
    "harman",
    "htmt",
    "kmo",
    "map_test",
    "marker_adjustment",
    "omega",
    "parallel_analysis",
    "pearson",
    "polychoric",
    "smooth_correlation",
]
