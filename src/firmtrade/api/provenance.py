"""Where the numbers of a room come from: its study, its data, and the program and libraries that made them."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from firmtrade.messages import Message
from firmtrade.outputs.manifest import Contents, RoomManifest
from firmtrade.sources.stamp import Stamp
from firmtrade.statistics import StudyResult
from firmtrade.study import Study
from firmtrade.version import __version__

ENGINES = ("ibis-framework", "duckdb", "polars", "numpy")
MODELS = ("scipy", "pyfixest")
"""The libraries that the numbers of models depend on, beside those of all numbers."""


def versions(more: Sequence[str] = ()) -> dict[str, str]:
    """The program and the libraries that numbers depend on, and ``more`` of them."""
    found = {"firmtrade": __version__, "python": platform.python_version()}
    for name in (*ENGINES, *more):
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # pragma: no cover - a vendored library without metadata
            continue
    return found


def source_of(stamp: Stamp, study: Study, fingerprint: str) -> dict[str, Any]:
    """Which study and which data: what rooms that are published together must agree on."""
    return {
        "study": {
            "name": study.name,
            "title": study.head.title.say(),
            "sha256": hashlib.sha256(study.text.encode()).hexdigest(),
            "source": study.head.source,
        },
        "data": {
            "kind": stamp.kind,
            "title": stamp.title,
            "source": stamp.source,
            "fingerprint": fingerprint,
        },
    }


def about_tables(
    source: dict[str, Any], computed: StudyResult, notes: list[Message], tables: dict[str, Any]
) -> RoomManifest:
    """The manifest of a room of tables; ``source`` is that of :func:`source_of`."""
    facts = source | {
        "contents": Contents.TABLES,
        "protection": "none",
        "versions": versions(),
        "identities": {"checked": len(computed.identities), "broken": len(computed.broken)},
        "switched_off": list(computed.not_computed),
        "notes": notes,
        "views": [
            {
                "population": request.universe.population,
                "period": request.universe.period,
                "dimensions": list(request.dimensions),
                "values": list(request.values),
                "query": query(),
            }
            for request, query in computed.queries.items()
        ],
        "tables": tables,
    }
    return RoomManifest.model_validate(facts)
