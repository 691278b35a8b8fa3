"""Advice to one firm (a blank form, and the advice that answers give), and the brief of an agency."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from firmtrade.errors import InputError, Place, UsageError
from firmtrade.messages import language_of
from firmtrade.outputs.json_file import read_object
from firmtrade.outputs.manifest import MANIFEST, is_room
from firmtrade.outputs.place import OWN_FOLDER, FolderKind, check_file, check_place, write_file, writing
from firmtrade.progress import Progress

if TYPE_CHECKING:
    from firmtrade.advice import Advice, AnswerFile
    from firmtrade.advice.agency import Brief, Clients
    from firmtrade.api.observatory import Observatory
    from firmtrade.study import Study

DATA = "advice.json"


def advice_form(out: str | Path, lang: str = "en") -> Path:
    """Write the blank form of answers.

    Raises
    ------
    UsageError
        The file is there already (it may hold answers), cannot be written, or the language is unknown.
    """
    from firmtrade.advice import blank_form

    place = Path(out)
    text = blank_form(language_of(lang))
    if place.exists():
        raise UsageError(
            f"{place} is there already and may hold answers; nothing was written.", fix="Give a new file."
        )
    check_file(place)
    write_file(place, text)
    return place


def advise(
    answers: str | Path,
    release: str | Path | None = None,
    out: str | Path | None = None,
    *,
    markets: str | Path | None = None,
    barriers: str | Path | None = None,
    store: str | Path | None = None,
    lang: str = "en",
) -> Advice:
    """Advise one firm on its own answers, and write ``index.html``, ``report.pdf``, ``advice.json`` and the plan.

    Parameters
    ----------
    answers
        A file of answers; :func:`advice_form` writes a blank one.
    release
        A release folder whose cells speak of the firm's peers. Without it the advice has no peers.
    out
        The folder to write; None writes nothing.
    markets
        The firm's own figures on markets, a CSV file with ``country,indicator,product,year,value,source``.
    barriers
        A release with a survey of barriers, such as of the bundled one.
    store
        A folder in which an agency keeps answers with consent, to try the checklist against what happens later.
    lang
        The language of the page.

    Raises
    ------
    UsageError
        No such file, folder or language, a place that is taken, or answers to store without consent.
    StudyError
        An unknown key of the answers, or a value that cannot be.
    InputError
        A file that cannot be read, or a figure on markets that cannot be.
    DataError
        A release that does not verify, or that is not protected.
    """
    from firmtrade.advice import advise as advised
    from firmtrade.advice import read_answers
    from firmtrade.advice.markets import read_figures
    from firmtrade.api.released import released, released_survey

    language_of(lang)
    if out is not None:
        check_place(Path(out), ADVICE)
    given = read_answers(Path(answers))
    if store is not None:
        _store(given, Path(store))
    found = advised(
        given,
        None if release is None else released(Path(release)),
        None if markets is None else read_figures(Path(markets)),
        None if barriers is None else released_survey(Path(barriers)),
    )
    if out is not None:
        from firmtrade.report.advice import advice_files

        with writing(Path(out), ADVICE) as fresh:
            for name, content in advice_files(found, lang).items():
                (fresh / name).parent.mkdir(parents=True, exist_ok=True)
                (fresh / name).write_bytes(content)
    return found


def advise_agency(
    register: str | Path,
    out: str | Path | None = None,
    *,
    study: str | Path | Study = "belgium-2008",
    clients: str | Path | None = None,
    evidence: Sequence[str | Path] = (),
    stored: str | Path | None = None,
    profile: str | Path = "publication",
    lang: str = "en",
    progress: Progress | None = None,
) -> Brief:
    """Make the brief of an agency from a register, inside the secure room: groups only, not for release.

    Parameters
    ----------
    register
        A folder of canonical tables.
    out
        The folder to write, with ``index.html`` and ``report.pdf``; None writes nothing.
    study
        The study whose populations, window and classes hold.
    clients
        A CSV file with the column ``firm_id``; without it, the canonical table ``support`` where there is one.
    evidence
        Rooms of evidence whose verdicts and entry model are told beside the register.
    stored
        A folder of kept answers whose references are identifiers of the register.
    profile
        The custodian's profile: no part of a group has fewer units than it asks for.

    Raises
    ------
    UsageError
        No such folder, study, profile or language, or a place that is taken.
    InputError
        A file that cannot be read, or a list without the column ``firm_id``.
    DataError
        The data is of another country than the study, or lacks a year of it.
    """
    from firmtrade.advice.agency import agency_brief
    from firmtrade.advice.storage import read_kept
    from firmtrade.api.observatory import Observatory, loaded
    from firmtrade.outputs.room import read_room
    from firmtrade.protection.profile import load_profile

    language_of(lang)
    if out is not None:
        check_place(Path(out), BRIEF)
    if is_room(Path(register)):
        raise UsageError(
            f"{register} is a room, and the register is the canonical tables that rooms are made of.",
            fix="Give the folder of tables to `--register`, and a room of evidence to `--evidence`.",
        )
    asked, units = loaded(study), load_profile(profile).rules.minimum_units.units
    rooms = [read_room(Path(room)) for room in evidence]
    observatory = Observatory(register, progress=progress)
    listed = _clients(observatory, None if clients is None else Path(clients))
    found = observatory.read(asked)
    brief = agency_brief(
        found.frame,
        country=asked.head.country,
        window=(asked.head.window[0], asked.reference_year),
        ages=next((each for each in asked.attributes.values() if each.of == "age"), None),
        units=units,
        clients=listed,
        stored=None if stored is None else read_kept(Path(stored)),
    )
    if out is not None:
        from firmtrade.report.advice.agency import agency_files

        files = agency_files(
            brief,
            asked,
            rooms,
            lang,
            synthetic=observatory.folder.stamp.synthetic and all(room.manifest.synthetic for room in rooms),
            fingerprint=found.fingerprint,
        )
        with writing(Path(out), BRIEF) as fresh:
            for name, content in files.items():
                (fresh / name).parent.mkdir(parents=True, exist_ok=True)
                (fresh / name).write_bytes(content)
    return brief


def _store(answers: AnswerFile, folder: Path) -> None:
    """Add the answers to a folder, for its owner's eyes alone."""
    from firmtrade.advice.storage import stored_file

    name, content = stored_file(answers)
    check_file(folder / name)
    folder.mkdir(mode=OWN_FOLDER, parents=True, exist_ok=True)
    write_file(folder / name, content.decode("utf-8"))


