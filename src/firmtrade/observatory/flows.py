"""Flows: the one pass over the declarations, to one row per firm, year, flow and zone."""

from __future__ import annotations

from collections.abc import Iterable

import ibis
import ibis.expr.types as ir
import polars as pl

from firmtrade.classifications import MONTH_OF_YEARLY_FLOWS, partners, union_policy, zones
from firmtrade.observatory.engine import MONEY, Engine
from firmtrade.study import Study

OWN_COUNTRY = "own"
UNKNOWN_ZONE = "unknown"

FLAGS = {
    "intra_eu_import": ("import", "intra"),
    "extra_eu_import": ("import", "extra"),
    "unknown_zone_import": ("import", UNKNOWN_ZONE),
    "intra_eu_export": ("export", "intra"),
    "extra_eu_export": ("export", "extra"),
    "unknown_zone_export": ("export", UNKNOWN_ZONE),
}


def flows(engine: Engine, trade: ir.Table, study: Study, years: Iterable[int]) -> ir.Table:
    """Values summed over the year's rows: columns ``firm_id, year, flow, zone, value``.

    The partner wins over the declared zone (but under the policy ``declared``); a row without either has the
    zone ``unknown``; a row whose partner is the study's own country is no foreign trade and is left out.
    """
    wanted = sorted(set(years))
    trade = trade.filter(trade.year.isin(wanted), trade.flow.isin(["import", "export"]))
    zoned = _with_zone(trade, study, wanted)
    summed = (
        zoned.filter(zoned.zone != OWN_COUNTRY)
        .group_by("firm_id", "year", "flow", "zone")
        .agg(value=lambda t: t.value.sum())
    )
    return engine.keep("flows", summed)


def _with_zone(trade: ir.Table, study: Study, years: list[int]) -> ir.Table:
    declared = trade.zone.fill_null(UNKNOWN_ZONE) if "zone" in trade.columns else ibis.literal(UNKNOWN_ZONE)
    if "partner" not in trade.columns:
        return trade.mutate(zone=declared)
    table, by = partner_zones(study, years, monthly="month" in trade.columns)
    if "month" in by:
        trade = trade.mutate(month=trade.month.fill_null(MONTH_OF_YEARLY_FLOWS))
    joined = trade.left_join(ibis.memtable(table), by)
    zone = joined.partner_zone
    if union_policy(study.study.union).name == "declared":
        zone = (zone == OWN_COUNTRY).ifelse(
            zone, ibis.coalesce(joined.zone, zone) if "zone" in trade.columns else zone
        )
    return joined.select("firm_id", "year", "flow", "value", zone=ibis.coalesce(zone, declared))


def partner_zones(study: Study, years: list[int], *, monthly: bool) -> tuple[pl.DataFrame, list[str]]:
    """The zone of every partner code, and the columns to join it by.

    A fixed union needs the partner alone; membership by date needs year and month too.
    """
    policy = union_policy(study.study.union)
    own = {code for code, partner in partners().items() if partner.country == study.study.country}
    fixed = policy.as_of is not None or policy.name == "declared"
    rows = zones(policy, years[:1] if fixed else years, monthly=monthly and not fixed)
    table = pl.DataFrame(
        [(row.partner, row.year, row.month, OWN_COUNTRY if row.partner in own else row.zone) for row in rows],
        schema={"partner": pl.String, "year": pl.Int32, "month": pl.Int32, "partner_zone": pl.String},
        orient="row",
    )
    if fixed:
        return table.select("partner", "partner_zone"), ["partner"]
    if monthly:
        return table.filter(pl.col("month").is_not_null()), ["partner", "year", "month"]
    return table.drop("month"), ["partner", "year"]


def flags(flow: ir.Table, study: Study) -> ir.Table:
    """One row per firm and year with any flow: the flags of the definitions, and export and import values.

    A flag is true where the year's sum exceeds the study's threshold; negative corrections are part of it.
    """
    threshold = ibis.literal(study.study.trade_threshold).cast(MONEY)
    zero = ibis.literal(0).cast(MONEY)

    def total(direction: str, zone: str | None = None) -> ir.Value:
        belongs = flow.flow == direction
        return flow.value.sum(where=belongs if zone is None else belongs & (flow.zone == zone)).fill_null(
            zero
        )

    return flow.group_by("firm_id", "year").agg(
        **{name: total(direction, zone) > threshold for name, (direction, zone) in FLAGS.items()},
        export_value=total("export"),
        import_value=total("import"),
    )
