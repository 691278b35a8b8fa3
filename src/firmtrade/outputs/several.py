"""A folder with the releases of several studies, each in a folder of its name, as its manifest says."""

from __future__ import annotations

from pathlib import Path

from firmtrade.outputs.json_file import read_object

MANIFEST, RELEASES = "manifest.json", "releases"


def releases_in(folder: Path) -> tuple[Path, ...]:
    """The releases in a folder, in their order; nothing where it is a release itself, or no release."""
    try:
        names = read_object(folder / MANIFEST, once=False).get(RELEASES)
    except (OSError, ValueError):
        return ()
    return tuple(folder / str(name) for name in names) if isinstance(names, list) else ()
