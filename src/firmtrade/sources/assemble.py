"""One canonical table from all the raw files that feed it, and the rows that did not make it."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import ibis

from firmtrade.sources.canonical import STORED, CanonicalTable
from firmtrade.sources.mapping import Feed, Mapping
from firmtrade.sources.mapping.checks import key_of
from firmtrade.sources.mapping.model import Join
from firmtrade.sources.quality.rule import weight_of
from firmtrade.sources.raw import Raw
from firmtrade.sources.refusals import ASIDE, BROKEN, REPEATED
from firmtrade.sources.rows import (
    LATE,
    PROVENANCE,
    REASON,
    REWRITTEN,
    RULE,
    SOURCE,
    VERDICT,
    Input,
    Odd,
    Oddity,
    RowCount,
    one_per_key,
    typed,
)

BESIDE = "__beside_{}"
"""A column of a joined file, beside one of the same name that the rows have."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """A canonical table in the engine, unsorted; its inputs; and the refused rows with reason."""

    table: CanonicalTable
    rows: ibis.Table
    inputs: tuple[Input, ...]
    refused: ibis.Table


def assemble(
    connection: Any, mapping: Mapping, table: CanonicalTable, raws: MappingOf[str, Raw], first: int
) -> Assembled:
    """Read, join and stack everything that feeds a table; inputs are numbered from ``first``.

    Raises
    ------
    InputError
        A raw file lacks a column.
    DataError
        The numbers of a column may be read with the wrong decimal mark.
    """
    inputs: list[Input] = []
    refused: list[ibis.Table] = []
    stacked: list[ibis.Table] = []
    for feed in mapping.feeds[table.name]:
        base, rows, bad = _input(connection, mapping, table, feed, raws, first + len(inputs))
        inputs.append(base)
        refused.append(bad)
        for join in feed.join:
            joined, columns, bad = _input(connection, mapping, table, join, raws, first + len(inputs))
            rows, unmatched = _attach(connection, rows, columns, table, join)
            inputs.append(replace(joined, unmatched=unmatched))
            refused.append(bad)
        stacked.append(rows)
    names = [column.name for column in table.columns if any(column.name in rows.columns for rows in stacked)]
    together = (
        ibis.union(*(_aligned(rows, table, names) for rows in stacked)) if len(stacked) > 1 else stacked[0]
    )
    if len(stacked) > 1:
        # A view keeps the query small: every question would hold the rules of all files otherwise.
        together = connection.create_view(
            f"stacked_{table.name}", together.mutate(**{REASON: ibis.null("string")})
        )
        judged = one_per_key(connection, together, table, None, f"together_{table.name}")
        together = judged.filter(judged[VERDICT].isnull())
        if all(feed.distinct for feed in mapping.feeds[table.name]):
            judged = judged.filter(judged[VERDICT] != REPEATED)
        refused.append(_refused(judged))
        inputs = _with_refusals(connection, inputs, judged, weight_of(table.name, names))
    finished = _complete(together.select(*names, *PROVENANCE), table)
    return Assembled(table, finished, tuple(inputs), ibis.union(*refused) if len(refused) > 1 else refused[0])


def _input(
    connection: Any,
    mapping: Mapping,
    table: CanonicalTable,
    declared: Join,
    raws: MappingOf[str, Raw],
    number: int,
) -> tuple[Input, ibis.Table, ibis.Table]:
    """One declaration: what it counted, its standing rows, and its refused ones."""
    raw = raws[declared.file]
    read = typed(connection, table, declared, raws, number, mapping)
    rows, odd = read.rows, list(read.odd)
    judged = one_per_key(connection, rows, table, declared, f"judged_{number}")
    weight = weight_of(table.name, rows.columns)
    selected = _counted(connection, rows, weight)
    if selected.rows == 0 and raw.n_rows > raw.n_broken and declared.where:
        odd.append(Oddity(Odd.NONE_SELECTED, " and ".join(declared.where), raw.n_rows - raw.n_broken))
    odd += _late_periods(connection, judged, declared)
    whole = isinstance(declared, Feed) and not declared.distinct
    reasons = _by(connection, rows.filter(rows[REASON].notnull()), REASON, weight)
    verdicts = _by(connection, judged.filter(judged[VERDICT].notnull()), VERDICT, weight)
    outranked = verdicts.pop(ASIDE, RowCount()) + (
        RowCount() if whole else verdicts.pop(REPEATED, RowCount())
    )
    if raw.n_broken:
        reasons[BROKEN] = RowCount(raw.n_broken)
    base = Input(
        number, raw, declared, rows, raw.n_rows, selected.rows + raw.n_broken, weight, selected.amount,
        reasons | verdicts, outranked.rows,
        by_rule=_by_rule(connection, judged, declared),
        rewritten=_rewritten(connection, judged, table, declared, weight),
        odd=tuple(odd),
    )  # fmt: skip
    bad = (
        rows.filter(rows[REASON].notnull())
        .select(*PROVENANCE, REASON)
        .union(_refused(judged, repeated=whole))
    )
    return base, judged.filter(judged[VERDICT].isnull()), bad


def _late_periods(connection: Any, judged: ibis.Table, declared: Join) -> list[Oddity]:
    """Standing rows of periods beyond the twelfth month."""
    name = LATE.format("year")
    if name not in judged.columns:
        return []
    late = _count(connection, judged.filter(judged[name] & judged[VERDICT].isnull()))
    raw = next(rule.column for rule in declared.columns["year"] if rule.column)
    return [Oddity(Odd.LATE_PERIOD, raw, late)] if late else []


def _refused(judged: ibis.Table, *, repeated: bool = True) -> ibis.Table:
    """Rows that a verdict refuses. The same columns again in a joined file are no mistake."""
    harmless = [ASIDE] if repeated else [ASIDE, REPEATED]
    rows = judged.filter(judged[VERDICT].notnull() & judged[VERDICT].notin(harmless))
    return rows.select(*PROVENANCE, **{REASON: rows[VERDICT]})


def _attach(
    connection: Any, rows: ibis.Table, columns: ibis.Table, table: CanonicalTable, join: Join
) -> tuple[ibis.Table, int]:
    """Rows with the columns of a joined file, and how many rows of that file found none."""
    key = list(key_of(table, join.columns))
    new = [name for name in join.rules if name not in key]
    unmatched = _count(connection, columns.anti_join(rows, key))
    beside = columns.select(*key, **{BESIDE.format(name): columns[name] for name in new})
    found = rows.left_join(beside, key)
    values = {name: beside[BESIDE.format(name)] for name in new}
    filled = {
        name: ibis.coalesce(rows[name], value) if name in rows.columns else value
        for name, value in values.items()
    }
    kept = [rows[name] for name in rows.columns if name not in filled]
    return found.select(*kept, **filled), unmatched


def _with_refusals(
    connection: Any, inputs: list[Input], judged: ibis.Table, weight: str | None
) -> list[Input]:
    """The refusals that appear only when files are stacked, added to the file whose rows they are."""
    counted = judged.filter(judged[VERDICT].notnull()).group_by([SOURCE, VERDICT])
    counts = connection.to_pyarrow(counted.agg(rows=ibis._.count(), **_amount(judged, weight))).to_pylist()
    found: dict[int, dict[str, RowCount]] = {}
    for row in counts:
        found.setdefault(row[SOURCE], {})[row[VERDICT]] = _count_of(row)
    return [replace(one, refused=_added(one.refused, found.get(one.number, {}))) for one in inputs]


def _added(one: dict[str, RowCount], other: dict[str, RowCount]) -> dict[str, RowCount]:
    return {
        reason: one.get(reason, RowCount()) + other.get(reason, RowCount()) for reason in {**one, **other}
    }


def _aligned(rows: ibis.Table, table: CanonicalTable, names: list[str]) -> ibis.Table:
    """The rows with all these columns, missing where the file does not map one."""
    columns = {
        name: rows[name] if name in rows.columns else ibis.null(STORED[table.column(name).kind])
        for name in names
    }
    return rows.select(**columns, **{name: rows[name] for name in PROVENANCE})


def _complete(rows: ibis.Table, table: CanonicalTable) -> ibis.Table:
    """The founding year from the founding date, where only the date is mapped."""
    if table.name == "firms" and "founded_on" in rows.columns and "founded" not in rows.columns:
        return rows.mutate(founded=rows["founded_on"].year().cast("int32"))
    return rows


def _count(connection: Any, rows: ibis.Table) -> int:
    return int(connection.to_pyarrow(rows.count()).as_py())


def _counted(connection: Any, rows: ibis.Table, weight: str | None) -> RowCount:
    counts = connection.to_pyarrow(rows.agg(rows=rows.count(), **_amount(rows, weight))).to_pylist()[0]
    return _count_of(counts)


def _by(connection: Any, rows: ibis.Table, column: str, weight: str | None) -> dict[str, RowCount]:
    counted = rows.group_by(column).agg(rows=ibis._.count(), **_amount(rows, weight))
    found = connection.to_pyarrow(counted.order_by(ibis.desc("rows"), column)).to_pylist()
    return {row[column]: _count_of(row) for row in found}


def _amount(
    rows: ibis.Table, weight: str | None, name: str = "amount", where: ibis.Value | None = None
) -> dict[str, ibis.Value]:
    """The sum of the amounts by which rows are weighed, without their sign, under a name; nothing without them."""
    return {name: rows[weight].abs().sum(where=where)} if weight is not None else {}


def _count_of(counts: dict[str, Any], rows: str = "rows", amount: str = "amount") -> RowCount:
    return RowCount(int(counts[rows] or 0), counts.get(amount) or Decimal(0))


def _rewritten(
    connection: Any, rows: ibis.Table, table: CanonicalTable, declared: Join, weight: str | None
) -> dict[str, RowCount]:
    """Standing rows in which a code was written in other letters, by column."""
    asked: dict[str, ibis.Value] = {}
    for name in (name for name in declared.rules if table.column(name).letters):
        changed = rows[REWRITTEN.format(name)] & rows[VERDICT].isnull()
        asked |= {f"rows {name}": changed.sum(), **_amount(rows, weight, f"amount {name}", changed)}
    if not asked:
        return {}
    counts = connection.to_pyarrow(rows.agg(**asked)).to_pylist()[0]
    return {
        name: _count_of(counts, f"rows {name}", f"amount {name}")
        for name in declared.rules
        if counts.get(f"rows {name}")
    }


def _by_rule(connection: Any, rows: ibis.Table, declared: Join) -> dict[str, dict[int, int]]:
    """How many standing values each of several alternative rules gave, by column."""
    counts: dict[str, dict[int, int]] = {}
    for name, rules in declared.rules.items():
        if len(rules) > 1:
            counted = (
                rows.filter(rows[VERDICT].isnull())
                .group_by(rule=rows[RULE.format(name)])
                .agg(n=ibis._.count())
            )
            found = {row["rule"]: row["n"] for row in connection.to_pyarrow(counted).to_pylist()}
            counts[name] = {number: found.get(number, 0) for number in range(1, len(rules) + 1)}
    return counts
