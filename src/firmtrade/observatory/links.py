"""One firm over its numbers: new numbers joined, mergers and splits carried over.

Links of new numbers form chains; every table is read as if a firm had had its last number from the start. A merger or
split ends the firms that take part and starts the new ones: there is no one firm to join, so their record of trade is
carried over instead, and what goes on in the new firm is neither an entry nor an exit.
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
        return moved.drop("last", "own")
    followed = numbers.select(firm_id=numbers["last"]).distinct().mutate(followed=True)
    marked = moved.left_join(followed, "firm_id").select(*moved.columns, "followed")
    order = ibis.row_number().over(
        group_by=[marked[name] for name in key], order_by=[marked["last"].notnull(), marked.own.desc()]
    )
    ranked = marked.mutate(place=order)
    return ranked.filter(ranked.followed.isnull() | (ranked.place == 0)).drop(
        "last", "own", "followed", "place"
    )


def register_by_last_number(firms: ir.Table, numbers: ir.Table) -> ir.Table:
    """The register under the last number of every firm.

    A firm was founded when its first number was, and is closed when its last one is.
    """
    key = ("firm_id", "year") if "year" in firms.columns else ("firm_id",)
    if "closed" in firms.columns:
        joined = firms.left_join(numbers, "firm_id").select(*firms.columns, last=numbers["last"])
        firms = joined.mutate(closed=joined["last"].isnull().ifelse(joined.closed, ibis.null())).drop("last")
    moved = by_last_number(firms, numbers)
    dates = [name for name in ("founded", "founded_on") if name in firms.columns]
    first = moved.group_by("firm_id").agg(**{f"first_{name}": moved[name].min() for name in dates})
    kept = by_last_number(firms, numbers, key=key)
    if not dates:
        return kept
    followed = numbers.select(firm_id=numbers["last"]).distinct().mutate(followed=True)
    joined = kept.left_join(first, "firm_id").select(*kept.columns, *(f"first_{name}" for name in dates))
    joined = joined.left_join(followed, "firm_id").select(*joined.columns, "followed")
    earliest = {
        name: joined.followed.notnull().ifelse(joined[f"first_{name}"], joined[name]) for name in dates
    }
    return joined.mutate(**earliest).select(*firms.columns)


def reorganizations(tables: Tables, links: ir.Table, numbers: ir.Table) -> ir.Table:
    """Build and keep mergers and splits under last numbers: columns ``old``, ``new``, ``since`` (the year)."""
    rows = links.filter(links.kind.isin(REORGANIZATION), links.firm_id != links.successor_id)
    rows = rows.select(old=rows.firm_id, new=rows.successor_id, since=rows.year)
    for name in ("old", "new"):
        known = numbers.select(number=numbers.firm_id, last=numbers["last"])
        joined = rows.left_join(known, [(name, "number")])
        rows = joined.select(
            *(column for column in rows.columns if column != name),
            **{name: ibis.coalesce(joined["last"], joined[name])},
        )
    return tables.materialize("reorganizations", rows.select("old", "new", "since").distinct())


def carried_over(records: ir.Table, reorganized: ir.Table) -> ir.Table:
    """Records of firm-years with those that mergers and splits carry over: to the new firms what the old ones did
    until the year of the change, to the old ones what the new ones do from it on."""
    forward = records.join(reorganized, [("firm_id", "old")])
    forward = forward.filter(forward.year <= forward.since)
    backward = records.join(reorganized, [("firm_id", "new")])
    backward = backward.filter(backward.year >= backward.since)
    rest = [name for name in records.columns if name != "firm_id"]
    return records.union(
        forward.select(firm_id=forward.new, **{name: forward[name] for name in rest}).select(
            *records.columns
        ),
        backward.select(firm_id=backward.old, **{name: backward[name] for name in rest}).select(
            *records.columns
        ),
    )
