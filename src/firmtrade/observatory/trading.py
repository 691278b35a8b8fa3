"""Trading: the firms that have a flow in a year, with its value, its partners and its products.

One row per firm and year in which the flow exceeds the threshold, with every column of the panel and a column for
each measure that is distributed over traders. A measure that a firm has no number of is null, and the dimension
``known_<measure>`` is false.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from firmtrade.engines.columns import without
from firmtrade.engines.protocol import Tables
from firmtrade.observatory.canonical import MONEY
from firmtrade.observatory.flows import COUNTRY, DETAIL_OF, relations
from firmtrade.observatory.prices import at_base_prices
from firmtrade.observatory.rates import percent_of
from firmtrade.query.dimensions import PARTNER_CLASSES, PARTNER_REGION, UNKNOWN, known
from firmtrade.query.measures import VALUE, VALUE_PARTNERS
from firmtrade.query.partner_regions import partner_regions
from firmtrade.query.registry import numbers_of_traders
from firmtrade.query.universes import Flow
from firmtrade.study import Study


def trading(
    tables: Tables,
    panel: ir.Table,
    flows: ir.Table,
    details: ir.Table | None,
    prices: ir.Table | None,
    study: Study,
    flow: Flow,
) -> ir.Table:
    """Build and keep the traders of a flow.

    ``details`` are the flows by country and product, ``prices`` the ratios of a deflator, where asked for.
    """
    values = _values(panel, flows, flow)
    before = _at(values, study.head.step).select("firm_id", "year", value_before=lambda t: t.value)
    firms = _beside(panel.filter(panel[f"{flow}er"]), values, "value", "value_intra", "value_extra")
    firms = _beside(firms, before, "value_before")
    compared = firms.mutate(value_now=firms.value)
    compared = at_base_prices(
        compared, {"value_now": compared.year, "value_before": compared.year - study.head.step}, prices
    )
    before = (compared.value_before > 0).ifelse(compared.value_before, ibis.null())
    growth = percent_of(compared.value_now - before, before)
    firms = without(compared.mutate(value_growth=growth), ["value_before", "value_now"])
    for level, column in DETAIL_OF.items():
        if details is not None and column in details.columns:
            counted = _breadth(relations(details, study, column, flow), column, level, study.head.step)
            firms = _beside(
                firms, counted, *(name for name in counted.columns if name not in ("firm_id", "year"))
            )
    if "partners" in firms.columns:
        firms = firms.mutate(number_of_partners=_band(firms.partners))
    known_value = firms[VALUE_PARTNERS] if VALUE_PARTNERS in firms.columns else ibis.null()
    firms = firms.mutate(**{VALUE_PARTNERS: known_value.fill_null(0).cast(firms.value.type())})
    measures = [name for name in firms.columns if name in numbers_of_traders() and name != VALUE]
    return tables.materialize(
        f"trading_{flow}", firms.mutate(**{known(name): firms[name].notnull() for name in measures})
    )


def by_level(
    tables: Tables, traders: ir.Table, details: ir.Table, study: Study, flow: Flow, level: str
) -> ir.Table:
    """Build and keep the traders of a flow once for each of their partners (products, regions), with its value."""
    column = DETAIL_OF.get(level, COUNTRY)
    rows = relations(details, study, column, flow)
    if level == PARTNER_REGION:
        rows, column = _by_region(rows, study), PARTNER_REGION
    firms = without(traders, ["value"])
    joined = firms.join(rows, ["firm_id", "year"])
    own = {"value": rows.value, level: rows[column]}
    return tables.materialize(f"{flow}_{level}s", joined.select(*firms.columns, **own))


def _by_region(rows: ir.Table, study: Study) -> ir.Table:
    """Values by country as values by the union and continents that the countries lie in."""
    cases = [(rows[COUNTRY].isin(codes), region) for region, codes in partner_regions(study).items()]
    placed = rows.mutate(**{PARTNER_REGION: ibis.cases(*cases)})
    return placed.group_by("firm_id", "year", PARTNER_REGION).agg(value=placed.value.sum())


def _values(panel: ir.Table, flows: ir.Table, flow: Flow) -> ir.Table:
    """The value of the flow by firm and year in which the firm has it: in all, and by zone."""
    rows = flows.filter(flows.flow == flow)
    zero = ibis.literal(0).cast(MONEY)
    summed = rows.group_by("firm_id", "year").agg(
        value=rows.value.sum(),
        **{
            f"value_{zone}": rows.value.sum(where=rows.zone == zone).fill_null(zero)
            for zone in ("intra", "extra")
        },
    )
    return panel.filter(panel[f"{flow}er"]).select("firm_id", "year").join(summed, ["firm_id", "year"])


def _breadth(rows: ir.Table, column: str, level: str, step: int) -> ir.Table:
    """Numbers and rates of a firm's partners (or products) by year, known where it has any.

    ``rows`` has one row per firm, year and partner. What is new was no partner in the wave before, ``step`` years ago;
    what is dropped was one then and is none now; what survives is new and still one in the wave after.
    """
    key = ["firm_id", column]
    here = rows.select(*key, "year", "value")
    before = _at(here, step).select(*key, "year", was=True)
    after = _at(here, -step).select(*key, "year", stays=True)
    marked = here.left_join(before, [*key, "year"]).select(*here.columns, "was")
    marked = marked.left_join(after, [*key, "year"]).select(*marked.columns, "stays")
    new, stays = marked.was.isnull(), marked.stays.notnull()
    counted = marked.group_by("firm_id", "year").agg(
        number=marked.count(),
        total=marked.value.sum(),
        new=new.sum(),
        new_value=marked.value.sum(where=new),
        new_staying=(new & stays).sum(),
        leaving=(~stays).sum(),
    )
    last = _at(counted, step).select(
        "firm_id", "year", number_before=lambda t: t.number, dropped=lambda t: t.leaving
    )
    following = _at(counted, -step).select("firm_id", "year", number_after=lambda t: t.number)
    joined = _beside(_beside(counted, last, "number_before", "dropped"), following, "number_after")
    two_years = joined.number_before.notnull()
    three_years = two_years & joined.number_after.notnull() & (joined.new > 0)
    return joined.select(
        "firm_id",
        "year",
        **({VALUE_PARTNERS: joined.total} if column == COUNTRY else {}),
        **{
            f"{level}s": joined.number,
            f"new_{level}_rate": two_years.ifelse(percent_of(joined.new, joined.number), ibis.null()),
            f"new_{level}_value_share": two_years.ifelse(
                percent_of(
                    joined.new_value.fill_null(ibis.literal(0).cast(joined.total.type())), joined.total
                ),
                ibis.null(),
            ),
            f"dropped_{level}_rate": two_years.ifelse(
                percent_of(joined.dropped, joined.number_before), ibis.null()
            ),
            f"new_{level}_survival": three_years.ifelse(
                percent_of(joined.new_staying, joined.new), ibis.null()
            ),
        },
    )


def _band(number: ir.IntegerValue) -> ir.StringValue:
    cases = [
        ((number >= first) if last is None else number.between(first, last), key)
        for key, (first, last) in PARTNER_CLASSES.items()
    ]
    return ibis.cases(*cases, else_=UNKNOWN)


def _at(rows: ir.Table, years: int) -> ir.Table:
    """The same rows as seen from so many years later."""
    return rows.mutate(year=(rows.year + years).cast("int32"))


def _beside(rows: ir.Table, more: ir.Table, *columns: str) -> ir.Table:
    """Rows with columns of another table of firm-years; null where it has no such row."""
    return rows.left_join(more, ["firm_id", "year"]).select(*rows.columns, *columns)
