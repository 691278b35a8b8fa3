"""Results folders as one publication: the tables of a study, its evidence, surveys; words in one language.

Everything printed is what the statements of the folders say, of a run or after protection.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

from firmtrade.messages import Language, by_cause, language_of
from firmtrade.outputs import Curve, Estimate, ObsStatus
from firmtrade.outputs.manifest import UNPROTECTED, Contents, RoomManifest
from firmtrade.outputs.room import Room
from firmtrade.report.absences import absences
from firmtrade.report.from_sections import sections_from, verdicts
from firmtrade.report.from_study import assemble
from firmtrade.report.model import Document, Finding, Provenance, Section
from firmtrade.report.provenance import banner, computed_from
from firmtrade.studies import parse_study
from firmtrade.study import Study

One = TypeVar("One", Estimate, Curve)
MARKS = {Contents.EVIDENCE: "E", Contents.IMPACT: "I"}
"""What the numbers of the tables of models begin with."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """Results folders by what they hold; ``evidence`` with that of impact, ``main`` gives the publication its name."""

    tables: tuple[Room, ...]
    evidence: tuple[Room, ...]
    surveys: tuple[Room, ...]

    @property
    def all(self) -> tuple[Room, ...]:
        """Every folder, in print order."""
        return (*self.tables, *self.evidence, *self.surveys)

    @property
    def models(self) -> tuple[Room, ...]:
        """Folders with estimates and curves."""
        return (*self.evidence, *self.surveys)

    @property
    def main(self) -> Room:
        """The first folder."""
        return self.all[0]


def document_of(rooms: Rooms, lang: str, more: tuple[Section, ...] = ()) -> Document:
    """The publication of results folders in a language; ``more`` sections stand before those of the folders.

    Raises
    ------
    UsageError
        Where the language is none of the catalogue.
    """
    language = language_of(lang)
    about = rooms.main.manifest
    sections = (*more, *_sections(rooms, language))
    origin = _origin(rooms, language)
    if rooms.tables:
        cells = tuple(cell for room in rooms.tables for cell in room.cells)
        stored = rooms.tables[0].manifest.tables
        columns = None if stored is None else {name: table.columns for name, table in stored.items()}
        document = assemble(_study(rooms.main), cells, origin, lang=lang, sections=sections, columns=columns)
    else:
        title = (
            _study(rooms.main).head.title.say(lang) if rooms.evidence else about.study.title_in(language.code)
        )
        document = Document(title, (about.period or "").replace("-", "–"), lang, origin, sections)
    return replace(
        document,
        findings=(*document.findings, *_verdicts(rooms, document, lang)),
        estimates=tuple(_noted(one) for room in rooms.models for one in room.statements.estimates),
        curves=tuple(_noted(one) for room in rooms.models for one in room.statements.curves),
        banner=banner(
            language,
            unreleased=any(room.unreleased for room in rooms.all),
            synthetic=any(room.manifest.synthetic for room in rooms.all),
        ),
    )


def _sections(rooms: Rooms, language: Language) -> tuple[Section, ...]:
    found: list[Section] = []
    annex = bool(rooms.tables)  # models beside the tables of a study; alone they are the publication
    for room in rooms.evidence:
        what = room.manifest.contents
        found += sections_from(
            room.sections,
            room.statements,
            lang=language.code,
            prefix=what.value,
            mark=MARKS[what],
            source=computed_from(provenance(room.manifest), language),
        )
    for number, room in enumerate(rooms.surveys, start=1):
        mark = "S" if len(rooms.surveys) == 1 else f"S{number}."
        name = room.manifest.study.name
        found.append(_head(room.manifest, language))
        found += sections_from(
            room.sections,
            room.statements,
            lang=language.code,
            prefix=name,
            mark=mark,
            source=room.manifest.study.source_in(language.code),
        )
    return tuple(replace(section, annex=annex) for section in found)


def _verdicts(rooms: Rooms, document: Document, lang: str) -> tuple[Finding, ...]:
    """What the models of the evidence decide, for the first page."""
    made = {section.id: section for section in document.sections}
    return tuple(
        finding
        for room in rooms.evidence
        for finding in verdicts(
            room.sections,
            [made[f"{room.manifest.contents.value}-{layout.key}"] for layout in room.sections],
            room.statements,
            lang,
        )
    )


def _noted(one: One) -> One:
    """A statement of a model; what is hidden has no note, which may tell how many firms it is of."""
    return replace(one, note="") if one.status is ObsStatus.SUPPRESSED else one


def _origin(rooms: Rooms, language: Language) -> Provenance:
    off = [line for room in rooms.tables for line in absences(_study(room), room.cells)]
    for room in rooms.evidence:
        off += [line for section in room.sections for line in section.switched_off]
    off += [line for room in rooms.surveys for line in room.manifest.switched_off]
    head = _study(rooms.main).head if rooms.tables or rooms.evidence else None
    return replace(
        provenance(rooms.main.manifest),
        contact="" if head is None else head.contact,
        next_release="" if head is None else head.next_release,
        switched_off=by_cause(off),
        notes=tuple(dict.fromkeys(note for room in rooms.all for note in room.manifest.notes)),
        surveys=tuple(
            f"{room.manifest.study.name}: {language.say('report.words.' + room.manifest.data.kind)}, "
            f"{room.manifest.data.fingerprint}"
            for room in rooms.surveys
        ),
    )


def _study(room: Room) -> Study:
    """The study that a room of a chapter or of evidence was made by."""
    return parse_study(room.study, f"{room.path.name}/study.toml")


def _head(about: RoomManifest, language: Language) -> Section:
    """The heading of a survey: its source, and what its answers are."""
    colon = language.say("report.words.colon")
    return Section(
        f"survey-{about.study.name}",
        about.study.title_in(language.code),
        (
            f"{language.say('report.words.survey')}{colon}{about.study.source_in(language.code)}.",
            f"{language.say('report.words.data')}{colon}{language.say(f'report.words.{about.data.kind}_answers')}. "
            + language.say(f"report.words.{about.data.kind}_sentence"),
        ),
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
        protection="" if about.protection == UNPROTECTED else about.protection,
        switched_off=about.switched_off,
        notes=about.notes,
        versions=versions,
    )
