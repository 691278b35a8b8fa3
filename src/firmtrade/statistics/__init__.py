"""Views and a study in; the cells of tables and figures out."""

from firmtrade.statistics.kinds import KINDS, Identity
from firmtrade.statistics.result import StudyResult, compute, specify

__all__ = ["KINDS", "Identity", "StudyResult", "compute", "specify"]
