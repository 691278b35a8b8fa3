"""The record of an output check in the shape that ACRO writes and its viewers read: ``results.json``, and the
SHA-256 of every file under ``checksums/``."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from firmtrade.outputs import Cell, CellKey
from firmtrade.protection.log import Hidden
from firmtrade.query.cells import TableSpec
from firmtrade.statistics.tables import row_heads, table_csv
from firmtrade.study import Study

VERSION = "1.0.1"
"""The version of the format: ACRO reads no other."""

CHECKS = {
    "minimum_units": "MinimumThreshold",
    "partner_detail": "MinimumThreshold",
    "complements": "MinimumThreshold",
    "dominance": "NK",
    "p_percent": "PPercent",
    "concentration": "NK",
    "order_statistics": "MinimumThreshold",
    "zero_and_full": "PresenceOfZero",
    "": "PresenceOfLinkedTable",
}
"""The check of ACRO that a rule corresponds to; hidden to protect others: linked tables."""


def acro_files(
    study: Study,
    tables: Sequence[TableSpec],
    cells: Mapping[CellKey, Cell],
    hidden: Sequence[Hidden],
    version: str = VERSION,
) -> dict[str, bytes]:
    """The files of the record by path: each table as it is released, ``results.json`` and the checksums."""
    lost: dict[str, list[Hidden]] = defaultdict(list)
    for each in hidden:
        lost[each.key.table].append(each)
    files: dict[str, bytes] = {}
    results: dict[str, Any] = {}
    for table in tables:
        heads = row_heads(table, cells, study)
        if not heads:
            continue
        name = f"table_{table.id}.csv"
        files[name] = table_csv(table, cells, study)
        columns = [
            column.key
            for column in table.columns
            if any(CellKey(table.id, *head, column.key) in cells for head in heads)
        ]
        results[f"table_{table.id}"] = _record(table, name, heads, columns, lost[table.id])
    content = json.dumps({"version": version, "results": results}, ensure_ascii=False, indent=2) + "\n"
    files["results.json"] = content.encode("utf-8")
    sums = {
        f"checksums/{name}.txt": hashlib.sha256(text).hexdigest().encode() for name, text in files.items()
    }
    return files | sums


def _record(
    table: TableSpec,
    name: str,
    heads: Sequence[tuple[str, str]],
    columns: Sequence[str],
    lost: Sequence[Hidden],
) -> dict[str, Any]:
    found: dict[str, list[list[int]]] = defaultdict(list)
    outcome: dict[str, dict[str, str]] = {column: {} for column in columns}
    for each in lost:
        head = (each.key.population, each.key.row)
        if head not in heads or each.key.column not in columns:
            continue
        place = [heads.index(head), columns.index(each.key.column)]
        for check in dict.fromkeys(CHECKS.get(rule, "StatbarnData") for rule in each.rules or ("",)):
            found[check].append(place)
        outcome[each.key.column]["/".join(head)] = "; ".join(each.rules) or "secondary"
    return {
        "uid": f"table_{table.id}",
        "status": "review" if lost else "pass",
        "type": "table",
        "properties": {"method": "firmtrade release"},
        "files": [
            {
                "name": name,
                "sdc": {"summary": {key: len(at) for key, at in found.items()}, "cells": dict(found)},
            }
        ],
        "outcome": outcome,
        "command": "firmtrade release",
        "summary": f"{len(lost)} cells suppressed" if lost else "pass",
        "timestamp": "",
        "comments": [],
        "exception": "",
    }
