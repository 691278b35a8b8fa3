"""Estimates of a stratified sample with linearized variance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from firmtrade.surveys.weighting.calibration import Calibrated

Array = NDArray[np.float64]
Codes = NDArray[np.intp]
Target = Literal["finite_population", "superpopulation"]


@dataclass(frozen=True, slots=True)
class SampleDesign:
    """A stratified sample of firms, or of clusters of firms, without replacement.

    ``strata`` (n,) codes from 0; ``weights`` (n,); ``population`` (strata,) firms per stratum, None where it is not
    known. ``calibration`` lowers the variance by what the register explains. ``clusters`` (n,) codes from 0 of the
    primary units, each in one stratum, where clusters were drawn; the population then counts clusters. ``target`` is
    what variances are about: the firms of this population, or the process of which they are one outcome.
    """

    strata: Codes
    weights: Array
    population: Array | None = None
    calibration: Calibrated | None = None
    clusters: Codes | None = None
    target: Target = "finite_population"

    @property
    def units(self) -> Codes:
        """The stratum of each primary unit."""
        if self.clusters is None:
            return self.strata
        found: Codes = np.zeros(int(self.clusters.max(initial=-1)) + 1, dtype=np.intp)
        found[self.clusters] = self.strata
        return found

    @property
    def degrees(self) -> int:
        """Degrees of freedom: primary units minus strata."""
        return len(self.units) - len(np.unique(self.strata))


@dataclass(frozen=True, slots=True)
class SurveyMean:
    """A mean or total of each variable (k,) and its standard error."""

    estimate: Array
    std_error: Array
    covariance: Array
    degrees: int


def linearized_covariance(contributions: Array, design: SampleDesign) -> Array:
    """Covariance of a sum of weighted contributions, shape (n, k), over a stratified sample.

    For a finite population each stratum adds n/(n-1) (1 - f) times the scatter of the contributions of its primary
    units about their mean (Sarndal, Swensson and Wretman 1992, sections 3.7, 4.6 and 5.5), f being the sampled part of
    its population. A stratum with one unit is centred at the mean of all. With calibration, contributions are first
    replaced by their residuals on the auxiliary variables.

    For a superpopulation each stratum adds f times the sum of squares of its contributions as well: the population
    itself might have come out otherwise (Korn and Graubard 1998, Statistica Sinica 8, 1131-1151). To leave out the
    factor 1 - f instead is the same in a sample without strata, and too little where strata differ.
    """
    values = contributions if contributions.ndim == 2 else contributions[:, None]
    units = design.units
    size = np.bincount(units).astype(float)
    seen = np.zeros_like(size)
    if design.population is not None:
        seen = np.minimum(size / np.maximum(design.population, size), 1.0)
    drawn = _by_unit(values if design.calibration is None else _residuals(values, design), design)
    total = np.zeros((len(size), values.shape[1]))
    np.add.at(total, units, drawn)
    mean = total / np.maximum(size, 1)[:, None]
    mean[size == 1] = drawn.mean(axis=0)
    factor = np.divide(size, size - 1, out=np.ones_like(size), where=size > 1) * (1 - seen)
    centred = drawn - mean[units]
    result: Array = (centred * factor[units, None]).T @ centred
    if design.target == "superpopulation":
        whole = _by_unit(values, design)
        result = result + (whole * seen[units, None]).T @ whole
    return result


def _by_unit(values: Array, design: SampleDesign) -> Array:
    """Sums of contributions (n, k) over the primary units."""
    if design.clusters is None:
        return values
    summed = np.zeros((len(design.units), values.shape[1]))
    np.add.at(summed, design.clusters, values)
    return summed


def _residuals(values: Array, design: SampleDesign) -> Array:
    calibration = design.calibration
    assert calibration is not None
    raw = values / design.weights[:, None]
    root = np.sqrt(calibration.base)[:, None]
    slope = np.linalg.lstsq(calibration.auxiliary * root, raw * root, rcond=None)[0]
    return np.asarray((raw - calibration.auxiliary @ slope) * design.weights[:, None])


def survey_mean(values: Array, design: SampleDesign) -> SurveyMean:
    """Weighted mean of each column of ``values`` (n,) or (n, k), linearized as a ratio.

    >>> design = SampleDesign(np.zeros(3, dtype=int), np.ones(3))
    >>> survey_mean(np.array([1.0, 2.0, 3.0]), design).std_error.round(4)
    array([0.5774])
    """
    table = values if values.ndim == 2 else values[:, None]
    weight = design.weights.sum()
    mean = design.weights @ table / weight
    covariance = linearized_covariance((table - mean) * (design.weights / weight)[:, None], design)
    return SurveyMean(np.asarray(mean), np.sqrt(np.diag(covariance)), covariance, design.degrees)


def survey_total(values: Array, design: SampleDesign) -> SurveyMean:
    """Weighted total of each column of ``values`` (n,) or (n, k)."""
    table = values if values.ndim == 2 else values[:, None]
    covariance = linearized_covariance(table * design.weights[:, None], design)
    total = np.asarray(design.weights @ table)
    return SurveyMean(total, np.sqrt(np.diag(covariance)), covariance, design.degrees)
