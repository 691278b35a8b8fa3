"""Lose nothing: what is written stands beside its place first and is then moved into it, whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from firmtrade.errors import UsageError


def check_place(out: Path, is_ours: Callable[[Path], bool], what: str) -> None:
    """Refuse before any work is done: a place that is taken by something else, or that cannot be written.

    ``what`` names the kind of folder in the message (``a release``); ``is_ours`` recognises an earlier one.
    """
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file.", fix="Give the name of a folder.")
    if out.is_dir() and any(out.iterdir()) and not is_ours(out):
        raise UsageError(
            f"{out} holds files that are not of {what}; nothing was written.",
            fix="Give a new folder, or empty this one.",
        )
    _check_above(out)


def check_file(out: Path) -> None:
    """Refuse before any work is done: a file that cannot be written."""
    if out.is_dir():
        raise UsageError(f"{out} is a folder.", fix="Give the name of a file.")
    _check_above(out)


def _check_above(out: Path) -> None:
    above = out.absolute().parent
    while not above.exists():
        above = above.parent
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise UsageError(f"{above} cannot be written.", fix="Give another folder.")


def write_file(out: Path, text: str) -> None:
    """Write a file, in UTF-8. On failure what was there before is unchanged.

    Raises
    ------
    UsageError
        The disk refuses.
    """
    target = out.absolute()
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, encoding="utf-8")
        beside.replace(target)
    except OSError as error:
        raise _refused(target, error) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


@contextmanager
def writing(out: Path) -> Iterator[Path]:
    """A fresh folder beside ``out`` that takes its place when the block ends well.

    On failure what was there before is unchanged.

    Raises
    ------
    UsageError
        The disk refuses.
    """
    target = out.absolute()
    room: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        room = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        fresh = room / "new"
        fresh.mkdir()
        yield fresh
        _swap(fresh, target, room / "old")
    except OSError as error:
        raise _refused(target, error) from error
    finally:
        if room is not None:
            shutil.rmtree(room, ignore_errors=True)


def _refused(target: Path, error: OSError) -> UsageError:
    return UsageError(
        f"{target} could not be written: {error.strerror or 'the disk refused'}.",
        fix="Make room or give another folder; what was there before is unchanged.",
    )


def _swap(fresh: Path, target: Path, old: Path) -> None:
    """Put ``fresh`` in the place of ``target``; on failure, what was there comes back."""
    replaced = target.exists()
    if replaced:
        target.rename(old)
    try:
        fresh.rename(target)
    except OSError:
        if replaced:
            with suppress(OSError):
                old.rename(target)
        raise
