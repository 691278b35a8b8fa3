"""History: what a firm does in other years than the one it is looked at, as yes-or-no dimensions.

``export_1_before`` asks whether the firm exports in the year before, ``import_2_after`` whether it imports two years
later, ``present_1_after`` whether it has accounts or trade then, ``export_earlier`` whether it exported in any year
of the record before the year before, ``reorganized_now`` whether it takes part in a merger or split. Neither membership
of a population nor accounts are needed in those years.
"""

from __future__ import annotations

from collections.abc import Iterable

import ibis
import ibis.expr.types as ir

from firmtrade.engines.protocol import Tables
from firmtrade.query.dimensions import Moment, moments


def history(
    tables: Tables, panel: ir.Table, first_year: int, reorganized: ir.Table | None = None
) -> ir.Table:
    """Build and keep the record of every firm: the years of each subject as the bits of one number.

    ``reorganized`` are the firms that take part in mergers and splits, by year: see ``links.reorganizations``.
    """
    bit = _bit(panel.year - first_year)
    none = ibis.literal(0, "int64")
    masks = {
        "export_record": panel.exporter.ifelse(bit, 0),
        "import_record": panel.importer.ifelse(bit, 0),
        "present_record": bit,
        "reorganized_record": none,
    }
    rows = panel.select("firm_id", **masks)
    if reorganized is not None:
        parties = reorganized.filter(reorganized.year >= first_year)
        change = _bit(parties.year - first_year)
        others = dict.fromkeys(masks, none) | {"reorganized_record": change}
        rows = rows.union(parties.select("firm_id", **others))
    return tables.materialize(
        "history", rows.group_by("firm_id").agg(**{name: rows[name].sum().cast("int64") for name in masks})
    )


def looked_at(firms: ir.Table, record: ir.Table, dimensions: Iterable[str], first_year: int) -> ir.Table:
    """Firm-years with the dimensions of history that are asked for."""
    asked = sorted({*dimensions} & {*moments()})
    if not asked:
        return firms
    joined = firms.join(record, "firm_id")
    place = joined.year - first_year
    return joined.select(*firms.columns, **{name: _answer(joined, moments()[name], place) for name in asked})


def _answer(joined: ir.Table, moment: Moment, place: ir.IntegerValue) -> ir.BooleanValue:
    mask, distance = joined[f"{moment.subject}_record"], moment.distance
    if distance is None:
        return (mask & (_bit(ibis.greatest(place - 1, 0)) - 1)) != 0
    place = place + distance
    return (place >= 0) & ((mask & _bit(ibis.greatest(place, 0))) != 0)


def _bit(place: ir.IntegerValue) -> ir.IntegerValue:
    # Some engines write a literal without its type, and shift it in 32 bits: the cast gives it 64.
    return ibis.literal(1, "int32").cast("int64") << place.cast("int64")
