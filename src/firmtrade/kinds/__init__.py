"""The table kinds: one module each, which says all that the program knows of the kind.

What a study declares of its tables, which cells they have, what these must keep, how the table is laid out, which
sentence of the first page it gives, what its numbers rest on, and which of them bind a linear system.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from firmtrade.kinds.base import Identity, Kind
from firmtrade.query.cells import TableSpec
from firmtrade.study import Study

NAMES = (
    "mode",
    "conditional",
    "share",
    "level",
    "growth",
    "composition",
    "series",
    "dynamics",
    "transition",
    "distribution",
    "concentration",
    "trade",
    "median",
)
"""Every kind by the name of its module, in the order of the reference."""

KINDS: dict[str, Kind[Any]] = {name: import_module(f"{__name__}.{name}").KIND for name in NAMES}


def specify(study: Study) -> tuple[TableSpec, ...]:
    """Every table and figure of a study before its numbers, in print order."""
    return tuple(KINDS[table.kind].specify(table, study) for table in study.outputs)


__all__ = ["KINDS", "Identity", "Kind", "specify"]
