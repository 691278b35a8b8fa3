"""One view: a group-by whose rows carry counts, exact totals and the units behind them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import polars as pl

from firmtrade.query.measures import COMPLETE, COMPLETE_UNITS, FIRMS, UNITS
from firmtrade.query.views import View, ViewRequest

UNIT = "unit"


def aggregate(firms: pl.DataFrame, request: ViewRequest, query: str, *, grouped: bool) -> View:
    """Answer a request from one row per firm (and year).

    ``grouped`` says that units may hold several firms. A unit whose firms all fall into one row of the view is
    counted there; a unit that spans rows is kept apart, so that any union of rows can be counted exactly.
    """
    dimensions, measures = list(request.dimensions), request.universe.measures
    rows = firms.select(*dimensions, *([UNIT] * grouped), *(_value(measure, firms) for measure in measures))
    units, spanning = rows, pl.DataFrame(schema=dict.fromkeys([*dimensions, UNIT], pl.String))
    if grouped:
        units = rows.group_by(*dimensions, UNIT).agg(pl.col(measure).sum() for measure in measures)
        # A unit may appear in several years of a series and still stand in one row of each.
        apart = [UNIT, "year"] if "year" in dimensions else [UNIT]
        units = units.with_columns(spans=pl.len().over(apart) > 1)
        spanning = _spoken(units.filter("spans").drop("spans")).sort(UNIT, *dimensions)
        units = units.filter(~pl.col("spans"))
    totals = _by(rows, dimensions, [pl.col(measure).sum() for measure in measures])
    largest = _by(units, dimensions, _largest(measures))
    summary = totals.join(largest, on=dimensions, how="left") if dimensions else totals.hstack(largest)
    return View(request, _spoken(summary).sort(dimensions), spanning, _statement(request, query))


def firm_by_firm(firms: pl.DataFrame, request: ViewRequest, query: str, *, grouped: bool) -> View:
    """The numbers of single firms: dimensions, ``unit`` (a number without meaning) and the measures asked for."""
    unit = [] if grouped else [pl.int_range(pl.len()).alias(UNIT)]
    rows = firms.with_columns(unit).select(*request.dimensions, UNIT, *request.values)
    return View(request, _spoken(rows), pl.DataFrame(), query)


def _value(measure: str, firms: pl.DataFrame) -> pl.Expr:
    if measure == FIRMS:
        return pl.repeat(1, pl.len(), dtype=pl.Int64).alias(FIRMS)
    if measure == COMPLETE:
        return pl.col(COMPLETE).cast(pl.Int64)
    if COMPLETE not in firms.columns:
        return pl.col(measure)
    return pl.when(COMPLETE).then(measure).otherwise(pl.lit(0).cast(firms.schema[measure])).alias(measure)


def _by(frame: pl.DataFrame, dimensions: Sequence[str], wanted: list[pl.Expr]) -> pl.DataFrame:
    return frame.group_by(dimensions).agg(wanted) if dimensions else frame.select(wanted)


def _largest(measures: Sequence[str]) -> list[pl.Expr]:
    """Number of units, and the two largest absolute amounts of each measure."""
    found = [pl.col(FIRMS).len().cast(pl.Int64).alias(UNITS)]
    if COMPLETE in measures:
        found.append((pl.col(COMPLETE) > 0).sum().cast(pl.Int64).alias(COMPLETE_UNITS))
    for measure in measures:
        two = pl.col(measure).abs().top_k(2)
        found += [two.max().alias(f"{measure}_1"), two.filter(two.len() > 1).min().alias(f"{measure}_2")]
    return found


def _spoken(frame: pl.DataFrame) -> pl.DataFrame:
    """Years are classes like any other."""
    return frame.with_columns(pl.col("year").cast(pl.String)) if "year" in frame.columns else frame


def _statement(request: ViewRequest, query: str) -> str:
    """The totals of a view as one statement, for people to read and run."""
    names = [f'"{name}"' for name in request.dimensions]
    sums = ["COUNT(*) AS firms"]
    for measure in request.universe.measures:
        if measure != FIRMS:
            total = "CAST(complete AS BIGINT)" if measure == COMPLETE else f'"{measure}"'
            known = " FILTER (WHERE complete)" if COMPLETE in request.universe.measures else ""
            sums.append(f"SUM({total}){known} AS {measure}")
    select = f"SELECT {', '.join([*names, *sums])}\nFROM (\n{textwrap.indent(query, '  ')}\n)"
    return f"{select}\nGROUP BY {', '.join(names)}" if names else select
