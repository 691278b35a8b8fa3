"""Findings: one pass over each table for all rules about its rows, a query each for the other rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis

from firmtrade.messages import Code, Count, Listing, Number, Slot, message
from firmtrade.outputs.csv_file import csv_file
from firmtrade.sources.canonical import TABLES
from firmtrade.sources.quality import RULES
from firmtrade.sources.quality.findings import QualityFinding, TableSummary
from firmtrade.sources.quality.relations import Related, related
from firmtrade.sources.quality.rule import JudgedAgainst, QualityRule, weight_of
from firmtrade.sources.quality.spikes import SPIKE, numbers_of, parts_of_thousand, spikes
from firmtrade.sources.values import code_in

MOST_LISTED = 1_000
"""Rows that a list of a finding holds at most."""
MOST_CODES = 3
"""Codes that a finding names at most."""


@dataclass(frozen=True, slots=True)
class JudgedRule:
    """A rule on one column of a table, with the expression that is true where a row breaks it."""

    rule: QualityRule
    column: str
    breaks: ibis.Value


def judge_rows(
    connection: Any, name: str, rows: ibis.Table, facts: JudgedAgainst, lists: Path | None
) -> tuple[TableSummary, list[QualityFinding], dict[str, int]]:
    """All rules about the rows of a table, in one pass.

    A summary of the table comes with it, and the unit (1 or 1,000) in which each number was declared.
    """
    judged = list(_applicable(name, rows, facts))
    weight = weight_of(name, rows.columns)
    asked: dict[str, ibis.Value] = {"rows": rows.count()}
    asked |= {f"missing {column}": rows[column].isnull().sum() for column in rows.columns}
    if weight is not None:
        asked["weight"] = rows[weight].abs().sum()
    for number, one in enumerate(judged):
        if not one.rule.codes:
            asked |= _broken(number, one.breaks, weight, rows)
    if "firm_id" in rows.columns:
        asked["firms"] = rows.firm_id.nunique()
    if "year" in rows.columns:
        asked |= {"first": rows.year.min(), "last": rows.year.max()}
    numbers = numbers_of(name, rows)
    asked |= {f"parts {column}": parts_of_thousand(rows[column]) for column in numbers}
    counted = connection.to_pyarrow(rows.agg(**asked)).to_pylist()[0]
    for number, one in enumerate(judged):
        if one.rule.codes:
            counted |= _broken_codes(connection, number, one, weight, rows, facts)
    summary = TableSummary(
        name,
        counted["rows"],
        counted.get("firms"),
        (int(counted["first"]), int(counted["last"])) if counted.get("first") is not None else None,
        {
            column: counted[f"missing {column}"] / counted["rows"] if counted["rows"] else 0.0
            for column in rows.columns
        },
    )
    findings = []
    for number, one in enumerate(judged):
        if count := counted[f"count {number}"]:
            share = _share(counted.get(f"weight {number}"), counted.get("weight"))
            rule = one.rule
            findings.append(
                QualityFinding(
                    rule.id, name, one.column, rule.severity, rule.sentence, rule.fix, int(count),
                    int(count) / counted["rows"], share, weight, _as_listed(connection, rows, one),
                )
            )  # fmt: skip
            if lists is not None:
                shown = dict.fromkeys([*_key(name, rows), one.column, *rule.beside])
                _write(
                    connection,
                    rows.filter(one.breaks).select(*shown),
                    lists,
                    f"{name}.{rule.id}.{one.column}",
                )
    units = {column: 1000 if counted[f"parts {column}"] == 0 else 1 for column in numbers}
    return summary, findings, units


def _broken(number: int, breaks: ibis.Value, weight: str | None, rows: ibis.Table) -> dict[str, ibis.Value]:
    """How many rows break a rule, and the amount in them."""
    asked = {f"count {number}": breaks.sum()}
    return asked if weight is None else asked | {f"weight {number}": rows[weight].abs().sum(where=breaks)}


def _broken_codes(
    connection: Any, number: int, one: JudgedRule, weight: str | None, rows: ibis.Table, facts: JudgedAgainst
) -> dict[str, Any]:
    """The same for a rule about codes, judged once for each code: to look a list of hundreds through is dear."""
    sums = {} if weight is None else {weight: rows[weight].abs().sum()}
    codes = rows.group_by(one.column).agg(__rows=rows.count(), **sums)
    breaks = one.rule.breaks(codes, one.column, facts)
    assert breaks is not None  # it was judged of the rows
    asked = {f"count {number}": codes["__rows"].sum(where=breaks)}
    if weight is not None:
        asked[f"weight {number}"] = codes[weight].sum(where=breaks)
    found: dict[str, Any] = connection.to_pyarrow(codes.agg(**asked)).to_pylist()[0]
    return found


def _as_listed(connection: Any, rows: ibis.Table, one: JudgedRule) -> Slot:
    """How codes are to be written that a list has in other letters: ``write 3 of them as `FR```."""
    letters = TABLES[one.rule.table].column(one.column).letters
    if not one.rule.codes or not letters:
        return ""
    code = code_in(letters, rows.filter(one.breaks)[one.column])
    counted = code.name("code").as_table().group_by("code").agg(n=ibis._.count())
    known = counted.filter(counted.code.isin(one.rule.codes)).order_by(ibis.desc("n"), "code")
    found = connection.to_pyarrow(known).to_pylist()
    parts = [
        message("quality.details.as_code", rows=Count(row["n"]), code=Code(row["code"]))
        for row in found[:MOST_CODES]
    ]
    if rest := sum(row["n"] for row in found[MOST_CODES:]):
        parts.append(message("quality.details.as_others", rows=Count(rest)))
    return message("quality.details.written", codes=Listing(tuple(parts), "comma")) if parts else ""


def judge_relations(
    connection: Any, tables: dict[str, ibis.Table], summaries: dict[str, TableSummary], lists: Path | None
) -> Iterator[QualityFinding]:
    """Keys that stand twice, and records without a partner."""
    for one in related(connection, tables):
        weight = weight_of(one.table, one.rows.columns) if one.weighed else None
        times = one.rows[one.times] if one.times else ibis.literal(1)
        asked = {"count": times.sum() if one.times else one.rows.count()}
        if weight is not None:
            asked["weight"] = (one.rows[weight].abs() * times).sum()
        counted = connection.to_pyarrow(one.rows.agg(**asked)).to_pylist()[0]
        if counted["count"]:
            yield _related_finding(connection, one, counted, weight, tables, summaries)
            if lists is not None:
                columns = [name for name in one.rows.columns if not name.startswith("__")]
                _write(connection, one.rows.select(*columns), lists, f"{one.table}.{one.relation.id}")


def _related_finding(
    connection: Any,
    one: Related,
    counted: dict[str, Any],
    weight: str | None,
    tables: dict[str, ibis.Table],
    summaries: dict[str, TableSummary],
) -> QualityFinding:
    share = None
    if weight is not None:
        whole = connection.to_pyarrow(tables[one.table][weight].abs().sum()).as_py()
        share = _share(counted["weight"], whole)
    summary = summaries[one.table]
    population = summary.firms if one.relation.id == "firm_without_accounts" else summary.rows
    return QualityFinding(
        one.relation.id, one.table, None, one.relation.severity, one.relation.sentence, one.relation.fix,
        int(counted["count"]), int(counted["count"]) / population if population else 0.0, share, weight,
    )  # fmt: skip


def judge_spikes(
    connection: Any, name: str, rows: ibis.Table, summary: TableSummary, units: dict[str, int]
) -> Iterator[QualityFinding]:
    """Codes for missing values that pose as numbers."""
    for spike in spikes(connection, name, rows, units):
        detail = message(
            f"quality.details.{'spike' if spike.unit == 1 else 'spike_in_thousands'}",
            code=str(spike.code), rows=Count(spike.count), beside=Number(spike.beside, 1),
        )  # fmt: skip
        yield QualityFinding(
            SPIKE.id, name, spike.column, SPIKE.severity, SPIKE.sentence, SPIKE.fix, spike.count,
            spike.count / summary.rows, detail=detail,
        )  # fmt: skip


def _applicable(name: str, rows: ibis.Table, facts: JudgedAgainst) -> Iterator[JudgedRule]:
    for rule in RULES:
        if rule.table == name and set(rule.beside) <= set(rows.columns):
            for column in rule.columns:
                if column in rows.columns and (breaks := rule.breaks(rows, column, facts)) is not None:
                    yield JudgedRule(rule, column, breaks.fill_null(False))


def _share(part: Any, whole: Any) -> float | None:
    return float((part or 0) / whole) if whole else None


def _key(name: str, rows: ibis.Table) -> list[str]:
    grain = TABLES[name].grain or ("firm_id", "year", "flow")
    return [column for column in grain if column in rows.columns]


def _write(connection: Any, rows: ibis.Table, lists: Path, name: str) -> None:
    """The rows of a finding, at most ``MOST_LISTED``, in order."""
    lists.mkdir(exist_ok=True)
    first = connection.to_pyarrow(rows.order_by(list(rows.columns)).limit(MOST_LISTED))
    listed = zip(*(column.to_pylist() for column in first.columns), strict=True)
    (lists / f"{name}.csv").write_bytes(csv_file(first.column_names, listed))
