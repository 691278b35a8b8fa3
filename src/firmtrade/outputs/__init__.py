"""What the program states: cells, estimates and curves, each with the contributions behind it.

Everything downstream (protection, audit, report, web) works on these values alone.
"""

from firmtrade.outputs.cell import CELL_COLUMNS, ROOM_COLUMNS, Cell, CellKey
from firmtrade.outputs.contribution import CONTRIBUTION_COLUMNS, Contribution
from firmtrade.outputs.curve import CURVE_COLUMNS, Curve, CurvePoint
from firmtrade.outputs.estimate import ESTIMATE_COLUMNS, Estimate
from firmtrade.outputs.statements import Statement, Statements
from firmtrade.outputs.status import Confidentiality, ObsStatus

__all__ = [
    "CELL_COLUMNS",
    "CONTRIBUTION_COLUMNS",
    "CURVE_COLUMNS",
    "ESTIMATE_COLUMNS",
    "ROOM_COLUMNS",
    "Cell",
    "CellKey",
    "Confidentiality",
    "Contribution",
    "Curve",
    "CurvePoint",
    "Estimate",
    "ObsStatus",
    "Statement",
    "Statements",
]
