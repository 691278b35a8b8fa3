"""Advice to one firm: a blank form, and the advice that answers give."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from firmtrade.errors import DataError, FirmtradeError, InputError, Place, UsageError
from firmtrade.messages import language_of
from firmtrade.outputs.place import Kind, check_file, check_place, write_file, writing

if TYPE_CHECKING:
    from firmtrade.advice import Advice, Release
    from firmtrade.study.model import About

CELLS, STUDY, DATA = "cells.csv", "study.toml", "advice.json"
NEEDED = ("table", "population", "row", "column", "value", "unit", "year", "status")


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
    lang
        The language of the page.

    Raises
    ------
    UsageError
        No such file, folder or language, or a place that is taken.
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

    language_of(lang)
    if out is not None:
        check_place(Path(out), ADVICE)
    given = read_answers(Path(answers))
    found = advised(
        given,
        None if release is None else _released(Path(release)),
        None if markets is None else read_figures(Path(markets)),
    )
    if out is not None:
        from firmtrade.report.advice import advice_files

        with writing(Path(out), ADVICE) as fresh:
            for name, content in advice_files(found, lang).items():
                (fresh / name).parent.mkdir(parents=True, exist_ok=True)
                (fresh / name).write_bytes(content)
    return found


def _listed(folder: Path) -> Collection[str] | None:
    """The files of an advice, as its data lists them; None for a folder of another kind."""
    try:
        content = json.loads((folder / DATA).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    files = content.get("files") if isinstance(content, dict) else None
    return {DATA, *files} if isinstance(files, list) else None


ADVICE = Kind("an advice", _listed)


def _released(folder: Path) -> Release:
    """What advice takes of a release, once the release has proved whole and protected."""
    from firmtrade.advice import Release
    from firmtrade.report import verify
    from firmtrade.report.manifest import read_manifest

    problems = verify(folder)
    if problems:
        raise DataError(
            f"The release {folder} is not as it was published: {problems[0]}.",
            fix="Ask for the release again; `firmtrade verify` lists what differs.",
        )
    facts = read_manifest(folder)
    if facts.get("data") != "synthetic" and not facts.get("protection"):
        raise DataError(
            f"The release {folder} is not protected: advice reads released cells only.",
            fix="Give a folder that `firmtrade release` wrote, or leave `--release` out.",
        )
    try:
        text = (folder / CELLS).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(
            f"The release {folder} has no {CELLS}.", fix="Publish it with `--format csv` among the formats."
        ) from error
    reader = csv.DictReader(io.StringIO(text))
    lacking = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if lacking:
        raise InputError(
            f"the column `{lacking[0]}` is missing",
            where=Place(file=CELLS, line=1),
            fix="Publish the release again.",
        )
    study = _study(folder, str(facts.get("study", "")))
    return Release(
        study=str(facts.get("study", "")),
        title=str(facts.get("title", "")),
        country=study.country if study else None,
        revision=study.activity.removeprefix("nace-") if study else None,
        synthetic=facts.get("data") == "synthetic",
        fingerprint=str(facts.get("data_fingerprint", "")),
        cells=tuple(reader),
    )


def _study(folder: Path, name: str) -> About | None:
    """What the release's own study says, or the bundled study of its name; None where neither is there."""
    from firmtrade.studies import bundled_studies, load_study, parse_study

    try:
        if (folder / STUDY).is_file():
            return parse_study((folder / STUDY).read_text(encoding="utf-8")).study
        return load_study(name).study if name in bundled_studies() else None
    except FirmtradeError:
        return None
