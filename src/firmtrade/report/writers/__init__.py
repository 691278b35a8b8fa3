"""The formats of a release. A new format is a new file and one line in ``WRITERS``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from firmtrade.errors import UsageError, suggest
from firmtrade.report.writers import csv, html, pdf, sdmx, xlsx
from firmtrade.report.writers.base import Files, Job, Writer

__all__ = ["WRITERS", "Files", "Job", "Writer", "chosen_formats", "shows_figures", "written"]

WRITERS: Mapping[str, Writer] = {
    "html": html.WRITER,
    "pdf": pdf.WRITER,
    "xlsx": xlsx.WRITER,
    "csv": csv.WRITER,
    "sdmx": sdmx.WRITER,
}
"""By the name that users give it, in the order in which pages name them. Written from the last to the first: what needs
the figures least does not wait for them."""


def chosen_formats(asked: Sequence[str]) -> tuple[str, ...]:
    """The formats that are asked for, once each and in their own order; a text is names separated by commas.

    Raises
    ------
    UsageError
        An unknown format, or none.
    """
    if isinstance(asked, str):
        asked = [name.strip() for name in asked.split(",") if name.strip()]
    for name in asked:
        if name not in WRITERS:
            raise UsageError(f"There is no format `{name}`.", fix=suggest(name, WRITERS))
    if not asked:
        raise UsageError("No format was asked for.", fix=f"Choose any of {', '.join(WRITERS)}.")
    return tuple(name for name in WRITERS if name in asked)


def shows_figures(formats: Iterable[str]) -> bool:
    """Whether any of these formats shows the figures."""
    return any(WRITERS[name].drawn for name in formats)


def written(name: str, job: Job) -> Files:
    """The files of a format."""
    return WRITERS[name].files(job)
