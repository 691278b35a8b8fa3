"""Totals with the units behind them: aggregated where the rows are, exact for any union of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from weakref import WeakKeyDictionary

import ibis
import ibis.expr.types as ir
import polars as pl

from firmtrade.engines.protocol import Engine
from firmtrade.query.measures import COMPLETE, COMPLETE_UNITS, FIRMS, UNITS

UNIT = "unit"
"""The column of the rows that names the protected unit of a firm which is not one by itself; null where it is."""
SPANS = "spans"
TOTAL = "total_"
_numbers: WeakKeyDictionary[Engine, Iterator[int]] = WeakKeyDictionary()
"""How many tables each engine was given names for: another that is asked the same has the same names."""


@dataclass(frozen=True, slots=True)
class Summed:
    """Rows of totals and largest amounts, and one row per combination and unit for the units that span rows."""

    rows: pl.DataFrame
    spanning: pl.DataFrame


def new_name(engine: Engine, kind: str) -> str:
    """The name of a table that nobody asks for again."""
    return f"{kind}_{next(_numbers.setdefault(engine, count()))}"


def summed(
    engine: Engine,
    rows: ir.Table,
    dimensions: Sequence[str],
    measures: Sequence[str],
    *,
    largest_of: Sequence[str],
    apart: Sequence[str],
) -> Summed:
    """Add up rows by some dimensions.

    ``rows`` has the measures, ``firms`` among them, and ``unit`` where a unit may stand in several rows. A unit whose
    rows all fall into one combination is counted there; one that spans combinations which agree on ``apart`` is kept
    aside, so that any union of them can be counted exactly. Largest amounts are of the measures ``largest_of``.
    """
    if UNIT not in rows.columns:
        totals = {name: rows[name].sum() for name in measures} | {UNITS: rows.count()}
        if COMPLETE in measures:
            totals[COMPLETE_UNITS] = rows[COMPLETE].sum()
        return Summed(
            engine.collect(engine.summarize(rows, dimensions, totals, largest_of)), _none(dimensions)
        )
    by_unit = engine.summarize(
        rows, [*dimensions, UNIT], {f"{TOTAL}{name}": rows[name].sum() for name in measures}, largest_of
    )
    if {*dimensions} <= {*apart}:
        marked, spanning = by_unit.mutate(**{SPANS: ibis.literal(False)}), _none(dimensions)
    else:
        places = by_unit.count().over(group_by=[by_unit[name] for name in (UNIT, *apart)])
        spans = by_unit[UNIT].notnull() & (places > 1)
        marked = engine.materialize(new_name(engine, "units"), by_unit.mutate(**{SPANS: spans}))
        spanning = engine.collect(
            marked.filter(marked[SPANS]).select(
                *dimensions, UNIT, **{name: marked[f"{TOTAL}{name}"] for name in measures}
            )
        )
        # A number without meaning is enough to tell units apart.
        spanning = spanning.with_columns(pl.col(UNIT).cast(pl.Categorical).to_physical())
    return Summed(engine.collect(_summary(engine, marked, dimensions, measures, largest_of)), spanning)


def _none(dimensions: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys([*dimensions, UNIT], pl.String))


def _summary(
    engine: Engine,
    by_unit: ir.Table,
    dimensions: Sequence[str],
    measures: Sequence[str],
    largest_of: Sequence[str],
) -> ir.Table:
    """From rows by unit to rows.

    Totals are over all units; numbers of units and largest amounts over those that stand in one row alone. Firms that
    are units by themselves were added up before, and bring their two largest with them.
    """
    itself, alone = by_unit[UNIT].isnull(), ~by_unit[SPANS]
    total = {name: by_unit[f"{TOTAL}{name}"] for name in measures}
    units = {UNITS: itself.ifelse(total[FIRMS], 1)}
    if COMPLETE in measures:
        units[COMPLETE_UNITS] = itself.ifelse(total[COMPLETE], (total[COMPLETE] > 0).cast("int64"))
    first = by_unit.select(
        *dimensions,
        **{f"{TOTAL}{name}": total[name] for name in measures},
        **{unit: alone.ifelse(number, 0) for unit, number in units.items()},
        **{
            name: ibis.cases(
                (itself, by_unit[f"{name}_1"]), (alone, total[name].abs().cast(by_unit[f"{name}_1"].type()))
            )
            for name in largest_of
        },
    )
    second = by_unit.filter(itself).select(
        *dimensions,
        **{f"{TOTAL}{name}": ibis.null(total[name].type()) for name in measures},
        **{unit: ibis.null("int64") for unit in units},
        **{name: by_unit[f"{name}_2"] for name in largest_of},
    )
    amounts = first.union(second)
    totals = {name: amounts[f"{TOTAL}{name}"].sum() for name in measures}
    return engine.summarize(
        amounts, dimensions, totals | {unit: amounts[unit].sum() for unit in units}, largest_of
    )
