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


def firm_by_firm(engine: Engine, firms: ir.Table, request: ViewRequest) -> View:
    """The numbers of single firms: dimensions, ``unit`` (a number without meaning) and the measures asked for."""
    firms = firms.mutate(**{name: firms[name].cast("string") for name in request.dimensions if name == "year"})
    unit = ibis.dense_rank().over(order_by=firms[UNIT]).name(UNIT)
    query = engine.sql(firms.select(*request.dimensions, unit, *request.values))
    return View(request, engine.fetch(query).sort(request.dimensions), pl.DataFrame(), query)


def _value(firms: ir.Table, measure: str) -> ir.Value:
    if measure == FIRMS:
        return ibis.literal(1).cast("int64")
    if measure == COMPLETE:
        return firms.complete.cast("int64")
    if "complete" not in firms.columns:
        return firms[measure]
    return firms.complete.ifelse(firms[measure], ibis.literal(0).cast(firms[measure].type()))


def _summary(
    rows: ir.Table, units: ir.Table, dimensions: list[str], measures: list[str], *, grouped: bool
) -> ir.Table:
    """Totals over all firms of a row; number and two largest over the units that stand in it alone."""
    if not grouped:  # every firm is a unit of its own: one group-by gives both
        ranked = _ranked(rows, dimensions, [measure for measure in measures if measure != FIRMS])
        return ranked.group_by(dimensions).agg(**_totals(ranked, measures), **_largest(ranked, measures))
    ranked = _ranked(units.filter(~units.spans), dimensions, measures)
    totals = rows.group_by(dimensions).agg(**_totals(rows, measures))
    largest = ranked.group_by(dimensions).agg(**_largest(ranked, measures))
    joined = totals.left_join(largest, dimensions)
    return joined.drop(*(f"{name}_right" for name in dimensions))


def _ranked(units: ir.Table, dimensions: list[str], measures: list[str]) -> ir.Table:
    """Units with their place by the absolute value of each measure, within their row of the view."""
    places = {
        f"{measure}_place": ibis.row_number().over(group_by=dimensions, order_by=units[measure].abs().desc())
        for measure in measures
    }
    return units.mutate(**places) if places else units


def _totals(table: ir.Table, measures: list[str]) -> dict[str, ir.Value]:
    return {measure: table[measure].sum() for measure in measures}


def _largest(ranked: ir.Table, measures: list[str]) -> dict[str, ir.Value]:
    number = ranked[UNIT].count()
    found = {UNITS: number}
    if COMPLETE in measures:
        found[COMPLETE_UNITS] = (ranked[COMPLETE] > 0).sum()
    for measure in measures:
        if f"{measure}_place" in ranked.columns:
            place = ranked[f"{measure}_place"]
            found |= {f"{measure}_{n}": ranked[measure].abs().max(where=place == n - 1) for n in (1, 2)}
        else:  # each unit counts for one firm
            one = ibis.literal(1).cast("int64")
            found |= {f"{measure}_1": one, f"{measure}_2": (number > 1).ifelse(one, 0)}
    return found


def _spanning(
    engine: Engine, units: ir.Table, dimensions: list[str], measures: list[str], *, grouped: bool
) -> pl.DataFrame:
    if not grouped:
        return pl.DataFrame(schema=dict.fromkeys([*dimensions, UNIT], pl.String))
    number = ibis.dense_rank().over(order_by=units[UNIT]).name(UNIT)
    spanning = units.filter(units.spans)
    frame = engine.fetch(engine.sql(spanning.select(*dimensions, number, *measures)))
    return frame.sort([UNIT, *dimensions])
