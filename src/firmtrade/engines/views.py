"""One view, aggregated where the rows are: counts, exact totals, and the units behind them.

The caller is handed combinations of classes, and of the units only those that span rows; never one row per firm.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import ibis
import ibis.expr.types as ir
import polars as pl

from firmtrade.engines.protocol import Engine
from firmtrade.engines.statements import quoted
from firmtrade.engines.units import UNIT, summed
from firmtrade.query.measures import COMPLETE, FIRMS
from firmtrade.query.views import View, ViewRequest


def answer(engine: Engine, rows: ir.Table, request: ViewRequest, query: Callable[[], str]) -> View:
    """Answer a request from one row per firm (and year, and partner).

    ``rows`` has the dimensions, the measures, and ``unit`` where a unit may stand in several of its rows: see
    :func:`firmtrade.engines.units.summed`. ``query`` writes that of the rows, for people to read.
    """
    measures, dimensions = request.universe.measures, list(request.dimensions)
    unit = [UNIT] if UNIT in rows.columns else []
    given = rows.select(*dimensions, *unit, **{name: _value(rows, name) for name in measures})
    found = summed(engine, given, dimensions, measures, largest_of=measures, apart=request.apart)
    return View(
        request,
        _as_classes(found.rows).sort(dimensions),
        _as_classes(found.spanning).sort(UNIT, *dimensions),
        lambda: _statement(request, query()),
    )


def _value(rows: ir.Table, measure: str) -> ir.NumericValue:
    """A measure of one row; totals are of complete firms where the universe knows which are."""
    if measure == FIRMS:
        return ibis.literal(1, "int64")
    if measure == COMPLETE:
        return rows[COMPLETE].cast("int64")
    if COMPLETE not in rows.columns:
        return rows[measure]
    return rows[COMPLETE].ifelse(rows[measure], ibis.literal(0).cast(rows[measure].type()))


def _as_classes(frame: pl.DataFrame) -> pl.DataFrame:
    """Years are classes like any other."""
    return frame.with_columns(pl.col("year").cast(pl.String)) if "year" in frame.columns else frame


def _statement(request: ViewRequest, query: str) -> str:
    """The totals of a view as one statement, for people to read and run."""
    names = [quoted(name) for name in request.dimensions]
    sums = ["COUNT(*) AS firms"]
    for measure in request.universe.measures:
        if measure != FIRMS:
            total = "CAST(complete AS BIGINT)" if measure == COMPLETE else quoted(measure)
            known = " FILTER (WHERE complete)" if COMPLETE in request.universe.measures else ""
            sums.append(f"SUM({total}){known} AS {measure}")
    select = f"SELECT {', '.join([*names, *sums])}\nFROM (\n{textwrap.indent(query, '  ')}\n)"
    return f"{select}\nGROUP BY {', '.join(names)}" if names else select
