"""The panel: one row per firm and year with every attribute of the definitions."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from firmtrade.engines.columns import without
from firmtrade.engines.protocol import Tables
from firmtrade.observatory.attributes import (
    activity_columns,
    classify,
    keeps_limits,
    within,
)
from firmtrade.observatory.canonical import MONEY, own_columns
from firmtrade.observatory.flows import FLAGS
from firmtrade.observatory.rates import times_ratio
from firmtrade.observatory.sample import sample_columns, with_strata
from firmtrade.query.dimensions import UNKNOWN, population_columns
from firmtrade.study import Study

BOOK_YEAR_MONTHS = (6, 18)
"""Book years of these lengths are scaled to twelve months; figures of others are missing."""

KEY = ("firm_id", "year")
SPENT = (
    "nace",
    "nace_revision",
    "postcode",
    "domestic_owned",
    "book_months",
    "headcount",
    "size_measure",
)
"""Columns that nothing asks about once classes and populations are known."""

FOR_MODELS = (
    "founded", "closed", "age", "employees_fte", "employees", "turnover", "total_assets", "labor_cost",
    "tangible_assets", "export_value", "import_value",
)  # fmt: skip
"""Columns that models ask about, and tables only where they show numbers of single firms, once classes and populations
are known."""

COSTS_AND_ASSETS = frozenset({"labor_cost", "total_assets", "tangible_assets"})
"""Columns of the accounts that neither limits nor classes follow from."""

GROUP = "group_id"
"""The column of the panel that says which firms are one unit; null where a firm stands alone."""

SCALED = ("turnover", "value_added", "labor_cost")


def annual_accounts(accounts: ir.Table) -> ir.Table:
    """Accounts with flows of money scaled to twelve months, exact to the cent (half away from zero)."""
    if "book_months" not in accounts.columns:
        return accounts
    months = accounts.book_months
    usual = months.isnull() | (months == 12)
    scalable = months.between(*BOOK_YEAR_MONTHS)

    def scaled(name: str) -> ir.Value:
        twelve = times_ratio(accounts[name], 12, months)
        return ibis.cases((usual, accounts[name]), (scalable, twelve), else_=ibis.null())

    return accounts.mutate(**{name: scaled(name) for name in SCALED if name in accounts.columns})


def register(tables: Tables, firms: ir.Table, study: Study, without_zero: Sequence[str] = ()) -> ir.Table:
    """The register with what follows from a state of it alone: activity, its classes, region, populations.

    A code is read once, however many states have it, and kept before anything asks about it.
    """
    of_register = {name: one for name, one in study.attributes.items() if one.of_register}
    of_columns = {
        name: classify(one, study, firms) for name, one in of_register.items() if one.column is not None
    }
    drawn = sample_columns(study, "firms", firms)
    own = own_columns(study, "firms") - {*of_columns, *drawn}
    read = without(firms.mutate(**of_columns, **drawn), own)
    coded = _with_activity(tables, read, study, without_zero)
    classes = {
        name: classify(one, study, coded) for name, one in of_register.items() if name not in of_columns
    }
    columns = population_columns(study)
    inside = {columns[name]: within(one, study, coded) for name, one in study.populations.items()}
    kept = without(coded.mutate(**classes, **inside), {"digits", "section"})
    return tables.materialize("register", kept)


def _with_activity(tables: Tables, firms: ir.Table, study: Study, without_zero: Sequence[str]) -> ir.Table:
    """States of firms with what their activity code says."""
    written = [name for name in ("nace", "nace_revision") if name in firms.columns]
    if "nace" not in written:
        return firms.mutate(**activity_columns(firms, study))
    different = firms.select(*written).distinct()
    said = activity_columns(different, study, without_zero)
    codes = tables.materialize("codes", different.mutate(**said))
    joined = firms.left_join(codes, [firms[name].identical_to(codes[name]) for name in written])
    columns = {name: firms[name] for name in firms.columns} | {name: codes[name] for name in said}
    return joined.select(**columns)


def with_last_closing(firms: ir.Table) -> ir.Table:
    """The register with the closing year that a firm's last state gives, if any does, in each of its states.

    A closing is written after the fact, in a state that the years of the firm's life do not see.
    """
    if not {"closed", "year"} <= {*firms.columns}:
        return firms
    closing = firms.filter(firms.closed.notnull())
    place = ibis.row_number().over(group_by=closing.firm_id, order_by=closing.year.desc())
    last = closing.mutate(place=place).filter(lambda t: t.place == 0).select("firm_id", last_closed="closed")
    joined = firms.left_join(last, "firm_id").select(*firms.columns, "last_closed")
    return joined.mutate(closed=joined.last_closed).select(*firms.columns)


def register_at(states: ir.Table, years: Sequence[int]) -> ir.Table:
    """The yearly register's state of each firm in each year: the latest at or before it."""
    calendar = ibis.literal(list(years), "array<int32>").unnest().name("at").as_table()
    joined = states.join(calendar, [states.year <= calendar.at])
    latest = ibis.row_number().over(group_by=[joined.firm_id, joined.at], order_by=joined.year.desc())
    ranked = joined.mutate(order=latest)
    return without(ranked.filter(ranked.order == 0), ["order", "year"]).rename(year="at")


