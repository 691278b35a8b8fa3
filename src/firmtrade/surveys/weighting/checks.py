"""Whether a sample can tell how exact it is, and what a reader of weighted numbers must know of it."""

from __future__ import annotations

import numpy as np

from firmtrade.messages import Count, Message, Percent, message
from firmtrade.surveys.faults import ImpossibleError
from firmtrade.surveys.weighting.estimation import SampleDesign

HEAVY = 0.1
"""A share of all weights that one answer alone should not carry."""


def checked_design(design: SampleDesign) -> SampleDesign:
    """The design, where some stratum has more than one primary unit.

    Raises
    ------
    ImpossibleError
        Every stratum has a single unit: nothing tells how units of a stratum differ, and there is no variance.
    """
    if design.degrees < 1:
        raise ImpossibleError("no_degrees")
    return design


def remarks_on_design(design: SampleDesign) -> tuple[Message, ...]:
    """Strata of one unit, and an answer that outweighs the others."""
    remarks = []
    lone = int((np.bincount(design.units) == 1).sum())
    if lone:
        remarks.append(message("problems.lone_strata", n=Count(lone)))
    share = float(design.weights.max() / design.weights.sum())
    if share > max(HEAVY, 5 / len(design.weights)):
        remarks.append(message("problems.heavy_weight", share=Percent(100 * share)))
    return tuple(remarks)
