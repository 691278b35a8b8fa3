"""Flows: the one pass over the declarations, to one row per firm, year, flow and zone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

import ibis
import ibis.expr.types as ir
import polars as pl

from firmtrade.classifications import MONTH_OF_YEARLY_FLOWS, partners, zones
from firmtrade.engines.columns import without
from firmtrade.engines.protocol import Tables
from firmtrade.observatory.canonical import MONEY
from firmtrade.observatory.thresholds import at_or_above
from firmtrade.study import Study

UNKNOWN_ZONE = "unknown"
OWN_COUNTRY = "own"
ZONES = ("intra", "extra", UNKNOWN_ZONE, OWN_COUNTRY)
FLOWS = ("import", "export")
KIND = "kind"

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

DETAIL_OF = {"partner": COUNTRY, "product": PRODUCT}
"""What a firm may have many of, and the column of the details that tells them apart."""

PRODUCT_DIGITS = 6
"""Digits of the Harmonized System, which every country's product codes begin with."""
WITHOUT_ZERO = (5, 7)
"""Lengths of product codes that have lost the zero in front of their chapter: such codes have 6, 8 or more digits."""


def flows(
    tables: Tables, trade: ir.Table, study: Study, years: Sequence[int], held: ir.Table | None = None
) -> ir.Table:
    """Values summed over the year's rows: columns ``firm_id, year, flow, zone, value``.

    The partner wins over the declared zone (but under the policy ``declared``); a row without either has the
    zone ``unknown``; a row whose partner is the study's own country is no foreign trade and is left out.
    ``held`` are thresholds of declaration that hold in all years.
    """
    return _summed(tables, "flows", partial(_zoned, tables, trade, study), years, held=held)


def details(
    tables: Tables,
    trade: ir.Table,
    study: Study,
    years: Sequence[int],
    levels: Iterable[str],
    held: ir.Table | None = None,
) -> ir.Table:
    """The same sums by ``country`` (of levels with ``partner``) and ``product_group`` (with ``product``) too.

    A code that counts as no country, or has fewer digits than a product group, is null there.
    """
    columns = [column for level, column in DETAIL_OF.items() if level in levels]
    of_years = partial(_zoned, tables, trade, study, columns=columns)
    return _summed(tables, "details", of_years, years, columns, held)


def flows_of(tables: Tables, details: ir.Table) -> ir.Table:
    """The flows, from details that were kept: the declarations are not read again."""
    summed = details.group_by("firm_id", "year", "flow", "zone").agg(value=details.value.sum())
    return tables.materialize("flows", summed)


def sums_by_kind(tables: Tables, *, details: bool) -> ir.Table:
    """The sums that flows (or details) were made of: their kind is null where the declared flow is neither."""
    return tables.table("details_by_kind" if details else "flows_by_kind")


def relations(details: ir.Table, study: Study, column: str, flow: str) -> ir.Table:
    """One row per firm, year and country (or product) in which a flow exceeds the threshold."""
    rows = details.filter(details.flow == flow, details[column].notnull())
    summed = rows.group_by("firm_id", "year", column).agg(value=rows.value.sum())
    return summed.filter(summed.value > ibis.literal(study.head.trade_threshold).cast(MONEY))


def _summed(
    tables: Tables,
    name: str,
    of_years: Callable[[Sequence[int]], ir.Table],
    years: Sequence[int],
    columns: Iterable[str] = (),
    held: ir.Table | None = None,
) -> ir.Table:
    """Sums by firm, year, kind of flow and maybe country and product; foreign trade only, kinds by name.

    ``of_years`` gives the declarations of some years. Two steps: an engine that sees names and sums at once asks every
    single declaration for its name.
    """

    def summed(some: Sequence[int]) -> ir.Table:
        rows = of_years(some)
        return rows.group_by("firm_id", "year", KIND, *columns).agg(value=rows.value.sum())

    sums = tables.materialize_by_year(f"{name}_by_kind", summed, years)
    named = sums.mutate(
        flow=ibis.cases(*((sums[KIND].isin([_kind(flow, zone) for zone in ZONES]), flow) for flow in FLOWS)),
        zone=ibis.cases(*((sums[KIND].isin([_kind(flow, zone) for flow in FLOWS]), zone) for zone in ZONES)),
    )
    foreign = without(named.filter(named.flow.notnull(), named.zone != OWN_COUNTRY), [KIND])
    if held is not None:
        foreign = at_or_above(tables.materialize(f"{name}_as_declared", foreign), held)
    return tables.materialize(name, foreign)


def _kind(flow: str, zone: str) -> int:
    """Flow and zone as one small number: hashing it is far cheaper than hashing two words."""
    return FLOWS.index(flow) * len(ZONES) + ZONES.index(zone)


