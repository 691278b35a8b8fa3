"""The files of this room and where each comes from: `data/NAME.csv` and `data/provenance.toml`.

Every cell is read as text. Nothing is taken for a missing value but the empty cell: `NA` is Namibia.
"""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files

from firmtrade.errors import StudyError, suggest

DATA = files("firmtrade.classifications") / "data"


@dataclass(frozen=True, slots=True)
class ListProvenance:
    """What a list is, who made it, and from when to when it holds (``valid_to`` is None while in force).

    ``file`` is the list it is read from, which differs from ``name`` for a second name of the same list.
    """

    name: str
    file: str
    title: str
    source: str
    valid_from: date
    valid_to: date | None = None
    note: str = ""


@lru_cache
def provenances() -> dict[str, ListProvenance]:
    """The provenance of every list of this room, by name."""
    declared = tomllib.loads((DATA / "provenance.toml").read_text(encoding="utf-8"))
    return {
        name: ListProvenance(name=name, file=entry.pop("of", name), **entry)
        for name, entry in declared.items()
    }


def provenance(name: str) -> ListProvenance:
    """The provenance of one list.

    >>> provenance("nace-2").valid_from
    datetime.date(2008, 1, 1)

    Raises
    ------
    StudyError
        If there is no list of that name.
    """
    if name not in provenances():
        raise StudyError(f"There is no list `{name}`.", fix=suggest(name, provenances()))
    return provenances()[name]


@lru_cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a list as text, one mapping of column to cell per row.

    Raises
    ------
    StudyError
        If there is no list of that name.
    """
    text = (DATA / f"{provenance(name).file}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
