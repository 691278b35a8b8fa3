"""Columns of an expression, in statements that are the same in every run."""

from __future__ import annotations

from collections.abc import Iterable

import ibis.expr.types as ir


def without(table: ir.Table, names: Iterable[str]) -> ir.Table:
    """A table without some columns, those that it does not have aside.

    ``drop`` of Ibis 12 says so in words whose order changes from process to process.
    """
    left_out = {*names}
    return table.select(*(name for name in table.columns if name not in left_out))
