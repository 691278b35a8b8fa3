"""From a document to a folder that may leave: every format at once, or nothing at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from firmtrade.errors import UsageError, suggest
from firmtrade.report import html, sdmx, tidy
from firmtrade.report.editions import Edition, review, review_file
from firmtrade.report.manifest import NAME, is_release, manifest
from firmtrade.report.model import Document
from firmtrade.report.names import stem
from firmtrade.report.paper import paper
from firmtrade.report.pictures import Picture, draw
from firmtrade.report.words import words
from firmtrade.report.workbook import workbook

FORMATS = ("html", "pdf", "xlsx", "csv", "sdmx")
MAIN_FILES = {
    "pdf": ("PDF", "report.pdf"),
    "xlsx": ("XLSX", "tables.xlsx"),
    "csv": ("CSV", "cells.csv"),
    "sdmx": ("SDMX", "sdmx/cells.csv"),
}

Progress = Callable[[str], None]


def publish(
    document: Document,
    out: Path,
    *,
    formats: Sequence[str] = FORMATS,
    against: Edition | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write a release folder: the formats asked for, and a manifest of every file.

    The folder is written beside its place and then moved, so that a failure leaves what was there before. An
    earlier release is replaced; any other folder with content is refused.

    Parameters
    ----------
    document
        The publication, in one language.
    out
        The folder to make.
    formats
        Any of ``html``, ``pdf``, ``xlsx``, ``csv`` and ``sdmx``.
    against
        An edition to set beside the new numbers, for reviewers (``review.html``, ``review.csv``).
    progress
        Called with the name of each format before it is made.

    Raises
    ------
    UsageError
        An unknown format, a document without tables, a place that cannot be written or is taken.
    """
    chosen = _formats(formats)
    if not any(True for _ in document.tables()):
        raise UsageError(
            "There is nothing to publish: the study declares no table and no figure.",
            fix="Add a [[tables]] or [[figures]] entry to the study.",
        )
    _check_place(out)
    files = render(document, chosen, against, progress or _silent)
    files[NAME] = manifest(document, files, chosen, against.name if against else "")
    _write(files, out)
    return out


def render(
    document: Document,
    formats: tuple[str, ...],
    against: Edition | None = None,
    progress: Progress | None = None,
) -> dict[str, bytes]:
    """Every file of a release but the manifest, by path."""
    say = progress or _silent
    files: dict[str, bytes] = {}
    pictures: dict[str, Picture] = {}
    if {"html", "pdf"} & set(formats):
        say("figures")
        language = words(document.language)
        for figure in document.figures():
            if figure.table.computed:
                picture = draw(figure, language)
                pictures[figure.table.id] = picture
                files[f"figures/{stem(figure.table)}.svg"] = picture.download
                files[f"figures/{stem(figure.table)}.png"] = picture.png
                files[f"figures/{stem(figure.table)}.vl.json"] = picture.spec.encode("utf-8")
    others = tuple(MAIN_FILES[name] for name in formats if name in MAIN_FILES)
    for name in formats:
        say(name)
        if name == "html":
            files |= html.pages(document, pictures, others)
        elif name == "pdf":
            files["report.pdf"] = paper(document, pictures)
        elif name == "xlsx":
            files["tables.xlsx"] = workbook(document)
        elif name == "csv":
            files |= tidy.files(document)
        elif name == "sdmx":
            files |= sdmx.files(document)
    if against is not None:
        say("review")
        compared = review(document, against)
        files["review.html"] = html.index(compared, {}, ())
        files["review.csv"] = review_file(document, against)
        files |= html.assets()
    return files


def _silent(_: str) -> None:
    return None


def _formats(asked: Sequence[str]) -> tuple[str, ...]:
    for name in asked:
        if name not in FORMATS:
            raise UsageError(f"There is no format `{name}`.", fix=suggest(name, FORMATS))
    if not asked:
        raise UsageError("No format was asked for.", fix=f"Choose any of {', '.join(FORMATS)}.")
    return tuple(name for name in FORMATS if name in asked)


def _check_place(out: Path) -> None:
    """Refuse before any work is done: a place that is taken, or that cannot be written."""
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file.", fix="Give the name of a folder with --out.")
    if out.is_dir() and any(out.iterdir()) and not is_release(out):
        raise UsageError(
            f"{out} holds files that are not of a release; nothing was written.",
            fix="Give a new folder with --out, or empty this one.",
        )
    folder = out.absolute().parent
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"{folder} cannot be written.", fix="Give another folder with --out.")


def _write(files: dict[str, bytes], out: Path) -> None:
    target = out.absolute()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        room = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise UsageError(
            f"{target.parent} cannot be written.", fix="Give another folder with --out."
        ) from error
    try:
        fresh = room / "new"
        fresh.mkdir()
        for path, content in files.items():
            place = fresh / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        _swap(fresh, target, room / "old")
    except OSError as error:
        raise UsageError(
            f"The release could not be written to {target}: {error.strerror or 'the disk refused'}.",
            fix="Make room or give another folder with --out; what was there before is unchanged.",
        ) from error
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _swap(fresh: Path, target: Path, old: Path) -> None:
    """Put ``fresh`` in the place of ``target``; on failure, what was there comes back."""
    replaced = target.exists()
    if replaced:
        target.rename(old)
    try:
        fresh.rename(target)
    except OSError:
        if replaced:
            with suppress(OSError):
                old.rename(target)
        raise
