"""The order of things that leaves: rooms are read, protected as a whole, and rendered.

Rendering works on statements and cannot tell where one came from. Real data that nothing has protected needs
``unprotected``, and then every page says NOT FOR RELEASE.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from firmtrade.errors import UsageError
from firmtrade.messages import language_of
from firmtrade.outputs import Statements
from firmtrade.outputs.layout import SectionLayout
from firmtrade.outputs.manifest import Contents, RoomManifest
from firmtrade.outputs.room import Room
from firmtrade.report import WRITERS, Document, Edition, Section, load_edition, publish
from firmtrade.report.from_rooms import Rooms, document_of
from firmtrade.report.from_sections import sections_from
from firmtrade.report.provenance import banner
from firmtrade.report.publish import figure_files

Progress = Callable[[str], None]
Protect: TypeAlias = Callable[[tuple[Room, ...]], tuple[Room, ...]]
"""Rooms in, the same rooms out: their statements protected together, and their manifests saying by what."""


@dataclass(frozen=True, slots=True)
class Release:
    """What may leave, whole and in one language: the document, and the edition that is set beside it."""

    document: Document
    against: Edition | None = None

    def publish(
        self, out: str | Path, *, formats: Sequence[str] | None = None, progress: Progress | None = None
    ) -> Path:
        """Write the release folder; without ``formats`` in every one there is.

        Raises
        ------
        UsageError
            An unknown format, or a place that is taken or cannot be written.
        """
        asked = tuple(WRITERS) if formats is None else formats
        return publish(self.document, Path(out), formats=asked, against=self.against, progress=progress)

    def __repr__(self) -> str:
        outputs = sum(1 for _ in self.document.tables())
        said = f"; {self.document.banner}" if self.document.banner else ""
        return f"<release of {self.document.provenance.study}: {outputs} tables and figures{said}>"


def release(
    rooms: Sequence[Room],
    *,
    lang: str = "en",
    against: str | Path | Edition | None = None,
    unprotected: bool = False,
    sections: Sequence[Section] = (),
    protect: Protect | None = None,
) -> Release:
    """Rooms as one release: the tables of a study, then its evidence, then surveys.

    Parameters
    ----------
    protect
        What protects the statements of all rooms together; without it they are published as they are.

    Raises
    ------
    UsageError
        No room, rooms of different studies or data (surveys have their own), real data that is not protected without
        ``unprotected``, an edition that does not exist.
    DataError
        The statements cannot be protected.
    """
    edition = load_edition(against) if isinstance(against, str | Path) else against
    together = _sorted(rooms)
    if protect is not None:
        together = _sorted(protect(together.all))
    if not unprotected and any(room.unreleased for room in together.all):
        raise unprotected_error()
    return Release(document_of(together, lang, tuple(sections)), edition)


def _sorted(rooms: Sequence[Room]) -> Rooms:
    if not rooms:
        raise UsageError("there is no room to publish", fix="Give the folders that `firmtrade run` wrote.")
    held = {what: tuple(room for room in rooms if room.manifest.contents is what) for what in Contents}
    found = Rooms(held[Contents.TABLES], held[Contents.EVIDENCE], held[Contents.SURVEY])
    _agree((*found.tables, *found.evidence))
    for what, several in (("evidence", found.evidence), ("tables", found.tables)):
        if len(several) > 1:
            raise UsageError(
                f"{several[0].path} and {several[1].path} are both rooms of {what} of one study",
                fix="Give one of them.",
            )
    names = [room.manifest.study.name for room in found.surveys]
    if len(set(names)) < len(names):
        raise UsageError("two rooms are of the same survey", fix="Give one room of each survey.")
    return found


def _agree(rooms: Sequence[Room]) -> None:
    """Numbers of one study stand on one study and one folder of data."""
    for other in rooms[1:]:
        for what in ("study", "data"):
            if getattr(other.manifest, what) != getattr(rooms[0].manifest, what):
                raise UsageError(
                    f"{rooms[0].path} and {other.path} are not of the same {what}",
                    fix="Rooms that are published together must come from one study and one folder of data.",
                )


def evidence_figures(
    layouts: Sequence[SectionLayout], statements: Statements, about: RoomManifest
) -> dict[str, bytes]:
    """The figures of a room of evidence as SVG and PNG, by the name of their file."""
    language = language_of("en")
    said = banner(language, unreleased=not about.synthetic, synthetic=about.synthetic)
    return figure_files(sections_from(layouts, statements, prefix="evidence", mark="E"), language, said)


def unprotected_error() -> UsageError:
    """Real data is not published unprotected unless the user says so."""
    return UsageError(
        "the data is not stamped synthetic, and its outputs are not protected",
        fix="Look at them inside the room with `--unprotected`: every page will say NOT FOR RELEASE.",
    )
