"""Results folders for tests: a manifest, and folders that were edited with care."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from firmtrade.outputs.manifest import MANIFEST, Contents, DataFacts, RoomManifest, StudyFacts


def about(
    contents: Contents = Contents.TABLES, kind: Literal["real", "synthetic"] = "real", **more: Any
) -> RoomManifest:
    """The manifest of a small study."""
    return RoomManifest(
        contents=contents,
        study=StudyFacts(name="small", title="Small", sha256="", source="The tests"),
        data=DataFacts(kind=kind, title="Few firms", source="The tests", fingerprint="0123"),
        versions={},
        switched_off=(),
        **more,
    )


def edited(room: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The folder with one file changed, and its digest in the manifest too."""
    (room / name).write_bytes(change((room / name).read_bytes()))
    manifest = json.loads((room / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"][name] = hashlib.sha256((room / name).read_bytes()).hexdigest()
    (room / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    return room
