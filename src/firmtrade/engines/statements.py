"""Expressions as SQL for people to read, in the dialect of DuckDB whatever engine computes them."""

from __future__ import annotations

from functools import lru_cache

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

REMEMBERED = 512
"""Statements that are kept: several studies ask for as many. To write one takes longer than most take to run."""


def sql(expression: ir.Table) -> str:
    """The query behind an expression on tables that are known by name."""
    return _written(expression.unbind().op())


@lru_cache(REMEMBERED)
def _written(operation: ops.Relation) -> str:
    return str(ibis.to_sql(operation.to_expr(), dialect="duckdb"))


def quoted(name: str) -> str:
    """A name of a table or column.

    >>> print(quoted('the "core" of it'))
    "the ""core"" of it"
    """
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | int | None) -> str:
    """A text, a whole number or null.

    >>> literal("it's"), literal(None), literal(-3)
    ("'it''s'", 'NULL', '-3')
    """
    if value is None:
        return "NULL"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)