def _zoned(
    tables: Tables, trade: ir.Table, study: Study, years: Iterable[int], columns: Iterable[str] = ()
) -> ir.Table:
    """Declarations with the kind of their flow, and with the columns of the details that are asked for."""
    wanted = sorted(set(years))
    whole = wanted == list(range(wanted[0], wanted[-1] + 1))
    trade = trade.filter(trade.year.between(wanted[0], wanted[-1]) if whole else trade.year.isin(wanted))
    if PRODUCT in columns:
        digits = trade["product"].re_replace("[^0-9]", "")
        digits = digits.length().isin(WITHOUT_ZERO).ifelse(ibis.literal("0") + digits, digits)
        group = (digits.length() >= PRODUCT_DIGITS).ifelse(digits.left(PRODUCT_DIGITS), ibis.null())
        trade = trade.mutate(**{PRODUCT: group})
    if "value" not in trade.columns:
        # A declaration says that the firm has the flow: it counts, whatever the threshold of the study.
        trade = trade.mutate(value=ibis.literal(int(study.head.trade_threshold) + 1).cast(MONEY))
    trade = trade.mutate(declared=_declared(trade))
    if "partner" in trade.columns:
        table, by = partner_zones(study, wanted, monthly="month" in trade.columns)
        name = "partner_zones" if len(wanted) > 1 else f"partner_zones_{wanted[0]}"
        trade = _by_partner(trade, tables.register(name, table), by, study, columns)
    flow = ibis.cases(*((trade.flow == name, _kind(name, ZONES[0])) for name in FLOWS))
    kind = (flow + trade.declared).cast("int8")
    return trade.select("firm_id", "year", "value", *columns, **{KIND: kind})


def _declared(trade: ir.Table) -> ir.IntegerValue:
    """The declared zone as its place among the zones."""
    unknown = ibis.literal(ZONES.index(UNKNOWN_ZONE), "int8")
    if "zone" not in trade.columns:
        return unknown
    named = [(trade.zone == zone, ZONES.index(zone)) for zone in ("intra", "extra")]
    return ibis.cases(*named, else_=unknown).cast("int8")


def _by_partner(
    trade: ir.Table, zones: ir.Table, by: list[str], study: Study, columns: Iterable[str]
) -> ir.Table:
    """Declarations whose zone is that of the partner where it has one."""
    if "month" in by:
        trade = trade.mutate(month=trade.month.fill_null(MONTH_OF_YEARLY_FLOWS))
    joined = trade.left_join(zones, by)
    zone = joined.partner_zone
    if study.union_policy.name == "declared":
        speaks = (joined.declared == ZONES.index(UNKNOWN_ZONE)) | (zone == ZONES.index(OWN_COUNTRY))
        zone = speaks.ifelse(zone, joined.declared)
    kept = ("firm_id", "year", "flow", "value", *columns)
    return joined.select(*kept, declared=ibis.coalesce(zone, joined.declared))


def partner_zones(study: Study, years: list[int], *, monthly: bool) -> tuple[pl.DataFrame, list[str]]:
    """The zone of every partner code (its place among the zones), its country, and the columns to join them by.

    A fixed union needs the partner alone; membership by date needs year and month too.
    """
    policy = study.union_policy
    known = partners()
    own = {code for code, partner in known.items() if partner.country == study.head.country}
    fixed = not policy.dated
    rows = zones(policy, years[:1] if fixed else years, monthly=monthly and not fixed)
    table = pl.DataFrame(
        [
            (row.partner, row.year, row.month, _place(OWN_COUNTRY if row.partner in own else row.zone), row.partner)
            for row in rows
        ],
        schema={
            "partner": pl.String, "year": pl.Int32, "month": pl.Int32, "partner_zone": pl.Int8, COUNTRY: pl.String,
        },
        orient="row",
    )  # fmt: skip
    table = table.with_columns(
        pl.col(COUNTRY).replace_strict({code: one.country for code, one in known.items()})
    )
    if fixed:
        return table.select("partner", "partner_zone", COUNTRY), ["partner"]
    if monthly:
        return table.filter(pl.col("month").is_not_null()), ["partner", "year", "month"]
    return table.drop("month"), ["partner", "year"]


def _place(zone: str | None) -> int | None:
    return None if zone is None else ZONES.index(zone)


def flags(flow: ir.Table, study: Study) -> ir.Table:
    """One row per firm and year with any flow: the flags of the definitions, and export and import values.

    A flag is true where the year's sum exceeds the study's threshold; negative corrections are part of it.
    """
    threshold = ibis.literal(study.head.trade_threshold).cast(MONEY)
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
