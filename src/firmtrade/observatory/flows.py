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


COUNTRY, PRODUCT = "country", "product_group"
"""Columns of the details: the country that a partner counts as, and the product to six digits."""

PRODUCT_DIGITS = 6
"""Digits of the Harmonized System, which every country's product codes begin with."""


def flows(engine: Engine, trade: ir.Table, study: Study, years: Iterable[int]) -> ir.Table:
    """Values summed over the year's rows: columns ``firm_id, year, flow, zone, value``.

    The partner wins over the declared zone (but under the policy ``declared``); a row without either has the
    zone ``unknown``; a row whose partner is the study's own country is no foreign trade and is left out.
    """
    return engine.keep("flows", _summed(_zoned(trade, study, years)))


def details(
    engine: Engine, trade: ir.Table, study: Study, years: Iterable[int], levels: Iterable[str]
) -> ir.Table:
    """The same sums by ``country`` (of levels with ``partner``) and ``product_group`` (with ``product``) too.

    A code that counts as no country, or has fewer digits than a product group, is null there.
    """
    columns = [column for level, column in (("partner", COUNTRY), ("product", PRODUCT)) if level in levels]
    return engine.keep("details", _summed(_zoned(trade, study, years, columns), columns))


def flows_of(engine: Engine, details: ir.Table) -> ir.Table:
    """The flows, from details that were kept: the declarations are not read again."""
    return engine.keep("flows", _summed(details))


def relations(details: ir.Table, study: Study, column: str, flow: str) -> ir.Table:
    """One row per firm, year and country (or product) in which a flow exceeds the threshold."""
    rows = details.filter(details.flow == flow, details[column].notnull())
    summed = rows.group_by("firm_id", "year", column).agg(value=rows.value.sum())
    return summed.filter(summed.value > ibis.literal(study.study.trade_threshold).cast(MONEY))


def _summed(rows: ir.Table, columns: Iterable[str] = ()) -> ir.Table:
    return rows.group_by("firm_id", "year", "flow", "zone", *columns).agg(value=rows.value.sum())


def _zoned(trade: ir.Table, study: Study, years: Iterable[int], columns: Iterable[str] = ()) -> ir.Table:
    """Declarations of foreign trade with their zone, and with the columns of the details that are asked for."""
    wanted = sorted(set(years))
    trade = trade.filter(trade.year.isin(wanted), trade.flow.isin(["import", "export"]))
    if PRODUCT in columns:
        digits = trade["product"].re_replace("[^0-9]", "")
        group = (digits.length() >= PRODUCT_DIGITS).ifelse(digits.left(PRODUCT_DIGITS), ibis.null())
        trade = trade.mutate(**{PRODUCT: group})
    zoned = _with_zone(trade, study, wanted, columns)
    return zoned.filter(zoned.zone != OWN_COUNTRY)


def _with_zone(trade: ir.Table, study: Study, years: list[int], columns: Iterable[str]) -> ir.Table:
    declared = trade.zone.fill_null(UNKNOWN_ZONE) if "zone" in trade.columns else ibis.literal(UNKNOWN_ZONE)
    if "partner" not in trade.columns:
        return trade.mutate(zone=declared)
    table, by = partner_zones(study, years, monthly="month" in trade.columns)
    if "month" in by:
        trade = trade.mutate(month=trade.month.fill_null(MONTH_OF_YEARLY_FLOWS))
    joined = trade.left_join(ibis.memtable(table if COUNTRY in columns else table.drop(COUNTRY)), by)
    zone = joined.partner_zone
    if union_policy(study.study.union).name == "declared":
        zone = (zone == OWN_COUNTRY).ifelse(
            zone, ibis.coalesce(joined.zone, zone) if "zone" in trade.columns else zone
        )
    kept = ("firm_id", "year", "flow", "value", *columns)
    return joined.select(*kept, zone=ibis.coalesce(zone, declared))


def partner_zones(study: Study, years: list[int], *, monthly: bool) -> tuple[pl.DataFrame, list[str]]:
    """The zone of every partner code, the country it counts as, and the columns to join them by.

    A fixed union needs the partner alone; membership by date needs year and month too.
    """
    policy = union_policy(study.study.union)
    known = partners()
    own = {code for code, partner in known.items() if partner.country == study.study.country}
    fixed = policy.as_of is not None or policy.name == "declared"
    rows = zones(policy, years[:1] if fixed else years, monthly=monthly and not fixed)
    table = pl.DataFrame(
        [
            (row.partner, row.year, row.month, OWN_COUNTRY if row.partner in own else row.zone, known[row.partner].country)
            for row in rows
        ],
        schema={
            "partner": pl.String, "year": pl.Int32, "month": pl.Int32, "partner_zone": pl.String, COUNTRY: pl.String,
        },
        orient="row",
    )  # fmt: skip
    if fixed:
        return table.select("partner", "partner_zone", COUNTRY), ["partner"]
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
