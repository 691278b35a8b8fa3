"""What a folder holds, byte for byte: digests of its files, and how they differ from those that are listed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Fault(StrEnum):
    """How a file differs from what is listed, as a message says it."""

    MISSING = "is missing"
    ALTERED = "was altered"
    ADDED = "was added"
    NO_FILE = "is no file"


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """One file that is not as it is listed, by its path in the folder."""

    path: str
    fault: Fault

    def __str__(self) -> str:
        return f"{self.path} {self.fault}"


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file in hexadecimal, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digests(folder: Path, but: Collection[str] = ()) -> dict[str, str]:
    """The SHA-256 of every file of a folder by its path in it, sorted."""
    there = (name for name in sorted(names(folder)) if name not in but)
    return {name: file_digest(folder / name) for name in there if _is_file(folder / name)}


def differences(folder: Path, listed: Mapping[str, str], but: Collection[str] = ()) -> Iterator[ChangedFile]:
    """Files that are missing, altered or added, and what is no file (a link, an empty folder); ``but`` are left aside.

    ``listed`` are digests by path. Nothing but files is opened.
    """
    there = names(folder)
    for name, expected in sorted(listed.items()):
        if name not in there:
            yield ChangedFile(name, Fault.MISSING)
        elif not _is_file(folder / name):
            yield ChangedFile(name, Fault.NO_FILE)
        elif file_digest(folder / name) != expected:
            yield ChangedFile(name, Fault.ALTERED)
    for name in sorted(there - set(listed) - set(but)):
        yield ChangedFile(name, Fault.ADDED if _is_file(folder / name) else Fault.NO_FILE)


def names(folder: Path) -> set[str]:
    """Everything below a folder but folders with something in them that can be seen; links are not followed."""
    found: set[str] = set()

    def closed(error: OSError) -> None:
        found.add(Path(error.filename).relative_to(folder).as_posix())

    for place, folders, files in os.walk(folder, onerror=closed):
        here = Path(place)
        links = [name for name in folders if (here / name).is_symlink()]
        found |= {(here / name).relative_to(folder).as_posix() for name in (*files, *links)}
        if not folders and not files and here != folder:
            found.add(here.relative_to(folder).as_posix())
    return found


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()
