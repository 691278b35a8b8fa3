"""The panel: one row per firm and year with every attribute of the definitions."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from firmtrade.observatory.attributes import activity_columns, classify, has, member
from firmtrade.observatory.engine import MONEY, Engine
from firmtrade.observatory.flows import FLAGS
from firmtrade.study import Study

BOOK_YEAR_MONTHS = (6, 18)
"""Book years of these lengths are scaled to twelve months; figures of others are missing."""

KEY = ("firm_id", "year")

SCALED = ("turnover", "value_added", "labor_cost")


def population_column(position: int) -> str:
    """The flag of the population at this position of the study."""
    return f"in_population_{position}"


def annual_accounts(accounts: ir.Table) -> ir.Table:
    """Accounts with flows of money scaled to twelve months, exact to the cent (half away from zero).

    Integer arithmetic on cents keeps the result equal to the bit on every engine.
    """
    if not has(accounts, "book_months"):
        return accounts
    months = accounts.book_months
    usual = months.isnull() | (months == 12)
    scalable = months.between(*BOOK_YEAR_MONTHS)

    def scaled(name: str) -> ir.Value:
        value = accounts[name]
        cents = (value.abs() * 100).cast("int64")
        size = ((cents * 24 + months) // (months * 2)).cast("int64")
        signed = (value < 0).ifelse(-size, size)
        twelve = (signed.cast(MONEY) * ibis.literal("0.01").cast(MONEY)).cast(MONEY)
        return ibis.cases((usual, value), (scalable, twelve), else_=ibis.null())

    return accounts.mutate(**{name: scaled(name) for name in SCALED if has(accounts, name)})


def register_at(firms: ir.Table, years: Sequence[int]) -> ir.Table:
    """The register's state of each firm in each year: the latest at or before it, or the one state there is."""
    calendar = ibis.memtable({"at": list(years)}, schema={"at": "int32"})
    if not has(firms, "year"):
        return firms.cross_join(calendar).rename(year="at")
    joined = firms.join(calendar, [firms.year <= calendar.at])
    latest = ibis.row_number().over(group_by=[joined.firm_id, joined.at], order_by=joined.year.desc())
    ranked = joined.mutate(order=latest)
    return ranked.filter(ranked.order == 0).drop("order", "year").rename(year="at")


def panel(
    engine: Engine, firms: ir.Table, accounts: ir.Table, traders: ir.Table, study: Study, years: Sequence[int]
) -> ir.Table:
    """Build and keep the panel over ``years``.

    Rows are the firms of the register in the years in which they have accounts or trade. No row in ``traders``
    means no flow: false, not missing. ``employment`` is the study's measure; ``headcount`` stands in for a
    missing headcount by employment (for limits), ``size_measure`` never does (for classes).
    """
    books = annual_accounts(accounts)
    books = books.filter(books.year.isin(list(years)))
    keys = books.select(*KEY).union(traders.select(*KEY), distinct=True)
    base = keys.join(register_at(firms, years), KEY)
    for more in (books, traders):
        joined = base.left_join(more, KEY)
        base = joined.select(*base.columns, *(name for name in more.columns if name not in KEY))
    base = base.mutate(**{name: base[name].fill_null(False) for name in FLAGS})
    base = base.mutate(
        **{name: base[name].fill_null(ibis.literal(0).cast("decimal(18, 2)")) for name in ("export_value", "import_value")},
        exporter=base.intra_eu_export | base.extra_eu_export | base.unknown_zone_export,
        importer=base.intra_eu_import | base.extra_eu_import | base.unknown_zone_import,
        unit=_unit(base),
        **activity_columns(base, study),
        **_numbers(base, study),
    )
    base = base.mutate(
        age=base.year - base.founded,
        venture=(base.founded >= study.ventures_since).fill_null(False),
    )
    base = base.mutate(**{name: classify(attribute, study, base) for name, attribute in study.attributes.items()})
    members = {
        population_column(position): member(population, study, base)
        for position, population in enumerate(study.populations.values())
    }
    return engine.keep("panel", base.mutate(**members))


def _unit(base: ir.Table) -> ir.Value:
    """What disclosure rules protect: the enterprise group, or the firm where it stands alone.

    The prefix keeps a group's number from meeting a firm's.
    """
    alone = ibis.literal("f:") + base.firm_id
    return (ibis.literal("g:") + base.group_id).fill_null(alone) if has(base, "group_id") else alone


def _numbers(base: ir.Table, study: Study) -> dict[str, ir.Value]:
    nothing = ibis.null().cast("decimal(18, 6)")
    employment = base[study.study.employment] if has(base, study.study.employment) else nothing
    counted = base.employees if has(base, "employees") else employment
    founded = base.founded if has(base, "founded") else ibis.null().cast("int32")
    return {
        "employment": employment,
        "headcount": ibis.coalesce(counted, employment),
        "size_measure": counted,
        "founded": (founded <= base.year).ifelse(founded, ibis.null().cast("int32")),
        "value_added": base.value_added if has(base, "value_added") else ibis.null().cast("decimal(18, 2)"),
    }
