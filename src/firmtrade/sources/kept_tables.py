"""Tables of an earlier import that a further one keeps: a register fills its own tables and leaves the others."""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection
from pathlib import Path

from firmtrade.errors import DataError, Place
from firmtrade.sources.canonical import STAMP, TABLES
from firmtrade.sources.stamp import Stamp, read_stamp

DELIVERIES = "deliveries.json"
"""What each table of a folder was made from: its title and source."""


def keep_tables(earlier: Path, built: Path, stamp: Stamp, filled: Collection[str]) -> Stamp:
    """Copy the tables that were not filled from an earlier import into the new folder; what both are made from.

    Raises
    ------
    DataError
        One is synthetic and the other real, or they differ in country or currency.
    """
    made = {name: {"title": stamp.title, "source": stamp.source} for name in filled}
    before = read_stamp(earlier / STAMP) if earlier.is_dir() else None
    kept = [name for name in TABLES if name not in filled and before is not None and _paths(earlier, name)]
    if before is not None and kept:
        for key in ("kind", "country", "currency"):
            if getattr(before, key) != getattr(stamp, key):
                raise DataError(
                    f"the tables that are there differ from these files in `{key}`",
                    where=Place(file=str(earlier / STAMP), key=key),
                    fix="Import these files into a new folder.",
                )
        known = _deliveries(earlier / DELIVERIES)
        for name in kept:
            made[name] = known.get(name, {"title": before.title, "source": before.source})
            for path in _paths(earlier, name):
                target = built / path.relative_to(earlier)
                target.parent.mkdir(parents=True, exist_ok=True)
                if path.is_dir():
                    shutil.copytree(path, target)
                else:
                    shutil.copy2(path, target)
    ordered = {name: made[name] for name in TABLES if name in made}
    (built / DELIVERIES).write_text(
        json.dumps(ordered, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    titles, sources = (
        "; ".join(dict.fromkeys(one[key] for one in ordered.values())) for key in ("title", "source")
    )
    return Stamp(stamp.kind, titles, sources, stamp.currency, stamp.country)


def _paths(folder: Path, name: str) -> list[Path]:
    """Where a table stands, and the rows that its import refused."""
    table = [path for path in (folder / f"{name}.parquet", folder / name) if path.exists()]
    refused = folder / "rejected" / f"{name}.csv"
    return [*table, *([refused] if refused.exists() else [])] if table else []


def _deliveries(path: Path) -> dict[str, dict[str, str]]:
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
