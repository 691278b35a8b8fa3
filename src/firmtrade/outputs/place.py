"""Lose nothing: what is written stands beside its place first and is then moved into it, whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from firmtrade.errors import UsageError
from firmtrade.outputs.contents import digest, names
from firmtrade.outputs.exchange import exchange
from firmtrade.outputs.working import BusyError, claimed, left_folders, new_folder, remove, undisturbed

OWN_FOLDER, OWN_FILE = 0o700, 0o600
"""Rights of what is confidential: its owner's alone."""
LONG, MOST_OF_LONG = 200, 16
"""Bytes of a name beyond which the name of the folder beside it is made of so many of its signs and of its digest."""
CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS)
"""What the system says where the right to write is missing."""


@dataclass(frozen=True, slots=True)
class FolderKind:
    """A kind of folder that the program writes.

    ``what`` names it in messages (``a release``). ``listed`` gives the files that a folder of this kind says it is made
    of, by their path in it, and None for a folder of another kind: only these files are ever replaced. What is
    ``confidential`` may be read by its owner alone.
    """

    what: str
    listed: Callable[[Path], Collection[str] | None]
    confidential: bool = True


def check_place(out: Path, kind: FolderKind) -> None:
    """Refuse before any work is done: a place that is taken by something else, or that cannot be written.

    Raises
    ------
    UsageError
        The place is a file, a mount point or a folder with files of others; or the disk does not let us write there.
    """
    target = resolved(out)
    try:
        if target.exists() and not target.is_dir():
            raise UsageError(f"{out} is a file.", fix="Give the name of a folder.")
        if os.path.ismount(target):
            raise UsageError(
                f"{out} is a mount point: a folder cannot be moved into its place.",
                fix=f"Give a folder in it, such as {out / 'room'}.",
            )
        if target.is_dir() and (present := names(target)):
            listed = kind.listed(target)
            if listed is None:
                raise UsageError(
                    f"{out} holds files that are not of {kind.what}; nothing was written.",
                    fix="Give a new folder, or empty this one.",
                )
            if strange := sorted(present - set(listed)):
                raise UsageError(
                    f"{out} holds {len(strange)} file(s) beside those of {kind.what}; nothing was written.",
                    fix="Move them elsewhere, or give a new folder.",
                )
    except OSError as error:
        raise refused(out, error) from error
    _check_above(target)


def remove_place(out: Path, kind: FolderKind) -> None:
    """Remove a folder that an earlier run wrote; one of another kind, or with files of others, stays as it is."""
    target = resolved(out)
    listed = kind.listed(target) if target.is_dir() else None
    if listed is not None and names(target) <= set(listed):
        shutil.rmtree(target)


def check_file(out: Path, *inputs: Path) -> None:
    """Refuse before any work is done: a file that cannot be written, or one of the ``inputs``."""
    target = resolved(out)
    if target.is_dir():
        raise UsageError(f"{out} is a folder.", fix="Give the name of a file.")
    if target.exists() and not target.is_file():
        raise UsageError(
            f"{out} is a device or a pipe; it would be replaced by a file.", fix="Give the name of a file."
        )
    if any(target == resolved(each) for each in inputs):
        raise UsageError(f"{out} is what is read; it would be overwritten.", fix="Give another name.")
    _check_above(target)


def resolved(out: Path) -> Path:
    """Where a place really is: behind links, so that what is confidential stays on the volume that was meant.

    Raises
    ------
    UsageError
        The links lead in a circle, or the name is too long.
    """
    try:
        return out.resolve()
    except (OSError, RuntimeError) as error:
        raise UsageError(f"{out} leads nowhere.", fix="Give another name.") from error


def _check_above(target: Path) -> None:
    try:
        above = target.parent
        while not above.exists():
            above = above.parent
        usable = above.is_dir() and os.access(above, os.W_OK | os.X_OK)
    except OSError as error:
        raise refused(target, error) from error
    if not usable:
        raise UsageError(f"{above} cannot be written.", fix="Give another folder.")


