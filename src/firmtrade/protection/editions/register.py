"""The register of releases: a folder in which every release is entered and nothing is ever changed.

``register.jsonl`` has one line per release: its number, study, the fingerprint of its data, the name of its profile,
the digests of what it prints, and the digest of the line before. The digest of the last line so stands for the whole
register: whoever keeps it outside sees any change. What the release prints lies beside it, under its number."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from firmtrade.errors import DataError, Place, UsageError
from firmtrade.outputs.contents import digest
from firmtrade.outputs.place import write_file
from firmtrade.protection.editions.earlier import Earlier

REGISTER, CELLS, STUDY = "register.jsonl", "cells.csv", "study.toml"
AGAIN = "Take the register from where it is kept safe: without it nobody knows what is out."


@dataclass(frozen=True, slots=True)
class RegisteredRelease:
    """One release. ``cells`` and ``study_text`` are digests; ``previous`` is that of the line before, empty of the
    first. True numbers of firms lie ``within`` so many of the printed ones."""

    number: int
    study: str
    data: str
    profile: str
    cells: str
    study_text: str
    previous: str
    within: int = 0

    def line(self) -> str:
        """The line of the register, without its end."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @property
    def digest(self) -> str:
        """The digest of the line, which stands for the whole register up to it."""
        return digest(self.line().encode("utf-8"))


@dataclass(frozen=True)
class ReleaseRegister:
    """The releases that are out, in their order."""

    entries: tuple[RegisteredRelease, ...] = ()
    releases: tuple[Earlier, ...] = ()

    @property
    def digest(self) -> str:
        """The digest of the last line; empty of an empty register."""
        return self.entries[-1].digest if self.entries else ""


def read_register(folder: Path) -> ReleaseRegister:
    """The register in a folder; an empty one where the folder is not there or empty.

    Raises
    ------
    UsageError
        The folder holds something else.
    DataError
        A line or a file is not what was entered.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return ReleaseRegister()
    path = folder / REGISTER
    if not path.is_file():
        raise UsageError(
            f"{folder} is no register of releases: there is no {REGISTER} in it",
            fix="Give a new folder, or the one that earlier releases were entered in.",
        )
    entries, releases, previous = list[RegisteredRelease](), list[Earlier](), ""
    for number, line in enumerate(_text(path, path.name).splitlines(), start=1):
        entry = _entry(line, number, previous)
        held = folder / str(number)
        study, cells = (_text(held / name, f"{number}/{name}") for name in (STUDY, CELLS))
        for name, text, expected in ((STUDY, study, entry.study_text), (CELLS, cells, entry.cells)):
            if digest(text.encode("utf-8")) != expected:
                raise DataError(
                    "the register was changed: this file is not what was entered",
                    where=Place(file=f"{number}/{name}"),
                    fix=AGAIN,
                )
        entries.append(entry)
        releases.append(Earlier.of(study, cells, entry.data, f"{number}/{STUDY}", entry.within))
        previous = entry.digest
    return ReleaseRegister(tuple(entries), tuple(releases))


def enter(
    folder: Path, *, study: str, name: str, data: str, profile: str, cells: str, within: int = 0
) -> RegisteredRelease:
    """Enter a release: ``study`` and ``cells`` are the texts of its files, ``name`` is that of the study, and true
    numbers of firms lie ``within`` so many of the printed ones. What is entered last already is not entered twice.

    Raises
    ------
    UsageError, DataError
        The register cannot be read or written, or was changed.
    """
    register = read_register(folder)
    entry = RegisteredRelease(
        len(register.entries) + 1,
        name,
        data,
        profile,
        digest(cells.encode("utf-8")),
        digest(study.encode("utf-8")),
        register.digest,
        within,
    )
    last = register.entries[-1] if register.entries else None
    if last and (last.cells, last.study_text, last.data) == (entry.cells, entry.study_text, entry.data):
        return last
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = folder / str(entry.number)
        held.mkdir(exist_ok=True)
        lines = "".join(f"{each.line()}\n" for each in (*register.entries, entry))
        for path, text in ((held / STUDY, study), (held / CELLS, cells), (folder / REGISTER, lines)):
            write_file(path, text, confidential=True)
    except OSError as error:
        raise UsageError(f"the register {folder} cannot be written", fix="Give a folder that can.") from error
    return entry


def _entry(line: str, number: int, previous: str) -> RegisteredRelease:
    try:
        entry = RegisteredRelease(**json.loads(line))
    except (ValueError, TypeError):
        entry = None
    if entry is None or entry.line() != line or (entry.number, entry.previous) != (number, previous):
        raise DataError(
            "the register was changed: this line is not the one that was entered",
            where=Place(file=REGISTER, line=number),
            fix=AGAIN,
        )
    return entry


def _text(path: Path, name: str) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        raise DataError(
            "the register was changed: this file cannot be read", where=Place(file=name), fix=AGAIN
        ) from None
