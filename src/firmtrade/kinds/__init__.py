"""The table kinds: one module each, which says all that the program knows of the kind.

What a study declares of its tables, which cells they have, what these must keep, how the table is laid out, which
sentence of the first page it gives, what its numbers rest on, and which of them bind a linear system.
"""

from __future__ import annotations

from dataclasses import replace
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
    "weighted",
)
"""Every kind by the name of its module, in the order of the reference."""

KINDS: dict[str, Kind[Any]] = {name: import_module(f"{__name__}.{name}").KIND for name in NAMES}


def specify(study: Study) -> tuple[TableSpec, ...]:
    """Every table and figure of a study before its numbers, in print order.

    The words for flows inside and outside the European Union are those of another one where the study speaks of it.
    """
    specs = tuple(
        replace(KINDS[table.kind].specify(table, study), priority=table.priority) for table in study.outputs
    )
    return specs if study.union_name is None else tuple(_of_union(spec, study.union_name) for spec in specs)


def _of_union(spec: TableSpec, union: str) -> TableSpec:
    rows, columns = (
        tuple(replace(line, label=line.label.with_word(r"\b(EU|UE)\b", union)) for line in lines)
        for lines in (spec.rows, spec.columns)
    )
    return replace(spec, rows=rows, columns=columns)


__all__ = ["KINDS", "Identity", "Kind", "specify"]
