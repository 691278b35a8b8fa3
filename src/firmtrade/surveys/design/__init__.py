"""Design: how many firms, which strata, and the draw."""

from firmtrade.surveys.design.allocation import allocate
from firmtrade.surveys.design.power import (
    detectable_correlation,
    detectable_difference,
    detectable_f2,
    margin_of_error,
    sample_for_margin,
)
from firmtrade.surveys.design.selection import DrawnSample, Stratum, draw_sample, frame_strata

__all__ = [
    "DrawnSample",
    "Stratum",
    "allocate",
    "detectable_correlation",
    "detectable_difference",
    "detectable_f2",
    "draw_sample",
    "frame_strata",
    "margin_of_error",
    "sample_for_margin",
]
