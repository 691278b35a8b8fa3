"""The custodian's folder, written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from firmtrade.kinds import specify
from firmtrade.outputs.place import check_place, writing
from firmtrade.protection.custody.acro import acro_files
from firmtrade.protection.custody.jj import jj
from firmtrade.protection.custody.page import review_page
from firmtrade.protection.rooms import ProtectedRooms
from firmtrade.studies import parse_study

REVIEW, RECORD = "review.html", "results.json"


def is_custody(folder: Path) -> bool:
    """Whether a folder is one that the custodian got before."""
    return (folder / REVIEW).is_file()


def write_custody(out: Path, custody: ProtectedRooms, profile: str) -> Path:
    """Write ``review.html``, and of the tables of a study ``results.json``, the tables, checksums and ``system.jj``.

    Raises
    ------
    UsageError
        The place is taken by something else, or cannot be written.
    """
    check_place(out, is_custody, "a review")
    files = {REVIEW: review_page(profile, custody.hidden, custody.losses).encode("utf-8")}
    for at, system in custody.systems.items():
        room = custody.rooms[at]
        study = parse_study(room.study, f"{room.path.name}/study.toml")
        cells = {cell.key: cell for cell in system.cells}
        files |= acro_files(study, specify(study), cells, system.hidden)
        files["system.jj"] = jj(system.bound).encode("utf-8")
    with writing(out) as fresh:
        for name, content in files.items():
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            (fresh / name).write_bytes(content)
    return out
