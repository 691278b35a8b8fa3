"""Coverage ratios: sums over the tables, set against official totals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis

from firmtrade.sources.quality.findings import OfficialRatio

Tables = dict[str, ibis.Table]
Total = Callable[[Tables], ibis.Table | None]


def _of_accounts(column: str) -> Total:
    def total(tables: Tables) -> ibis.Table | None:
        accounts = tables.get("accounts")
        if accounts is None or column not in accounts.columns:
            return None
        return accounts.group_by("year").agg(value=accounts[column].sum())

    return total


def _of_trade(flow: str, *, firms: bool) -> Total:
    def total(tables: Tables) -> ibis.Table | None:
        trade = tables.get("trade")
        if trade is None or not (firms or "value" in trade.columns):
            return None
        mine = trade.filter(trade.flow == flow)
        return mine.group_by("year").agg(value=mine.firm_id.nunique() if firms else mine.value.sum())

    return total


def _firms(tables: Tables) -> ibis.Table | None:
    accounts = tables.get("accounts")
    return None if accounts is None else accounts.group_by("year").agg(value=accounts.firm_id.nunique())


def _employment(tables: Tables) -> ibis.Table | None:
    """Full-time equivalents where the accounts have them, headcount otherwise."""
    accounts = tables.get("accounts")
    known = accounts is not None and "employees_fte" in accounts.columns
    return _of_accounts("employees_fte" if known else "employees")(tables)


INDICATORS: dict[str, Total] = {
    "firms": _firms,
    "employment": _employment,
    "employees_fte": _of_accounts("employees_fte"),
    "employees": _of_accounts("employees"),
    "turnover": _of_accounts("turnover"),
    "value_added": _of_accounts("value_added"),
    "labor_cost": _of_accounts("labor_cost"),
    "import_value": _of_trade("import", firms=False),
    "export_value": _of_trade("export", firms=False),
    "importers": _of_trade("import", firms=True),
    "exporters": _of_trade("export", firms=True),
}
"""Official totals that are known by name, and what they are compared with."""


def ratios(connection: Any, tables: Tables) -> tuple[OfficialRatio, ...]:
    """The tables' totals over the official ones, for each row of ``benchmarks``."""
    if "benchmarks" not in tables:
        return ()
    official = connection.to_pyarrow(tables["benchmarks"].order_by(["indicator", "year"])).to_pylist()
    ours: dict[str, dict[int, Any]] = {}
    for name in {row["indicator"] for row in official} & set(INDICATORS):
        total = INDICATORS[name](tables)
        rows = connection.to_pyarrow(total).to_pylist() if total is not None else []
        ours[name] = {row["year"]: row["value"] for row in rows}
    return tuple(_ratio(row, ours) for row in official)


def _ratio(row: dict[str, Any], ours: dict[str, dict[int, Any]]) -> OfficialRatio:
    name, year, value = row["indicator"], row["year"], row["value"]
    mine = ours.get(name, {}).get(year)
    ratio = float(mine / value) if mine is not None and value else None
    return OfficialRatio(name, int(year), ratio, row["source"], name in INDICATORS)
