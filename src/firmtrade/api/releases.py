"""Calls about what leaves: publish, release, attack, verify."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, overload

from firmtrade.api.observatory import Observatory, loaded
from firmtrade.api.rooms import room_at
from firmtrade.errors import UsageError
from firmtrade.messages import language_of as check_language
from firmtrade.outputs.place import check_place
from firmtrade.outputs.room import read_room
from firmtrade.outputs.working import WorkingFolder
from firmtrade.progress import Progress, silent
from firmtrade.study import Study
from firmtrade.workers import Workers

if TYPE_CHECKING:
    from firmtrade.api.rooms import Publishable
    from firmtrade.protection.attack import Attack
    from firmtrade.protection.draft import DraftProtection
    from firmtrade.protection.profile import Profile
    from firmtrade.releases import Release
    from firmtrade.report import PrintedEdition
    from firmtrade.report.manifest import Seal


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
    from firmtrade.report import WRITERS, chosen_formats
    from firmtrade.report.drawing_engines import drawing_engines
    from firmtrade.report.writers import shows_figures

    study = loaded(study)
    edition = _check_release(out, lang, formats, against)
    chosen = _profile(profile)
    earlier = [read_room(Path(room)) for room in rooms]
    asked = WRITERS if formats is None else chosen_formats(formats)
    figures = len(study.figures) if shows_figures(asked) else 0
    with WorkingFolder() as folder, drawing_engines(figures), Workers() as workers:
        if data is None:
            from firmtrade.linked.population import synthesize

            workers.submit(_load_engine)
            data = folder / "synthetic"
            synthesize(study, data, compared=False, progress=progress)
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
    against: str | Path | PrintedEdition | None = None,
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
    against: str | Path | PrintedEdition | None = None,
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
    against: str | Path | PrintedEdition | None = None,
    unprotected: bool = False,
    profile: Profile | str | Path | None = None,
    review: str | Path | None = None,
    register: str | Path | None = None,
    sign: str | Path | None = None,
    progress: Progress | None = None,
) -> Release | Path:
    """Room folders, or results of runs, together as one release.

    All must be of one folder of data, but for surveys, which the release names. Several studies of the same firms are
    protected as one and have a folder each in it. ``release(...).publish("out/", formats=[...])`` writes the folder; so
    does ``out`` at once.
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
        held = [room_at(each, folder / str(number)) for number, each in enumerate(rooms)]
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
) -> DraftProtection:
    """What a profile would hide of each table, and which classes may be merged instead, before a release is made.

    Raises
    ------
    UsageError, StudyError
        There is no such profile, or it says something that cannot be.
    """
    from firmtrade.protection.draft import draft as make_draft
    from firmtrade.protection.profile import load_profile

    chosen = load_profile(profile) if isinstance(profile, str | Path) else profile
    (progress or silent)("protection")
    with WorkingFolder() as folder:
        held = [room_at(each, folder / str(number)) for number, each in enumerate(rooms)]
        return make_draft(held, chosen)


def attack(
    release: str | Path,
    known: Sequence[str | Path] = (),
    *,
    within: int = 0,
    zeros_shown: bool = False,
    units: int = 0,
    closer: float = 0.0,
    progress: Progress | None = None,
) -> Attack:
    """What a reader works out of each hidden number of a release, from the folder alone.

    ``known`` are other releases of the same firms, or files of cells that the reader knows besides: what a firm knows
    of itself. Where numbers of firms were rounded or perturbed, true ones lie ``within`` that many of those printed.
    ``zeros_shown`` says that the office shows zeros: shares of none or all are no secret then. With ``units`` a reader
    takes every number of firms that is confidential by itself for fewer than that many. An amount or mean counts as
    known where its interval is narrower than ``closer`` per cent of it.

    Raises
    ------
    UsageError, InputError
        The folder is no release with cells, or a file cannot be read.
    """
    from firmtrade.protection.attack import attack as attack_release

    beside = [Path(each) for each in known]
    return attack_release(
        Path(release),
        beside,
        within=within,
        zeros_shown=zeros_shown,
        units=units,
        closer=closer,
        progress=progress,
    )


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


def _load_engine() -> None:
    """Load the engine while a population is drawn, which needs nothing of it."""
    from firmtrade.engines import connect

    connect().close()


def _profile(profile: Profile | str | Path | None) -> Profile | None:
    from firmtrade.protection.profile import load_profile

    return load_profile(profile) if isinstance(profile, str | Path) else profile


def _check_release(
    out: str | Path | None,
    lang: str,
    formats: Sequence[str] | None,
    against: str | Path | PrintedEdition | None,
) -> PrintedEdition | None:
    """Refuse before any work is done what would be refused after it; the edition to set beside, if there is one."""
    from firmtrade.report import chosen_formats, load_edition
    from firmtrade.report.manifest import RELEASE

    check_language(lang)
    if formats is not None:
        chosen_formats(formats)
    if out is not None:
        check_place(Path(out), RELEASE)
    return load_edition(against) if isinstance(against, str | Path) else against
