"""Years: what each table holds of each, what is missing between, and how the tables find one another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ibis

from firmtrade.messages import Years, message
from firmtrade.sources.quality.findings import Linkage, QualityFinding, YearRow
from firmtrade.sources.quality.rule import Relation, Severity
from firmtrade.sources.quality.rules_any import FIRST_YEAR, LAST_YEAR
from firmtrade.study import Study

GAP = Relation("year_gap", Severity.WARNING)
ABSENT = Relation("absent_year", Severity.ERROR)
MEASURES = ("employees_fte", "employees", "turnover", "value_added")


def coverage(connection: Any, tables: dict[str, ibis.Table]) -> tuple[YearRow, ...]:
    """How many rows and firms each table has in each year, and in how many accounts each figure is known."""
    found: dict[int, dict[str, int]] = {}
    if "firms" in tables and "year" in tables["firms"].columns:
        firms = tables["firms"]
        _add(connection, firms.group_by("year").agg(**{"register: firms": firms.firm_id.nunique()}), found)
    if "accounts" in tables:
        accounts = tables["accounts"]
        known = {
            f"accounts: {name} known": accounts[name].notnull().sum()
            for name in MEASURES
            if name in accounts.columns
        }
        _add(
            connection, accounts.group_by("year").agg(**{"accounts: rows": accounts.count()}, **known), found
        )
    if "trade" in tables:
        trade = tables["trade"]
        for flow in ("import", "export"):
            mine = trade.filter(trade.flow == flow)
            counted = mine.group_by("year").agg(
                **{f"{flow}: declarations": mine.count(), f"{flow}: firms": mine.firm_id.nunique()}
            )
            _add(connection, counted, found)
    return tuple(YearRow(year, found[year]) for year in sorted(found))


def _add(connection: Any, counted: ibis.Table, found: dict[int, dict[str, int]]) -> None:
    for row in connection.to_pyarrow(counted.filter(counted.year.notnull())).to_pylist():
        found.setdefault(int(row.pop("year")), {}).update(row)


def gaps(years: tuple[YearRow, ...], study: Study | None) -> Iterator[QualityFinding]:
    """Years missing between others, and years that a study needs. An impossible year is no end of a gap."""
    for table, column in (
        ("accounts", "accounts: rows"),
        ("trade", "import: declarations"),
        ("trade", "export: declarations"),
    ):
        present = sorted(
            row.year for row in years if row.counts.get(column) and FIRST_YEAR <= row.year <= LAST_YEAR
        )
        missing = sorted(set(range(present[0], present[-1] + 1)) - set(present)) if present else []
        if missing:
            yield _years(GAP, table, column, missing)
        if study is not None and present:
            last = () if table == "trade" else (study.last_year,)
            needed = {study.first_year, study.reference_year, *last}
            if absent := sorted(needed - set(present) - set(missing)):
                yield _years(ABSENT, table, column, absent)


def _years(relation: Relation, table: str, column: str, years: list[int]) -> QualityFinding:
    what = message(f"quality.page.head_{column.split(':')[0]}")
    detail = message("quality.details.years_of", what=what, years=Years(tuple(years)))
    return QualityFinding(
        relation.id,
        table,
        None,
        relation.severity,
        relation.sentence,
        relation.fix,
        len(years),
        detail=detail,
    )


def linkage(connection: Any, tables: dict[str, ibis.Table]) -> Iterator[Linkage]:
    """How much of a table finds its partner in another."""
    firms, accounts, trade = (tables.get(name) for name in ("firms", "accounts", "trade"))
    if firms is not None:
        register = firms.select("firm_id").distinct()
        if accounts is not None:
            yield _link(connection, "firms_with_accounts", register, accounts, ["firm_id"])
            yield _link(connection, "accounts_with_firm", accounts, register, ["firm_id"])
        if trade is not None:
            yield from _declarations(connection, trade, register)
    if accounts is not None and trade is not None:
        traders = trade.select("firm_id", "year").distinct()
        yield _link(connection, "traders_with_accounts", traders, accounts, ["firm_id", "year"])


def _link(connection: Any, name: str, rows: ibis.Table, partner: ibis.Table, key: list[str]) -> Linkage:
    found = partner.select(*key).distinct().mutate(__found=True)
    flagged = rows.select(*key).left_join(found, key)
    counts = connection.to_pyarrow(
        flagged.agg(matched=flagged["__found"].count(), total=flagged.count())
    ).to_pylist()[0]
    return Linkage(
        message(f"quality.linkage.{name}"),
        "rows",
        counts["matched"] / counts["total"] if counts["total"] else None,
    )


def _declarations(connection: Any, trade: ibis.Table, register: ibis.Table) -> Iterator[Linkage]:
    """Declarations and their value, where they have one, by flow: two passes for the four of them."""
    sums = {"rows": ibis._.count()}
    kinds = {"rows": "declarations"}
    if "value" in trade.columns:
        sums, kinds = sums | {"amount": ibis._.value.abs().sum()}, kinds | {"amount": "value"}
    whole, found = (
        {row["flow"]: row for row in connection.to_pyarrow(rows.group_by("flow").agg(**sums)).to_pylist()}
        for rows in (trade, trade.semi_join(register, "firm_id"))
    )
    for flow in ("import", "export"):
        for of, what in kinds.items():
            total = whole.get(flow, {}).get(of)
            matched = found.get(flow, {}).get(of) or 0
            yield Linkage(
                message(f"quality.linkage.{flow}_{what}"), of, float(matched / total) if total else None
            )
