"""Thresholds of declaration: below them a firm need not declare, so that a change looks like entry or exit.

A study reads flows as declared, or holds the highest threshold of its years for all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import ibis
import ibis.expr.types as ir
import polars as pl

from firmtrade.engines.protocol import Tables
from firmtrade.messages import Listing, Message, Money, Slot, Years, message
from firmtrade.observatory.zones import zone_of
from firmtrade.study import Study

FLOW, ZONE, LIMIT = "flow", "zone", "limit"
UNKNOWN_ZONE = "unknown"


def held_thresholds(tables: Tables, coverage: ir.Table, years: Sequence[int]) -> ir.Table:
    """Build and keep the highest threshold over some years: columns ``flow``, ``zone``, ``limit``.

    A flow of unknown zone is measured by the lower of the two zones: it may be of either.
    """
    rows = coverage.filter(coverage.year.isin(list(years)), coverage.threshold.notnull())
    known = rows.group_by(FLOW, ZONE).agg(**{LIMIT: rows.threshold.max()})
    unknown = known.group_by(FLOW).agg(**{LIMIT: known[LIMIT].min()})
    either = unknown.mutate(**{ZONE: ibis.literal(UNKNOWN_ZONE)}).select(FLOW, ZONE, LIMIT)
    return tables.materialize("thresholds_held", known.select(FLOW, ZONE, LIMIT).union(either))


def at_or_above(flows: ir.Table, held: ir.Table) -> ir.Table:
    """Flows (by country and product, too) of which a firm's whole of the year and zone reaches the threshold."""
    whole = flows.group_by("firm_id", "year", FLOW, ZONE).agg(whole=flows.value.sum())
    limited = whole.left_join(held, [FLOW, ZONE])
    reached = limited.filter(limited[LIMIT].isnull() | (limited.whole >= limited[LIMIT]))
    return flows.semi_join(reached.select("firm_id", "year", FLOW, ZONE), ["firm_id", "year", FLOW, ZONE])


def threshold_notes(covered: pl.DataFrame, study: Study, *, valued: bool) -> Iterator[Message]:
    """What the declarations of the study's years cover, by flow and zone, and whether the highest is held for all.

    ``covered`` has the columns ``flow, zone, year, threshold``. Of declarations that are not ``valued`` none is held.
    """
    rows = covered.filter(pl.col("year").is_in(study.years), pl.col("threshold").is_not_null())
    currency = study.head.currency
    for (flow, zone), those in sorted(rows.group_by(FLOW, ZONE), key=lambda group: group[0]):
        amounts: dict[Decimal, list[int]] = {}
        for year, amount in those.sort("year").select("year", "threshold").iter_rows():
            amounts.setdefault(amount, []).append(year)
        steps = tuple(
            message("names.threshold", amount=Money(float(amount), currency), years=Years(tuple(years)))
            for amount, years in amounts.items()
        )
        what: dict[str, Slot] = {
            "flow": message(f"names.{flow}"),
            "zone": zone_of(zone, study),
            "steps": Listing(steps),
        }
        if study.head.threshold != "constant":
            yield message("notes.threshold", **what)
        elif valued:
            yield message("notes.threshold_held", amount=Money(float(max(amounts)), currency), **what)
        else:
            yield message("notes.threshold_not_held", **what)
