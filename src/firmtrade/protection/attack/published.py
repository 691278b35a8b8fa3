"""What a release says: its study, the numbers that it prints and those that it hides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from firmtrade.errors import InputError, Place, UsageError
from firmtrade.kinds import specify
from firmtrade.outputs import CellKey, Confidentiality, ObsStatus
from firmtrade.outputs.several import releases_in
from firmtrade.query.cells import CellSpec, Formula, Term
from firmtrade.query.dimensions import UNKNOWN
from firmtrade.sources.edition import KEYED, EditionFile, keyed, number_of, parse_text, read_file
from firmtrade.studies import parse_study
from firmtrade.studies.joint import dated, joint_study, same_firms, table_of
from firmtrade.study import Study

CELLS, STUDY = "cells.csv", "study.toml"


@dataclass(frozen=True)
class PublishedRelease:
    """A release from outside: the printed value of each cell, None where it is hidden. ``nothing`` are terms of
    no firms: bases of shares that are undefined, and groups that a table leaves out because nobody is in them.
    ``secondary`` are cells that are hidden only to protect others. Numbers of firms are printed ``within`` that many of
    the true ones, where they were rounded or perturbed; shares of firms are then computed from the printed numbers.
    ``zeros_shown`` says that zeros are no secret. ``few`` is the most firms that a hidden number stands for where that
    is known: of one that is confidential by itself, fewer than the office asks for. ``secret`` are cells that must not
    be worked out whatever their flag says. An amount counts as known where its interval is narrower than ``closer`` per
    cent of it."""

    study: Study
    specs: Mapping[CellKey, CellSpec]
    values: Mapping[CellKey, float | None]
    nothing: tuple[Term, ...] = ()
    secondary: frozenset[CellKey] = frozenset()
    within: int = 0
    zeros_shown: bool = False
    few: Mapping[CellKey, int] = field(default_factory=dict)
    secret: frozenset[CellKey] = frozenset()
    closer: float = 0.0

    def fewer_than(self, units: int) -> PublishedRelease:
        """As read by who takes every number of firms that is confidential by itself for fewer than ``units``."""
        few = {
            key: units - 1
            for key in self.hidden
            if self.specs[key].formula is Formula.COUNT and key not in self.secondary
        }
        return replace(self, few=few)

    @property
    def hidden(self) -> tuple[CellKey, ...]:
        return tuple(key for key, value in self.values.items() if value is None)


def read_release(folder: Path, known: Iterable[Path] = ()) -> PublishedRelease:
    """Read a release folder, and what is known besides: files with the columns of ``cells.csv``, or the folders of
    other releases of the same firms. Of a folder with the releases of several studies all are read, their tables called
    after them.

    Raises
    ------
    UsageError
        The folder is no release with cells of a study.
    InputError
        A file is damaged, or names a cell that the study does not have.
    """
    paths = list(known)
    files = [read_file(path, KEYED) for path in paths if not path.is_dir()]
    if within := releases_in(folder):
        found = _of_studies(within, files)
    else:
        found = published(_study(folder), _text(folder / CELLS), files)
    for path in paths:
        if path.is_dir():
            found = beside(found, _study(path), _text(path / CELLS), path.name)
    return found


def _of_studies(folders: Sequence[Path], files: Sequence[EditionFile]) -> PublishedRelease:
    if files:
        raise UsageError(
            f"{folders[0].parent} holds the releases of several studies, and a file of cells is of one",
            fix=f"Attack one of them, such as {folders[0]}, with the others as `--known`.",
        )
    first, *others = folders
    nothing = PublishedRelease(_study(first), {}, {})
    found = beside(nothing, nothing.study, _text(first / CELLS), first.name, asked=True)
    for other in others:
        found = beside(found, _study(other), _text(other / CELLS), other.name, asked=True)
    return found


def _study(folder: Path) -> Study:
    for name in (CELLS, STUDY):
        if not (folder / name).is_file():
            raise UsageError(
                f"{folder}: there is no {name}, so there is nothing to attack",
                fix="Give a folder that `firmtrade release` wrote in a format with `csv`.",
            )
    return parse_study(_text(folder / STUDY), STUDY)


def beside(
    found: PublishedRelease, study: Study, cells: str, name: str, *, asked: bool = False
) -> PublishedRelease:
    """A release together with what another one of the same firms prints: its numbers are known; those that it hides
    are only ``asked`` for where they are no less a secret. ``name`` sets its tables apart.

    Raises
    ------
    UsageError
        The other study is of another country or other measures, or uses a name in another sense.
    """
    if not same_firms(found.study, study):
        raise UsageError(
            f"{name} is of other measures, thresholds or another country: it says nothing of the same numbers",
            fix="Give releases of studies that agree on these.",
        )
    joint = joint_study(found.study, study)
    other = published(study, cells, joint=joint)
    names = {
        key: key._replace(table=table_of(name, key.table))
        for key, value in other.values.items()
        if asked or value is not None
    }
    return PublishedRelease(
        joint,
        {**found.specs, **{there: replace(other.specs[key], key=there) for key, there in names.items()}},
        {**found.values, **{there: other.values[key] for key, there in names.items()}},
        tuple(dict.fromkeys((*found.nothing, *other.nothing))),
        found.secondary | {there for key, there in names.items() if key in other.secondary},
    )


def published(
    study: Study, cells: str, known: Iterable[EditionFile] = (), *, joint: Study | None = None
) -> PublishedRelease:
    """What the text of ``cells.csv`` says, and what is known besides, from files of the same columns; said in the
    dates of a ``joint`` study where it is read beside others.

    What a table does not list is not there; but figures leave out firms of unknown class, and say so in a note."""
    specs = {
        spec.key: spec
        for table in dated(specify(study), study, joint or study)
        for spec in table.cells
        if spec.formula is not Formula.CODE
    }
    values: dict[CellKey, float | None] = {}
    undefined, listed, secondary = set[CellKey](), set[CellKey](), set[CellKey]()
    for line, key, row in keyed(parse_text(CELLS, cells, KEYED).rows, CELLS):
        if key not in specs:
            continue
        listed.add(key)
        value = _number(row, specs[key], CELLS, line)
        if value is not None:
            values[key] = value
        elif row.get("status") == ObsStatus.SUPPRESSED:
            values[key] = None
            if row.get("confidentiality") in (Confidentiality.SECONDARY, Confidentiality.SECONDARY_RECEIVER):
                secondary.add(key)
        elif row.get("status") == ObsStatus.UNDEFINED:
            undefined.add(key)
    for file in known:
        for line, key, row in keyed(file.rows, file.name):
            if key not in specs:
                raise InputError(
                    "the study has no such cell",
                    where=Place(file=file.name, line=line),
                    fix="Take the keys from `cells.csv` of the release.",
                )
            value = _number(row, specs[key], file.name, line)
            if value is not None:
                values[key] = value
    asides = {table.id for table in study.figures}
    told = {key: spec for key, spec in specs.items() if key.table not in asides or UNKNOWN not in key}
    return PublishedRelease(study, specs, values, nothing(told, undefined, listed), frozenset(secondary))


def nothing(
    specs: Mapping[CellKey, CellSpec], undefined: Iterable[CellKey], listed: Iterable[CellKey]
) -> tuple[Term, ...]:
    """Terms of no firms, from the cells that are undefined and from those that are not ``listed`` at all; of these the
    amounts too."""
    there = set(listed)
    tables = {key.table for key in there}
    bases = [specs[key].terms["base"] for key in sorted(undefined) if specs[key].formula is Formula.SHARE]
    left_out = [
        term
        for key, spec in specs.items()
        if spec.optional and key not in there and key.table in tables
        for term in (spec.group, *spec.terms.values())
        if (term.universe, term.where) == (spec.group.universe, spec.group.where)
    ]
    return tuple(term for term in dict.fromkeys((*bases, *left_out)) if not term.by)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise InputError(f"{path} cannot be read", fix="Check the path; it must be CSV in UTF-8.") from None


def _number(row: Mapping[str, str], spec: CellSpec, name: str, line: int) -> float | None:
    where = Place(file=name, line=line, column="value")
    number = number_of(row["value"], where, whole=spec.formula is Formula.COUNT)
    return None if number is None else float(number)
