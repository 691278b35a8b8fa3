"""The shape of raw tables: rows that are meant, wide tables melted, long tables pivoted."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

import ibis

from firmtrade.errors import InputError, Place, StudyError, nearest, suggest_found
from firmtrade.sources.conditions import holds
from firmtrade.sources.engine import decimal_or_null
from firmtrade.sources.mapping import RowCondition
from firmtrade.sources.mapping.model import Join, Lookup, Pivot
from firmtrade.sources.raw import FILE, Raw
from firmtrade.sources.readers import ROW
from firmtrade.sources.values.amounts import plain_number

YEAR = "year"
"""The raw column that melting adds."""
CONTRADICTION = "__contradiction"
"""Whether a rubric stands twice, with different values, in what becomes one row."""


@dataclass(frozen=True, slots=True)
class Shaped:
    """The rows that a declaration means.

    ``let_through`` counts by column the rows whose value is missing and which ``is_not`` let through; ``no_number``
    those whose value is compared as a number and is none, so that they were left out.
    """

    rows: ibis.Table
    let_through: dict[str, int]
    no_number: dict[str, int]


def shaped(connection: Any, raws: MappingOf[str, Raw], declared: Join) -> Shaped:
    """The rows that a declaration means, in the columns that its rules read.

    Raises
    ------
    InputError
        A raw column or rubric that the declaration names is not there.
    """
    raw = raws[declared.file]
    needed = declared.raw_columns
    if declared.melt is not None:
        needed = ()
    elif declared.pivot is not None:
        needed = (declared.pivot.names, declared.pivot.values, *declared.pivot.per)
    melted = _melted(raw, declared, declared.melt) if declared.melt is not None else {}
    made = {YEAR, *(name for columns in melted.values() for name in columns)}
    before = {name: one for name, one in declared.where.items() if not (melted and name in made)}
    raw.require((*before, *needed))
    rows = raw.rows(raw.columns if declared.melt is not None else (*before, *needed))
    rows, let_through, no_number = _selected(connection, rows, before, raw)
    if declared.melt is not None:
        rows = _melt(rows, raw, declared, melted)
        after = {name: one for name, one in declared.where.items() if name not in before}
        _require(rows, (*after, *declared.raw_columns), raw, "once melted, there is no column")
        rows, more, none = _selected(connection, rows, after, raw)
        let_through, no_number = let_through | more, no_number | none
    elif declared.pivot is not None:
        rows = _pivot(connection, rows, raw, declared, declared.pivot)
    if declared.lookup is not None:
        rows = _looked_up(rows, raws[declared.lookup.file], declared.lookup)
    if CONTRADICTION not in rows.columns:
        rows = rows.mutate(**{CONTRADICTION: ibis.literal(False)})
    return Shaped(rows, let_through, no_number)


def _selected(
    connection: Any, rows: ibis.Table, conditions: dict[str, RowCondition], raw: Raw
) -> tuple[ibis.Table, dict[str, int], dict[str, int]]:
    """The rows that meet all conditions, and how many of them, or beside them, have no value to judge."""
    tests = {name: holds(rows[name], one, raw.declared) for name, one in conditions.items()}
    asked: dict[str, ibis.Value] = {}
    for name, condition in conditions.items():
        others = reduce(and_, (test for other, test in tests.items() if other != name), ibis.literal(True))
        if condition.is_not is not None and not condition.known:
            asked[f"through {name}"] = (rows[name].isnull() & tests[name] & others).sum()
        if condition.numeric:
            unreadable = (
                decimal_or_null(plain_number(rows[name], raw.declared)).isnull() & rows[name].notnull()
            )
            asked[f"none {name}"] = (unreadable & others).sum()
    counts = connection.to_pyarrow(rows.agg(**asked)).to_pylist()[0] if asked else {}
    let_through = {
        name: int(counts[f"through {name}"]) for name in conditions if counts.get(f"through {name}")
    }
    no_number = {name: int(counts[f"none {name}"]) for name in conditions if counts.get(f"none {name}")}
    return rows.filter(*tests.values()) if tests else rows, let_through, no_number


def _form(pattern: str) -> str:
    return (
        re.escape(pattern)
        .replace(r"\{column\}", "(?P<column>.+?)")
        .replace(r"\{year\}", r"(?P<year>\d{2,4})")
    )


def _melted(raw: Raw, declared: Join, pattern: str) -> dict[str, dict[str, str]]:
    """The raw columns that melting takes apart, by year and the name that they get."""
    read = (*declared.raw_columns, *declared.where)
    raw.require_unambiguous(declared.raw_columns)
    raw.require_unambiguous(
        tuple(
            name
            for part in raw.parts
            for name in part.reading.repeated
            if (found := re.fullmatch(_form(pattern), name)) and found["column"] in read
        )
    )
    years: dict[str, dict[str, str]] = {}
    for name in (name for part in raw.parts for name in part.columns):
        if found := re.fullmatch(_form(pattern), name):
            years.setdefault(found["year"], {})[found["column"]] = name
    if not years:
        raise InputError(
            f"no column is called like `{pattern}`",
            where=Place(file=raw.parts[0].name),
            fix=suggest_found(pattern, raw.columns),
        )
    return years


def _melt(rows: ibis.Table, raw: Raw, declared: Join, years: dict[str, dict[str, str]]) -> ibis.Table:
    """One row per raw row and year, from columns such as ``9087_2002``; years without any value give none."""
    read = (*declared.raw_columns, *declared.where)
    raw.require_values(name for columns in years.values() for one, name in columns.items() if one in read)
    melted = {name for columns in years.values() for name in columns.values()}
    kept = [name for name in raw.columns if name not in melted]
    names = list(dict.fromkeys(name for columns in years.values() for name in columns))
    clash = sorted(set(kept) & {YEAR, *names})
    if clash:
        raise StudyError(
            f"melting `{raw.name}` would make a second column `{clash[0]}`",
            fix="Leave the other one out of the file.",
        )
    return ibis.union(
        *(
            rows.filter(reduce(or_, (rows[name].notnull() for name in columns.values()))).select(
                *kept,
                FILE,
                ROW,
                ibis.literal(year).name(YEAR),
                *(
                    rows[columns[name]].name(name) if name in columns else ibis.null("string").name(name)
                    for name in names
                ),
            )
            for year, columns in sorted(years.items())
        )
    )


def _pivot(connection: Any, rows: ibis.Table, raw: Raw, declared: Join, pivot: Pivot) -> ibis.Table:
    """One row per file and ``per``, a column per rubric that a rule reads."""
    wanted = [name for name in declared.raw_columns if name not in pivot.per]
    found: list[str | None] = []
    if pivot.absent == "stop":
        found = connection.to_pyarrow(rows.select(name=rows[pivot.names]).distinct())["name"].to_pylist()
    for name in wanted if found else ():
        if name not in found:
            # The column may be the wrong one and hold identifiers: name the nearest value, never list them.
            guess = nearest(name, [text for text in found if text is not None])
            raise InputError(
                f"no row has `{name}` in the column `{pivot.names}`",
                where=Place(file=raw.parts[0].name, column=pivot.names),
                fix=f"Did you mean `{guess}`?" if guess else f"Does `{pivot.names}` hold the rubrics?",
            )
    value = rows[pivot.values]
    mine = {name: rows[pivot.names] == name for name in wanted}
    differ = [value.min(where=mine[name]) != value.max(where=mine[name]) for name in wanted]
    return rows.group_by([FILE, *pivot.per]).agg(
        **{ROW: rows[ROW].min()},
        **{name: value.max(where=mine[name]) for name in wanted},
        **{CONTRADICTION: reduce(or_, differ).fill_null(False)},
    )


def _looked_up(rows: ibis.Table, other: Raw, lookup: Lookup) -> ibis.Table:
    """The rows with the columns of another file, missing where it has no row, or several, of their value."""
    other.require((lookup.equals, *lookup.take))
    found = other.rows((lookup.equals, *lookup.take))
    single = found.group_by(__equals=found[lookup.equals]).agg(
        **{name: found[name].min() for name in lookup.take}, __times=found.count()
    )
    single = single.filter(single["__times"] == 1).drop("__times")
    return rows.left_join(single, rows[lookup.column] == single["__equals"]).drop("__equals")


def _require(rows: ibis.Table, names: tuple[str, ...], raw: Raw, what: str) -> None:
    for name in names:
        if name not in rows.columns:
            raise InputError(
                f"{what} `{name}`", where=Place(file=raw.parts[0].name), fix=suggest_found(name, raw.columns)
            )
