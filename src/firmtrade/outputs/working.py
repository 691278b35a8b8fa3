"""Folders to work in, gone when the work ends. What a killed run leaves in one may be records: the next run removes it.

A folder is locked while it is used, so that a run knows what others still need.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import signal
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from typing import IO

LOCK = "lock"
PREFIX = "firmtrade-working-"
"""How folders for working files begin, where ``TMPDIR`` says."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOG = logging.getLogger("firmtrade")
"""Says what was removed: on standard error, where nobody sends it elsewhere."""


class BusyError(Exception):
    """Another run uses the folder."""


class WorkingFolder:
    """A folder for working files, where ``TMPDIR`` says, for its user alone; gone with the object at the latest.

    Raises
    ------
    OSError
        The disk refuses.
    """

    def __init__(self) -> None:
        parent = Path(tempfile.gettempdir())
        for folder in left_folders(parent, PREFIX):
            with suppress(BusyError, OSError):
                if folder.stat().st_uid == os.getuid():
                    with claimed(folder):
                        remove(folder)
        with undisturbed():
            self.path, lock = new_folder(parent, PREFIX)
            self._end = weakref.finalize(self, _end, self.path, lock)

    def close(self) -> None:
        """Remove the folder."""
        self._end()

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def undisturbed() -> Iterator[None]:
    """No signal that asks the program to stop comes between the steps of a block; it comes after."""
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _end(folder: Path, lock: IO[str]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    lock.close()


def new_folder(parent: Path, prefix: str) -> tuple[Path, IO[str]]:
    """A folder of one's own in ``parent`` whose name begins with ``prefix``, and its lock: closing it gives it up.

    Raises
    ------
    OSError
        The disk refuses.
    """
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        with suppress(
            BlockingIOError, FileNotFoundError
        ):  # another run has just taken it for one that was left
            lock = (folder / LOCK).open("w")
            if _is_ours(folder, lock):
                return folder, lock


def _is_ours(folder: Path, lock: IO[str]) -> bool:
    """Take the lock of a new folder, and see whether it is still that of the folder; a lock in vain is closed."""
    ours = False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        ours = os.path.samestat(os.fstat(lock.fileno()), (folder / LOCK).stat())
    finally:
        if not ours:
            lock.close()
    return ours


def left_folders(parent: Path, prefix: str) -> list[Path]:
    """The folders in ``parent`` whose names begin with ``prefix``: left by killed runs, or in use."""
    return [
        folder
        for folder in sorted(parent.glob(f"{escape(prefix)}*"))
        if folder.is_dir() and not folder.is_symlink()
    ]


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder that was left.

    Raises
    ------
    BusyError
        Another run holds it.
    """
    with (folder / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError from None
        yield


def remove(folder: Path) -> None:
    """Remove a folder that was left, and say so."""
    shutil.rmtree(folder, ignore_errors=True)
    LOG.warning("removed %s, which a run that was killed had left", folder)
