"""What a format of a release is: its name, its main file, and how its files are made of a document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from firmtrade.report.model import Document
from firmtrade.report.pictures import Picture

Files = dict[str, bytes]
"""Files by their path in the release."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a writer is given: the document, its figures by table, and the other formats that are written.

    ``drawings`` gives the figures as SVG for print, ``pictures`` in every form: both are in the making, and waited for
    when they are asked for. ``others`` are (label, main file) of each format, for a page that links to them.
    """

    document: Document
    drawings: Callable[[], Mapping[str, str]]
    pictures: Callable[[], Mapping[str, Picture]]
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Writer:
    """One format. ``drawn`` says that it needs the figures; a page that links to itself has no ``main``."""

    label: str
    files: Callable[[Job], Files]
    main: str = ""
    drawn: bool = False
