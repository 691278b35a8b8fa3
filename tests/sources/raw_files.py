"""Raw files and mappings for tests, written where a test wants them."""

from __future__ import annotations

from pathlib import Path

STAMP = """
[stamp]
kind = "synthetic"
title = "Made up for a test"
source = "tests"
country = "BE"
"""


def bring(folder: Path, mapping: str, files: dict[str, str | bytes] | None = None) -> Path:
    """Write raw files and a mapping (its stamp is added) into a folder; returns the mapping's path."""
    for name, content in (files or {}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    target = folder / "mapping.toml"
    target.write_text(STAMP + mapping, encoding="utf-8")
    return target
