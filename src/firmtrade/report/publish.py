"""From a document to a folder that may leave: every format at once, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from firmtrade.errors import UsageError
from firmtrade.messages import Language, language_of
from firmtrade.outputs.place import check_place, writing
from firmtrade.progress import Progress, silent
from firmtrade.report import html, stored
from firmtrade.report.drawing_engines import drawing_engines
from firmtrade.report.editions import PrintedEdition, review, review_file
from firmtrade.report.largest import whole
from firmtrade.report.manifest import NAME, RELEASE, manifest, manifest_together
from firmtrade.report.meanings import with_meanings
from firmtrade.report.model import Document, Figure, Section
from firmtrade.report.names import stem
from firmtrade.report.pictures import Picture, draw, drawing
from firmtrade.report.signature import SIGNATURE, Signer
from firmtrade.report.writers import WRITERS, Files, Job, chosen_formats, shows_figures, written
from firmtrade.workers import Workers

T = TypeVar("T")

HOLD_EVERY_ROW = frozenset({"xlsx", "csv"})
"""Formats that print long lists whole; pages print them whole where a release has none of these."""


def publish(
    document: Document,
    out: Path,
    *,
    formats: Sequence[str] = tuple(WRITERS),
    against: PrintedEdition | None = None,
    sign: Signer | None = None,
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
        Names of ``WRITERS``; without them all.
    against
        An edition to set beside the new numbers, for reviewers (``review.html``, ``review.csv``).
    sign
        The key that signs the manifest.
    progress
        Called with the name of each format before it is made.

    Raises
    ------
    UsageError
        An unknown format, a document without tables, a place that cannot be written or is taken.
    """
    chosen = chosen_formats(formats)
    _check_tables(document)
    check_place(out, RELEASE)
    _write(_release(document, chosen, against, sign, progress), out)
    return out


def publish_together(
    documents: Mapping[str, Document],
    out: Path,
    *,
    formats: Sequence[str] = tuple(WRITERS),
    against: PrintedEdition | None = None,
    sign: Signer | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write the releases of several studies, each in a folder of its name, with a page that leads to all and a manifest
    of every file. The edition is set beside the first. Otherwise as :func:`publish`."""
    chosen = chosen_formats(formats)
    for document in documents.values():
        _check_tables(document)
    check_place(out, RELEASE)
    files: dict[str, bytes] = {}
    for name, document in documents.items():
        made = _release(document, chosen, against, sign, progress)
        files |= {f"{name}/{path}": content for path, content in made.items()}
        against = None
    if "html" in chosen:
        files |= html.cover(documents, [(WRITERS[name].label, WRITERS[name].main) for name in chosen])
    files[NAME] = manifest_together(documents, files, chosen)
    if sign is not None:
        files[SIGNATURE] = sign.sign(files[NAME])
    _write(files, out)
    return out


def _check_tables(document: Document) -> None:
    if not any(True for _ in document.tables()):
        raise UsageError(
            "There is nothing to publish: the study declares no table and no figure.",
            fix="Add a [[tables]] or [[figures]] entry to the study.",
        )


def _release(
    document: Document,
    formats: tuple[str, ...],
    against: PrintedEdition | None,
    sign: Signer | None,
    progress: Progress | None,
) -> dict[str, bytes]:
    """Every file of a release, by path."""
    files = render(document, formats, against, progress)
    files[NAME] = manifest(document, files, formats, against.name if against else "")
    if sign is not None:
        files[SIGNATURE] = sign.sign(files[NAME])
    return files


def render(
    document: Document,
    formats: tuple[str, ...],
    against: PrintedEdition | None = None,
    progress: Progress | None = None,
) -> dict[str, bytes]:
    """Every file of a release but the manifest, by path.

    Figures are drawn meanwhile, first in the form that print needs: each format waits for what it shows alone.
    """
    say = progress or silent
    document = replace(document, sections=with_meanings(document.sections))
    if not HOLD_EVERY_ROW & {*formats}:
        document = whole(document)
    others = tuple((WRITERS[name].label, WRITERS[name].main) for name in formats if WRITERS[name].main)
    figures: list[Figure] = []
    if shows_figures(formats):
        say("figures")
        figures = [figure for figure in document.figures() if figure.drawn]
    with drawing_engines(len(figures)), Workers() as workers:
        drawings = _drawn_by(workers, drawing, figures, document)
        pictures = _drawn_by(workers, draw, figures, document)
        job = Job(document, drawings, pictures, others)
        made: dict[str, Files] = {}
        for name in reversed(formats):
            say(name)
            made[name] = written(name, job)
        drawn = pictures()
    files = {
        f"figures/{name}": content
        for figure in figures
        for name, content in _files_of(figure, drawn[figure.table.id]).items()
    }
    for name in formats:
        files |= made[name]
    files |= stored.files(document)
    if document.study:
        files["study.toml"] = document.study.encode("utf-8")
    if against is not None:
        say("review")
        compared = review(document, against)
        files["review.html"] = html.index(compared, {}, (), kind="review")
        files["review.csv"] = review_file(document, against)
        files |= html.assets()
    return files


def figure_files(sections: Sequence[Section], language: Language, banner: str) -> dict[str, bytes]:
    """The figures of sections that hold a number, by the name of their file, for a folder that is no release."""
    figures = [
        item
        for section in with_meanings(sections)
        for item in section.items
        if isinstance(item, Figure) and item.drawn
    ]
    files: dict[str, bytes] = {}
    with Workers() as workers:
        pictures = workers.map(lambda figure: draw(figure, language, banner), figures)
        for figure, picture in zip(figures, pictures, strict=True):
            files |= _files_of(figure, picture)
    return files


def _drawn_by(
    workers: Workers,
    form: Callable[[Figure, Language, str], T],
    figures: Sequence[Figure],
    document: Document,
) -> Callable[[], Mapping[str, T]]:
    """Have figures drawn in a form; gives what waits for them, by table."""
    language = language_of(document.language)
    begun = [(figure.table.id, workers.submit(form, figure, language, document.banner)) for figure in figures]
    return lambda: {table: each.result() for table, each in begun}


def _files_of(figure: Figure, picture: Picture) -> dict[str, bytes]:
    name = stem(figure.table)
    return {
        f"{name}.svg": picture.download,
        f"{name}.png": picture.png,
        f"{name}.vl.json": picture.spec.encode("utf-8"),
    }


def _write(files: dict[str, bytes], out: Path) -> None:
    with writing(out, RELEASE) as fresh:
        for path, content in files.items():
            place = fresh / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
