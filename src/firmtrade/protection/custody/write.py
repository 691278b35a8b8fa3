"""The custodian's folder, written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

from firmtrade.kinds import specify
from firmtrade.outputs.contents import digests
from firmtrade.outputs.json_file import read_object
from firmtrade.outputs.manifest import Contents
from firmtrade.outputs.place import FolderKind, check_place, writing
from firmtrade.protection.custody.acro import acro_files
from firmtrade.protection.custody.jj import jj
from firmtrade.protection.custody.page import review_page
from firmtrade.protection.custody.tau_argus import tau_files
from firmtrade.protection.rooms import ProtectedRooms
from firmtrade.studies import parse_study

REVIEW, MANIFEST, KIND = "review.html", "manifest.json", "review"


def _listed(folder: Path) -> Collection[str] | None:
    """The files that the custodian's folder lists; None where it is no such folder."""
    try:
        content = read_object(folder / MANIFEST)
    except (OSError, ValueError):
        return None
    files = content.get("files")
    return {MANIFEST, *files} if content.get("kind") == KIND and isinstance(files, dict) else None


CUSTODY = FolderKind("a review", _listed)
"""The custodian's folder, whose files a new one may replace."""


def write_custody(out: Path, custody: ProtectedRooms, profile: str) -> Path:
    """Write ``review.html``, and of the tables of a study ``results.json``, the tables, checksums, ``system.jj`` and
    files for tau-ARGUS. The record of a second and further study stands in a folder of its name.

    Raises
    ------
    UsageError
        The place is taken by something else, or cannot be written.
    """
    check_place(out, CUSTODY)
    files = {REVIEW: review_page(profile, custody.hidden, custody.losses).encode("utf-8")}
    for name, room in zip(custody.names, custody.rooms, strict=True):
        if room.manifest.contents is Contents.TABLES:
            study = parse_study(room.study, f"{room.path.name}/study.toml")
            cells = {cell.key: cell for cell in room.statements.cells}
            hidden, _ = custody.of_study(name)
            record = acro_files(study, specify(study), cells, hidden)
            files |= {f"{name}/{path}" if name else path: content for path, content in record.items()}
    if custody.system:
        files["system.jj"] = jj(custody.system.bound).encode("utf-8")
        files |= tau_files(custody.system.bound)
    with writing(out, CUSTODY) as fresh:
        for name, content in files.items():
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            (fresh / name).write_bytes(content)
        listed = {"kind": KIND, "files": digests(fresh)}
        (fresh / MANIFEST).write_text(json.dumps(listed, indent=2) + "\n", encoding="utf-8")
    return out
