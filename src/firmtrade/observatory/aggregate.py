"""One view: a group-by whose rows carry counts, exact totals and the units behind them."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import polars as pl

from firmtrade.observatory.engine import Engine
from firmtrade.observatory.views import COMPLETE, COMPLETE_UNITS, FIRMS, UNITS, View, ViewRequest

UNIT = "unit"


def aggregate(engine: Engine, firms: ir.Table, request: ViewRequest, *, grouped: bool) -> View:
    """Answer a request from one row per firm (and year).

    ``grouped`` says that units may hold several firms. A unit whose firms all fall into one row of the view is
    counted there; a unit that spans rows is kept apart, so that any union of rows can be counted exactly.
    """
    dimensions = list(request.dimensions)
    firms = firms.mutate(**{name: firms[name].cast("string") for name in dimensions if name == "year"})
    values = {measure: _value(firms, measure) for measure in request.universe.measures}
    rows = firms.select(*dimensions, UNIT, **values)
    units = rows
    if grouped:
        units = rows.group_by(*dimensions, UNIT).agg(**{measure: rows[measure].sum() for measure in values})
        # A unit may appear in several years of a series and still stand in one row of each.
        apart = [UNIT, "year"] if "year" in dimensions else [UNIT]
        units = units.mutate(spans=units[UNIT].count().over(group_by=apart) > 1)
    summary = _summary(rows, units, dimensions, list(values), grouped=grouped)
    query = engine.sql(summary)
    spanning = _spanning(engine, units, dimensions, list(values), grouped=grouped)
    return View(request, engine.fetch(query).sort(dimensions), spanning, query)


def _value(firms: ir.Table, measure: str) -> ir.Value:
    if measure == FIRMS:
        return ibis.literal(1).cast("int64")
    if measure == COMPLETE:
        return firms.complete.cast("int64")
    return firms.complete.ifelse(firms[measure], ibis.literal(0).cast(firms[measure].type()))


def _summary(
    rows: ir.Table, units: ir.Table, dimensions: list[str], measures: list[str], *, grouped: bool
) -> ir.Table:
    """Totals over all firms of a row; number and two largest over the units that stand in it alone."""
    totals = rows.group_by(dimensions).agg(**{measure: rows[measure].sum() for measure in measures})
    alone = units.filter(~units.spans) if grouped else units
    ranked = alone.select(
        *dimensions,
        **{measure: alone[measure].abs() for measure in measures},
        **{
            f"{measure}_rank": ibis.row_number().over(group_by=dimensions, order_by=alone[measure].abs().desc())
            for measure in measures
        },
    )
    counted = {UNITS: ranked.count()}
    if COMPLETE in measures:
        counted[COMPLETE_UNITS] = (ranked[COMPLETE] > 0).sum()
    largest = ranked.group_by(dimensions).agg(
        **counted,
        **{
            f"{measure}_{place}": ranked[measure].max(where=ranked[f"{measure}_rank"] == place - 1)
            for measure in measures
            for place in (1, 2)
        },
    )
    joined = totals.left_join(largest, dimensions)
    return joined.drop(*(f"{name}_right" for name in dimensions))


def _spanning(
    engine: Engine, units: ir.Table, dimensions: list[str], measures: list[str], *, grouped: bool
) -> pl.DataFrame:
    if not grouped:
        return pl.DataFrame(schema=dict.fromkeys([*dimensions, UNIT], pl.String))
    number = ibis.dense_rank().over(order_by=units[UNIT]).name(UNIT)
    spanning = units.filter(units.spans)
    frame = engine.fetch(engine.sql(spanning.select(*dimensions, number, *measures)))
    return frame.sort([UNIT, *dimensions])
