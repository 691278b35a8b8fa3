"""The site as files: the same answers as a server gives, with links that work from any folder."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from firmtrade.outputs.contents import digest
from firmtrade.outputs.json_file import read_object
from firmtrade.outputs.place import FolderKind, check_place, writing
from firmtrade.report.tidy import dump
from firmtrade.web.resources import RESOURCES
from firmtrade.web.site import Site

NAME = "site.json"
FORMAT = "firmtrade site 1"


def _listed(folder: Path) -> Collection[str] | None:
    try:
        facts = read_object(folder / NAME)
    except (OSError, ValueError):
        return None
    files = facts.get("files")
    return {NAME, *files} if facts.get("format") == FORMAT and isinstance(files, dict) else None


SITE = FolderKind("a site", _listed, confidential=False)
"""A site, whose files a new one may replace."""


def export(site: Site, out: Path) -> Path:
    """Write the site beside its place and move it there; `site.json` lists its releases and the digest of every file.

    Raises
    ------
    UsageError
        The place is taken by something else, or cannot be written.
    DataError
        A file of a release was altered since it was verified.
    """
    check_place(out, SITE)
    digests = {}
    with writing(out, SITE) as fresh:
        for resource in RESOURCES:
            for path, content in resource.files(site):
                place = fresh / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
                digests[path] = digest(content)
        facts = {
            "format": FORMAT,
            "releases": {release.name: release.manifest["seal"] for release in site.releases},
            "files": dict(sorted(digests.items())),
        }
        (fresh / NAME).write_bytes(dump(facts))
    return out
