"""Where the material that is never part of the project may stand."""

from __future__ import annotations

from pathlib import Path


def shared() -> Path | None:
    """The folder `shared` beside the project (or beside the folder that holds it), or None."""
    project = Path(__file__).resolve().parents[1]
    for parent in (project.parent, project.parent.parent):
        if (parent / "shared").is_dir():
            return parent / "shared"
    return None