def write_file(out: Path, text: str, *, confidential: bool = False) -> None:
    """Write a file, in UTF-8, readable by its owner alone where it is ``confidential``.

    Rights that were there stay; on failure what was there before is unchanged.

    Raises
    ------
    UsageError
        The disk refuses, or another run writes to the same place.
    """
    target = resolved(out)
    with _beside(target) as work:
        fresh = work / "new"
        fresh.write_text(text, encoding="utf-8")
        if target.exists():
            fresh.chmod(stat.S_IMODE(target.stat().st_mode))
        elif confidential:
            fresh.chmod(OWN_FILE)
        fresh.replace(target)


@contextmanager
def writing(out: Path, kind: FolderKind) -> Iterator[Path]:
    """A fresh folder beside ``out``, on the same volume, that takes its place when the block ends well.

    On failure what was there before is unchanged. Work that a killed run left beside ``out`` is removed first.

    Raises
    ------
    UsageError
        The disk refuses, another run writes to the same place, or files of others have come there meanwhile.
    """
    target = resolved(out)
    with _beside(target) as work:
        fresh = work / "new"
        fresh.mkdir()
        yield fresh
        _set_rights(fresh, target, confidential=kind.confidential)
        check_place(target, kind)
        _swap(fresh, target, work / "old")


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A folder to work in beside a place; what killed runs left there is removed first, and what one of them had moved
    away comes back."""
    work: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for folder in left_folders(target.parent, name_beside(target, "working-")):
            _clear(folder, target)
        with undisturbed():
            work, lock = new_folder(target.parent, name_beside(target, "working-"))
        with lock:
            yield work
    except OSError as error:
        if work is not None and _of_others(error, work, target):
            raise
        raise refused(target, error) from error
    finally:
        if work is not None:
            shutil.rmtree(work, ignore_errors=True)


def name_beside(target: Path, what: str) -> str:
    """How a hidden folder beside a place is called; what is long is cut, so that the system takes the name."""
    name = target.name
    if len(os.fsencode(name)) > LONG:
        name = f"{name[:MOST_OF_LONG]}-{digest(os.fsencode(name))[:MOST_OF_LONG]}"
    return f".{name}.{what}"


def _clear(folder: Path, target: Path) -> None:
    try:
        with claimed(folder):
            if (folder / "old").is_dir() and not target.exists():
                (folder / "old").rename(target)
            remove(folder)
    except BusyError:
        raise UsageError(
            f"another run is writing to {target}.",
            fix="Wait until it has ended, or give another folder.",
        ) from None


def _of_others(error: OSError, work: Path, target: Path) -> bool:
    """Whether the system speaks of a file elsewhere, which was read for what is written here."""
    named = error.filename
    return isinstance(named, str) and not Path(named).is_relative_to(work) and Path(named) != target


def _set_rights(fresh: Path, target: Path, *, confidential: bool) -> None:
    """Rights of what was written: its owner's alone where it is confidential, and never more than were there before."""
    mask = os.umask(0)
    os.umask(mask)
    folder = OWN_FOLDER if confidential else 0o777 & ~mask
    file = OWN_FILE if confidential else 0o666 & ~mask
    for path in (fresh, *fresh.rglob("*")):
        before = target / path.relative_to(fresh)
        wanted = folder if path.is_dir() else file
        path.chmod(wanted & stat.S_IMODE(before.stat().st_mode) if before.exists() else wanted)


def refused(target: Path, error: OSError) -> UsageError:
    """What the system says where a place cannot be written."""
    what = "Ask for the right to write there, or give" if error.errno in CLOSED else "Make room or give"
    return UsageError(
        f"{target} could not be written: {error.strerror or 'the disk refused'}.",
        fix=f"{what} another folder; what was there before is unchanged.",
    )


def _swap(fresh: Path, target: Path, old: Path) -> None:
    """Put ``fresh`` in the place of ``target``, in one step where the system can.

    No signal comes between the steps. On failure, what was there comes back.
    """
    with undisturbed():
        if not target.exists():
            fresh.rename(target)
        elif not exchange(fresh, target):
            target.rename(old)
            try:
                fresh.rename(target)
            except OSError:
                with suppress(OSError):
                    old.rename(target)
                raise
