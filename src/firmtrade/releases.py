"""The order of things that leaves: rooms are read, protected as a whole, and rendered.

Real data leaves protected by a profile, and only where an attack on what will be printed finds no confidential number.
Synthetic data is published as it is unless a profile is given. ``unprotected`` is for looking inside the room: every
page says NOT FOR RELEASE, and no format in which machines exchange data is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from firmtrade.errors import DataError, UsageError, counted
from firmtrade.messages import language_of
from firmtrade.outputs import Statements
from firmtrade.outputs.layout import SectionLayout
from firmtrade.outputs.manifest import Contents, RoomManifest
from firmtrade.outputs.notebook import card
from firmtrade.outputs.room import Room
from firmtrade.progress import Progress, silent
from firmtrade.protection.profile import Profile, RoundingRule, load_profile
from firmtrade.report import (
    WRITERS,
    Document,
    PrintedEdition,
    Section,
    chosen_formats,
    load_edition,
    publish,
    publish_together,
)
from firmtrade.report.from_rooms import MARKS, Rooms, document_of
from firmtrade.report.from_sections import sections_from
from firmtrade.report.hidden_page import HiddenNumbers, hidden_section
from firmtrade.report.provenance import banner
from firmtrade.report.publish import figure_files
from firmtrade.report.signature import signer
from firmtrade.report.tidy import long_file
from firmtrade.studies import parse_study

if TYPE_CHECKING:
    from firmtrade.protection.editions import Earlier, ReleaseRegister
    from firmtrade.protection.rooms import ProtectedRooms

EXCHANGE = frozenset({"sdmx"})
"""Formats in which machines exchange data: never of unprotected numbers."""


@dataclass(frozen=True, slots=True)
class Release:
    """What may leave, whole and in one language: the document of each study, and the edition that is set beside the
    first."""

    documents: Mapping[str, Document]
    """By the name of the study, or of the survey where there is no study."""
    against: PrintedEdition | None = None
    unprotected: bool = False
    """Whether it shows real data as it is."""
    custody: ProtectedRooms | None = None
    """What was hidden and why, for the custodian; it stays inside."""

    @property
    def document(self) -> Document:
        """The document of the first study."""
        return next(iter(self.documents.values()))

    def publish(
        self,
        out: str | Path,
        *,
        formats: Sequence[str] | None = None,
        sign: str | Path | None = None,
        progress: Progress | None = None,
    ) -> Path:
        """Write the release folder; without ``formats`` in every one there is. The private key ``sign`` signs it.
        Several studies have a folder each in it, with a page that leads to all.

        Raises
        ------
        UsageError, InputError
            An unknown format, a file that is no key, or a place that is taken or cannot be written.
        """
        chosen = None if formats is None else chosen_formats(formats)
        if self.unprotected and EXCHANGE & set(chosen or ()):
            raise UsageError(
                "unprotected numbers are not written in the format in which machines exchange them: sdmx",
                fix="Leave `sdmx` out, or protect the release by a profile.",
            )
        asked = chosen or tuple(WRITERS)
        if self.unprotected:
            asked = tuple(name for name in asked if name not in EXCHANGE)
        key = None if sign is None else signer(sign)
        if len(self.documents) > 1:
            return publish_together(
                self.documents, Path(out), formats=asked, against=self.against, sign=key, progress=progress
            )
        return publish(
            self.document, Path(out), formats=asked, against=self.against, sign=key, progress=progress
        )

    def enter(self, register: str | Path) -> str:
        """Enter this release in a register of releases, each study by itself; gives the digest of the register, to be
        kept elsewhere.

        Raises
        ------
        UsageError, DataError
            The register cannot be read or written, or was changed; or the release shows real data as it is.
        """
        documents = [document for document in self.documents.values() if document.study]
        if self.custody is None or not documents:
            raise UsageError(
                "only tables of a study that are protected by a profile are entered in a register",
                fix="Give a profile, or leave the register out.",
            )
        from firmtrade.protection.editions import enter

        digest = ""
        for document in documents:
            about = document.provenance
            digest = enter(
                Path(register),
                study=document.study,
                name=about.study,
                data=about.data_fingerprint,
                profile=about.protection,
                cells=long_file(document).decode("utf-8"),
                within=self.custody.reach,
            ).digest
        return digest

    def review(self, out: str | Path) -> Path:
        """Write the folder for the custodian: what was hidden, why, and what a reader can work out. It stays inside.

        Raises
        ------
        UsageError
            Nothing was protected, or the place is taken.
        """
        if self.custody is None:
            raise UsageError("nothing was protected, so there is nothing to review", fix="Give a profile.")
        from firmtrade.protection.custody import write_custody

        return write_custody(Path(out), self.custody, self.document.provenance.protection)

    @property
    def _studies(self) -> str:
        return language_of("en").listing(list(self.documents))

    def _repr_html_(self) -> str:
        rows = [
            (document.provenance.study, table.id, table.title)
            for document in self.documents.values()
            for table in document.tables()
        ]
        head = ("study", "table", "title")
        return card(f"Release of {self._studies}", [self.document.banner], head, rows)

    def __repr__(self) -> str:
        outputs = sum(1 for document in self.documents.values() for _ in document.tables())
        mark = f"; {self.document.banner}" if self.document.banner else ""
        return f"<release of {self._studies}: {outputs} tables and figures{mark}>"


def release(
    rooms: Sequence[Room],
    *,
    register: ReleaseRegister | None = None,
    lang: str = "en",
    against: str | Path | PrintedEdition | None = None,
    unprotected: bool = False,
    profile: Profile | str | Path | None = None,
    sections: Sequence[Section] = (),
    progress: Progress | None = None,
) -> Release:
    """Rooms as one release: the tables of a study, then its evidence, then surveys; of each study where there are
    several of the same firms.

    Parameters
    ----------
    profile
        What protects the statements of all rooms together: a profile, the name of a bundled one, or a file. Without
        it real data is protected by the profile ``publication``, and synthetic data is published as it is.
    unprotected
        Show real data as it is.
    register
        The releases that are out: what they print is known to every reader.

    Raises
    ------
    UsageError
        No room, rooms of different data (surveys have their own) or studies of other firms, a profile beside
        ``unprotected``, a profile or an edition that does not exist.
    DataError
        A number cannot be protected, or the attack works one out.
    """
    if unprotected and profile is not None:
        raise UsageError("a profile protects what `--unprotected` shows", fix="Give one of the two.")
    edition = load_edition(against) if isinstance(against, str | Path) else against
    held = _by_study(rooms)
    whole = [room for each in held.values() for room in each.all]
    real = any(room.unreleased for room in whole)
    chosen = load_profile(profile) if isinstance(profile, str | Path) else profile
    if chosen is None and real and not unprotected:
        chosen = load_profile()
    if chosen is None:
        return Release(_documents(held, lang, tuple(sections)), edition, unprotected=real)
    from firmtrade.protection.rooms import protect_rooms  # solvers: only where something is protected

    say = progress or silent
    say("protection")
    earlier = register.releases if register else ()
    custody = protect_rooms(whole, chosen, earlier=earlier, progress=progress)
    if any(room.unreleased for room in custody.rooms):
        raise DataError(
            "a statement of real firms was left unprotected: nothing was written",
            fix="Report the room that causes it.",
        )
    protected = _by_study(custody.rooms)
    documents = {
        study: _explained(document, protected[study], custody, chosen, lang)
        for study, document in _documents(protected, lang, tuple(sections)).items()
    }
    say("attack")
    _attack(held, documents, earlier, custody, chosen)
    return Release(documents, edition, custody=custody)


def _documents(rooms: Mapping[str, Rooms], lang: str, sections: tuple[Section, ...]) -> dict[str, Document]:
    """The document of each study; sections stand before those of the first."""
    first = next(iter(rooms))
    return {
        study: document_of(each, lang, sections if study == first else ()) for study, each in rooms.items()
    }


def _explained(
    document: Document, rooms: Rooms, custody: ProtectedRooms, profile: Profile, lang: str
) -> Document:
    """The document with the page that says what was hidden, and with the name of the profile and nothing else of it."""
    words = language_of(lang)
    hidden, lost = custody.of_study(custody.name_of(rooms.main))
    flagged = Counter(each.key.table for each in hidden if each.flagged)
    counted = {
        each.table: HiddenNumbers(
            each.numbers, flagged[each.table], each.primary + each.secondary - flagged[each.table]
        )
        for each in lost
    }
    text = words.say("protection.hidden.profile", name=profile.name)
    page = hidden_section(document, counted, words)
    method = profile.secondary.alternative
    if method:
        base = method.base if isinstance(method, RoundingRule) else 0
        changed = words.say(f"protection.hidden.{profile.secondary.method}", base=words.number(base, 0))
        page = replace(page, paragraphs=(changed, *page.paragraphs))
    return replace(
        document,
        sections=(*document.sections, page),
        provenance=replace(document.provenance, protection=text),
        study=rooms.tables[0].study if rooms.tables else "",
    )


def _attack(
    rooms: Mapping[str, Rooms],
    documents: Mapping[str, Document],
    earlier: Sequence[Earlier],
    custody: ProtectedRooms,
    profile: Profile,
) -> None:
    """Attack the numbers of all studies as they will be printed, beside those that are out."""
    from firmtrade.protection.attack import attack_published, beside, published
    from firmtrade.studies.joint import same_firms

    seen, data = None, ""
    for name, held in rooms.items():
        for room in held.tables:
            study = parse_study(room.study, f"{room.path.name}/study.toml")
            cells, data = long_file(documents[name]).decode("utf-8"), room.manifest.data.fingerprint
            seen = published(study, cells) if seen is None else beside(seen, study, cells, name, asked=True)
    if seen is None or custody.system is None:
        return
    for at, each in enumerate(earlier, start=1):
        if each.data == data and same_firms(seen.study, each.study) and not each.within:
            seen = beside(seen, each.study, each.cells, str(at))
    seen = replace(
        seen,
        within=custody.reach,
        zeros_shown=profile.rules.zeros_shown,
        few=custody.system.few,
        secret=frozenset(each.key for each in custody.hidden if each.primary),
    )
    found = attack_published(seen, quick=True)
    if found.tight:
        raise DataError(
            f"the attack works out {counted(len(found.tight), 'hidden number')}, {found.tight[0].key} among them: "
            "nothing was written",
            fix="Ask for coarser tables or a stricter profile.",
        )


def _by_study(rooms: Sequence[Room]) -> dict[str, Rooms]:
    """The rooms of each study by its name, in the order of the studies; surveys stand with the first."""
    if not rooms:
        raise UsageError("there is no room to publish", fix="Give the folders that `firmtrade run` wrote.")
    surveys = [room for room in rooms if room.manifest.contents is Contents.SURVEY]
    studies: dict[str, list[Room]] = {}
    for what in (Contents.TABLES, Contents.EVIDENCE, Contents.IMPACT):
        for room in rooms:
            if room.manifest.contents is what:
                studies.setdefault(room.manifest.study.name, []).append(room)
    first = next(iter(studies), surveys[0].manifest.study.name if surveys else "")
    studies.setdefault(first, []).extend(surveys)
    found = {name: _sorted(each) for name, each in studies.items()}
    _of_one_data([each.main for each in found.values()])
    return found


def _sorted(rooms: Sequence[Room]) -> Rooms:
    held = {what: tuple(room for room in rooms if room.manifest.contents is what) for what in Contents}
    found = Rooms(
        held[Contents.TABLES], (*held[Contents.EVIDENCE], *held[Contents.IMPACT]), held[Contents.SURVEY]
    )
    _agree((*found.tables, *found.evidence))
    for what in (Contents.EVIDENCE, Contents.TABLES, Contents.IMPACT):
        several = held[what]
        if len(several) > 1:
            raise UsageError(
                f"{several[0].path} and {several[1].path} are both rooms of {what.value} of one study",
                fix="Give one of them.",
            )
    names = [room.manifest.study.name for room in found.surveys]
    if len(set(names)) < len(names):
        raise UsageError("two rooms are of the same survey", fix="Give one room of each survey.")
    return found


def _agree(rooms: Sequence[Room]) -> None:
    """Numbers of one study stand on one text of it."""
    for other in rooms[1:]:
        if other.manifest.study != rooms[0].manifest.study:
            raise UsageError(
                f"{rooms[0].path} and {other.path} are of different texts of the study {other.manifest.study.name}",
                fix="Compute one of them again.",
            )
    _of_one_data(rooms)


def _of_one_data(rooms: Sequence[Room]) -> None:
    """What is published together stands on one folder of data; surveys stand on their own answers."""
    for other in rooms[1:]:
        if other.manifest.data != rooms[0].manifest.data:
            raise UsageError(
                f"{rooms[0].path} and {other.path} are not of the same data",
                fix="Rooms that are published together must come from one folder of data.",
            )


def evidence_figures(
    layouts: Sequence[SectionLayout], statements: Statements, about: RoomManifest
) -> dict[str, bytes]:
    """The figures of a room of evidence as SVG and PNG, by the name of their file."""
    language = language_of("en")
    mark = banner(language, unreleased=not about.synthetic, synthetic=about.synthetic)
    sections = sections_from(layouts, statements, prefix=about.contents.value, mark=MARKS[about.contents])
    return figure_files(sections, language, mark)
