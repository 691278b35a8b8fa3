"""Views and a study in; the cells of tables and figures out."""

from firmtrade.statistics.asked import asked_for
from firmtrade.statistics.result import StudyResult, compute

__all__ = ["StudyResult", "asked_for", "compute"]
