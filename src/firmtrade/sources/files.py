"""Where raw files are: names, patterns, folders, and the members of archives."""

from __future__ import annotations

import errno
import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from firmtrade.errors import InputError, Place, nearest, suggest_found, without_identifiers
from firmtrade.outputs.capacity import check_capacity, copy, free_disk
from firmtrade.sources.mapping import RawFile
from firmtrade.sources.readable import check_open, may_be_read
from firmtrade.sources.readers import FORMATS
from firmtrade.study.locate import Key


def raw_files(
    name: str, declared: RawFile, folder: Path, room: Path, place: Callable[[Key], Place]
) -> Iterator[tuple[str, Path]]:
    """Names and paths of the files of a declaration, archives unpacked one member at a time."""
    found: dict[Path, None] = {}
    for number, pattern in enumerate(declared.path):
        try:
            matching = _matching(folder, pattern)
        except PermissionError as error:
            raise InputError(
                f"the folder of `{pattern}` may not be opened",
                where=place(("files", name, "path", number)),
                fix=f"Ask its owner for the right to read `{error.filename}`.",
            ) from error
        if not any(path.is_file() for path in matching):
            what, fix = _nowhere(folder, pattern, matching)
            raise InputError(what, where=place(("files", name, "path", number)), fix=fix)
        found |= dict.fromkeys(path for path in matching if path.is_file())
    for path in found:
        may_be_read(path)
        if path.suffix.lower() == ".zip":
            yield from _members(path, declared, room)
        elif path.suffix.lower() == ".gz":
            unpacked = room / f"unpacked{Path(path.stem).suffix}"
            _gunzip(path, unpacked)
            yield path.name, unpacked
            unpacked.unlink(missing_ok=True)
        else:
            yield path.name, path


def _matching(folder: Path, pattern: str) -> list[Path]:
    """Files and folders of a name or pattern, relative to ``folder`` unless it says all.

    A file whose name holds such marks is itself meant by it.
    """
    whole = folder / pattern
    if whole.exists():
        return [whole]
    if not any(mark in pattern for mark in "*?["):
        return []
    root = Path(whole.anchor) if Path(pattern).is_absolute() else folder
    inside = str(whole.relative_to(root))
    check_open(root, inside)
    return sorted(root.glob(inside))


def _nowhere(folder: Path, pattern: str, matching: list[Path]) -> tuple[str, str]:
    """Why a path leads to no file, and what to write instead."""
    if matching:
        inside = "*" if any(mark in pattern for mark in "*?[") else f"{pattern.rstrip('/')}/*"
        return (
            f"`{pattern}` is a folder, not a file",
            f"Give a pattern of the files in it, such as `{inside}.csv`."
            if inside != "*"
            else "Give a pattern of files.",
        )
    beside = (folder / pattern).parent
    present = [path.name for path in beside.iterdir() if path.is_file()] if beside.is_dir() else []
    guess = nearest(Path(pattern).name, present)
    advice = "`path` is relative to the mapping file, or begins with `/`."
    meant = f"Did you mean `{without_identifiers(guess)}`?" if guess else advice
    return f"there is no file `{without_identifiers(pattern)}`", meant


def _gunzip(packed: Path, unpacked: Path) -> None:
    try:
        with gzip.open(packed) as stream:
            copy(stream, unpacked)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise _no_archive(packed) from error


def _members(archive: Path, declared: RawFile, room: Path) -> Iterator[tuple[str, Path]]:
    endings = tuple(
        ending for known in FORMATS.values() if not known.one_register for ending in known.endings
    )
    with opened_archive(archive, _no_archive) as opened:
        names = sorted(name for name in opened.namelist() if not is_clutter(name))
        meant = [
            name
            for name in names
            if any(fnmatch(name, pattern) for pattern in declared.inside)
            or (not declared.inside and name.lower().endswith(endings))
        ]
        if not meant:
            wanted = " or ".join(declared.inside) or "a file of a known format"
            raise InputError(
                f"the archive holds no `{wanted}`",
                where=Place(file=archive.name),
                fix=suggest_found(wanted, map(without_identifiers, names), "members"),
            )
        largest = max(opened.getinfo(name).file_size for name in meant)
        check_capacity(
            "unpacked, a member of the archive", largest, free_disk(room), "on the disk",
            "Make room beside the folder of `--out`, or unpack the archive by hand and look at it first.",
        )  # fmt: skip
        for name in meant:
            unpacked = room / f"unpacked{Path(name).suffix}"
            with opened.open(name) as packed:
                copy(packed, unpacked)
            yield f"{archive.name}/{name}", unpacked
            unpacked.unlink(missing_ok=True)


@contextmanager
def opened_archive(path: Path, refusal: Callable[[Path], InputError]) -> Iterator[zipfile.ZipFile]:
    """An archive, open; where it turns out to be damaged or protected while it is read, the refusal is raised."""
    try:
        with zipfile.ZipFile(path) as opened:
            yield opened
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise refusal(path) from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # a position before the file's begin; all else is the system's
            raise
        raise refusal(path) from error


def is_clutter(member: str) -> bool:
    """Folders, and what macOS adds to an archive beside the files (`__MACOSX/._name`): no files of the user."""
    path = PurePosixPath(member)
    return member.endswith("/") or "__MACOSX" in path.parts or path.name.startswith("._")


def _no_archive(archive: Path) -> InputError:
    return InputError(
        "this archive cannot be unpacked (damaged, or protected by a password)",
        where=Place(file=archive.name),
        fix="Unpack it by hand and give the files.",
    )