def _clients(observatory: Observatory, path: Path | None) -> Clients | None:
    """The firms of a list, or of the table ``support``; None where there is neither."""
    import polars as pl

    from firmtrade.advice.agency import Clients
    from firmtrade.outputs.parquet_file import parquet_file

    if path is None:
        support = observatory.folder.tables.get("support")
        if support is None:
            return None
        ids = pl.concat([parquet_file(file, ["firm_id"]) for file in support.files])
        return Clients(frozenset(ids["firm_id"].cast(pl.String)), "support")
    try:
        found = pl.read_csv(path, infer_schema=False, truncate_ragged_lines=True)
    except OSError as error:
        raise UsageError(
            f"The list of clients {path} cannot be read.", fix="Give a CSV file with the column `firm_id`."
        ) from error
    except pl.exceptions.PolarsError as error:
        raise InputError(
            f"The list of clients {path} is no CSV file.", fix="Save it as CSV in UTF-8."
        ) from error
    if "firm_id" not in found.columns:
        raise InputError(
            "the column `firm_id` is missing",
            where=Place(file=path.name, line=1),
            fix="The first line names the columns, `firm_id` among them.",
        )
    return Clients(frozenset(found["firm_id"].drop_nulls()), path.name)


def _briefed(folder: Path) -> Collection[str] | None:
    """The files of a brief, as its list says; None for a folder of another kind."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(content, dict) or content.get("kind") != "advice for an agency":
        return None
    return {MANIFEST, *content.get("files", ())}


BRIEF = FolderKind("a brief for an agency", _briefed)


def _listed(folder: Path) -> Collection[str] | None:
    """The files of an advice, as its data lists them; None for a folder of another kind."""
    try:
        files = read_object(folder / DATA).get("files")
    except (OSError, ValueError):
        return None
    return {DATA, *files} if isinstance(files, list) else None


ADVICE = FolderKind("an advice", _listed)
