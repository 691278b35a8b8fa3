"""The shape of raw tables: rows that are meant, wide tables melted, long tables pivoted."""

from __future__ import annotations

import re
from functools import reduce
from operator import and_, or_
from typing import Any

import ibis

from firmtrade.errors import InputError, Place, StudyError, nearest, suggest
from firmtrade.sources.mapping import Condition
from firmtrade.sources.mapping.model import Join, Pivot
from firmtrade.sources.raw import FILE, Raw
from firmtrade.sources.readers import ROW

YEAR = "year"
"""The raw column that melting adds."""
CONTRADICTION = "__contradiction"
"""Whether a rubric stands twice, with different values, in what becomes one row."""


def shaped(connection: Any, raw: Raw, declared: Join) -> ibis.Table:
    """The rows that a declaration means, in the columns that its rules read.

    Raises
    ------
    InputError
        A raw column or rubric that the declaration names is not there.
    """
    needed = declared.raw_columns
    if declared.melt is not None:
        needed = ()
    elif declared.pivot is not None:
        needed = (declared.pivot.names, declared.pivot.values, *declared.pivot.per)
    raw.require((*declared.where, *needed))
    rows = raw.rows(raw.columns if declared.melt is not None else (*declared.where, *needed))
    for name, condition in declared.where.items():
        rows = rows.filter(_holds(rows[name], condition))
    if declared.melt is not None:
        rows = _melt(rows, raw, declared, declared.melt)
        _require(rows, declared.raw_columns, raw, "once melted, there is no column")
    elif declared.pivot is not None:
        rows = _pivot(connection, rows, raw, declared, declared.pivot)
    return rows if CONTRADICTION in rows.columns else rows.mutate(**{CONTRADICTION: ibis.literal(False)})


def _holds(value: ibis.Value, condition: Condition) -> ibis.Value:
    tests = []
    if condition.is_ is not None:
        tests.append(value.isin(condition.is_).fill_null(False))
    if condition.is_not is not None:
        tests.append(value.notin(condition.is_not).fill_null(True))
    if condition.starts_with is not None:
        begins = reduce(or_, (value.startswith(text) for text in condition.starts_with))
        tests.append(begins.fill_null(False))
    if condition.known is not None:
        tests.append(value.notnull() if condition.known else value.isnull())
    return reduce(and_, tests, ibis.literal(True))


def _melt(rows: ibis.Table, raw: Raw, declared: Join, pattern: str) -> ibis.Table:
    """One row per raw row and year, from columns such as ``9087_2002``; years without any value give none."""
    form = (
        re.escape(pattern)
        .replace(r"\{column\}", "(?P<column>.+?)")
        .replace(r"\{year\}", r"(?P<year>\d{2,4})")
    )
    raw.require_unambiguous(tuple(declared.raw_columns))
    raw.require_unambiguous(
        tuple(
            name
            for part in raw.parts
            for name in part.reading.repeated
            if (found := re.fullmatch(form, name)) and found["column"] in declared.raw_columns
        )
    )
    years: dict[str, dict[str, str]] = {}
    for name in raw.columns:
        if found := re.fullmatch(form, name):
            years.setdefault(found["year"], {})[found["column"]] = name
    if not years:
        raise InputError(
            f"no column is called like `{pattern}`",
            where=Place(file=raw.parts[0].name),
            fix=f"Columns there: {', '.join(raw.columns[:20])}.",
        )
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


def _require(rows: ibis.Table, names: tuple[str, ...], raw: Raw, what: str) -> None:
    for name in names:
        if name not in rows.columns:
            raise InputError(
                f"{what} `{name}`", where=Place(file=raw.parts[0].name), fix=suggest(name, raw.columns)
            )
