"""The two flags of a published number: what it is, and who may see it (SDMX cross-domain code lists)."""

from __future__ import annotations

from enum import StrEnum


class ObsStatus(StrEnum):
    """``OBS_STATUS`` (SDMX cross-domain code list CL_OBS_STATUS, version 2.2)."""

    NORMAL = "A"
    UNDEFINED = "M"
    """The value cannot exist: a share of an empty group, growth from zero."""
    NOT_COMPUTED = "L"
    """The value exists but an input is missing: it was not collected."""
    SUPPRESSED = "Q"
    """The value exists and is hidden."""


class Confidentiality(StrEnum):
    """``CONF_STATUS`` (SDMX cross-domain code list CL_CONF_STATUS, version 1.2)."""

    FREE = "F"
    INTERNAL = "N"
    """Not for publication, for internal use only: every statement of a room of real data."""
    PRIMARY = "C"
    """Confidential by itself; the rule that says so is not told."""
    FEW = "A"
    """Confidential by itself: too few units."""
    ONE_DOMINANT = "O"
    """Confidential by itself: one unit dominates."""
    TWO_DOMINANT = "T"
    """Confidential by itself: two units dominate."""
    ONE_OR_TWO_DOMINANT = "G"
    """Confidential by itself: one or two units dominate."""
    CONCENTRATED = "M"
    """Confidential by itself: another measure of concentration."""
    SECONDARY = "D"
    """Hidden to protect another; set by the sender."""
    SECONDARY_RECEIVER = "S"
    """Hidden to protect another; set and managed by the receiver."""
    EMBARGO = "E"
    """Free after a date."""
