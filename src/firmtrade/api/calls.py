"""One call for each command: run, publish, compare, explain, audit, import, check, synthesize."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, overload

from firmtrade.api.observatory import Observatory, loaded, sampling_frame
from firmtrade.api.results import Evidence, Results
from firmtrade.errors import UsageError
from firmtrade.messages import language_of as check_language
from firmtrade.outputs.manifest import Contents, room_of
from firmtrade.outputs.place import check_place
from firmtrade.outputs.room import Room, read_room
from firmtrade.outputs.working import WorkingFolder
from firmtrade.progress import Progress, silent
from firmtrade.studies import parse_study
from firmtrade.study import Study

if TYPE_CHECKING:
    import polars as pl

    from firmtrade.api.timing import Timing
    from firmtrade.evidence.options import EvidenceOptions
    from firmtrade.linked.audit import AuditReport
    from firmtrade.linked.compare import Comparison
    from firmtrade.linked.population import SynthReport
    from firmtrade.protection.attack import Attack
    from firmtrade.protection.draft import Draft
    from firmtrade.protection.profile import Profile
    from firmtrade.releases import Release
    from firmtrade.report import Edition
    from firmtrade.report.explained import Explained
    from firmtrade.report.manifest import Seal
    from firmtrade.sources.check import QualityReport
    from firmtrade.sources.importer import ImportReport
    from firmtrade.surveys import SurveyResults

    Publishable: TypeAlias = str | Path | Room | Results | Evidence | SurveyResults


def run(
    study: str | Path | Study,
    data: str | Path,
    *,
    engine: str | None = None,
    progress: Progress | None = None,
    timing: Timing | None = None,
    stages: str | Path | None = None,
) -> Results:
    """Compute a study on a folder of canonical tables; short for ``Observatory(data).run(study)``.

    ``timing`` is told where the time went, and prints as a table; ``stages`` is a folder for finished stages.
    """
    study = loaded(study)  # a wrong study is said before the data is opened
    return Observatory(data, engine, progress=progress, timing=timing, stages=stages).run(study)


def estimate(
    study: str | Path | Study,
    data: str | Path,
    options: EvidenceOptions | None = None,
    *,
    deflator: str | Path | pl.DataFrame | None = None,
    engine: str | None = None,
    progress: Progress | None = None,
    stages: str | Path | None = None,
) -> Evidence:
    """Estimate the evidence on a folder of canonical tables; short for ``Observatory(data).evidence(study)``.

    ``stages`` is a folder for finished stages: the tables that models read.
    """
    observatory = Observatory(data, engine, progress=progress, stages=stages)
    return observatory.evidence(study, options, deflator=deflator)


def survey(
    path: str | Path,
    out: str | Path | None = None,
    *,
    data: str | Path | None = None,
    frame: str | Path | pl.DataFrame | None = None,
    register: str | Path | None = None,
    study: str | Path | Study = "belgium-2008",
    multiverse: bool = True,
    progress: Progress | None = None,
) -> SurveyResults:
    """Run a survey from its sample to its models, and write its room.

    Parameters
    ----------
    path
        A survey file, or the name of a bundled one.
    out
        Folder of the room; None writes nothing.
    data
        Answers: a file or a folder. Without it answers are drawn, and called synthetic wherever they show.
    frame
        The firms to draw the sample from, one row each, as a frame or a CSV or Parquet file.
    register, study
        Or a folder of canonical tables and a study: the frame is the study's firms in its reference year.
    multiverse
        Whether to fit every defensible analysis too.

    Raises
    ------
    UsageError
        Both a frame and a register, or a place that is taken.
    StudyError, InputError, DataError
        What is asked for, what is read, or what was answered does not do.
    """
    from firmtrade.sources.ignored import old_stamp
    from firmtrade.surveys.field_files import read_table
    from firmtrade.surveys.results import Register
    from firmtrade.surveys.run import run_survey

    if frame is not None and register is not None:
        raise UsageError("a frame and a register are both given", fix="Give one of them.")
    stamp = None
    if register is not None:
        if out is not None:
            check_place(Path(out), room_of(Contents.SURVEY))
        observatory = Observatory(register, progress=progress)
        asked = loaded(study)
        found = observatory.read(asked)
        frame = sampling_frame(found.frame, asked)
        about = observatory.folder.stamp
        stamp = Register(about.kind, about.title, found.fingerprint, tuple(old_stamp(observatory.folder)))
    elif frame is not None:
        frame = read_table(Path(frame)) if isinstance(frame, str | Path) else frame
        stamp = Register("real", "a frame that was given", "")
    return run_survey(
        path, out, data=data, frame=frame, register=stamp, multiverse=multiverse, progress=progress
    )


def publish(
    study: str | Path | Study,
    out: str | Path,
    *,
    data: str | Path | None = None,
    lang: str = "en",
    formats: Sequence[str] | None = None,
    against: str | Path | None = None,
    unprotected: bool = False,
    profile: Profile | str | Path | None = None,
    evidence: bool = False,
    rooms: Sequence[str | Path] = (),
    progress: Progress | None = None,
    notify: Progress | None = None,
) -> Path:
    """Run a study and publish it. Without ``data`` the study's synthetic population is drawn and said so. Real data is
    protected by ``profile``, the profile ``publication`` without one.

    Without ``formats`` it is published in every one. ``evidence`` estimates the models too; ``rooms`` are rooms made
    earlier (of a survey, say) to publish with it. ``notify`` is called with what was computed and what was not, in a
    few lines.

    Raises
    ------
    UsageError
        An unknown language, format, profile or edition, a place that is taken. All of this is said before anything is
        computed.
    DataError
        A number cannot be protected, or the attack works one out.
    """
    study = loaded(study)
    edition = _check_release(out, lang, formats, against)
    chosen = _profile(profile)
    earlier = [read_room(Path(room)) for room in rooms]
    with WorkingFolder() as folder:
        if data is None:
            data = folder / "synthetic"
            synth(study, data, progress=progress)
        observatory = Observatory(data, progress=progress)
        say = notify or silent
        results = observatory.run(study)
        say(results.summary())
        made: list[Publishable] = [results]
        if evidence:
            models = observatory.evidence(study)
            say("\n".join([*map(str, models.results.switched_off), models.summary()]))
            made.append(models)
        whole = release(
            [*made, *earlier],
            lang=lang,
            against=edition,
            unprotected=unprotected,
            profile=chosen,
            progress=progress,
        )
        return whole.publish(out, formats=formats, progress=progress)


@overload
def release(
    rooms: Sequence[Publishable],
    *,
    lang: str = "en",
    against: str | Path | Edition | None = None,
    unprotected: bool = False,
    profile: Profile | str | Path | None = None,
    register: str | Path | None = None,
    progress: Progress | None = None,
) -> Release: ...


@overload
def release(
    rooms: Sequence[Publishable],
    out: str | Path,
    *,
    lang: str = "en",
    formats: Sequence[str] | None = None,
    against: str | Path | Edition | None = None,
    unprotected: bool = False,
    profile: Profile | str | Path | None = None,
    review: str | Path | None = None,
    register: str | Path | None = None,
    sign: str | Path | None = None,
    progress: Progress | None = None,
) -> Path: ...


def release(
    rooms: Sequence[Publishable],
    out: str | Path | None = None,
    *,
    lang: str = "en",
    formats: Sequence[str] | None = None,
    against: str | Path | Edition | None = None,
    unprotected: bool = False,
    profile: Profile | str | Path | None = None,
    review: str | Path | None = None,
    register: str | Path | None = None,
    sign: str | Path | None = None,
    progress: Progress | None = None,
) -> Release | Path:
    """Room folders, or results of runs, together as one release.

    A study and its evidence must be of one study and one folder of data; surveys have studies of their own, which
    the release names. ``release(...).publish("out/", formats=[...])`` writes the folder; so does ``out`` at once.
    Everything is protected together by ``profile``; real data by the profile ``publication`` where none is given,
    synthetic data not at all then. ``review`` is a folder for the custodian, which stays inside; so is ``register``:
    what the releases in it print is known to every reader of this one, which is entered before it is written.
    ``sign`` is a private key of OpenSSH that signs the manifest.

    Raises
    ------
    UsageError
        Rooms that do not belong together, an unknown language, format, profile or edition, a place that is taken, or
        formats without a place to write them to.
    DataError
        A number cannot be protected, the attack works one out, or the register was changed: nothing is written.
    """
    from firmtrade.protection.editions import read_register
    from firmtrade.releases import release as make_release
    from firmtrade.report.signature import signer

    if out is None and (formats is not None or sign is not None):
        raise UsageError(
            "formats or a key are given and no folder to write to",
            fix="Name the folder too, or give them to `publish`.",
        )
    if sign is not None:
        signer(sign)  # a file that is no key is said before any work
    edition = _check_release(out, lang, formats, against)
    chosen = _profile(profile)
    released = None if register is None else read_register(Path(register))
    with WorkingFolder() as folder:
        held = [_room(each, folder / str(number)) for number, each in enumerate(rooms)]
        made = make_release(
            held,
            lang=lang,
            against=edition,
            unprotected=unprotected,
            profile=chosen,
            register=released,
            progress=progress,
        )
    if review is not None:
        made.review(review)
    if register is not None and out is not None:
        made.enter(register)
    return made if out is None else made.publish(out, formats=formats, sign=sign, progress=progress)


def draft(
    rooms: Sequence[Publishable],
    profile: Profile | str | Path = "publication",
    *,
    progress: Progress | None = None,
) -> Draft:
    """What a profile would hide of each table, and which classes may be merged instead, before a release is made.

    Raises
    ------
    UsageError, StudyError
        There is no such profile, or it says something that cannot be.
    """
    from firmtrade.protection.draft import draft as make_draft

    chosen = _profile(profile)
    assert chosen is not None
    (progress or silent)("protection")
    with WorkingFolder() as folder:
        held = [_room(each, folder / str(number)) for number, each in enumerate(rooms)]
        return make_draft(held, chosen)


def _room(each: Publishable, place: Path) -> Room:
    """A room as it was read, is read, or is written to be read."""
    if isinstance(each, Room):
        return each
    return read_room(Path(each) if isinstance(each, str | Path) else each.write(place))


def _profile(profile: Profile | str | Path | None) -> Profile | None:
    from firmtrade.protection.profile import load_profile

    return load_profile(profile) if isinstance(profile, str | Path) else profile


def attack(
    release: str | Path,
    known: Sequence[str | Path] = (),
    *,
    within: int = 0,
    zeros_shown: bool = False,
    progress: Progress | None = None,
) -> Attack:
    """What a reader works out of each hidden number of a release, from the folder alone.

    ``known`` are other releases of the same firms, or files of cells that the reader knows besides: what a firm knows
    of itself. Where numbers of firms were rounded or perturbed, true ones lie ``within`` that many of those printed.
    ``zeros_shown`` says that the office shows zeros: shares of none or all are no secret then.

    Raises
    ------
    UsageError, InputError
        The folder is no release with cells, or a file cannot be read.
    """
    from firmtrade.protection.attack import attack as attack_release

    beside = [Path(each) for each in known]
    return attack_release(Path(release), beside, within=within, zeros_shown=zeros_shown, progress=progress)


def _check_release(
    out: str | Path | None, lang: str, formats: Sequence[str] | None, against: str | Path | Edition | None
) -> Edition | None:
    """Refuse before any work is done what would be refused after it; the edition to set beside, if there is one."""
    from firmtrade.report import chosen_formats, load_edition
    from firmtrade.report.manifest import RELEASE

    check_language(lang)
    if formats is not None:
        chosen_formats(formats)
    if out is not None:
        check_place(Path(out), RELEASE)
    return load_edition(against) if isinstance(against, str | Path) else against


def check_room(out: str | Path, contents: Contents) -> None:
    """Refuse before any work is done where a room cannot be written: see :class:`~firmtrade.errors.UsageError`."""
    check_place(Path(out), room_of(contents))


def verify(folder: str | Path, key: str | Path | None = None) -> list[str]:
    """What is wrong with a release: files missing, altered or added. An empty list proves it whole.

    With the publisher's public ``key`` the manifest must be signed by its owner.
    """
    from firmtrade.report import verify as verify_release

    return list(verify_release(Path(folder), None if key is None else Path(key)))


def read_seal(folder: str | Path) -> Seal:
    """What a release says of itself: its seal, banner and protection, and whether it is signed."""
    from firmtrade.report.manifest import read_seal as of_release

    return of_release(Path(folder))


def compare(room: str | Path | Results, published: str | Path) -> Comparison:
    """Set computed cells beside a printed edition, cell by cell."""
    from firmtrade.linked.compare import compare as compare_cells
    from firmtrade.linked.edition import read_edition

    if isinstance(room, Results):
        return compare_cells(read_edition(published, room.study), room.cells)
    there = read_room(Path(room))
    return compare_cells(read_edition(published, parse_study(there.study)), there.cells)


def explain(room: str | Path | Room | Results, key: str) -> Explained:
    """How one cell of a room or of results came about: definition, numerator, denominator, rows, query and inputs.

    It prints as text; ``.sql()`` gives every statement from the canonical tables to the cell, to be run with DuckDB in
    the folder of the data.

    Raises
    ------
    UsageError
        The room has no such cell (the message names the nearest), or is none of a study's tables.
    """
    from firmtrade.report.explained import explained

    with WorkingFolder() as folder:
        return explained(_room(room, folder / "room"), key)


def audit(
    cells: str | Path,
    *,
    study: str | Path | Study | None = None,
    facts: str | Path | None = None,
    progress: Progress | None = None,
) -> AuditReport:
    """Contradictions of a published edition with itself, and of the sentences in ``facts`` with it."""
    from firmtrade.linked.audit import audit as audit_edition

    return audit_edition(cells, study=study, facts=facts, progress=progress)


def audit_template(study: str | Path | Study) -> str:
    """The empty edition of a study as CSV, with the key, unit and year of every cell."""
    from firmtrade.linked.template import template

    return template(study)


def synth(
    study: str | Path | Study,
    out: str | Path,
    *,
    edition: str | Path | None = None,
    scale: int = 1,
    declarations: int | None = None,
    seed: int = 0,
    faults: bool = False,
    supported: bool = False,
    progress: Progress | None = None,
) -> SynthReport:
    """Draw a synthetic population of a study as canonical tables."""
    from firmtrade.linked.population import synthesize

    return synthesize(
        study,
        Path(out),
        edition=None if edition is None else Path(edition),
        scale=scale,
        declarations=declarations,
        seed=seed,
        faults=faults,
        supported=supported,
        progress=progress,
    )


def stand_in(
    room: str | Path,
    out: str | Path,
    *,
    profile: Profile | str | Path | None = None,
    scale: int = 1,
    declarations: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> SynthReport:
    """Draw a synthetic population with the numbers that a protected release of a room shows, and nothing else of it.

    Researchers write code against it outside, and run it on the records inside. ``profile`` protects the numbers first,
    as in a release: real data by the profile ``publication`` where none is given.

    Raises
    ------
    UsageError
        The folder is no room of tables, or a place is taken.
    DataError
        A number cannot be protected, or too many of the shown numbers contradict one another.
    """
    from firmtrade.api.stand_ins import stand_in as draw

    return draw(
        Path(room),
        Path(out),
        profile=profile,
        scale=scale,
        declarations=declarations,
        seed=seed,
        progress=progress,
    )


def import_records(mapping: str | Path, out: str | Path, *, progress: Progress | None = None) -> ImportReport:
    """Raw files or a database to canonical tables, by a mapping."""
    from firmtrade.sources.importer import import_records as run_import

    return run_import(Path(mapping), Path(out), progress=progress)


def check_tables(
    folder: str | Path, *, study: str | Path | Study | None = None, progress: Progress | None = None
) -> QualityReport:
    """The quality report of a folder of canonical tables."""
    from firmtrade.sources.check import check_tables as run_check

    return run_check(Path(folder), study=None if study is None else loaded(study), progress=progress)
