"""What a release says: its study, the numbers that it prints and those that it hides."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from firmtrade.errors import InputError, Place, UsageError
from firmtrade.kinds import specify
from firmtrade.outputs import CELL_COLUMNS, CellKey, Confidentiality, ObsStatus
from firmtrade.query.cells import CellSpec, Formula, Term
from firmtrade.studies import parse_study
from firmtrade.study import Study

CELLS, STUDY = "cells.csv", "study.toml"


@dataclass(frozen=True)
class Published:
    """A release from outside: the printed value of each cell, None where it is hidden. ``nothing`` are terms of
    no firms: bases of shares that are undefined, and groups that a table leaves out because nobody is in them.
    ``secondary`` are cells that are hidden only to protect others."""

    study: Study
    specs: Mapping[CellKey, CellSpec]
    values: Mapping[CellKey, float | None]
    nothing: tuple[Term, ...] = ()
    secondary: frozenset[CellKey] = frozenset()

    @property
    def hidden(self) -> tuple[CellKey, ...]:
        return tuple(key for key, value in self.values.items() if value is None)


def read_release(folder: Path, known: Iterable[Path] = ()) -> Published:
    """Read a release folder, and what is known besides: files with the columns of ``cells.csv``.

    Raises
    ------
    UsageError
        The folder is no release with cells of a study.
    InputError
        A file is damaged, or names a cell that the study does not have.
    """
    for name in (CELLS, STUDY):
        if not (folder / name).is_file():
            raise UsageError(
                f"{folder}: there is no {name}, so there is nothing to attack",
                fix="Give a folder that `firmtrade release` wrote in a format with `csv`.",
            )
    study = parse_study((folder / STUDY).read_text(encoding="utf-8"), STUDY)
    specs = {
        spec.key: spec for table in specify(study) for spec in table.cells if spec.formula is not Formula.CODE
    }
    values: dict[CellKey, float | None] = {}
    undefined: set[CellKey] = set()
    listed: set[CellKey] = set()
    secondary: set[CellKey] = set()
    for path, own in ((folder / CELLS, True), *((path, False) for path in known)):
        for line, row in _rows(path):
            key = CellKey(row["table"], row["population"], row["row"], row["column"])
            if key not in specs:
                if own:
                    continue
                raise InputError(
                    f"the study has no cell {key}",
                    where=Place(file=path.name, line=line),
                    fix="Take the keys from `cells.csv` of the release.",
                )
            listed.add(key)
            value = _number(row["value"], path, line)
            if value is not None:
                values[key] = value
            elif own and row["status"] == ObsStatus.SUPPRESSED:
                values.setdefault(key, None)
                if row["confidentiality"] in (Confidentiality.SECONDARY, Confidentiality.SECONDARY_RECEIVER):
                    secondary.add(key)
            elif own and row["status"] == ObsStatus.UNDEFINED:
                undefined.add(key)
    return Published(study, specs, values, nothing(specs, undefined, listed), frozenset(secondary))


def nothing(
    specs: Mapping[CellKey, CellSpec], undefined: Iterable[CellKey], listed: Iterable[CellKey]
) -> tuple[Term, ...]:
    """Terms of no firms, from the cells that are undefined and from those that are not ``listed`` at all."""
    there = set(listed)
    tables = {key.table for key in there}
    bases = [specs[key].terms["base"] for key in sorted(undefined) if specs[key].formula is Formula.SHARE]
    left_out = [
        spec.group
        for key, spec in specs.items()
        if spec.optional and key not in there and key.table in tables
    ]
    return tuple(term for term in dict.fromkeys((*bases, *left_out)) if not term.by)


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            needed = CELL_COLUMNS[:5]
            missing = [name for name in needed if name not in (reader.fieldnames or ())]
            if missing:
                raise InputError(
                    f"the column `{missing[0]}` is missing",
                    where=Place(file=path.name, line=1),
                    fix=f"Needed are {', '.join(needed)}.",
                )
            return [(reader.line_num, {name: row.get(name) or "" for name in CELL_COLUMNS}) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error):
        raise InputError(f"{path} cannot be read", fix="Check the path; it must be CSV in UTF-8.") from None


def _number(text: str, path: Path, line: int) -> float | None:
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        where = Place(file=path.name, line=line, column="value")
        raise InputError("this is no number", where=where, fix="Write numbers with a point.") from None
