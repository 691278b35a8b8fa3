"""What an import of a register will do: the bundled mapping with the paths of the user's files."""

from __future__ import annotations

import glob
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from firmtrade.errors import InputError, Place, UsageError
from firmtrade.sources.files import is_clutter, opened_archive
from firmtrade.sources.quality.remarks import Remark
from firmtrade.sources.readable import may_be_read
from firmtrade.sources.registers.register import Register

ARCHIVE = ".zip"


@dataclass(frozen=True, slots=True)
class Plan:
    """A mapping as a document, and what the report has to say of its tables beside the register's own remarks."""

    document: dict[str, Any]
    remarks: tuple[Remark, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Delivered:
    """A file, or a member of an archive."""

    path: Path
    member: str = ""

    @property
    def ending(self) -> str:
        """The ending of its name, in small letters."""
        return PurePosixPath(self.member or self.path.name).suffix.lower()

    def content(self, register: Register) -> bytes:
        """Its bytes."""
        if not self.member:
            return self.path.read_bytes()
        with archive(register, self.path) as opened:
            return opened.read(self.member)


def given_files(register: Register, paths: Sequence[Path]) -> Iterator[Path]:
    """The files that a user gave, those of folders in the order of their names.

    Raises
    ------
    UsageError
        No path is given, or one leads nowhere.
    """
    if not paths:
        raise UsageError(f"`{register.name}` needs files", fix=f"Give {register.expects}.")
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.rglob("*") if one.is_file())
        elif path.is_file():
            yield path
        else:
            raise UsageError(
                "there is no such file or folder",
                where=Place(file=path.name),
                fix=f"Give {register.expects}.",
            )


def delivered(
    register: Register, paths: Sequence[Path], endings: tuple[str, ...], beside: tuple[str, ...] = ()
) -> Iterator[Delivered]:
    """The files of these endings, and the members of archives; what ends like ``beside`` is passed over.

    Raises
    ------
    UsageError
        A path leads nowhere.
    InputError
        A file that is given itself has another ending, or an archive cannot be opened.
    """
    for path in given_files(register, paths):
        if path.suffix.lower() == ARCHIVE:
            members = (Delivered(checked(path), name) for name in members_of(register, path))
            yield from (one for one in members if one.ending in endings and not one.member.endswith(beside))
        elif path.suffix.lower() in endings and not path.name.endswith(beside):
            yield Delivered(checked(path))
        elif path in paths:
            raise unexpected(register, path, f"the ending of this file is none of {', '.join(endings)}")


def members_of(register: Register, path: Path) -> list[str]:
    """The names of an archive's members, in order."""
    with archive(register, path) as opened:
        return sorted(name for name in opened.namelist() if not is_clutter(name))


def archive(register: Register, path: Path) -> AbstractContextManager[zipfile.ZipFile]:
    """An archive, open; a damaged one is refused."""
    return opened_archive(path, lambda path: unexpected(register, path, "this archive cannot be opened"))


def located(files: Iterable[Delivered]) -> dict[str, list[str]]:
    """Path and members of files, as a mapping says them."""
    found = list(files)
    return {
        "path": list(dict.fromkeys(str(one.path) for one in found)),
        "inside": list(dict.fromkeys(glob.escape(one.member) for one in found if one.member)),
    }


def checked(path: Path) -> Path:
    """The whole path of a file that may be read."""
    may_be_read(path)
    return path.resolve()


def unexpected(register: Register, path: Path, what: str) -> InputError:
    """The error about a file that is none of the register's."""
    return InputError(what, where=Place(file=path.name), fix=f"`{register.name}` expects {register.expects}.")
