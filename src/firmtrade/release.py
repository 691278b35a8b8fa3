"""The order of things that leaves: rooms in, protected as a whole, one release folder out.

Protection is not there yet. Until it is, only data stamped synthetic is published as it is; real data needs
``unprotected``, and then every page says NOT FOR RELEASE.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from firmtrade.errors import UsageError
from firmtrade.outputs.room import Room
from firmtrade.report import FORMATS, Provenance, Section, load_edition, publish
from firmtrade.report.from_study import assemble
from firmtrade.study.load import parse_study

Progress = Callable[[str], None]


def release(
    rooms: Sequence[Room],
    out: Path,
    *,
    lang: str = "en",
    formats: Sequence[str] = FORMATS,
    against: str | Path | None = None,
    unprotected: bool = False,
    sections: Sequence[Section] = (),
    progress: Progress | None = None,
) -> Path:
    """Publish the cells of rooms of one study as a release folder.

    Raises
    ------
    UsageError
        No room, rooms of different studies or data, real data without ``unprotected``, a place that is taken.
    """
    room = _one(rooms)
    about = room.manifest
    synthetic = about["data"]["kind"] == "synthetic"
    if not synthetic and not unprotected:
        raise unprotected_error()
    study = parse_study(room.study, f"{room.path.name}/study.toml")
    cells = tuple(cell for each in rooms for cell in each.cells)
    document = assemble(
        study, cells, provenance(about), lang=lang, unreleased=not synthetic, sections=tuple(sections)
    )
    edition = load_edition(against) if against is not None else None
    return publish(document, out, formats=formats, against=edition, progress=progress)


def unprotected_error() -> UsageError:
    """Real data is not published unprotected unless the user says so."""
    return UsageError(
        "the data is not stamped synthetic, and its outputs are not protected",
        fix="Look at them inside the room with `--unprotected`: every page will say NOT FOR RELEASE.",
    )


def provenance(about: Mapping[str, Any]) -> Provenance:
    """What a room's manifest says of where its numbers come from."""
    versions = dict(about["versions"])
    return Provenance(
        study=about["study"]["name"],
        data=about["data"]["kind"],
        data_fingerprint=about["data"]["fingerprint"],
        study_fingerprint=about["study"]["sha256"],
        program_version=versions.pop("firmtrade", ""),
        protection="" if about["protection"] == "none" else about["protection"],
        switched_off=tuple(f"{where}: {reason}" for where, reason in about["switched_off"].items()),
        versions=versions,
    )


def _one(rooms: Sequence[Room]) -> Room:
    """The first of rooms that agree on study and data."""
    if not rooms:
        raise UsageError("there is no room to publish", fix="Give the folders that `firmtrade run` wrote.")
    first = rooms[0]
    for other in rooms[1:]:
        for what in ("study", "data"):
            if other.manifest[what] != first.manifest[what]:
                raise UsageError(
                    f"{first.path} and {other.path} are not of the same {what}",
                    fix="Rooms that are published together must come from one study and one folder of data.",
                )
    return first
