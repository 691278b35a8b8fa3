"""The two flags of a published number: what it is, and who may see it (SDMX code lists)."""

from __future__ import annotations

from enum import StrEnum


class Observation(StrEnum):
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
    """Not for publication, restricted for internal use only: every cell of a room of real data."""
    PRIMARY = "C"
    SECONDARY = "D"
