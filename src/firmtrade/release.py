"""The order of things that leaves: rooms in, protected as a whole, one release folder out.

Protection is not there yet. Until it is, only data stamped synthetic is published as it is; real data needs
``unprotected``, and then every page says NOT FOR RELEASE.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from firmtrade.errors import UsageError
from firmtrade.messages import Language, Slot, language_of
from firmtrade.outputs import Statements
from firmtrade.outputs.layout import SectionLayout
from firmtrade.outputs.manifest import Contents, RoomManifest
from firmtrade.outputs.room import Room
from firmtrade.report import WRITERS, Document, Edition, Provenance, Section, load_edition, publish
from firmtrade.report.from_sections import sections_from, words_from
from firmtrade.report.from_study import assemble
from firmtrade.report.provenance import banner
from firmtrade.report.publish import figure_files
from firmtrade.studies import parse_study
from firmtrade.study import Study

Progress = Callable[[str], None]


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
) -> Release:
    """Rooms as one release: the tables of a study, then its evidence, then surveys.

    Raises
    ------
    UsageError
        No room, rooms of different studies or data (surveys have their own), real data without ``unprotected``, an
        edition that does not exist.
    """
    edition = load_edition(against) if isinstance(against, str | Path) else against
    return Release(_document(_sorted(rooms), lang, tuple(sections), unprotected=unprotected), edition)


@dataclass(frozen=True, slots=True)
class _Rooms:
    """Rooms by what they hold; ``main`` gives the release its name."""

    tables: tuple[Room, ...]
    evidence: tuple[Room, ...]
    surveys: tuple[Room, ...]

    @property
    def all(self) -> tuple[Room, ...]:
        return (*self.tables, *self.evidence, *self.surveys)

    @property
    def models(self) -> tuple[Room, ...]:
        """Rooms with estimates and curves."""
        return (*self.evidence, *self.surveys)

    @property
    def main(self) -> Room:
        return self.all[0]


def _sorted(rooms: Sequence[Room]) -> _Rooms:
    if not rooms:
        raise UsageError("there is no room to publish", fix="Give the folders that `firmtrade run` wrote.")
    held = {what: tuple(room for room in rooms if room.manifest.contents is what) for what in Contents}
    found = _Rooms(held[Contents.TABLES], held[Contents.EVIDENCE], held[Contents.SURVEY])
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


def _document(rooms: _Rooms, lang: str, more: tuple[Section, ...], *, unprotected: bool) -> Document:
    real = [room for room in rooms.all if not room.manifest.synthetic]
    if real and not unprotected:
        raise unprotected_error()
    language = language_of(lang)
    sections = list(more)
    off: list[Slot] = [line for room in rooms.tables for line in room.manifest.switched_off]
    for room in rooms.evidence:
        sections += sections_from(room.sections, room.statements, lang=lang, prefix="evidence", mark="E")
        off += [
            words_from(line, room.statements, lang) for part in room.sections for line in part.switched_off
        ]
    for number, room in enumerate(rooms.surveys, start=1):
        mark = "S" if len(rooms.surveys) == 1 else f"S{number}."
        name = room.manifest.study.name
        sections.append(_head(room.manifest, language))
        sections += sections_from(room.sections, room.statements, lang=lang, prefix=name, mark=mark)
    about = rooms.main.manifest
    origin = replace(
        provenance(about),
        switched_off=(*off, *(line for room in rooms.surveys for line in room.manifest.switched_off)),
        notes=tuple(dict.fromkeys(note for room in rooms.all for note in room.manifest.notes)),
        surveys=tuple(
            f"{room.manifest.study.name}: {language.say('report.words.' + room.manifest.data.kind)}, "
            f"{room.manifest.data.fingerprint}"
            for room in rooms.surveys
        ),
    )
    if rooms.tables:
        text = _study(rooms.main)
        cells = tuple(cell for room in rooms.tables for cell in room.cells)
        stored = rooms.tables[0].manifest.tables
        columns = None if stored is None else {name: table.columns for name, table in stored.items()}
        document = assemble(text, cells, origin, lang=lang, sections=tuple(sections), columns=columns)
    else:
        title = _study(rooms.main).study.title.say(lang) if rooms.evidence else _title(about, language)
        subtitle = (about.period or "").replace("-", "–")
        document = Document(title, subtitle, lang, origin, tuple(sections))
    mixed = bool(real) and len(real) < len(rooms.all)
    return replace(
        document,
        estimates=tuple(one for room in rooms.models for one in room.statements.estimates),
        curves=tuple(one for room in rooms.models for one in room.statements.curves),
        banner=banner(language, unreleased=bool(real), synthetic=not real or mixed),
    )


def _study(room: Room) -> Study:
    """The study that a room of a chapter or of evidence was made by."""
    return parse_study(room.study, f"{room.path.name}/study.toml")


def _head(about: RoomManifest, language: Language) -> Section:
    """The heading of a survey: its source, and what its answers are."""
    colon = language.say("report.words.colon")
    return Section(
        f"survey-{about.study.name}",
        _title(about, language),
        (
            f"{language.say('report.words.survey')}{colon}{about.study.source}.",
            f"{language.say('report.words.data')}{colon}{about.data.title}. "
            + language.say(f"report.words.{about.data.kind}_sentence"),
        ),
    )


def _title(about: RoomManifest, language: Language) -> str:
    """What a survey is called in a language."""
    return (about.study.titles or {}).get(language.code, about.study.title)


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


def provenance(about: RoomManifest) -> Provenance:
    """What a room's manifest says of where its numbers come from."""
    versions = dict(about.versions)
    return Provenance(
        study=about.study.name,
        data=about.data.kind,
        data_fingerprint=about.data.fingerprint,
        study_fingerprint=about.study.sha256,
        program_version=versions.pop("firmtrade", ""),
        protection="" if about.protection == "none" else about.protection,
        switched_off=about.switched_off,
        notes=about.notes,
        versions=versions,
    )
