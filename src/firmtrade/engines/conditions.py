"""Conditions as expressions on the rows of a universe."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from firmtrade.query.where import All, AnyOf, Flag, Is, Not, Where


def holds(where: Where, rows: ir.Table) -> ir.BooleanValue:
    """Whether a condition holds for a row; every dimension of a row is known."""
    match where:
        case Is(dimension, classes):
            column = rows[dimension]
            return column.isin([int(one) for one in classes] if column.type().is_integer() else list(classes))
        case Flag(dimension):
            return rows[dimension]
        case All(parts):
            return ibis.and_(*(holds(part, rows) for part in parts)) if parts else ibis.literal(True)
        case AnyOf(parts):
            return ibis.or_(*(holds(part, rows) for part in parts))
        case Not(part):
            return ~holds(part, rows)
    raise TypeError(where)
