"""Statistics of the numbers of single firms, by name: what may be asked of a distribution."""

from __future__ import annotations

from enum import StrEnum


class Statistic(StrEnum):
    """A statistic of the numbers of single firms."""

    NUMBER = "number"
    """how many numbers there are"""
    MEAN = "mean"
    """total over number of firms"""
    STANDARD_DEVIATION = "standard_deviation"
    """square root of the sum of squared deviations from the mean over n - 1"""
    FIRST_QUARTILE = "first_quartile"
    """quartile of Hyndman and Fan's definition 2 (1996)"""
    MEDIAN = "median"
    """median"""
    THIRD_QUARTILE = "third_quartile"
    """quartile of Hyndman and Fan's definition 2 (1996)"""
    HERFINDAHL = "herfindahl"
    """sum of squared shares in the total, between 0 and 1"""
    TOP_1_PERCENT = "top_1_percent"
    """share of the total that the largest 1 % of firms hold, in percent"""
    TOP_5_PERCENT = "top_5_percent"
    """share of the total that the largest 5 % of firms hold, in percent"""
    TOP_25_PERCENT = "top_25_percent"
    """share of the total that the largest 25 % of firms hold, in percent"""
    TOP_5 = "top_5"
    """share of the total that the five largest firms hold, in percent"""
    TOP_10 = "top_10"
    """share of the total that the ten largest firms hold, in percent"""
    TOP_20 = "top_20"
    """share of the total that the twenty largest firms hold, in percent"""
    TOP_50 = "top_50"
    """share of the total that the fifty largest firms hold, in percent"""
    TOP_100 = "top_100"
    """share of the total that the hundred largest firms hold, in percent"""

    WEIGHTED_TOTAL = "weighted_total"
    """sum of weighted numbers: what a sample says of the total of the population"""
    WEIGHTED_SHARE = "weighted_share"
    """weights of a part of the firms over the weights of all of them, in percent"""
    WEIGHTED_RATIO = "weighted_ratio"
    """sum of weighted numbers over the sum of others"""
    TOTAL_ERROR = "total_error"
    """standard error of a weighted total"""
    SHARE_ERROR = "share_error"
    """standard error of a weighted share, in percentage points"""
    RATIO_ERROR = "ratio_error"
    """standard error of a weighted ratio"""


ESTIMATES = (Statistic.WEIGHTED_TOTAL, Statistic.WEIGHTED_SHARE, Statistic.WEIGHTED_RATIO)
DISTRIBUTION = (
    Statistic.MEAN, Statistic.STANDARD_DEVIATION, Statistic.FIRST_QUARTILE, Statistic.MEDIAN, Statistic.THIRD_QUARTILE,
)  # fmt: skip
CONCENTRATION = (
    Statistic.HERFINDAHL, Statistic.TOP_1_PERCENT, Statistic.TOP_5_PERCENT, Statistic.TOP_25_PERCENT,
    Statistic.TOP_5, Statistic.TOP_10, Statistic.TOP_20, Statistic.TOP_50, Statistic.TOP_100,
)  # fmt: skip

LARGEST = (5, 10, 20, 50, 100)
PERCENTS = (1, 5, 25)
"""How many of the largest firms, and how many percent of all, shares are held by."""
