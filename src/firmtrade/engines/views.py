"""One view, aggregated where the rows are: counts, exact totals, and the units behind them.

Two questions are asked of the engine for each view: what stands in each row, and which units stand in several. The
caller is handed combinations of classes, and of the units only those that span rows; never one row per firm.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import count

import ibis
import ibis.expr.types as ir
import polars as pl

from firmtrade.engines.protocol import Engine
from firmtrade.engines.statements import quoted
from firmtrade.query.measures import COMPLETE, COMPLETE_UNITS, FIRMS, UNITS
from firmtrade.query.views import View, ViewRequest

UNIT = "unit"
"""The column of the rows that names the protected unit of a firm which is not one by itself; null where it is."""
SPANS = "spans"
_TOTAL = "total_"
_numbers: Iterator[int] = count()


def answer(engine: Engine, rows: ir.Table, request: ViewRequest, query: str) -> View:
    """Answer a request from one row per firm (and year, and partner).

    ``rows`` has the dimensions, the measures, and ``unit`` where a unit may stand in several of its rows. A unit whose
    rows all fall into one row of the view is counted there; a unit that spans rows is kept apart, so that any union of
    rows can be counted exactly. ``query`` is that of the rows, for people to read.
    """
    measures = request.universe.measures
    dimensions = list(request.dimensions)
    given = rows.select(
        *dimensions,
        *([UNIT] if UNIT in rows.columns else []),
        **{name: _value(rows, name) for name in measures},
    )
    if UNIT in given.columns:
        summary, spanning = _with_units(engine, given, request)
    else:
        summary, spanning = engine.collect(_each_row_a_unit(engine, given, request)), pl.DataFrame()
    if spanning.is_empty():
        spanning = pl.DataFrame(schema=dict.fromkeys([*dimensions, UNIT], pl.String))
    return View(
        request,
        _as_classes(summary).sort(dimensions),
        _as_classes(spanning).sort(UNIT, *dimensions),
        _statement(request, query),
    )


def firm_by_firm(engine: Engine, rows: ir.Table, request: ViewRequest, query: str) -> View:
    """The numbers of single firms: dimensions, ``unit`` (a number without meaning) and the measures asked for."""
    frame = engine.collect(rows)
    unit = (
        pl.col(UNIT).cast(pl.Categorical).to_physical()
        if UNIT in frame.columns
        else pl.int_range(pl.len()).alias(UNIT)
    )
    return View(request, _as_classes(frame.with_columns(unit)), pl.DataFrame(), query)


def _value(rows: ir.Table, measure: str) -> ir.NumericValue:
    """A measure of one row; totals are of complete firms where the universe knows which are."""
    if measure == FIRMS:
        return ibis.literal(1, "int64")
    if measure == COMPLETE:
        return rows[COMPLETE].cast("int64")
    if COMPLETE not in rows.columns:
        return rows[measure]
    return rows[COMPLETE].ifelse(rows[measure], ibis.literal(0).cast(rows[measure].type()))


def _each_row_a_unit(engine: Engine, rows: ir.Table, request: ViewRequest) -> ir.Table:
    measures = request.universe.measures
    totals = {name: rows[name].sum() for name in measures} | {UNITS: rows.count()}
    if COMPLETE in measures:
        totals[COMPLETE_UNITS] = rows[COMPLETE].sum()
    return engine.summarize(rows, request.dimensions, totals, measures)


def _with_units(engine: Engine, rows: ir.Table, request: ViewRequest) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows that are units by themselves are added up at once, the others by unit first."""
    dimensions, measures = list(request.dimensions), request.universe.measures
    by_unit = engine.summarize(
        rows, [*dimensions, UNIT], {f"{_TOTAL}{name}": rows[name].sum() for name in measures}, measures
    )
    standing = by_unit[UNIT].notnull() & (
        by_unit.count().over(group_by=[by_unit[name] for name in (UNIT, *request.apart)]) > 1
    )
    marked = engine.materialize(f"units_{next(_numbers)}", by_unit.mutate(**{SPANS: standing}))
    summary = engine.collect(_summed(engine, marked, dimensions, measures))
    spanning = engine.collect(
        marked.filter(marked[SPANS]).select(
            *dimensions, UNIT, **{name: marked[f"{_TOTAL}{name}"] for name in measures}
        )
    )
    # A number without meaning is enough to tell units apart.
    return summary, spanning.with_columns(pl.col(UNIT).cast(pl.Categorical).to_physical())


def _summed(
    engine: Engine, by_unit: ir.Table, dimensions: Sequence[str], measures: Sequence[str]
) -> ir.Table:
    """The rows of a view, from its rows by unit.

    Totals are over all units; numbers of units and largest amounts over those that stand in one row alone. Firms that
    are units by themselves were added up before, and bring their two largest with them.
    """
    itself, alone = by_unit[UNIT].isnull(), ~by_unit[SPANS]
    total = {name: by_unit[f"{_TOTAL}{name}"] for name in measures}
    units = {UNITS: (FIRMS, itself.ifelse(total[FIRMS], 1))}
    if COMPLETE in measures:
        stands = (total[COMPLETE] > 0).cast("int64")
        units[COMPLETE_UNITS] = (COMPLETE, itself.ifelse(total[COMPLETE], stands))
    first = by_unit.select(
        *dimensions,
        **{f"{_TOTAL}{name}": total[name] for name in measures},
        **{unit: alone.ifelse(number, 0) for unit, (_, number) in units.items()},
        **{
            name: ibis.cases(
                (itself, by_unit[f"{name}_1"]), (alone, total[name].abs().cast(by_unit[f"{name}_1"].type()))
            )
            for name in measures
        },
    )
    second = by_unit.filter(itself).select(
        *dimensions,
        **{f"{_TOTAL}{name}": ibis.null(total[name].type()) for name in measures},
        **{unit: ibis.null("int64") for unit in units},
        **{name: by_unit[f"{name}_2"] for name in measures},
    )
    amounts = first.union(second)
    totals = {name: amounts[f"{_TOTAL}{name}"].sum() for name in measures}
    return engine.summarize(
        amounts, dimensions, totals | {unit: amounts[unit].sum() for unit in units}, measures
    )


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
