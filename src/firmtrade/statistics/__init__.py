"""Views and a study in; the cells of tables and figures out."""

from firmtrade.statistics.chapter import Chapter, compute, specify
from firmtrade.statistics.kinds import KINDS, Identity
from firmtrade.statistics.spec import CellSpec, Formula, Line, TableSpec, Term
from firmtrade.statistics.where import EVERYONE, All, AnyOf, Flag, Is, Not, Where

__all__ = [
    "EVERYONE",
    "KINDS",
    "All",
    "AnyOf",
    "CellSpec",
    "Chapter",
    "Flag",
    "Formula",
    "Identity",
    "Is",
    "Line",
    "Not",
    "TableSpec",
    "Term",
    "Where",
    "compute",
    "specify",
]
