"""What can be asked, without any data: universes, conditions, terms, the cells made of them, and views."""

from firmtrade.query.cells import CellSpec, Formula, Line, TableSpec, Term
from firmtrade.query.statistic import Statistic
from firmtrade.query.universes import Universe
from firmtrade.query.views import View, ViewRequest, plan
from firmtrade.query.where import EVERYONE, All, AnyOf, Flag, Is, Not, Where

__all__ = [
    "EVERYONE",
    "All",
    "AnyOf",
    "CellSpec",
    "Flag",
    "Formula",
    "Is",
    "Line",
    "Not",
    "Statistic",
    "TableSpec",
    "Term",
    "Universe",
    "View",
    "ViewRequest",
    "Where",
    "plan",
]
