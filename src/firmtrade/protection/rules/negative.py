"""Negative values: shares of a total lose their meaning where contributions have both signs, so the custodian chooses.

``absolute`` applies the concentration rules to absolute values (the Australian bureau; the default of
GaussSuppression); ``frequency`` leaves such components to the number of units alone; ``hide`` shows no
component that may be negative."""

from __future__ import annotations

from enum import StrEnum


class Negative(StrEnum):
    """What is done with components that may be negative."""

    ABSOLUTE = "absolute"
    FREQUENCY = "frequency"
    HIDE = "hide"
