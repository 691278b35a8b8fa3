"""Rules about rows in relation to others: keys that stand twice, and records that find no partner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ibis

from firmtrade.sources.canonical import TABLES
from firmtrade.sources.mapping.checks import key_of
from firmtrade.sources.quality.rule import WEIGHTS, Relation, Severity

NO_TABLE = Relation("missing_table", Severity.ERROR)
DUPLICATE = Relation("duplicate_key", Severity.ERROR)
CONFLICT = Relation("conflicting_duplicate", Severity.ERROR)
REPEATED = Relation("repeated_declaration", Severity.NOTE)
ORPHAN = Relation("without_firm", Severity.WARNING)
NO_ACCOUNTS = Relation("firm_without_accounts", Severity.NOTE)
TRADE_WITHOUT_ACCOUNTS = Relation("trade_without_accounts", Severity.NOTE)
BEFORE_REGISTER = Relation("before_register", Severity.WARNING)
RELATIONS = (
    NO_TABLE, DUPLICATE, CONFLICT, REPEATED, ORPHAN, BEFORE_REGISTER, NO_ACCOUNTS, TRADE_WITHOUT_ACCOUNTS,
)  # fmt: skip

Tables = dict[str, ibis.Table]


@dataclass(frozen=True, slots=True)
class Related:
    """Rows that break a relation: how many each row stands for is in ``times`` (1 where it is not given)."""

    relation: Relation
    table: str
    rows: ibis.Table
    times: str | None = None
    weighed: bool = True


def related(connection: Any, tables: Tables) -> Iterator[Related]:
    """Every relation that the tables allow to judge, as the rows that break it."""
    for name in tables:
        yield from _keys(connection, name, tables[name])
    if "firms" in tables:
        firms = tables["firms"].select("firm_id").distinct()
        for name in ("accounts", "trade", "links", "support"):
            if name in tables:
                yield Related(ORPHAN, name, tables[name].anti_join(firms, "firm_id"))
        if "year" in tables["firms"].columns:
            yield from _before_register(tables)
        if "accounts" in tables:
            yield Related(NO_ACCOUNTS, "firms", firms.anti_join(tables["accounts"], "firm_id"), weighed=False)
    if "accounts" in tables and "trade" in tables:
        years = tables["accounts"].select("firm_id", "year").distinct()
        yield Related(TRADE_WITHOUT_ACCOUNTS, "trade", tables["trade"].anti_join(years, ["firm_id", "year"]))


def _before_register(tables: Tables) -> Iterator[Related]:
    """A yearly register holds from each state on: what lies before a firm's first one has no activity."""
    states = tables["firms"]
    first = states.group_by("firm_id").agg(__first=states.year.min())
    for name in ("accounts", "trade"):
        if name in tables:
            rows = tables[name]
            dated = rows.join(first.filter(first["__first"].notnull()), "firm_id")
            yield Related(
                BEFORE_REGISTER, name, dated.filter(dated.year < dated["__first"]).select(*rows.columns)
            )


def _keys(connection: Any, name: str, rows: ibis.Table) -> Iterator[Related]:
    """Keys that stand twice; only these are then compared in full. A row without its key repeats nothing."""
    key = key_of(TABLES[name], rows.columns)
    if not key:
        if name == "trade":
            yield _repeated(name, rows, tuple(rows.columns), REPEATED)
        return
    rows = rows.filter([rows[column].notnull() for column in key])
    yield (twice := _repeated(name, rows, key, DUPLICATE))
    if connection.to_pyarrow(twice.rows.limit(1)).num_rows:
        same = rows.semi_join(twice.rows, list(key))
        distinct = same.distinct().group_by(list(key)).agg(__states=ibis._.count())
        yield Related(CONFLICT, name, same.semi_join(distinct.filter(distinct["__states"] > 1), list(key)))


def _repeated(name: str, rows: ibis.Table, columns: tuple[str, ...], relation: Relation) -> Related:
    counted = rows.group_by(list(columns)).agg(__times=ibis._.count())
    beyond = counted.filter(counted["__times"] > 1).mutate(__times=ibis._["__times"] - 1)
    return Related(
        relation, name, beyond, times="__times", weighed=set(WEIGHTS.get(name, ())) <= set(columns)
    )
