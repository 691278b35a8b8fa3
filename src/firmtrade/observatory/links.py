"""One firm over its numbers: new numbers joined, mergers and splits told.

Links of new numbers form chains; every table is read as if a firm had had its last number from the start. A merger or
split ends the firms that take part and starts the new ones: what begins or ends with it is neither an entry nor an
exit, and is counted beside them.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from firmtrade.engines.protocol import Tables

NEW_NUMBER = ("renumbered", "new number", "new_number")
REORGANIZATION = ("merger", "split")
DOUBLINGS = 5
"""Chains are followed by doubling: 5 steps lead over 32 numbers."""


def last_numbers(tables: Tables, links: ir.Table) -> ir.Table:
    """Build and keep the last number of every firm that has got another: columns ``firm_id``, ``last``.

    A number that leads to several, or that several lead to, is no new number of one firm, and a circle has no last
    number: neither is joined.
    """
    rows = links.filter(links.kind.isin(NEW_NUMBER), links.firm_id != links.successor_id)
    rows = rows.select("firm_id", last=rows.successor_id).distinct()
    counted = rows.mutate(
        onward=rows.count().over(group_by=rows.firm_id), backward=rows.count().over(group_by=rows["last"])
    )
    step = tables.materialize(
        "new_numbers", counted.filter(counted.onward == 1, counted.backward == 1).select("firm_id", "last")
    )
    for number in range(1, DOUBLINGS + 1):
        again = step.view()
        ahead = again.select(here=again.firm_id, there=again["last"])
        joined = step.left_join(ahead, [("last", "here")])
        further = joined.select("firm_id", last=ibis.coalesce(joined.there, joined["last"]))
        step = tables.materialize(f"new_numbers_{number}", further)
    again = step.view()
    circles = again.select(here=again.firm_id)
    return tables.materialize("last_numbers", step.anti_join(circles, [("last", "here")]))


def by_last_number(table: ir.Table, numbers: ir.Table, *, key: tuple[str, ...] = ()) -> ir.Table:
    """A table under the last number of every firm.

    With a ``key``, one row of a firm stands where several numbers give one: that of its last number, then that of the
    greatest. Rows of firms with one number are left as they are.
    """
    joined = table.left_join(numbers, "firm_id").select(*table.columns, last=numbers["last"])
    moved = joined.mutate(firm_id=ibis.coalesce(joined["last"], joined.firm_id), own=joined.firm_id)
    if not key:
        return moved.select(*table.columns)
    followed = numbers.select(firm_id=numbers["last"]).distinct().mutate(followed=True)
    marked = moved.left_join(followed, "firm_id").select(*moved.columns, "followed")
    order = ibis.row_number().over(
        group_by=[marked[name] for name in key], order_by=[marked["last"].notnull(), marked.own.desc()]
    )
    ranked = marked.mutate(place=order)
    return ranked.filter(ranked.followed.isnull() | (ranked.place == 0)).select(*table.columns)


def register_by_last_number(firms: ir.Table, numbers: ir.Table) -> ir.Table:
    """The register under the last number of every firm.

    A firm was founded when its first number was, and is closed when its last one is.
    """
    key = ("firm_id", "year") if "year" in firms.columns else ("firm_id",)
    if "closed" in firms.columns:
        joined = firms.left_join(numbers, "firm_id").select(*firms.columns, last=numbers["last"])
        closed = joined["last"].isnull().ifelse(joined.closed, ibis.null())
        firms = joined.mutate(closed=closed).select(*firms.columns)
    moved = by_last_number(firms, numbers)
    kept = by_last_number(firms, numbers, key=key)
    if "founded" not in firms.columns:
        return kept
    first = moved.group_by("firm_id").agg(first=moved.founded.min())
    followed = numbers.select(firm_id=numbers["last"]).distinct().mutate(followed=True)
    joined = kept.left_join(first, "firm_id").select(*kept.columns, "first")
    joined = joined.left_join(followed, "firm_id").select(*joined.columns, "followed")
    earliest = joined.followed.notnull().ifelse(joined["first"], joined.founded)
    return joined.mutate(founded=earliest).select(*firms.columns)


def reorganizations(tables: Tables, links: ir.Table, numbers: ir.Table) -> ir.Table:
    """Build and keep the firms that take part in mergers and splits, under their last numbers: ``firm_id``, ``year``.

    A change is of its year and the next: the declarations of a firm that ends or begins do so in one or the other.
    """
    rows = links.filter(links.kind.isin(REORGANIZATION), links.firm_id != links.successor_id)
    old, new = rows.select("firm_id", "year"), rows.select(firm_id=rows.successor_id, year=rows.year)
    parties = old.union(new)
    under = by_last_number(parties, numbers)
    later = under.mutate(year=(under.year + 1).cast("int32"))
    both = under.union(later.select(*under.columns), distinct=True)
    return tables.materialize("reorganizations", both.select("firm_id", "year"))
