"""Views and a study in; the cells of tables and figures out."""

from firmtrade.statistics.kinds import KINDS, Identity
from firmtrade.statistics.result import StudyResult, compute, specify
from firmtrade.statistics.spec import CellSpec, Formula, Line, TableSpec, Term
from firmtrade.statistics.where import EVERYONE, All, AnyOf, Flag, Is, Not, Where

__all__ = [
    "EVERYONE",
    "KINDS",
    "All",
    "AnyOf",
    "CellSpec",
    "Flag",
    "Formula",
    "Identity",
    "Is",
    "Line",
    "Not",
    "StudyResult",
    "TableSpec",
    "Term",
    "Where",
    "compute",
    "specify",
]