def panel(
    tables: Tables,
    firms: ir.Table,
    accounts: ir.Table,
    traders: ir.Table,
    study: Study,
    years: Sequence[int],
    *,
    models: bool,
    without_zero: Sequence[str] = (),
) -> ir.Table:
    """Build and keep the panel over ``years``.

    Rows are the firms of the register in the years in which they have accounts or trade. In a year before its first
    state a firm has no class and is in no population, but it is there: whether it traded is asked of the declarations
    alone. No row in ``traders``
    means no flow: false, not missing. ``employment`` is the study's measure; ``headcount`` stands in for a
    missing headcount by employment (for limits), ``size_measure`` never does (for classes). Without ``models`` the
    columns that only they ask about, and no table, are left out: writing them costs more than all the rest.
    """
    asked = {*FOR_MODELS} if models else study.measures
    unread = COSTS_AND_ASSETS - asked - {*study.columns_of("accounts")}
    yearly = _with_classes(annual_accounts(without(accounts, unread)), study)
    yearly = yearly.filter(yearly.year.isin(list(years)))
    states = register(tables, with_last_closing(firms) if models else firms, study, without_zero)
    base = _with_states(_together(yearly, traders), states, study, years)
    base = base.mutate(
        **{name: base[name].fill_null(UNKNOWN) for name in _of_accounts(study)},
        exporter=base.intra_eu_export | base.extra_eu_export | base.unknown_zone_export,
        importer=base.intra_eu_import | base.extra_eu_import | base.unknown_zone_import,
        **_numbers(base, study),
    )
    base = base.mutate(
        age=base.year - base.founded, venture=(base.founded >= study.ventures_since).fill_null(False)
    )
    classes = {
        name: classify(attribute, study, base)
        for name, attribute in study.attributes.items()
        if not attribute.of_register and attribute.column is None
    }
    columns = population_columns(study)
    members = {
        columns[name]: base[columns[name]] & keeps_limits(one, base)
        for name, one in study.populations.items()
    }
    done = with_strata(base.mutate(**classes, **members))
    spent = {*SPENT, *FOR_MODELS} - asked
    return tables.materialize("panel", without(done, spent))


def _together(accounts: ir.Table, traders: ir.Table) -> ir.Table:
    """Firm-years that have accounts, or trade, or both, with what is known of them: without a row, no flow."""
    joined = accounts.outer_join(traders, KEY, rname="{name}_of_traders")
    keys = {name: ibis.coalesce(joined[name], joined[f"{name}_of_traders"]) for name in KEY}
    others = [name for table in (accounts, traders) for name in table.columns if name not in KEY]
    both = joined.select(**keys, **{name: joined[name] for name in others})
    zero = ibis.literal(0).cast(MONEY)
    none = dict.fromkeys(FLAGS, False) | dict.fromkeys(("export_value", "import_value"), zero)
    return both.mutate(**{name: both[name].fill_null(nothing) for name, nothing in none.items()})


def _with_states(found: ir.Table, states: ir.Table, study: Study, years: Sequence[int]) -> ir.Table:
    """Firm-years of registered firms with the state that holds in the year.

    Before a firm's first state its classes are unknown.
    """
    if "year" in states.columns:
        held = register_at(states, years)
        found = found.semi_join(states, "firm_id")
        joined = found.left_join(held, KEY)
    else:
        held = states
        joined = found.inner_join(states, "firm_id")
    found = joined.select(*found.columns, *(name for name in held.columns if name not in KEY))
    classes = [name for name, one in study.attributes.items() if one.of_register]
    known = {name: found[name].fill_null(UNKNOWN) for name in ("division", *classes)}
    inside = {name: found[name].fill_null(False) for name in population_columns(study).values()}
    return found.mutate(**known, **inside)


def _of_accounts(study: Study) -> tuple[str, ...]:
    """The attributes that follow from a column of the accounts."""
    named = ((name, one.column) for name, one in study.attributes.items())
    return tuple(name for name, column in named if column is not None and column[0] == "accounts")


def _with_classes(yearly: ir.Table, study: Study) -> ir.Table:
    """Accounts with the classes that follow from their columns, without the columns that nothing else reads."""
    classes = {name: classify(study.attributes[name], study, yearly) for name in _of_accounts(study)}
    drawn = sample_columns(study, "accounts", yearly)
    own = own_columns(study, "accounts") - {*classes, *drawn}
    return without(yearly.mutate(**classes, **drawn), own)


def unit_of(firms: ir.Table) -> ir.StringValue:
    """What disclosure rules protect: the enterprise group, or the firm where it stands alone.

    The prefix keeps a group's number from meeting a firm's.
    """
    alone = ibis.literal("f:") + firms.firm_id
    return (ibis.literal("g:") + firms[GROUP]).fill_null(alone) if GROUP in firms.columns else alone


def _numbers(base: ir.Table, study: Study) -> dict[str, ir.Value]:
    nothing = ibis.null().cast("decimal(18, 6)")
    employment = base[study.head.employment] if study.head.employment in base.columns else nothing
    counted = base.employees if "employees" in base.columns else employment
    founded = base.founded if "founded" in base.columns else ibis.null().cast("int32")
    return {
        "employment": employment,
        "headcount": ibis.coalesce(counted, employment),
        "size_measure": counted,
        "founded": (founded <= base.year).ifelse(founded, ibis.null().cast("int32")),
        "value_added": base.value_added
        if "value_added" in base.columns
        else ibis.null().cast("decimal(18, 2)"),
    }
